//! Names of what is secret in any API, whatever its document says: one table for header fields, query
//! parameters, forms, members of bodies, inputs and outputs.

use serde_json::Value;

use super::redact::MASK;

/// The names of credentials, in lower case and without what parts their words: `access_token`,
/// `accessToken` and `X-Access-Token` are one. Names of what is said about credentials (`token_type`,
/// `passwordExpired`) are others.
const CREDENTIALS: [&str; 45] = [
    "accesskey",
    "accesstoken",
    "amzsecuritytoken",
    "amzsignature",
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
    "jsessionid",
    "jwt",
    "newpassword",
    "oauthtoken",
    "oldpassword",
    "passphrase",
    "passwd",
    "password",
    "phpsessid",
    "privatekey",
    "pwd",
    "refreshtoken",
    "resettoken",
    "samlresponse",
    "secret",
    "secretaccesskey",
    "secretkey",
    "securitytoken",
    "sessionid",
    "sessionkey",
    "sessiontoken",
    "sharedsecret",
    "signingkey",
    "subjecttoken",
    "token",
    "xsrftoken",
];

/// Header fields that carry credentials in any API under names of their own, as above.
const FIELDS: [&str; 4] = ["authorization", "proxyauthorization", "cookie", "setcookie"];

/// From how many characters on a value is masked wherever it stands, if not all of them are letters.
const TELLING: usize = 6;
/// The same for values of letters alone. Fewer are words that may stand anywhere: servers of examples answer
/// `string` to everything.
const TELLING_LETTERS: usize = 16;

/// What stands under the name of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A credential, or several: all texts and numbers.
    Single,
    /// Several, as `tokens`: a number that is no item of a list counts them.
    Plural,
    /// `authorization`: what is no text tells of something else, such as a payment.
    Text,
}

impl Kind {
    /// The kind of credentials that a name is for; `None` if it is for none, whatever a document says.
    pub(super) fn of(name: &str) -> Option<Self> {
        let mut plain = String::with_capacity(name.len());
        for character in name.chars() {
            if !matches!(character, '_' | '-' | '.' | ' ') {
                plain.push(character.to_ascii_lowercase());
            }
        }
        // RFC 6648 section 3: the prefix says nothing.
        let bare = plain.strip_prefix('x').unwrap_or(&plain);
        [&plain, bare].into_iter().find_map(Self::of_plain)
    }

    fn of_plain(plain: &str) -> Option<Self> {
        let is_one = |name: &str| CREDENTIALS.binary_search(&name).is_ok();
        if matches!(plain, "authorization" | "proxyauthorization") {
            Some(Self::Text)
        } else if is_one(plain) || FIELDS.contains(&plain) {
            Some(Self::Single)
        } else {
            let single = plain.strip_suffix('s')?;
            (is_one(single) || single == "cookie").then_some(Self::Plural)
        }
    }

    /// Whether a text, or a number as a text, is one.
    pub(super) fn is_one(self, text: &str) -> bool {
        let counts = self == Self::Plural && text.bytes().all(|byte| byte.is_ascii_digit());
        !text.is_empty() && text != MASK && !counts
    }

    /// The kind of what a list or an object under such a name holds.
    pub(super) fn inside(self, is_list: bool) -> Option<Self> {
        match self {
            Self::Text => None,
            Self::Plural if is_list => Some(Self::Single),
            kind => Some(kind),
        }
    }
}

/// Whether a header field carries credentials, whatever a document says.
pub fn carries_credentials(header: &str) -> bool {
    matches!(Kind::of(header), Some(Kind::Single | Kind::Text))
}

/// Masks the credentials in what stands under such a name, with all that is below it. `each` is told of
/// every one.
pub(super) fn cover(kind: Kind, value: &mut Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) if kind.is_one(text) => each(text),
        Value::Number(number) if kind != Kind::Text && kind.is_one(&number.to_string()) => {
            each(&number.to_string());
        }
        Value::Array(items) => {
            if let Some(kind) = kind.inside(true) {
                for item in items {
                    cover(kind, item, each);
                }
            }
            return;
        }
        Value::Object(members) => {
            if let Some(kind) = kind.inside(false) {
                for value in members.values_mut() {
                    cover(kind, value, each);
                }
            }
            return;
        }
        _ => return,
    }
    *value = Value::String(MASK.to_owned());
}

/// Whether a credential is found by its value in any text, or is a word that may stand there by chance.
pub(super) fn is_telling(value: &str) -> bool {
    let length = value.chars().count();
    let is_word = value.chars().all(char::is_alphabetic);
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    length >= TELLING_LETTERS || (length >= TELLING && !is_word && !is_number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
            "x_access_token",
            "xAccessToken",
            "X-Access-Token",
            "refresh_token",
            "id_token",
            "client_secret",
            "password",
            "passwords",
            "apiKey",
            "API_KEY",
            "api.key",
            "secret",
            "token",
            "tokens",
            "session_id",
            "sessionId",
            "authorization",
            "cookie",
            "set-cookie",
            "cookies",
        ] {
            assert!(Kind::of(name).is_some(), "{name}");
        }
        for name in [
            "token_type",
            "expires_in",
            "nextPageToken",
            "next_page_token",
            "token_count",
            "max_tokens",
            "password_policy",
            "passwordExpiresAt",
            "hasPassword",
            "author",
            "authors",
            "secretary",
            "id",
            "ids",
            "sid",
            "session",
            "count",
            "key",
            "code",
            "x",
            "xs",
            "s",
            "grant_type",
            "scope",
            "",
        ] {
            assert_eq!(Kind::of(name), None, "{name}");
        }
        for field in [
            "Authorization",
            "Set-Cookie",
            "X-API-Key",
            "api-key",
            "X-Auth-Token",
            "x-csrf-token",
            "X-Access-Token",
            "X-Amz-Security-Token",
        ] {
            assert!(carries_credentials(field), "{field}");
        }
        for field in [
            "Accept",
            "X-Request-Id",
            "X-Total",
            "X-Tokens",
            "Token-Type",
            "Location",
        ] {
            assert!(!carries_credentials(field), "{field}");
        }
    }

    #[test]
    fn all_texts_and_numbers_below_the_name_of_a_credential_are_covered() {
        for (name, value, expected) in [
            ("password", json!("a"), json!("***")),
            ("password", json!(""), json!("")),
            ("password", json!(1), json!("***")),
            ("password", json!(true), json!(true)),
            (
                "password",
                json!(["1", {"a": 2, "b": null}]),
                json!(["***", {"a": "***", "b": null}]),
            ),
            ("tokens", json!(512), json!(512)),
            (
                "tokens",
                json!({"in": 5, "last": "a", "all": [7]}),
                json!({"in": 5, "last": "***", "all": ["***"]}),
            ),
            ("tokens", json!(["a", 7]), json!(["***", "***"])),
            ("cookies", json!({"a": "b"}), json!({"a": "***"})),
            ("authorization", json!("Bearer a"), json!("***")),
            ("authorization", json!({"id": "a"}), json!({"id": "a"})),
            ("authorization", json!(7), json!(7)),
        ] {
            let mut covered = value.clone();
            let kind = Kind::of(name).unwrap();
            let mut count = 0;
            cover(kind, &mut covered, &mut |text| {
                assert!(value.to_string().contains(text));
                count += 1;
            });
            assert_eq!(covered.to_string().matches(MASK).count(), count);
            assert_eq!(covered, expected, "{name}");
            let again = covered.clone();
            cover(kind, &mut covered, &mut |_| {});
            assert_eq!(covered, again, "{name}");
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
}
