//! Workflows out of the list of them.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::Reader;
use super::action::Phase;
use super::keys::Kind;
use super::node::{Item, Node};
use crate::arazzo::{Action, Components, Parameter, Placed, Source, Template, Workflow};
use crate::code::Code;
use crate::schema::{Direction, Schema};

/// What the parts of a workflow may refer to.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) sources: &'k IndexMap<String, Source>,
    pub(super) components: &'k Components,
}

impl<'a> Reader<'a> {
    /// Reads a workflow; `None` if not even its name can be read.
    pub(super) fn workflow(&mut self, item: &Item<'a>, known: Known<'_>) -> Option<Workflow> {
        let node = self.object(item, Kind::Workflow)?;
        let id = self.required(&node, "workflowId", Kind::Workflow)?;
        self.workflow = Some(id.clone());
        let inputs = self.inputs(&node);
        let depends_on = self.list(&node, "dependsOn");
        let depends_on = depends_on
            .iter()
            .filter_map(|item| self.workflow_name(item));
        let depends_on = depends_on.collect();
        let parameters = self.parameters(&node, known.components);
        let success_actions = self.actions(&node, "successActions", Phase::Success, known);
        let failure_actions = self.actions(&node, "failureActions", Phase::Failure, known);
        let mut steps = Vec::new();
        let items = self.list(&node, "steps");
        if items.is_empty() && node.members.get("steps").is_none_or(Value::is_array) {
            self.unreadable(&node.at, "a workflow needs `steps`");
        }
        for item in &items {
            steps.extend(self.step(item, known));
        }
        self.unique_steps(&items);
        Some(Workflow {
            summary: self.text(&node, "summary"),
            description: self.text(&node, "description"),
            inputs,
            depends_on,
            steps,
            parameters,
            success_actions,
            failure_actions,
            outputs: self.outputs(&node),
            generate: self.generated_inputs(&node),
            feed: self.feed(&node),
            tags: self.tags(&node),
            checks: self.checks(&node),
            security: self.security(&node),
            unusable: self.defect.take(),
            location: self.document.location(&node.at),
            id,
        })
    }

    fn inputs(&mut self, node: &Node<'a>) -> Option<Schema> {
        let item = node.item("inputs")?;
        let schema = self.set.schema(0, &item.at, Direction::Request);
        if let Err(error) = schema.validator() {
            // The defect itself is already reported where it stands.
            let location = error.location.unwrap_or_else(|| schema.location());
            self.defect.get_or_insert(location);
        }
        Some(schema)
    }

    fn unique_steps(&mut self, items: &[Item<'a>]) {
        let mut seen = BTreeSet::new();
        for item in items {
            let Some(id) = item.value.get("stepId").and_then(Value::as_str) else {
                continue;
            };
            if !seen.insert(id) {
                let message = format!("two steps are called `{id}`");
                self.report(Code::DUPLICATE_NAME, &item.at.join("stepId"), message);
            }
        }
    }

    /// The parameters of a member, with references resolved.
    pub(super) fn parameters(
        &mut self,
        node: &Node<'a>,
        components: &Components,
    ) -> Vec<Parameter> {
        let mut found: Vec<Parameter> = Vec::new();
        for item in self.list(node, "parameters") {
            let Some(parameter) = self.parameter_or_reference(&item, components) else {
                continue;
            };
            self.add_parameter(&item, parameter, &mut found);
        }
        found
    }

    /// The actions of a member, with references resolved.
    pub(super) fn actions(
        &mut self,
        node: &Node<'a>,
        key: &str,
        phase: Phase,
        known: Known<'_>,
    ) -> Vec<Action> {
        let items = self.list(node, key);
        let actions = items
            .iter()
            .filter_map(|item| self.action_or_reference(item, phase, known.components));
        actions.collect()
    }

    /// The outputs of a workflow or step. One that cannot be read has been told and makes the workflow
    /// unusable; its name is kept, so that nobody is told that what stands there is not declared.
    pub(super) fn outputs(&mut self, node: &Node<'a>) -> IndexMap<String, Placed<Template>> {
        let mut outputs = IndexMap::new();
        for (name, item) in self.map(node, "outputs") {
            self.plain_name(&name, &item);
            let Some(output) = self.template(&item) else {
                let nothing = Template::parse(&Value::Null).ok();
                let location = self.document.location(&item.at);
                let output = nothing.map(|value| Placed { value, location });
                outputs.extend(output.map(|output| (name, output)));
                continue;
            };
            if output.value.is_plain() {
                let message = format!("the output `{name}` is no expression");
                self.nonstandard(&item.at, message)
                    .hint("it is taken as it is; expressions start with `$`");
            }
            outputs.insert(name, output);
        }
        outputs
    }

    /// Names the keys of maps that are not as the standard wants them.
    pub(super) fn plain_name(&mut self, name: &str, item: &Item<'_>) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_plain) {
            let message =
                format!("`{name}` has other characters than letters, digits, `.`, `_` and `-`");
            self.nonstandard(&item.at, message)
                .hint("expressions such as `$outputs.name` need a plain name");
        }
    }
}
