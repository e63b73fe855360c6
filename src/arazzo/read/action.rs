//! Success and failure actions.

use std::time::Duration;

use serde_json::Value;

use super::component::Section;
use super::keys::Kind;
use super::node::{Item, Node, form};
use super::{Reader, Unread};
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
        let name = self.text(&node, "name");
        let name = name.unwrap_or_else(|| self.unnamed(&node, kind));
        let word = self.required(&node, "type", kind)?;
        let then = match (&*word, phase) {
            ("end", _) => {
                self.no_effect(&node, &["workflowId", "stepId"], "`type: end`");
                Then::End
            }
            ("goto", _) => {
                let Some(destination) = self.destination(&node).ok()? else {
                    let message = "`type: goto` needs `stepId` or `workflowId`";
                    self.unreadable(&node.at, message);
                    return None;
                };
                Then::GoTo(destination)
            }
            ("retry", Phase::Failure) => Then::Retry(self.retry(&node).ok()?),
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

    /// What an action without a name is called.
    fn unnamed(&mut self, node: &Node<'_>, kind: Kind) -> String {
        self.nonstandard(&node.at, format!("{} needs `name`", kind.name()));
        let token = node.at.last().unwrap_or_default();
        match token.parse::<usize>() {
            Ok(index) => format!("action {}", index.saturating_add(1)),
            Err(_) => token.into_owned(),
        }
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

    /// Where an action leads, if it says so.
    fn destination(&mut self, node: &Node<'_>) -> Result<Option<Destination>, Unread> {
        match (node.item("workflowId"), node.item("stepId")) {
            (Some(_), Some(_)) => {
                let message = "an action leads to a step or to a workflow, and this names both";
                self.unreadable(&node.at, message)
                    .hint("remove `stepId` or `workflowId`");
                Err(Unread)
            }
            (Some(item), None) => {
                let name = self.workflow_name(&item).ok_or(Unread)?;
                Ok(Some(Destination::Workflow(name)))
            }
            (None, Some(item)) => {
                let text = self.text_of(&item).ok_or(Unread)?;
                let id = match text.strip_prefix("$steps.") {
                    Some(id) => {
                        self.nonstandard(&item.at, format!("`{text}` is no `stepId`"))
                            .hint(format!("write `{id}`"));
                        id.to_owned()
                    }
                    None => text,
                };
                Ok(Some(Destination::Step {
                    id,
                    location: self.document.location(&item.at),
                }))
            }
            (None, None) => Ok(None),
        }
    }

    fn retry(&mut self, node: &Node<'_>) -> Result<Retry, Unread> {
        let first = self.destination(node)?;
        let seconds = self.number(node, "retryAfter")?.unwrap_or(0.0);
        let Ok(after) = Duration::try_from_secs_f64(seconds) else {
            let message = "`retryAfter` is a number of seconds, 0 or more";
            self.unreadable(&node.at.join("retryAfter"), message);
            return Err(Unread);
        };
        let limit = self.number(node, "retryLimit")?.unwrap_or(1.0);
        let Some(limit) = whole(limit) else {
            let message = "`retryLimit` is a whole number, 0 or more";
            self.unreadable(&node.at.join("retryLimit"), message);
            return Err(Unread);
        };
        Ok(Retry {
            after,
            limit,
            first,
        })
    }

    /// A number, if there is one. Text that holds a number counts as that.
    pub(super) fn number(&mut self, node: &Node<'_>, key: &str) -> Result<Option<f64>, Unread> {
        let Some(item) = node.item(key) else {
            return Ok(None);
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
        number.map(Some).ok_or(Unread)
    }
}

/// A whole number of 0 or more; fractions and what is too large are none.
pub(super) fn whole(number: f64) -> Option<u32> {
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return None;
    }
    format!("{number:.0}").parse().ok()
}
