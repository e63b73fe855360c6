//! proofmark's own keys.

use std::path::Path;

use serde_json::Value;

use super::Reader;
use super::duration::duration;
use super::node::{Item, Node, form};
use crate::arazzo::{Feed, FeedFormat, Pick, Placed, Severities, ThinkTime, suggest};
use crate::code::{ALL, Code, Severity};

/// The words for severities.
const LEVELS: [(&str, Option<Severity>); 5] = [
    ("off", None),
    ("note", Some(Severity::Note)),
    ("warn", Some(Severity::Warning)),
    ("warning", Some(Severity::Warning)),
    ("error", Some(Severity::Error)),
];

impl<'a> Reader<'a> {
    /// `x-proofmark-checks`.
    pub(super) fn checks(&mut self, node: &Node<'a>) -> Severities {
        let mut found = Severities::default();
        for (name, item) in self.map(node, "x-proofmark-checks") {
            let Some(code) = Code::find(&name) else {
                let hint = suggest::nearest(&name, ALL.iter().map(|entry| entry.name));
                let hint = hint.map_or_else(
                    || "`proofmark explain` lists the codes".to_owned(),
                    |name| format!("did you mean `{name}`?"),
                );
                self.report(
                    Code::UNKNOWN_NAME,
                    &item.at,
                    format!("there is no check `{name}`"),
                )
                .hint(hint);
                continue;
            };
            let level = match item.value {
                // `off` is a boolean in YAML 1.1, and some editors write it as one.
                Value::Bool(false) => Some(None),
                value => value
                    .as_str()
                    .and_then(|word| LEVELS.iter().find(|(known, _)| *known == word))
                    .map(|(_, severity)| *severity),
            };
            if let Some(level) = level {
                found.0.insert(code, level);
            } else {
                let message = format!("`{name}` has no severity");
                self.unreadable(&item.at, message)
                    .hint("write `off`, `note`, `warn` or `error`");
            }
        }
        found
    }

    /// `x-proofmark-generate` of a workflow: names of inputs.
    pub(super) fn generated_inputs(&mut self, node: &Node<'a>) -> Vec<Placed<String>> {
        let names = self.texts(node, "x-proofmark-generate");
        let names = names.into_iter().map(|(at, value)| Placed {
            value,
            location: self.document.location(&at),
        });
        names.collect()
    }

    /// `x-proofmark-tags`.
    pub(super) fn tags(&mut self, node: &Node<'a>) -> Vec<String> {
        let tags = self.texts(node, "x-proofmark-tags");
        tags.into_iter().map(|(_, tag)| tag).collect()
    }

    /// `x-proofmark-feed`.
    pub(super) fn feed(&mut self, node: &Node<'a>) -> Option<Feed> {
        let feed = self.extension_object(&node.item("x-proofmark-feed")?)?;
        self.only_keys(&feed, &["file", "pick", "format"]);
        let Some(file) = self.text(&feed, "file") else {
            self.unreadable(&feed.at, "a feed needs `file`");
            return None;
        };
        let pick = self.word(
            &feed,
            "pick",
            &[
                ("sequential", Pick::Sequential),
                ("random", Pick::Random),
                ("unique", Pick::Unique),
            ],
        );
        let format = self.word(
            &feed,
            "format",
            &[("csv", FeedFormat::Csv), ("ndjson", FeedFormat::Ndjson)],
        );
        let extension = Path::new(&file).extension().and_then(|text| text.to_str());
        let format = match (format, extension) {
            (Some(format), _) => format,
            (None, Some("csv")) => FeedFormat::Csv,
            (None, Some("ndjson" | "jsonl")) => FeedFormat::Ndjson,
            _ => {
                self.unreadable(
                    &feed.at,
                    format!("how the rows of `{file}` are written is unknown"),
                )
                .hint("add `format: csv` or `format: ndjson`");
                return None;
            }
        };
        Some(Feed {
            file,
            pick: pick.unwrap_or_default(),
            format,
            location: self.document.location(&feed.at),
        })
    }

    /// `x-proofmark-think-time`.
    pub(super) fn think_time(&mut self, node: &Node<'a>) -> Option<ThinkTime> {
        let item = node.item("x-proofmark-think-time")?;
        if let Value::String(text) = item.value {
            let time = self.time(&item, text)?;
            return Some(ThinkTime {
                min: time,
                max: time,
            });
        }
        if let Value::Number(number) = item.value {
            return self.time(&item, &number.to_string()).map(|time| ThinkTime {
                min: time,
                max: time,
            });
        }
        let bounds = self.extension_object(&item)?;
        self.only_keys(&bounds, &["min", "max"]);
        let mut bound = |key: &str| {
            let Some(item) = bounds.item(key) else {
                let message = format!("a think time has `min` and `max`, and `{key}` is missing");
                self.unreadable(&bounds.at, message);
                return None;
            };
            let text = self.text_of(&item)?;
            self.time(&item, &text)
        };
        let (min, max) = (bound("min"), bound("max"));
        let (min, max) = (min?, max?);
        if min > max {
            self.unreadable(&bounds.at, "`min` is more than `max`");
            return None;
        }
        Some(ThinkTime { min, max })
    }

    pub(super) fn time(&mut self, item: &Item<'_>, text: &str) -> Option<std::time::Duration> {
        let time = duration(text);
        if time.is_none() {
            self.unreadable(&item.at, format!("`{text}` is no duration"))
                .hint("write a number with its unit, such as `200ms` or `1m30s`");
        }
        time
    }

    pub(super) fn extension_object(&mut self, item: &Item<'a>) -> Option<Node<'a>> {
        let Value::Object(members) = item.value else {
            let name = item.at.last().unwrap_or_default().into_owned();
            let message = format!("`{name}` is an object, not {}", form(item.value));
            self.unreadable(&item.at, message);
            return None;
        };
        Some(Node {
            at: item.at.clone(),
            members,
        })
    }
}
