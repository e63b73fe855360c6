//! Members in a text that holds JSON: what was JSON before it was cut, JSON in lines, JSON inside of prose.

use super::{Called, Names, Span};
use crate::record::marks::Mark;

/// The values of members whose names say that they are not to be shown, and all that is below them.
pub(super) fn spans(text: &str, names: Names<'_>) -> Vec<Span> {
    let mut reader = Reader {
        text,
        open: Vec::new(),
        name: None,
        spans: Vec::new(),
    };
    if text.contains('"') && text.contains(':') {
        reader.read(names);
    }
    reader.spans
}

struct Reader<'t> {
    text: &'t str,
    /// What is said of what the open lists and objects hold.
    open: Vec<Option<Called>>,
    /// What the name of the next value says.
    name: Option<Called>,
    spans: Vec<Span>,
}

impl Reader<'_> {
    fn read(&mut self, names: Names<'_>) {
        let text = self.text;
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            at = match byte {
                b'"' => {
                    let start = at + 1;
                    let end = start + end_of_text(text.get(start..).unwrap_or_default());
                    let own = text.get(start..end).unwrap_or_default();
                    let rest = text.get(end + 1..).unwrap_or_default();
                    let next = rest.trim_start();
                    if next.starts_with(':') {
                        self.name = names(&meaning(own));
                        end + 1 + (rest.len() - next.len()) + 1
                    } else {
                        self.scalar(start, end, |called| called.kind.is_one(own));
                        end + 1
                    }
                }
                b'{' | b'[' => {
                    let inside = |called: Called| {
                        let kind = called.kind.inside(*byte == b'[')?;
                        Some(Called { kind, ..called })
                    };
                    let called = self.called().and_then(inside);
                    self.name = None;
                    self.open.push(called);
                    at + 1
                }
                b'}' | b']' => {
                    self.open.pop();
                    self.name = None;
                    at + 1
                }
                b',' => {
                    self.name = None;
                    at + 1
                }
                b'-' | b'0'..=b'9' | b't' | b'f' if self.called().is_some() => {
                    let end = at + end_of_word(text.get(at..).unwrap_or_default());
                    let own = text.get(at..end).unwrap_or_default();
                    let is_literal = matches!(own, "true" | "false");
                    let is_number = own.bytes().any(|byte| byte.is_ascii_digit());
                    self.scalar(at, end, |called| {
                        let is_marked = called.mark != Mark::Credential;
                        (is_literal && is_marked) || (is_number && called.kind.is_one(own))
                    });
                    end
                }
                _ => at + 1,
            };
        }
    }

    /// What is said of the value that comes.
    fn called(&self) -> Option<Called> {
        self.open.last().copied().flatten().or(self.name)
    }

    fn scalar(&mut self, start: usize, end: usize, is_one: impl Fn(Called) -> bool) {
        let own = self.text.get(start..end).unwrap_or_default();
        if let Some(called) = self.called().filter(|called| is_one(*called)) {
            self.spans.push(Span {
                start,
                end,
                mark: called.mark,
                value: meaning(own),
            });
        }
        self.name = None;
    }
}

/// What a text between quotes means.
fn meaning(own: &str) -> String {
    serde_json::from_str(&format!("\"{own}\"")).unwrap_or_else(|_| own.to_owned())
}

/// Where a text of JSON ends, which may be cut.
fn end_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where a number or a literal ends.
fn end_of_word(text: &str) -> usize {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let end = text.bytes().position(|byte| !is_part(byte));
    end.unwrap_or(text.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::{Writing, without};
    use super::*;

    #[test]
    fn what_was_json_loses_its_credentials_and_nothing_else() {
        let mut found = Vec::new();
        for (text, expected) in [
            (
                r#"{"access_token" : "a\"b", "token_type":"Bearer","password":1,"x"#,
                r#"{"access_token" : "***", "token_type":"Bearer","password":***,"x"#,
            ),
            (r#"{"id_token":"cut he"#, r#"{"id_token":"***"#),
            (r#"{"pass\u0077ord":"c","#, r#"{"pass\u0077ord":"***","#),
            (
                r#"{"tokens":["a",{"b":"c","d":[7]}],"tokens":5,"#,
                r#"{"tokens":["***",{"b":"***","d":[***]}],"tokens":5,"#,
            ),
            (
                "{\"jwt\":\"e\"}\n{\"a\":2}\n",
                "{\"jwt\":\"***\"}\n{\"a\":2}\n",
            ),
            (
                r#"["password", "token", "x"]"#,
                r#"["password", "token", "x"]"#,
            ),
            (
                r#"{"name":"Ada","flag":true,"#,
                r#"{"name":"***","flag":***,"#,
            ),
            (r#"{"secret":true,"n":7,"#, r#"{"secret":true,"n":7,"#),
            ("no JSON at all: \"", "no JSON at all: \""),
            ("}]: \"a\":", "}]: \"a\":"),
        ] {
            let names = |name: &str| {
                let personal = Called {
                    mark: Mark::Personal,
                    kind: crate::record::credential::Kind::Single,
                };
                let is_marked = ["name", "flag"].contains(&name);
                is_marked
                    .then_some(personal)
                    .or_else(|| Called::credential(name))
            };
            let clean = without(text, Writing::Json, &names, &mut found);
            assert_eq!(clean, expected);
            assert_eq!(
                without(&clean, Writing::Json, &names, &mut Vec::new()),
                clean
            );
        }
        let values: Vec<&str> = found.iter().map(|(_, value)| &**value).collect();
        assert_eq!(
            values,
            [
                "a\"b", "1", "cut he", "c", "a", "c", "7", "e", "Ada", "true"
            ]
        );
    }
}
