//! What the redactor masks, and what it leaves.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

const SECRET: &str = "pä55/w\"ord & 'more'+🔑";

fn redactor(value: &str) -> Redactor {
    let mut redactor = Redactor::default();
    redactor.add(value);
    redactor
}

#[test]
fn a_secret_in_the_name_of_a_header_field_is_found_in_any_case() {
    let redactor = redactor("To-Ken-1234");
    for (name, expected) in [
        ("To-Ken-1234", "***"),
        ("to-ken-1234", "***"),
        ("X-TO-KEN-1234", "x-***"),
        ("X-To-Ken", "X-To-Ken"),
    ] {
        assert_eq!(redactor.field_name(name), expected);
    }
}

#[test]
fn a_secret_is_found_however_it_is_escaped() {
    let json = serde_json::to_string(SECRET).unwrap();
    let units: Vec<String> = SECRET
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect();
    let ascii = units.concat();
    let percent = utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string();
    let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let html = SECRET
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    let shell = SECRET.replace('\'', r"'\''");
    let digits: Vec<String> = SECRET.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    let octal = digits.concat();
    for hidden in [
        SECRET.to_owned(),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"').replace('/', "\\/"),
        ascii,
        percent.to_lowercase(),
        percent,
        form,
        html,
        shell,
        octal,
    ] {
        let text = redactor(SECRET).text(&format!("<{hidden}> and <{hidden}>"));
        assert_eq!(text, "<***> and <***>", "{hidden}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn base64_hides_nothing(before in "[a-z]{0,5}", after in "[a-z]{0,5}", url: bool) {
        let engine = if url { URL_SAFE } else { STANDARD };
        let secret = "token-0123456789";
        let text = redactor(secret).text(&engine.encode(format!("{before}{secret}{after}")));
        prop_assert!(text.contains(MASK), "{text}");
        let left: String = text.replace(MASK, "");
        prop_assert!(left.len() <= 16 + 4, "{text}");
    }

    #[test]
    fn texts_without_secrets_stay_as_they_are(text in ".{0,60}") {
        prop_assert_eq!(redactor("a secret of some length").text(&text), text);
    }
}

#[test]
fn credentials_are_masked_by_name() {
    let redactor = redactor("x").with_names(["X-Key", "key"]);
    for (name, value, expected) in [
        ("Authorization", "Bearer abc", "Bearer ***"),
        ("authorization", "abc", "***"),
        ("Cookie", "a=b; c=d", "***"),
        ("Set-Cookie", "a=b; Path=/", "***"),
        ("x-key", "abc", "***"),
        ("Accept", "*/*", "*/*"),
        ("X-Access-Token", "abc", "***"),
        (
            "Location",
            "https://a/cb?code=1&access_token=abc#id_token=x&b=c?",
            "https://a/cb?code=1&access_token=***#id_token=***&b=c?",
        ),
        ("Link", "</a?token=abc>; rel=a", "</a?token=***>; rel=a"),
    ] {
        assert_eq!(redactor.header(name, value), expected, "{name}");
    }
    assert_eq!(
        redactor.path("/a?key=1&b=2&k%65y=3&api_key=4&token_type=5"),
        "/a?key=***&b=2&k%65y=***&api_key=***&token_type=5"
    );
    let members = serde_json::json!({"a": {"access_token": "abc", "token_type": "Bearer"}, "secret": true, "pwd": 1});
    let clean = serde_json::json!({"a": {"access_token": "***", "token_type": "Bearer"}, "secret": true, "pwd": "***"});
    assert_eq!(redactor.value(&members), clean);
}

#[test]
fn what_a_document_marks_is_masked_as_far_as_it_tells() {
    for (mark, value, text, expected) in [
        // Secrets wherever they stand, but for what stands everywhere.
        (Mark::Secret, "hunter2", "xhunter2x 7", "x***x 7"),
        (Mark::Secret, "7", "7 of 17", "7 of 17"),
        // Names as whole words.
        (
            Mark::Personal,
            "Mann",
            "Mann of Mannheim",
            "*** of Mannheim",
        ),
        (Mark::Personal, "Ada", "Ada, Adam", "Ada, Adam"),
        (Mark::Personal, "true", "true", "true"),
        // What is longer, or looks otherwise, wherever it stands.
        (Mark::Personal, "Montgomery", "xMontgomeryx", "x***x"),
        (Mark::Personal, "Jörgen", "?name=J%C3%B6rgens", "?name=***s"),
        (Mark::Personal, "+351912", "tel:+3519123", "tel:***3"),
        (Mark::Personal, "4711", "4711 and 14711", "4711 and 14711"),
        (Mark::Personal, "47110815", "x47110815x", "x***x"),
        (
            Mark::Identifier,
            "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d",
            "/users/6b5a0d8e-bf30-4152-93ff-e74ba72fd61d",
            "/users/6b5a0d8e-bf30-4152-93ff-e74ba72fd61d",
        ),
    ] {
        let mut redactor = Redactor::default();
        redactor.add_as(mark, value);
        assert_eq!(redactor.text(text), expected, "{value}");
        if Redactor::finds(mark, value) {
            assert_eq!(redactor.text(value), MASK, "{value}");
        }
    }
    let mut redactor = Redactor::default();
    redactor.add_as(Mark::Personal, "Ada");
    redactor.add_as(Mark::Personal, "7");
    assert_eq!(redactor.words("Ada, Adam"), "***, Adam");
    assert_eq!(
        redactor.value(&serde_json::json!(["Ada", 7, "7"])),
        serde_json::json!([MASK, 7, "7"])
    );
}

#[test]
fn a_redactor_shows_no_secret_itself() {
    assert!(!format!("{:?}", redactor(SECRET)).contains("ord"));
}

#[test]
fn what_was_made_of_a_value_of_the_document_is_no_invention() {
    let redactor = Redactor {
        published: Arc::new(BTreeSet::from(["hkSECRETxy".to_owned()])),
        ..Redactor::default()
    };
    for (value, expected) in [
        ("hkSECRETxy", true),
        ("hkSECRETxy_UNKNOWN", true),
        ("HKsecretXY", true),
        ("hkSECRETx", true),
        ("hkS", false),
        ("made-up-1", false),
        ("", false),
    ] {
        assert_eq!(redactor.is_published(value), expected, "{value}");
    }
}
