//! Names of what is secret in any API, whatever its document says: one table for header fields, query
//! parameters, forms, members of bodies, inputs and outputs.

use serde_json::Value;

use super::redact::MASK;
use super::values::blot;

/// The names of credentials, in lower case and without what parts their words: `access_token`,
/// `accessToken` and `X-Access-Token` are one. Names of what is said about credentials (`token_type`,
/// `passwordExpired`) are others.
const CREDENTIALS: [&str; 37] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "appsecret",
    "authtoken",
    "bearertoken",
    "clientassertion",
    "clientsecret",
    "codeverifier",
    "confirmpassword",
    "consumersecret",
    "csrftoken",
    "currentpassword",
    "devicetoken",
    "idtoken",
    "jwt",
    "newpassword",
    "oauthtoken",
    "oldpassword",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "refreshtoken",
    "resettoken",
    "secret",
    "secretaccesskey",
    "secretkey",
    "sessiontoken",
    "sharedsecret",
    "signingkey",
    "subjecttoken",
    "token",
    "xsrftoken",
];

/// Header fields that carry credentials in any API under names of their own.
const FIELDS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// From how many characters on a value is masked wherever it stands, if not all of them are letters.
const TELLING: usize = 6;
/// The same for values of letters alone. Fewer are words that may stand anywhere: servers of examples answer
/// `string` to everything.
const TELLING_LETTERS: usize = 16;

/// Whether a name is that of a credential, whatever a document says.
pub(super) fn is_credential(name: &str) -> bool {
    let mut plain = String::with_capacity(name.len());
    for character in name.chars() {
        if !matches!(character, '_' | '-' | '.' | ' ') {
            plain.push(character.to_ascii_lowercase());
        }
    }
    CREDENTIALS.binary_search(&&*plain).is_ok()
}

/// Whether a header field carries credentials, whatever a document says.
pub fn carries_credentials(header: &str) -> bool {
    let name = header.to_ascii_lowercase();
    // RFC 6648 section 3: the prefix says nothing.
    let plain = name.strip_prefix("x-").unwrap_or(&name);
    FIELDS.contains(&&*name) || is_credential(plain)
}

/// Whether what stands under the name of a credential may be one: texts and numbers.
pub(super) fn may_be_one(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        _ => false,
    }
}

/// Whether a credential is found by its value in any text, or is a word that may stand there by chance.
pub(super) fn is_telling(value: &str) -> bool {
    let length = value.chars().count();
    let is_word = value.chars().all(char::is_alphabetic);
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    length >= TELLING_LETTERS || (length >= TELLING && !is_word && !is_number)
}

/// Pairs such as `name=value` between `&`, as forms and queries have them, without credentials; those go to
/// `found`.
pub(super) fn without_pairs(
    text: &str,
    is_one: impl Fn(&str) -> bool,
    found: &mut Vec<String>,
) -> String {
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        let text = percent_encoding::percent_decode_str(&text);
        text.decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() && is_one(&plain(name)) => {
            found.push(plain(value));
            format!("{name}={MASK}")
        }
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// A text that holds JSON, or what was JSON before it was cut, without the texts that are credentials by
/// their names; those go to `found`.
pub(super) fn without_members(text: &str, found: &mut Vec<String>) -> String {
    let mut spans = Vec::new();
    let mut name: Option<(usize, &str)> = None;
    let mut rest = 0;
    while let Some(start) = text.get(rest..).and_then(|rest| rest.find('"')) {
        let start = rest + start + 1;
        let inside = text.get(start..).unwrap_or_default();
        let end = start + end_of_text(inside);
        let own = text.get(start..end).unwrap_or_default();
        let is_value = name.is_some_and(|(after, name)| {
            let between = text.get(after..start - 1).unwrap_or_default();
            between.trim() == ":" && is_credential(name)
        });
        if is_value && !own.is_empty() {
            spans.push((start, end));
            found.push(own.to_owned());
        }
        name = Some((end + 1, own));
        rest = end + 1;
    }
    blot(text, &spans)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(CREDENTIALS.is_sorted());
    }

    #[test]
    fn names_of_credentials_are_known_however_their_words_are_parted() {
        for name in [
            "access_token",
            "accessToken",
            "Access-Token",
            "refresh_token",
            "id_token",
            "client_secret",
            "password",
            "apiKey",
            "API_KEY",
            "api.key",
            "secret",
            "token",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "token_type",
            "expires_in",
            "nextPageToken",
            "passwordExpiresAt",
            "hasPassword",
            "secretary",
            "key",
            "code",
            "grant_type",
            "scope",
            "",
        ] {
            assert!(!is_credential(name), "{name}");
        }
        for field in [
            "Authorization",
            "Set-Cookie",
            "X-API-Key",
            "api-key",
            "X-Auth-Token",
            "x-csrf-token",
            "X-Access-Token",
        ] {
            assert!(carries_credentials(field), "{field}");
        }
        for field in [
            "Accept",
            "X-Request-Id",
            "X-Total",
            "Token-Type",
            "Location",
        ] {
            assert!(!carries_credentials(field), "{field}");
        }
    }

    #[test]
    fn words_that_stand_anywhere_are_masked_under_their_names_only() {
        for (value, expected) in [
            ("string", false),
            ("password", false),
            ("12345678", false),
            ("a1b2", false),
            ("hunter2", true),
            ("eyJhbGciOi.x", true),
            ("correcthorsebattery", true),
        ] {
            assert_eq!(is_telling(value), expected, "{value}");
        }
    }

    #[test]
    fn forms_and_what_was_json_lose_their_credentials_and_nothing_else() {
        let mut found = Vec::new();
        let form = "grant_type=password&client%5Fsecret=a%20b+c&scope=x&password=";
        assert_eq!(
            without_pairs(form, is_credential, &mut found),
            "grant_type=password&client%5Fsecret=***&scope=x&password="
        );
        assert_eq!(found, ["a b c"]);
        found.clear();
        for (text, expected) in [
            (
                r#"{"access_token" : "a\"b", "token_type":"Bearer","password":1,"x"#,
                r#"{"access_token" : "***", "token_type":"Bearer","password":1,"x"#,
            ),
            (r#"{"id_token":"cut he"#, r#"{"id_token":"***"#),
            (
                r#"["password", "token", "x"]"#,
                r#"["password", "token", "x"]"#,
            ),
            ("no JSON at all: \"", "no JSON at all: \""),
        ] {
            assert_eq!(without_members(text, &mut found), expected);
        }
        assert_eq!(found, ["a\\\"b", "cut he"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn texts_without_credentials_stay_as_they_are(text in "[\"\\\\:a-zä&= ]{0,40}") {
            prop_assume!(!["jwt", "pwd", "secret", "token"].iter().any(|name| text.contains(name)));
            prop_assert_eq!(without_members(&text, &mut Vec::new()), text.clone());
            prop_assert_eq!(without_pairs(&text, is_credential, &mut Vec::new()), text);
        }
    }
}
