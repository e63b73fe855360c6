//! Steps.

use std::time::Duration;

use serde_json::{Map, Value};

use super::Reader;
use super::action::{Phase, whole};
use super::keys::Kind;
use super::node::{Item, Node};
use super::workflow::Known;
use crate::arazzo::{Parameter, RequestBody, Step, Target};

impl<'a> Reader<'a> {
    /// Reads a step; `None` if not even its name can be read.
    pub(super) fn step(&mut self, item: &Item<'a>, known: Known<'_>) -> Option<Step> {
        let node = self.object(item, Kind::Step)?;
        let id = self.required(&node, "stepId", Kind::Step)?;
        let target = self.target(&node, known);
        let (parameters, old_body) = self.step_parameters(&node, &target, known);
        let body = match node.item("requestBody") {
            Some(item) => self.request_body(&item),
            None => old_body,
        };
        if matches!(target, Target::Workflow(_)) && body.is_some() {
            self.nonstandard(
                &node.at.join("requestBody"),
                "a workflow takes no request body",
            )
            .hint("hand it inputs: `parameters` with `name` and `value`");
        }
        let depends_on = self.list(&node, "dependsOn");
        let depends_on = depends_on.iter().filter_map(|item| self.step_name(item));
        let depends_on = depends_on.collect();
        Some(Step {
            description: self.text(&node, "description"),
            target,
            parameters,
            body,
            criteria: self.criteria(&node, "successCriteria"),
            on_success: self.actions(&node, "onSuccess", Phase::Success, known),
            on_failure: self.actions(&node, "onFailure", Phase::Failure, known),
            outputs: self.outputs(&node),
            timeout: self.timeout(&node),
            depends_on,
            always: self.flag(&node, "x-proofmark-always"),
            think_time: self.think_time(&node),
            checks: self.checks(&node),
            security: self.security(&node),
            location: self.document.location(&node.at),
            id,
        })
    }

    /// The parameters of a step, and the body that Arazzo 1.0.0 let stand among them.
    fn step_parameters(
        &mut self,
        node: &Node<'a>,
        target: &Target,
        known: Known<'_>,
    ) -> (Vec<Parameter>, Option<RequestBody>) {
        let mut members = Map::new();
        let mut found: Vec<Parameter> = Vec::new();
        for item in self.list(node, "parameters") {
            let is_body = item.value.get("in").and_then(Value::as_str) == Some("body");
            if let Some(value) = item.value.get("value").filter(|_| is_body) {
                self.nonstandard(
                    &item.at.join("in"),
                    "Arazzo 1.0.1 has no parameters in `body`",
                )
                .hint("write the value under `requestBody.payload`");
                let name = item.value.get("name").and_then(Value::as_str);
                members.insert(name.unwrap_or_default().to_owned(), value.clone());
                continue;
            }
            let Some(mut parameter) = self.parameter_or_reference(&item, known.components) else {
                continue;
            };
            match target {
                Target::Workflow(_) if parameter.place.is_some() => {
                    self.nonstandard(&item.at, "inputs of a workflow stand in no place")
                        .hint("remove `in`");
                    parameter.place = None;
                }
                Target::Operation { .. } | Target::Path { .. } | Target::Request { .. }
                    if parameter.place.is_none() =>
                {
                    let name = &parameter.name;
                    let message = format!("the parameter `{name}` of an operation needs `in`");
                    self.unreadable(&item.at, message)
                        .hint("say where it goes: `in: path`, `query`, `header` or `cookie`");
                    continue;
                }
                _ => {}
            }
            self.add_parameter(&item, parameter, &mut found);
        }
        (found, self.body_of(node, members))
    }

    /// The body whose members stood among the parameters: in 1.0.0, each is named like one.
    fn body_of(&mut self, node: &Node<'a>, members: Map<String, Value>) -> Option<RequestBody> {
        if members.is_empty() {
            return None;
        }
        let at = node.at.join("parameters");
        let value = Value::Object(members);
        let item = Item {
            at: at.clone(),
            value: &value,
        };
        Some(RequestBody {
            content_type: None,
            payload: self.template(&item),
            replacements: Vec::new(),
            generate: None,
            location: self.document.location(&at),
        })
    }

    fn timeout(&mut self, node: &Node<'_>) -> Option<Duration> {
        let number = self.number(node, "timeout").ok()??;
        let millis = whole(number).filter(|millis| *millis > 0);
        if millis.is_none() {
            let message = "`timeout` is a whole number of milliseconds, 1 or more";
            self.unreadable(&node.at.join("timeout"), message);
        }
        millis.map(|millis| Duration::from_millis(millis.into()))
    }
}
