//! `x-proofmark-load`: the profile of a run under load.

mod executor;
mod number;
mod threshold;

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;

use super::Reader;
use super::node::{Item, Node, form};
use crate::arazzo::{GRACEFUL_STOP, LoadProfile, LoadScenario, Share, Workflow, suggest};
use crate::code::Code;

/// More than this is a mistake, and moments beyond cannot be reckoned with.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3_600);

impl<'a> Reader<'a> {
    /// `x-proofmark-load`; `None` if there is none, or if it has errors.
    pub(super) fn load(
        &mut self,
        root: &Node<'a>,
        workflows: &IndexMap<String, Workflow>,
    ) -> Option<LoadProfile> {
        let item = root.item("x-proofmark-load")?;
        self.defect = None;
        let node = self.extension_object(&item)?;
        self.only_keys(&node, &["scenarios", "thresholds", "warmUp"]);
        let mut scenarios = IndexMap::new();
        for (name, item) in self.map(&node, "scenarios") {
            if let Some(scenario) = self.load_scenario(&item, workflows) {
                scenarios.insert(name, scenario);
            }
        }
        if !node.has("scenarios") {
            self.unreadable(&node.at, "a load profile needs `scenarios`")
                .hint("name at least one: `scenarios: { name: { executor: constant-vus, vus: 10, duration: 30s, exec: workflowId } }`");
        } else if scenarios.is_empty() && self.defect.is_none() {
            self.unreadable(&node.at.join("scenarios"), "there is no scenario");
        }
        let thresholds = self.thresholds(&node);
        let warm_up = self.time_of(&node, "warmUp").unwrap_or_default();
        let profile = LoadProfile {
            scenarios,
            thresholds,
            warm_up,
            location: Some(self.document.location(&node.at)),
        };
        if !warm_up.is_zero() && warm_up >= profile.length() && self.defect.is_none() {
            self.unreadable(
                &node.at.join("warmUp"),
                "the warm-up leaves nothing to measure",
            )
            .hint("it is the beginning of the profile, not before it");
        }
        // Half a profile is another one.
        self.defect.take().is_none().then_some(profile)
    }

    fn load_scenario(
        &mut self,
        item: &Item<'a>,
        workflows: &IndexMap<String, Workflow>,
    ) -> Option<LoadScenario> {
        let node = self.extension_object(item)?;
        let executor = self.executor(&node);
        let exec = self.exec(&node, workflows);
        let start = self.time_of(&node, "startTime").unwrap_or_default();
        let graceful_stop = self.time_of(&node, "gracefulStop").unwrap_or(GRACEFUL_STOP);
        let mut tags = IndexMap::new();
        for (name, item) in self.map(&node, "tags") {
            if let Some(text) = self.text_of(&item) {
                tags.insert(name, text);
            }
        }
        Some(LoadScenario {
            executor: executor?,
            start,
            graceful_stop,
            exec,
            tags,
            location: Some(self.document.location(&node.at)),
        })
    }

    /// The workflows that iterations are made of: one by name, or several with weights.
    fn exec(&mut self, node: &Node<'a>, workflows: &IndexMap<String, Workflow>) -> Vec<Share> {
        let Some(item) = node.item("exec") else {
            let hint = match workflows.keys().collect::<Vec<_>>().as_slice() {
                [only] => format!("write `exec: {only}`"),
                _ => "name one, or a list of `{ workflow: ..., weight: ... }`".to_owned(),
            };
            let message = "a scenario needs `exec`: the workflow that an iteration runs";
            self.unreadable(&node.at, message).hint(hint);
            return Vec::new();
        };
        let one = |share: Option<Share>| share.into_iter().collect();
        match item.value {
            Value::String(_) => one(self.share(&item, 1, workflows)),
            Value::Object(_) => one(self.weighted(&item, workflows)),
            Value::Array(_) => {
                let items = self.items(&item);
                let shares: Vec<Share> = items
                    .iter()
                    .filter_map(|item| match item.value {
                        Value::String(_) => self.share(item, 1, workflows),
                        _ => self.weighted(item, workflows),
                    })
                    .collect();
                if items.is_empty() {
                    self.unreadable(&item.at, "`exec` names no workflow");
                }
                shares
            }
            other => {
                let message = format!("`exec` names workflows, and is not {}", form(other));
                self.unreadable(&item.at, message);
                Vec::new()
            }
        }
    }

    fn weighted(
        &mut self,
        item: &Item<'a>,
        workflows: &IndexMap<String, Workflow>,
    ) -> Option<Share> {
        let node = self.extension_object(item)?;
        self.only_keys(&node, &["workflow", "weight"]);
        let Some(workflow) = node.item("workflow") else {
            self.unreadable(&node.at, "`workflow` is missing");
            return None;
        };
        let weight = self.count(&node, "weight").unwrap_or(1);
        self.share(&workflow, weight, workflows)
    }

    fn share(
        &mut self,
        item: &Item<'a>,
        weight: u32,
        workflows: &IndexMap<String, Workflow>,
    ) -> Option<Share> {
        let workflow = self.workflow_name(item)?;
        if workflow.source.is_none() && !workflows.contains_key(&workflow.id) {
            let hint = suggest::hint(&workflow.id, workflows.keys().map(String::as_str));
            let message = format!("there is no workflow `{}`", workflow.id);
            self.report(Code::UNKNOWN_NAME, &item.at, message)
                .hint_if(hint);
            return None;
        }
        Some(Share { workflow, weight })
    }

    /// The duration of a member, if there is one.
    fn time_of(&mut self, node: &Node<'a>, key: &str) -> Option<Duration> {
        let item = node.item(key)?;
        // k6 takes a plain number as milliseconds.
        if let Value::Number(number) = item.value {
            let time = number
                .as_f64()
                .and_then(|number| Duration::try_from_secs_f64(number / 1_000.0).ok());
            if time.is_none() {
                self.unreadable(&item.at, format!("`{number}` is no duration"));
            }
            return self.bounded(&item, time?);
        }
        let text = self.text_of(&item)?;
        let time = self.time(&item, &text)?;
        self.bounded(&item, time)
    }

    /// A time that a run can last.
    fn bounded(&mut self, item: &Item<'a>, time: Duration) -> Option<Duration> {
        if time <= LONGEST {
            return Some(time);
        }
        let days = LONGEST.as_secs() / (24 * 3_600);
        self.unreadable(
            &item.at,
            format!("a load cannot last longer than {days} days"),
        );
        None
    }
}
