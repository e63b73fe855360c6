//! Formats: strings that have a format, and strings that nearly do.

mod language;
mod network;
mod time;
mod wrong;

use super::dice::Dice;

pub(super) use language::automata;
pub(super) use wrong::wrong;

/// A string of the format; `None` for formats that say nothing about a string's characters.
/// Names: JSON Schema 2020-12 validation, section 7.3, and the OpenAPI format registry.
pub(super) fn draw(format: &str, dice: &mut Dice) -> Option<String> {
    Some(match format {
        "uuid" => uuid(dice),
        "date" => time::date(dice),
        "date-time" => time::date_time(dice),
        "time" => time::time(dice),
        "duration" => time::duration(dice),
        "email" => network::email(dice, false),
        "idn-email" => network::email(dice, true),
        "hostname" => network::hostname(dice, false),
        "idn-hostname" => network::hostname(dice, true),
        "ipv4" => network::ipv4(dice),
        "ipv6" => network::ipv6(dice),
        "uri" | "url" => network::uri(dice, false),
        "iri" => network::uri(dice, true),
        "uri-reference" => network::reference(dice, false),
        "iri-reference" => network::reference(dice, true),
        "uri-template" => one(
            dice,
            &[
                "/users/{id}",
                "/search{?q,lang}",
                "https://example.com/{+path}/here",
                "{#fragment}",
                "/files{/segments*}",
                "",
            ],
        ),
        "json-pointer" => one(dice, &["", "/", "/a", "/items/0", "/a~1b/m~0n", "/ü/%25"]),
        "relative-json-pointer" => one(dice, &["0", "1/name", "0#", "2/items/3", "10/a~1b"]),
        "regex" => one(dice, &["^a+$", ".*", "[a-z]{1,3}", "(x|y)?", "\\d+", ""]),
        "byte" => base64(dice),
        _ => return None,
    })
}

fn one(dice: &mut Dice, texts: &[&str]) -> String {
    dice.pick(texts)
        .map_or_else(String::new, |text| (*text).to_owned())
}

fn uuid(dice: &mut Dice) -> String {
    match dice.below(16) {
        0 => "00000000-0000-0000-0000-000000000000".to_owned(),
        1 => "ffffffff-ffff-ffff-ffff-ffffffffffff".to_owned(),
        _ => {
            // RFC 9562 version 4, variant 10.
            let (high, low) = (dice.bits(), dice.bits());
            format!(
                "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
                high >> 32,
                (high >> 16) & 0xFFFF,
                high & 0xFFF,
                0x8000 | (low >> 48) & 0x3FFF,
                low & 0xFFFF_FFFF_FFFF
            )
        }
    }
}

fn base64(dice: &mut Dice) -> String {
    use base64::Engine as _;
    let length = dice.below(20);
    let bytes: Vec<u8> = (0..length).map(|_| dice.bits().to_le_bytes()[0]).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 20] = [
        "uuid",
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "iri",
        "uri-reference",
        "iri-reference",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "byte",
    ];

    #[test]
    fn drawn_strings_have_their_format_and_wrong_ones_do_not() {
        for format in ALL {
            let judge = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .should_ignore_unknown_formats(true)
                .build(&serde_json::json!({ "format": format }))
                .unwrap();
            let mut dice = Dice::new(5);
            for _ in 0..200 {
                let text = draw(format, &mut dice).unwrap();
                assert!(judge.is_valid(&text.clone().into()), "{format}: {text}");
            }
            if format == "byte" {
                continue;
            }
            let bad = wrong(format)
                .iter()
                .filter(|text| !judge.is_valid(&(**text).into()))
                .count();
            assert_eq!(bad, wrong(format).len(), "{format}");
            assert!(bad > 0, "{format}");
        }
    }
}
