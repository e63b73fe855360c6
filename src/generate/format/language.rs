//! Formats as regular languages: for strings that need a pattern or a length besides their format,
//! which drawing the usual strings of the format hardly ever finds.

use super::super::automaton::Automaton;

/// A part of a format, as ECMA 262 patterns that all have to match. Nearly all of what matches has
/// the format, which the validator has to confirm.
type Language = &'static [&'static str];

/// A hexadecimal group of an IPv6 address, a number of an IPv4 address, a label of a host name, a
/// segment of a path, ...: what several patterns are made of.
macro_rules! part {
    (label) => {
        "[A-Za-z0-9](?:-?[A-Za-z0-9])*"
    };
    (wide_label) => {
        "[a-z0-9à-öø-ÿ一-龠](?:-?[a-z0-9à-öø-ÿ一-龠])*"
    };
    (labels) => {
        r"(?:[^.@]{1,63}\.)*[^.@]{1,63}$"
    };
    (octet) => {
        r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    };
    (hex) => {
        "[0-9A-Fa-f]{1,4}"
    };
    (day) => {
        "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    };
    (leap_year) => {
        "(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
    };
    (clock) => {
        r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
    };
    (path) => {
        r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@-]*)*"
    };
    (wide_path) => {
        r"(?:/[A-Za-z0-9à-öø-ÿ一-龠._~!$&'()*+,;=:@-]*)*"
    };
    (more) => {
        r"(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?(?:#[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?"
    };
    (host) => {
        r"[a-z0-9](?:-?[a-z0-9])*(?:\.[a-z0-9](?:-?[a-z0-9])*)*(?::[1-9][0-9]{1,3})?"
    };
    (scheme) => {
        r"[A-Za-z][A-Za-z0-9+.-]*:"
    };
    (pointer) => {
        "(?:/(?:[^/~]|~[01])*)*$"
    };
    (local) => {
        r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    };
}

/// Mail addresses in ASCII.
const MAIL: Language = &[
    concat!(
        "^",
        part!(local),
        "@",
        part!(label),
        r"(?:\.",
        part!(label),
        ")*$"
    ),
    "^[^@]{1,64}@",
    concat!("@", part!(labels)),
];

/// Host names in ASCII.
const HOST: Language = &[
    concat!("^", part!(label), r"(?:\.", part!(label), ")*$"),
    concat!("^", part!(labels)),
];

/// The parts of a format, the most usual first; none for formats that are not known.
fn languages(format: &str) -> &'static [Language] {
    match format {
        "uuid" => &[
            &["^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"],
            &["^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"],
        ],
        "date" => &[
            &[concat!("^(?:19|20)[0-9]{2}-", part!(day), "$")],
            &[concat!(
                "^(?:[0-9]{4}-",
                part!(day),
                "|",
                part!(leap_year),
                "-02-29)$"
            )],
        ],
        "date-time" => &[
            &[concat!(
                "^(?:19|20)[0-9]{2}-",
                part!(day),
                "T",
                part!(clock),
                "$"
            )],
            &[concat!(
                "^(?:[0-9]{4}-",
                part!(day),
                "|",
                part!(leap_year),
                "-02-29)[Tt]",
                part!(clock),
                "$"
            )],
            &[r"^[0-9]{4}-(?:06-30|12-31)T23:59:60(?:\.[0-9]{1,9})?Z$"],
            // Fractions of any length.
            &[concat!(
                "^20[0-9]{2}-",
                part!(day),
                r"T[01][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]+(?:Z|[+-][01][0-9]:[0-5][0-9])$"
            )],
        ],
        "time" => &[
            &[concat!("^", part!(clock), "$")],
            &[r"^23:59:60(?:\.[0-9]+)?Z$"],
            &[r"^[01][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]+(?:Z|[+-][01][0-9]:[0-5][0-9])$"],
        ],
        "duration" => &[
            &["^P(?:[0-9]+W|[0-9]+D|[0-9]+M(?:[0-9]+D)?|[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?)$"],
            &[
                "^P(?:[0-9]+D|[0-9]+M(?:[0-9]+D)?|[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?)?T(?:[0-9]+S|[0-9]+M(?:[0-9]+S)?|[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?)$",
            ],
        ],
        "email" => &[
            &[
                r"^[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,6}$",
                "^[^@]{1,64}@",
                concat!("@", part!(labels)),
            ],
            MAIL,
        ],
        "idn-email" => &[
            &[
                concat!(
                    "^[A-Za-z0-9à-öø-ÿ一-龠]+(?:[._+-][A-Za-z0-9à-öø-ÿ一-龠]+)*@",
                    part!(wide_label),
                    r"(?:\.",
                    part!(wide_label),
                    ")*$"
                ),
                "^[^@]{1,30}@",
                r"@(?:[^.@]{1,30}\.)*[^.@]{1,30}$",
            ],
            MAIL,
        ],
        "hostname" => &[HOST],
        "idn-hostname" => &[
            &[
                concat!("^", part!(wide_label), r"(?:\.", part!(wide_label), ")*$"),
                r"^(?:[^.]{1,30}\.)*[^.]{1,30}$",
            ],
            HOST,
        ],
        "ipv4" => &[&[concat!("^(?:", part!(octet), r"\.){3}", part!(octet), "$")]],
        "ipv6" => &[
            &[concat!("^(?:", part!(hex), ":){7}", part!(hex), "$")],
            &[concat!(
                "^(?:",
                "(?:",
                part!(hex),
                ":){1,7}:|:(?::",
                part!(hex),
                "){1,7}|",
                part!(hex),
                "(?::",
                part!(hex),
                "){0,2}(?::|::",
                part!(hex),
                "(?::",
                part!(hex),
                "){0,3})|::)$"
            )],
            &[concat!(
                "^(?:::(?:[Ff]{4}:)?|(?:",
                part!(hex),
                ":){6})(?:",
                part!(octet),
                r"\.){3}",
                part!(octet),
                "$"
            )],
        ],
        "uri" | "url" => &[
            &[concat!(
                "^https?://",
                part!(host),
                part!(path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^",
                part!(scheme),
                "//",
                part!(host),
                part!(path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^",
                part!(scheme),
                "[A-Za-z0-9._~@%+-]*",
                part!(path),
                part!(more),
                "$"
            )],
        ],
        "iri" => &[
            &[concat!(
                "^https?://",
                part!(host),
                part!(wide_path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^",
                part!(scheme),
                "//",
                part!(wide_label),
                r"(?:\.",
                part!(wide_label),
                ")*",
                part!(wide_path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^",
                part!(scheme),
                "[A-Za-z0-9._~@+-]*",
                part!(wide_path),
                part!(more),
                "$"
            )],
        ],
        "uri-reference" => &[
            &[concat!(
                "^(?:/[A-Za-z0-9])?[A-Za-z0-9._~-]*",
                part!(path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^(?:",
                part!(scheme),
                ")?//",
                part!(host),
                part!(path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^(?:",
                part!(scheme),
                ")?[A-Za-z0-9._~@+-]*",
                part!(path),
                part!(more),
                "$"
            )],
        ],
        "iri-reference" => &[
            &[concat!(
                "^(?:/[A-Za-z0-9])?[A-Za-z0-9à-öø-ÿ一-龠._~-]*",
                part!(wide_path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^(?:",
                part!(scheme),
                ")?//",
                part!(host),
                part!(wide_path),
                part!(more),
                "$"
            )],
            &[concat!(
                "^(?:",
                part!(scheme),
                ")?[A-Za-z0-9._~@+-]*",
                part!(wide_path),
                part!(more),
                "$"
            )],
        ],
        "uri-template" => &[&[
            r"^(?:https?://[a-z0-9]+(?:\.[a-z0-9]+)*)?(?:[A-Za-z0-9._~!$&()*+,;=:@/?#-]|\{[+#./;?&]?[A-Za-z_]+(?:,[A-Za-z_]+)*\})*$",
        ]],
        "json-pointer" => &[
            &["^(?:/(?:[A-Za-z0-9_-]|~[01])*)*$"],
            &[concat!("^", part!(pointer))],
        ],
        "relative-json-pointer" => &[
            &["^(?:0|[1-9][0-9]{0,2})(?:#|(?:/(?:[A-Za-z0-9_-]|~[01])*)*)$"],
            &[concat!("^(?:0|[1-9][0-9]*)", part!(pointer))],
            &["^[1-9][0-9]*#?$"],
        ],
        "regex" => &[
            &["^[A-Za-z0-9 _]*$"],
            &[r"^\^?(?:[A-Za-z0-9 _.:/-]|\[[a-z]+\]|\\[dws])*\$?$"],
            &["^[^\\\\()[\\]{}*+?|]*$"],
        ],
        "byte" => &[&["^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"]],
        _ => &[],
    }
}

/// Automata of the strings that match `patterns` and none of `excluded`, have `min` to `max`
/// characters and, as far as a regular language can say that, every one of `formats`.
pub(in crate::generate) fn automata(
    formats: &[String],
    patterns: &[String],
    excluded: &[String],
    min: usize,
    max: Option<usize>,
) -> Vec<Automaton> {
    let formats: Vec<_> = formats.iter().map(|format| languages(format)).collect();
    let rounds = formats.iter().map(|parts| parts.len()).max().unwrap_or(0);
    let round = |round: usize| {
        let own = formats
            .iter()
            .filter_map(|parts| parts.get(round).or(parts.last()));
        let own = own.flat_map(|language| language.iter().map(|pattern| (*pattern).to_owned()));
        let all: Vec<String> = own.chain(patterns.iter().cloned()).collect();
        Automaton::search(&all, excluded, min, max)
    };
    (0..rounds).filter_map(round).collect()
}
