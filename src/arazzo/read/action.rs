//! Success and failure actions.

use std::time::Duration;

use serde_json::Value;

use super::Reader;
use super::component::Section;
use super::keys::Kind;
use super::node::{Item, Node, form};
use crate::arazzo::{Action, Components, Destination, Retry, Then, suggest};

/// After what an action happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Success,
    Failure,
}

impl<'a> Reader<'a> {
    pub(super) fn action_or_reference(
        &mut self,
        item: &Item<'a>,
        phase: Phase,
        components: &Components,
    ) -> Option<Action> {
        let (section, among) = match phase {
            Phase::Success => (Section::SuccessActions, &components.success_actions),
            Phase::Failure => (Section::FailureActions, &components.failure_actions),
        };
        match self.reference(item, section) {
            Some((node, name)) => self.component(&node, &name?, section, among),
            None => self.action(item, phase),
        }
    }

    pub(super) fn action(&mut self, item: &Item<'a>, phase: Phase) -> Option<Action> {
        let kind = match phase {
            Phase::Success => Kind::SuccessAction,
            Phase::Failure => Kind::FailureAction,
        };
        let node = self.object(item, kind)?;
        let name = match self.text(&node, "name") {
            Some(name) => name,
            None => {
                let message = format!("{} needs `name`", kind.name());
                self.nonstandard(&node.at, message);
                let token = node.at.last().unwrap_or_default();
                match token.parse::<usize>() {
                    Ok(index) => format!("action {}", index.saturating_add(1)),
                    Err(_) => token.into_owned(),
                }
            }
        };
        let word = self.required(&node, "type", kind)?;
        let then = match (&*word, phase) {
            ("end", _) => {
                self.no_effect(&node, &["workflowId", "stepId"], "`type: end`");
                Then::End
            }
            ("goto", _) => match self.destination(&node)? {
                Some(destination) => Then::GoTo(destination),
                None => {
                    let message = "`type: goto` needs `stepId` or `workflowId`";
                    self.unreadable(&node.at, message);
                    return None;
                }
            },
            ("retry", Phase::Failure) => Then::Retry(self.retry(&node)?),
            ("retry", Phase::Success) => {
                self.unreadable(&node.at.join("type"), "a step that succeeded is not tried again")
                    .hint("`type: retry` stands under `onFailure`; let a criterion say when the step has failed");
                return None;
            }
            (other, _) => {
                let words: &[&str] = match phase {
                    Phase::Success => &["end", "goto"],
                    Phase::Failure => &["end", "goto", "retry"],
                };
                let hint = suggest::hint(other, words.iter().copied());
                let message = format!("there is no action of type `{other}`");
                self.unreadable(&node.at.join("type"), message)
                    .hint_if(hint);
                return None;
            }
        };
        if !matches!(then, Then::Retry(_)) && phase == Phase::Failure {
            let subject = format!("`type: {word}`");
            self.no_effect(&node, &["retryAfter", "retryLimit"], &subject);
        }
        let leads_to_workflow = matches!(
            &then,
            Then::GoTo(Destination::Workflow(_))
                | Then::Retry(Retry {
                    first: Some(Destination::Workflow(_)),
                    ..
                })
        );
        if !leads_to_workflow {
            let subject = "an action that leads to no workflow";
            self.no_effect(&node, &["parameters"], subject);
        }
        let items = self.list(&node, "parameters");
        let parameters = items.iter().filter_map(|item| self.parameter(item));
        let parameters = parameters.collect();
        Some(Action {
            name,
            then,
            criteria: self.criteria(&node, "criteria"),
            parameters,
            location: self.document.location(&node.at),
        })
    }

    fn no_effect(&mut self, node: &Node<'_>, keys: &[&str], subject: &str) {
        for key in keys.iter().filter(|key| node.has(key)) {
            self.nonstandard(
                &node.at.join(key),
                format!("`{key}` means nothing with {subject}"),
            )
            .hint("it has no effect: remove it");
        }
    }

    /// Where an action leads, if it says so; `None` outside if that cannot be read.
    fn destination(&mut self, node: &Node<'_>) -> Option<Option<Destination>> {
        match (node.item("workflowId"), node.item("stepId")) {
            (Some(_), Some(_)) => {
                let message = "an action leads to a step or to a workflow, and this names both";
                self.unreadable(&node.at, message)
                    .hint("remove `stepId` or `workflowId`");
                None
            }
            (Some(item), None) => {
                let name = self.workflow_name(&item)?;
                Some(Some(Destination::Workflow(name)))
            }
            (None, Some(item)) => {
                let text = self.text_of(&item)?;
                let id = match text.strip_prefix("$steps.") {
                    Some(id) => {
                        self.nonstandard(&item.at, format!("`{text}` is no `stepId`"))
                            .hint(format!("write `{id}`"));
                        id.to_owned()
                    }
                    None => text,
                };
                Some(Some(Destination::Step {
                    id,
                    location: self.document.location(&item.at),
                }))
            }
            (None, None) => Some(None),
        }
    }

    fn retry(&mut self, node: &Node<'_>) -> Option<Retry> {
        let first = self.destination(node)?;
        let after = match self.number(node, "retryAfter")? {
            None => Duration::ZERO,
            Some(seconds) => match Duration::try_from_secs_f64(seconds) {
                Ok(after) => after,
                Err(_) => {
                    let message = "`retryAfter` is a number of seconds, 0 or more";
                    self.unreadable(&node.at.join("retryAfter"), message);
                    return None;
                }
            },
        };
        let limit = match self.number(node, "retryLimit")? {
            None => 1,
            Some(limit) => match whole(limit) {
                Some(limit) => limit,
                None => {
                    let message = "`retryLimit` is a whole number, 0 or more";
                    self.unreadable(&node.at.join("retryLimit"), message);
                    return None;
                }
            },
        };
        Some(Retry {
            after,
            limit,
            first,
        })
    }

    /// A number, if there is one; `None` outside if it is something else. Text that holds a number
    /// counts as that.
    pub(super) fn number(&mut self, node: &Node<'_>, key: &str) -> Option<Option<f64>> {
        let Some(item) = node.item(key) else {
            return Some(None);
        };
        let number = match item.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => {
                let number: Option<f64> = text.parse().ok();
                if number.is_some() {
                    self.nonstandard(&item.at, format!("`{key}` is a number, not a text"))
                        .hint(format!("write `{key}: {text}` without quotes"));
                }
                number
            }
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            let message = match item.value {
                Value::String(text) => format!("`{key}` is a number, not `{text}`"),
                other => format!("`{key}` is a number, not {}", form(other)),
            };
            self.unreadable(&item.at, message);
        }
        number.map(Some)
    }
}

/// A whole number of 0 or more; fractions and what is too large are none.
pub(super) fn whole(number: f64) -> Option<u32> {
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return None;
    }
    format!("{number:.0}").parse().ok()
}
