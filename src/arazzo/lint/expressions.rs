//! Expressions: where they stand in a workflow, and so what is known when they are evaluated.

use super::Lint;
use crate::arazzo::{
    Action, Criterion, Expression, Parameter, PayloadReplacement, Placed, RequestBody, Security,
    Target, Template, Workflow,
};
use crate::document::{Location, Pointer};

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) workflow: &'a Workflow,
    /// The number of the step; `None` where it may be any, as in what a workflow's steps share.
    pub(super) step: Option<usize>,
    pub(super) moment: Moment,
}

/// When an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before the call of the step.
    Before,
    /// After the call; the outputs of the step are not known yet.
    After,
    /// When the step is done.
    Done,
    /// When the workflow is done.
    End,
}

impl Lint<'_> {
    /// Expressions that cannot have a value.
    pub(super) fn expressions(&mut self, workflow: &Workflow) {
        let site = |step, moment| Site {
            workflow,
            step,
            moment,
        };
        let before = site(None, Moment::Before);
        self.parameters(before, &workflow.parameters);
        self.credentials(before, &workflow.security);
        let done = site(None, Moment::Done);
        self.all_actions(done, &workflow.success_actions);
        self.all_actions(done, &workflow.failure_actions);
        self.templates(site(None, Moment::End), workflow.outputs.values());
        for (number, step) in workflow.steps.iter().enumerate() {
            let site = |moment| site(Some(number), moment);
            let before = site(Moment::Before);
            if let Target::Request { url, .. } = &step.target {
                self.templates(before, [url]);
            }
            self.parameters(before, &step.parameters);
            self.credentials(before, &step.security);
            if let Some(body) = &step.body {
                self.body(before, body);
            }
            let after = site(Moment::After);
            self.all_criteria(after, &step.criteria);
            self.templates(after, step.outputs.values());
            let done = site(Moment::Done);
            self.all_actions(done, &step.on_success);
            self.all_actions(done, &step.on_failure);
        }
    }

    fn parameters(&mut self, site: Site<'_>, parameters: &[Parameter]) {
        self.templates(site, parameters.iter().map(|parameter| &parameter.value));
    }

    fn credentials(&mut self, site: Site<'_>, security: &[Security]) {
        self.templates(site, security.iter().flat_map(|one| one.values.values()));
    }

    fn body(&mut self, site: Site<'_>, body: &RequestBody) {
        self.templates(site, &body.payload);
        for replacement in &body.replacements {
            let Placed { value, location }: &Placed<PayloadReplacement> = replacement;
            let at = location.pointer.join("value");
            self.template(site, value.value(), &at);
        }
    }

    fn all_actions(&mut self, site: Site<'_>, actions: &[Action]) {
        for action in actions {
            self.all_criteria(site, &action.criteria);
            self.parameters(site, &action.parameters);
        }
    }

    fn templates<'t>(
        &mut self,
        site: Site<'_>,
        templates: impl IntoIterator<Item = &'t Placed<Template>>,
    ) {
        for Placed { value, location } in templates {
            self.template(site, value, &location.pointer);
        }
    }

    fn template(&mut self, site: Site<'_>, template: &Template, at: &Pointer) {
        for (below, expression) in template.expressions() {
            self.resolve(site, expression, &self.place(&at.concat(&below)));
        }
    }

    fn all_criteria(&mut self, site: Site<'_>, criteria: &[Placed<Criterion>]) {
        for Placed { value, location } in criteria {
            for expression in value.expressions() {
                let at = place_in(value, expression, &location.pointer);
                self.resolve(site, expression, &self.place(&at));
            }
        }
    }

    fn place(&self, at: &Pointer) -> Location {
        self.description.document().location(at)
    }
}

/// Where in a criterion one of its expressions stands.
fn place_in(criterion: &Criterion, expression: &Expression, at: &Pointer) -> Pointer {
    let is_context = criterion
        .context()
        .is_some_and(|context| std::ptr::eq(context, expression));
    at.join(if is_context { "context" } else { "condition" })
}
