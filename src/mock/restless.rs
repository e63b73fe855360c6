//! Restlessness: a server that keeps its contract and still never looks the same, as real ones do.
//!
//! Ids that the sandbox makes up are other ones, its clock is another one, and members of objects and
//! header fields come in any order. Nothing else changes: who replaces ids and times by their roles sees
//! the same answers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Map, Number, Value};

use super::store::{BEGIN, uuid};
use crate::http::{Request, Response};
use crate::seed::Seed;

/// How long after its beginning the clock of a sandbox is still taken to be meant, in seconds.
const WINDOW: i64 = 86_400;

/// Makes the answers of a server such that nobody can foresee them.
pub(super) struct Restless {
    seed: Seed,
    /// How much later its clock is, in seconds.
    late: i64,
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    /// What is shown for an id.
    shown: HashMap<String, String>,
    /// The id that is meant.
    meant: HashMap<String, String>,
    /// How many answers there were.
    answers: u64,
}

impl Restless {
    /// Restlessness with choices from a seed.
    pub(super) fn new(seed: Seed) -> Self {
        let days = i64::try_from(seed.derive("days", 0).number() % 300).unwrap_or_default();
        Self {
            seed,
            late: (days + 1) * WINDOW,
            names: Mutex::default(),
        }
    }

    /// The request with the ids that are meant.
    pub(super) fn understand(&self, request: &Request) -> Request {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = |word: &str| names.meant.get(word).cloned();
        let mut request = request.clone();
        request.path = replaced(&request.path, meant);
        for (_, value) in &mut request.headers {
            *value = replaced(value, meant);
        }
        let text = request.body.as_deref().map(std::str::from_utf8);
        if let Some(Ok(text)) = text {
            let text = replaced(text, meant);
            request.body = Some(text.into());
        }
        request
    }

    /// The answer as nobody can foresee it; `is_made` tells which words are ids that were made up.
    pub(super) fn obscure(
        &self,
        mut response: Response,
        is_made: &dyn Fn(&str) -> bool,
    ) -> Response {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.answers += 1;
        let dice = self.seed.derive("answer", names.answers);
        for (name, value) in &mut response.headers {
            if name == "location"
                && let Ok(text) = std::str::from_utf8(value)
            {
                *value = self.text(&mut names, text, is_made).into_bytes();
            }
        }
        shuffle(&mut response.headers, dice);
        if let Ok(body) = serde_json::from_slice(&response.body) {
            let body: Value = self.value(&mut names, body, is_made, dice);
            response.body = body.to_string().into();
        }
        response
    }

    fn value(
        &self,
        names: &mut Names,
        value: Value,
        is_made: &dyn Fn(&str) -> bool,
        dice: Seed,
    ) -> Value {
        match value {
            Value::String(text) => Value::from(match self.later(&text) {
                Some(time) => time,
                None => self.text(names, &text, is_made),
            }),
            Value::Number(number) => Value::Number(self.later_number(number)),
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.value(names, item, is_made, dice))
                .collect(),
            Value::Object(members) => {
                let mut members: Vec<(String, Value)> = members
                    .into_iter()
                    .map(|(name, value)| (name, self.value(names, value, is_made, dice)))
                    .collect();
                shuffle(&mut members, dice);
                Value::Object(Map::from_iter(members))
            }
            other => other,
        }
    }

    fn text(&self, names: &mut Names, text: &str, is_made: &dyn Fn(&str) -> bool) -> String {
        replaced(text, |word| {
            if let Some(shown) = names.shown.get(word) {
                return Some(shown.clone());
            }
            if !is_made(word) {
                return None;
            }
            let count = u64::try_from(names.shown.len()).unwrap_or_default();
            let seed = self.seed.derive("id", count);
            let shown = if word.contains('-') {
                uuid(seed)
            } else {
                format!("{:012x}", seed.number() & 0xffff_ffff_ffff)
            };
            names.shown.insert(word.to_owned(), shown.clone());
            names.meant.insert(shown.clone(), word.to_owned());
            Some(shown)
        })
    }

    /// A time of the sandbox's clock on this one.
    fn later(&self, text: &str) -> Option<String> {
        let late = SignedDuration::from_secs(self.late);
        if let Ok(time) = text.parse::<Timestamp>() {
            let is_own = (BEGIN..BEGIN + WINDOW).contains(&time.as_second());
            return is_own.then(|| {
                time.checked_add(late)
                    .map_or_else(|_| text.to_owned(), |time| time.to_string())
            });
        }
        let time: civil::DateTime = text.parse().ok().filter(|_| text.contains('T'))?;
        let second = time
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_second();
        let is_own = (BEGIN..BEGIN + WINDOW).contains(&second);
        is_own.then(|| {
            time.checked_add(late)
                .map_or_else(|_| text.to_owned(), |time| time.to_string())
        })
    }

    fn later_number(&self, number: Number) -> Number {
        let Some(time) = number.as_i64() else {
            return number;
        };
        if (BEGIN..BEGIN + WINDOW).contains(&time) {
            Number::from(time + self.late)
        } else if (BEGIN * 1000..(BEGIN + WINDOW) * 1000).contains(&time) {
            Number::from(time + self.late * 1000)
        } else {
            number
        }
    }
}

/// The text with words replaced: runs of letters, digits and `-`.
fn replaced(text: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !is_part(character));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        match replace(word) {
            Some(other) => found.push_str(&other),
            None => found.push_str(word),
        }
        let end = after.find(is_part).unwrap_or(after.len());
        found.push_str(&after[..end]);
        rest = &after[end..];
    }
    found
}

/// Puts a list in an order by chance.
fn shuffle<T>(items: &mut [T], dice: Seed) {
    for last in (1..items.len()).rev() {
        let index = u64::try_from(last).unwrap_or_default();
        let other = dice.derive("place", index).number() % (index + 1);
        items.swap(last, usize::try_from(other).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MADE: &str = "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d";

    #[test]
    fn what_is_shown_is_understood_and_nothing_else_changes() {
        let restless = Restless::new(Seed::new(7));
        let body = json!({
            "id": MADE,
            "name": "Ada",
            "count": 3,
            "createdAt": "2025-01-01T00:00:05Z",
            "local": "2025-01-01T00:00:05",
            "birth": "1990-01-01T00:00:05Z",
            "unix": BEGIN + 5,
            "link": format!("/users/{MADE}?x=1"),
        });
        let response = Response::new(200)
            .with_header("location", format!("/users/{MADE}"))
            .with_body("application/json", body.to_string());
        let shown = restless.obscure(response, &|word| word == MADE);
        let told: Value = serde_json::from_slice(&shown.body).unwrap();
        let id = told["id"].as_str().unwrap();
        assert!(id != MADE && id.len() == 36);
        assert_eq!(told["link"], json!(format!("/users/{id}?x=1")));
        assert_eq!(shown.header("location").unwrap(), format!("/users/{id}"));
        for member in ["name", "count", "birth"] {
            assert_eq!(told[member], body[member]);
        }
        for member in ["createdAt", "local", "unix"] {
            assert_ne!(told[member], body[member]);
        }
        assert!(
            told["createdAt"]
                .as_str()
                .unwrap()
                .parse::<Timestamp>()
                .is_ok()
        );
        let request = Request {
            method: "PUT".into(),
            path: format!("/users/{id}?owner={id}"),
            headers: Vec::new(),
            body: Some(json!({"id": id}).to_string().into()),
        };
        let meant = restless.understand(&request);
        assert_eq!(meant.path, format!("/users/{MADE}?owner={MADE}"));
        assert_eq!(meant.body.unwrap(), json!({"id": MADE}).to_string());
    }

    #[test]
    fn the_order_of_members_changes() {
        let restless = Restless::new(Seed::new(1));
        let members: Map<String, Value> = (0..20).map(|n| (format!("m{n}"), json!(n))).collect();
        let body = Value::Object(members).to_string();
        let shown = |restless: &Restless| {
            let response = Response::new(200).with_body("application/json", body.clone());
            restless.obscure(response, &|_| false).body
        };
        let (one, other) = (shown(&restless), shown(&restless));
        assert_ne!(one, other);
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
        assert_eq!(read(&one), read(&other));
    }
}
