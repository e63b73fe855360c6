//! Thresholds of load profiles.

use std::time::Duration;

use serde_json::Value;

use crate::arazzo::read::Reader;
use crate::arazzo::read::node::{Item, Node, form};
use crate::arazzo::{Metric, Threshold, ThresholdError, suggest};

impl<'a> Reader<'a> {
    /// `thresholds`: a condition, or a list of them, for each metric.
    pub(super) fn thresholds(&mut self, node: &Node<'a>) -> Vec<Threshold> {
        let mut thresholds = Vec::new();
        for (metric, item) in self.map(node, "thresholds") {
            let items = match item.value {
                Value::Array(_) => self.items(&item),
                _ => vec![item],
            };
            for item in items {
                thresholds.extend(self.threshold(&metric, &item));
            }
        }
        thresholds
    }

    fn threshold(&mut self, metric: &str, item: &Item<'a>) -> Option<Threshold> {
        match item.value {
            Value::String(text) => self.condition(metric, item, text, None),
            Value::Object(_) => {
                let node = self.extension_object(item)?;
                self.only_keys(&node, &["threshold", "abortOnFail", "delayAbortEval"]);
                let Some(condition) = node.item("threshold") else {
                    self.unreadable(&node.at, "`threshold` is missing");
                    return None;
                };
                let text = self.text_of(&condition)?;
                let aborts = self.flag(&node, "abortOnFail");
                let delay = self.time_of(&node, "delayAbortEval").unwrap_or_default();
                self.condition(metric, &condition, &text, aborts.then_some(delay))
            }
            other => {
                let message = format!(
                    "a threshold is a text such as `p(95)<200`, not {}",
                    form(other)
                );
                self.unreadable(&item.at, message);
                None
            }
        }
    }

    fn condition(
        &mut self,
        metric: &str,
        item: &Item<'a>,
        text: &str,
        abort: Option<Duration>,
    ) -> Option<Threshold> {
        match Threshold::parse(metric, text) {
            Ok(threshold) => Some(Threshold {
                abort,
                location: Some(self.document.location(&item.at)),
                ..threshold
            }),
            Err(error) => {
                let hint = match &error {
                    ThresholdError::Metric(name) => {
                        let names = Metric::all().map(Metric::name);
                        suggest::hint(name, names.clone()).or_else(|| {
                            let known: Vec<&str> = names.collect();
                            Some(format!("there are: {}", known.join(", ")))
                        })
                    }
                    ThresholdError::Tags(_) => {
                        Some("write `metric{operation:getUser,step:read}`".to_owned())
                    }
                    ThresholdError::Kind { .. } => None,
                    _ => Some(
                        "write it as k6 does: `p(95)<200`, `rate<0.01`, `count>100`".to_owned(),
                    ),
                };
                self.unreadable(&item.at, error.to_string()).hint_if(hint);
                None
            }
        }
    }
}
