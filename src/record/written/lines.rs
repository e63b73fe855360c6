//! Lines of `name: value` and `name = value`: plain texts, YAML, settings.

use super::{Names, Span};

/// The values of lines whose names say that they are not to be shown.
pub(super) fn spans(text: &str, names: Names<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(separator) = line.find([':', '=']) else {
            continue;
        };
        let (before, behind) = line.split_at(separator);
        let behind = behind.get(1..).unwrap_or_default();
        let name = before.trim_matches(|c: char| c.is_whitespace() || "\"'-*".contains(c));
        let name = name.strip_prefix("export ").unwrap_or(name);
        let is_around = |c: char| c.is_whitespace() || "\"',;".contains(c);
        let value = behind.trim_matches(is_around);
        let shift = behind.len() - behind.trim_start_matches(is_around).len();
        // What only begins, or is compared, is none.
        let is_value = !value.starts_with(['{', '[', '=', '$', '|', '>']);
        if let Some(called) = names(name).filter(|called| is_value && called.kind.is_one(value)) {
            let start = start + separator + 1 + shift;
            spans.push(Span {
                start,
                end: start + value.len(),
                mark: called.mark,
                value: remembered(value).to_owned(),
            });
        }
    }
    spans
}

/// What is looked for elsewhere, too: of two words, as `Bearer` has them, the second one; no sentence.
fn remembered(value: &str) -> &str {
    match value.split_once(char::is_whitespace) {
        None => value,
        Some((_, rest)) if !rest.contains(char::is_whitespace) => rest,
        Some(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Called, Writing, without};

    #[test]
    fn lines_lose_the_values_of_credentials() {
        let mut found = Vec::new();
        let text = "access_token=a b\nuser: ada\n  password: 'p w'\r\n- \"apiKey\": \"k\",\ntokens: 5\n\
            token_type: bearer\nexport TOKEN=t\nAccess Token: é\nsecret:\npwd: {\nurl: http://h/?jwt=j\nnothing";
        let clean = without(text, Writing::Lines, &Called::credential, &mut found);
        assert_eq!(
            clean,
            "access_token=***\nuser: ada\n  password: '***'\r\n- \"apiKey\": \"***\",\ntokens: 5\n\
            token_type: bearer\nexport TOKEN=***\nAccess Token: ***\nsecret:\npwd: {\nurl: http://h/?jwt=***\nnothing"
        );
        let again = without(&clean, Writing::Lines, &Called::credential, &mut Vec::new());
        assert_eq!(again, clean);
        let values: Vec<&str> = found.iter().map(|(_, value)| &**value).collect();
        assert_eq!(values, ["k", "b", "w", "t", "é", "j"]);
    }
}
