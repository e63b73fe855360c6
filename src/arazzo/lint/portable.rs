//! Portability: what other runners of Arazzo read differently, or not at all.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::arazzo::{
    Action, Criterion, Description, Expression, ParameterPlace, Placed, RequestBody, Section, Step,
    Target, Template, Workflow,
};
use crate::code::Code;
use crate::document::{Diagnostic, Location, Pointer};
use crate::schema::Schema;

/// Names the constructs on which runners differ (`proofmark lint --portable`).
pub fn portability(description: &Description) -> Vec<Diagnostic> {
    let mut survey = Survey {
        description,
        found: Vec::new(),
    };
    for workflow in description.workflows.values() {
        survey.workflow(workflow);
    }
    let start = |diagnostic: &Diagnostic| diagnostic.location.span.map(|span| span.start);
    survey.found.sort_by_key(start);
    survey.found
}

struct Survey<'a> {
    description: &'a Description,
    found: Vec<Diagnostic>,
}

impl Survey<'_> {
    fn report(&mut self, at: &Location, message: impl Into<String>, hint: &str) {
        let diagnostic = Diagnostic::new(Code::RUNNERS_DIFFER, at.clone(), message);
        let diagnostic = diagnostic.with_hint(hint);
        if !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    fn place(&self, at: &Pointer) -> Location {
        self.description.document().location(at)
    }

    fn workflow(&mut self, workflow: &Workflow) {
        if let Some(inputs) = &workflow.inputs {
            self.inputs(inputs);
        }
        let at = |key: &str| self.place(&workflow.location.pointer.join(key));
        if workflow.feed.is_some() {
            let hint = "name the inputs on the command line there";
            self.report(&at("x-proofmark-feed"), "other runners read no feeds", hint);
        }
        let inputs = workflow.declared_inputs();
        for name in &workflow.generate {
            if inputs.default_of(&name.value).is_none() {
                let message = format!("other runners draw no input `{}`", name.value);
                self.report(&name.location, message, "give it a `default`");
            }
        }
        for parameter in &workflow.parameters {
            self.parameter(parameter.place, &parameter.value, &parameter.location);
        }
        self.templates(workflow.outputs.values());
        for action in workflow
            .success_actions
            .iter()
            .chain(&workflow.failure_actions)
        {
            self.action(action);
        }
        for step in &workflow.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        let at = |survey: &Self, key: &str| survey.place(&step.location.pointer.join(key));
        let is_call = matches!(step.target, Target::Workflow(_));
        if step.criteria.is_empty() && !is_call {
            let message = format!("`{}` has no criteria", step.id);
            let hint = "other runners let any documented status pass, an error too: add `$statusCode == 200`";
            self.report(&step.location, message, hint);
        }
        if matches!(step.target, Target::Request { .. }) {
            let hint = "only Redocly's runner reads it, too";
            let place = at(self, "x-operation");
            self.report(&place, "`x-operation` is no part of the standard", hint);
        }
        for (key, is_there) in [
            ("timeout", step.timeout.is_some()),
            ("dependsOn", !step.depends_on.is_empty()),
        ] {
            if is_there {
                let place = at(self, key);
                self.newer(&place, &format!("`{key}` of a step"));
            }
        }
        if step.always {
            let hint = "they stop at the first failure: clean up in a workflow of its own, too";
            let place = at(self, "x-proofmark-always");
            self.report(
                &place,
                "other runners do not run a step after a failure",
                hint,
            );
        }
        if let Some(body) = &step.body {
            self.body(body);
        }
        for parameter in &step.parameters {
            self.parameter(parameter.place, &parameter.value, &parameter.location);
        }
        self.templates(step.outputs.values());
        for criterion in &step.criteria {
            self.criterion(criterion);
        }
        for action in step.on_success.iter().chain(&step.on_failure) {
            self.action(action);
        }
    }

    fn newer(&mut self, at: &Location, what: &str) {
        let message = format!("{what} came with Arazzo 1.1");
        self.report(at, message, "runners of 1.0 ignore or refuse it");
    }

    fn body(&mut self, body: &RequestBody) {
        if body.generate.is_some() {
            let at = self.place(&body.location.pointer.join("x-proofmark-generate"));
            let hint = "write a whole `payload` beside it";
            let message = match &body.payload {
                None => "other runners draw no body, and there is no `payload`",
                Some(_) => "other runners send the `payload` alone",
            };
            self.report(&at, message, hint);
        }
        self.templates(&body.payload);
        for replacement in &body.replacements {
            let pointer = replacement.location.pointer.join("targetSelectorType");
            if self.description.document().node(&pointer).is_some() {
                let place = self.place(&pointer);
                self.newer(&place, "`targetSelectorType`");
            }
        }
    }

    fn parameter(
        &mut self,
        place: Option<ParameterPlace>,
        value: &Placed<Template>,
        at: &Location,
    ) {
        if place == Some(ParameterPlace::QueryString) {
            self.newer(at, "`in: querystring`");
        }
        self.templates([value]);
    }

    fn action(&mut self, action: &Action) {
        if !action.parameters.is_empty() {
            let place = self.place(&action.location.pointer.join("parameters"));
            self.newer(&place, "`parameters` of an action");
        }
        for criterion in &action.criteria {
            self.criterion(criterion);
        }
    }

    fn templates<'t>(&mut self, templates: impl IntoIterator<Item = &'t Placed<Template>>) {
        for Placed { value, location } in templates {
            for (below, expression) in value.expressions() {
                let at = self.place(&location.pointer.concat(&below));
                let written = self.description.document().node(&at.pointer);
                if written.is_some_and(Value::is_object) {
                    self.newer(&at, "a selector");
                }
                self.expression(expression, &at);
            }
        }
    }

    fn expression(&mut self, expression: &Expression, at: &Location) {
        if !expression.is_standard() {
            let message = format!("`{expression}` is none of the standard's expressions");
            let hint = "enter values with a JSON Pointer: `$response.body#/items/0/id`";
            self.report(at, message, hint);
        }
        if let Some(field) = pointed(expression) {
            self.newer(at, &format!("a JSON Pointer into `{field}`"));
        }
    }

    fn criterion(&mut self, criterion: &Placed<Criterion>) {
        let Placed { value, location } = criterion;
        let at = self.place(&location.pointer.join("condition"));
        let written = self.description.document().node(&location.pointer);
        let kind = written.and_then(|written| written.get("type"));
        let kind = kind.and_then(|kind| kind.as_str().or_else(|| kind.get("type")?.as_str()));
        let condition = value.condition().trim();
        for expression in value.expressions() {
            self.expression(expression, &at);
        }
        match kind.unwrap_or("simple") {
            "jsonpath" if !condition.starts_with("$[?") => {
                let message = format!("`{condition}` may be applied to an object");
                let hint = "some runners filter lists only: `$[?@.id]`, or a simple criterion with a JSON Pointer";
                self.report(&at, message, hint);
            }
            "simple" => self.condition(value, condition, &at),
            _ => {}
        }
    }

    fn condition(&mut self, criterion: &Criterion, condition: &str, at: &Location) {
        let reads_body = criterion.expressions().into_iter().any(|expression| {
            matches!(expression, Expression::Response(Section::Body { pointer, access })
                if pointer.is_some() || !access.is_empty())
        });
        let (texts, plain) = literals(condition);
        let has_words = texts
            .iter()
            .any(|(_, text)| text.contains(char::is_alphabetic));
        if texts.iter().any(|(quote, _)| *quote == '"') {
            let message = "texts in double quotes are none of the standard's literals";
            self.report(at, message, "write it in single quotes: `'text'`");
        }
        if reads_body && plain.contains("null") {
            let message = "a member that is missing is `null` here and an error elsewhere";
            let hint = "let the member be there, or ask for another one";
            self.report(at, message, hint);
        }
        if (plain.contains("==") || plain.contains("!=")) && has_words {
            let message = "texts are compared without case, and some runners compare them with it";
            let hint = "write the text in the case in which it is sent; `type: regex` is exact";
            self.report(at, message, hint);
        }
        if !plain.contains(['=', '<', '>']) {
            let message =
                format!("`{condition}` compares nothing: what is true was open before 1.1");
            self.report(at, message, "compare it: `== true`, `!= null`");
        }
    }

    fn inputs(&mut self, schema: &Schema) {
        let mut seen = BTreeSet::new();
        let mut pending = vec![schema.clone()];
        while let Some(schema) = pending.pop() {
            if !seen.insert((schema.document(), schema.pointer().clone())) {
                continue;
            }
            let Some(members) = schema.value().as_object() else {
                continue;
            };
            for (key, value) in members {
                let is_format = key == "format" && value.as_str() != Some("password");
                if is_format || key.starts_with("x-") {
                    let at = schema.location_below(&[key]);
                    let message = format!("some runners refuse schemas of inputs with `{key}`");
                    let hint = "leave it out; `pattern` and `format: password` are safe";
                    self.report(&at, message, hint);
                }
            }
            let reference = members.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|reference| schema.follow(reference));
            let properties = members.get("properties").and_then(Value::as_object);
            let names = properties
                .into_iter()
                .flat_map(|properties| properties.keys());
            let below = names.filter_map(|name| schema.below(&["properties", name]));
            pending.extend(target.into_iter().chain(below).collect::<Vec<_>>());
        }
    }
}

/// The input or output that an expression points into.
fn pointed(expression: &Expression) -> Option<&str> {
    let (Expression::Input(field)
    | Expression::Output(field)
    | Expression::StepOutput { output: field, .. }
    | Expression::WorkflowInput { input: field, .. }
    | Expression::WorkflowOutput { output: field, .. }) = expression
    else {
        return None;
    };
    field.pointer.as_ref().map(|_| field.name.as_str())
}

/// The texts in quotes of a condition, each with the quote that it stands in, and the rest.
fn literals(condition: &str) -> (Vec<(char, &str)>, String) {
    let (mut texts, mut outside) = (Vec::new(), String::new());
    let mut rest = condition;
    while let Some((before, behind)) = rest.split_once(['\'', '"']) {
        outside.push_str(before);
        outside.push_str("''");
        let quote = rest.chars().nth(before.chars().count()).unwrap_or('"');
        let (text, after) = behind.split_once(quote).unwrap_or((behind, ""));
        texts.push((quote, text));
        rest = after;
    }
    outside.push_str(rest);
    (texts, outside)
}
