//! Bodies that mean harm.

use proptest::prelude::*;
use serde_json::Value;

/// JSON text of a value, with spaces and escapes where they may stand.
pub(super) fn write(value: &Value, spice: u8) -> String {
    let space = ["", "", " ", "\n\t"][usize::from(spice % 4)];
    let quote = |text: &str| {
        if spice % 5 == 4 {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            format!("\"{}\"", units.collect::<String>())
        } else {
            Value::from(text).to_string()
        }
    };
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| write(item, spice)).collect();
            format!(
                "[{space}{}{space}]",
                items.join(&format!("{space},{space}"))
            )
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                format!("{}{space}:{space}{}", quote(name), write(member, spice))
            });
            let members: Vec<_> = members.collect();
            format!(
                "{{{space}{}{space}}}",
                members.join(&format!("{space},{space}"))
            )
        }
        Value::String(text) => quote(text),
        other => other.to_string(),
    }
}

/// What is done to a body.
#[derive(Debug, Clone)]
pub(super) enum Harm {
    Nothing,
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, &'static str),
    /// Each member stands twice, the first time with this value.
    Double(&'static str),
    /// Each member stands twice, the second time with this value.
    DoubleLast(&'static str),
    Append(&'static str),
}

const PIECES: [&str; 26] = [
    "1e400",
    "-1e400",
    "123456789012345678901234567890",
    "-0",
    "0.10",
    "1E5",
    "1.0",
    "\\u0041",
    "\\ud800",
    "\\n",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "null",
    "\u{0}",
    "\u{7f}",
    "é",
    "\u{feff}",
    "9223372036854775808",
    "\"a\":1,",
    "\"$serde_json::private::Number\":\"1\",",
];

pub(super) fn harm() -> impl Strategy<Value = Harm> {
    let value = prop::sample::select(&["1", "null", "\"x\"", "{}", "[]", "1.5", "true"][..]);
    prop_oneof![
        3 => Just(Harm::Nothing),
        3 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Harm::Flip(at, byte)),
        1 => any::<prop::sample::Index>().prop_map(Harm::Cut),
        3 => (any::<prop::sample::Index>(), prop::sample::select(&PIECES[..]))
            .prop_map(|(at, piece)| Harm::Insert(at, piece)),
        2 => value.clone().prop_map(Harm::Double),
        2 => value.prop_map(Harm::DoubleLast),
        1 => prop::sample::select(&PIECES[..]).prop_map(Harm::Append),
    ]
}

impl Harm {
    pub(super) fn apply(&self, value: &Value, spice: u8) -> Vec<u8> {
        let mut body = match self {
            Self::Double(with) => doubled(value, with, true),
            Self::DoubleLast(with) => doubled(value, with, false),
            _ => write(value, spice),
        }
        .into_bytes();
        match self {
            Self::Flip(at, byte) => {
                let at = at.index(body.len());
                body[at] = *byte;
            }
            Self::Cut(at) => body.truncate(at.index(body.len())),
            Self::Insert(at, piece) => {
                let at = at.index(body.len() + 1);
                body.splice(at..at, piece.bytes());
            }
            Self::Append(piece) => body.extend(piece.bytes()),
            _ => {}
        }
        body
    }
}

fn doubled(value: &Value, with: &str, is_first: bool) -> String {
    match value {
        Value::Array(items) => {
            let items = items.iter().map(|item| doubled(item, with, is_first));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                let name = Value::from(&**name);
                let member = doubled(member, with, is_first);
                if is_first {
                    format!("{name}:{with},{name}:{member}")
                } else {
                    format!("{name}:{member},{name}:{with}")
                }
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}
