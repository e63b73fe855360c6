//! Preferences: what a client asks a mock for in `Prefer` (RFC 7240).
//!
//! `code=404` asks for an answer of that status, `example=name` for a documented example by its
//! name, `dynamic=true` for a generated body instead of a documented one. A preference that cannot
//! be met is ignored; those that were met are told in `Preference-Applied`.

use crate::http::Request;

/// The preferences of one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Preferences {
    /// The status to answer with.
    pub(super) code: Option<u16>,
    /// The name of the example to answer with.
    pub(super) example: Option<String>,
    /// Whether to generate the body although an example is documented.
    pub(super) dynamic: bool,
}

impl Preferences {
    /// Reads all `Prefer` fields of a request. Of a preference that is given twice the first counts
    /// (RFC 7240 section 2).
    pub(super) fn of(request: &Request) -> Self {
        let mut preferences = Self::default();
        let mut dynamic = None;
        let fields = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("prefer"));
        for (_, field) in fields {
            // A parameter of a preference (`;`) is read as a preference of its own: that is how
            // clients of other mocks write them.
            for item in pieces(field) {
                let (name, value) = item.split_once('=').unwrap_or((&item, "true"));
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "code" if preferences.code.is_none() => preferences.code = value.parse().ok(),
                    "example" if preferences.example.is_none() => {
                        preferences.example = Some(value.to_owned());
                    }
                    "dynamic" if dynamic.is_none() => dynamic = Some(value == "true"),
                    _ => {}
                }
            }
        }
        preferences.dynamic = dynamic.unwrap_or(false);
        preferences
    }
}

/// The text between commas and semicolons that do not stand in quotes.
fn pieces(field: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for character in field.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[&str]) -> Preferences {
        Preferences::of(&Request {
            method: "GET".into(),
            path: "/".into(),
            headers: fields
                .iter()
                .map(|field| ("Prefer".to_owned(), (*field).to_owned()))
                .collect(),
            body: None,
        })
    }

    #[test]
    fn preferences_are_read_over_fields_lists_and_parameters() {
        let expected = Preferences {
            code: Some(404),
            example: Some("a, b".into()),
            dynamic: true,
        };
        assert_eq!(of(&[r#"code=404; example="a, b", dynamic=true"#]), expected);
        assert_eq!(
            of(&["respond-async, Code=404", r#"example="a, b""#, "dynamic"]),
            expected
        );
    }

    #[test]
    fn the_first_of_equal_preferences_counts_and_nonsense_is_ignored() {
        assert_eq!(of(&["code=201, code=404"]).code, Some(201));
        assert_eq!(of(&["code=x, , ;=", "wait=5"]), Preferences::default());
    }
}
