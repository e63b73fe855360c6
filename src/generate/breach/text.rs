//! Breaches of string rules.

use serde_json::Value;

use super::super::dice::Dice;
use super::super::format;
use super::super::site::LENGTH_LIMIT;
use super::Proposal;

/// Strings near `text` that break a keyword.
pub(super) fn proposals(
    keyword: &str,
    argument: &Value,
    text: &str,
    dice: &mut Dice,
) -> Vec<Proposal> {
    let count = text.chars().count();
    let length = || {
        argument
            .as_u64()
            .and_then(|length| usize::try_from(length).ok())
    };
    let found: Vec<String> = match keyword {
        "format" => {
            let wrong = format::wrong(argument.as_str().unwrap_or_default());
            let start = dice.below(wrong.len().max(1));
            let turned = wrong.iter().skip(start).chain(wrong.iter().take(start));
            turned.map(|text| (*text).to_owned()).collect()
        }
        "pattern" => vec![
            format!("{text}!"),
            format!("!{text}"),
            text.chars().take(count.saturating_sub(1)).collect(),
            text.replace(|character: char| character.is_ascii_digit(), "x"),
            text.replace(|character: char| character.is_ascii_alphabetic(), "1"),
            format!("{text} "),
            String::new(),
        ],
        "minLength" => {
            let short = length().unwrap_or(0).saturating_sub(1);
            vec![
                text.chars().take(short).collect(),
                "x".repeat(short.min(LENGTH_LIMIT)),
            ]
        }
        "maxLength" => match length() {
            Some(length) if length < LENGTH_LIMIT => {
                let missing = (length + 1).saturating_sub(count);
                let last = text.chars().last().unwrap_or('x');
                vec![
                    format!("{text}{}", "x".repeat(missing)),
                    format!("{text}{}", last.to_string().repeat(missing)),
                    format!("{}{text}", "a".repeat(missing)),
                ]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    found
        .into_iter()
        .map(|text| Proposal::from(Value::String(text)))
        .collect()
}
