//! Answers: expressions that read what no documented response has.

use std::collections::BTreeSet;

use super::reach::{Lack, Reach};
use super::{Check, Site};
use crate::arazzo::{Access, Criterion, Expression, Placed, Section, suggest};
use crate::code::{Code, Severity};
use crate::document::{Location, Pointer};
use crate::spec::{Response, ResponseKey, Spec};
use crate::wire::MediaRange;

impl<'a> Check<'a> {
    /// What criteria, outputs and actions of a step read from its answers.
    pub(super) fn answers(&mut self, site: Site<'a>) {
        let step = site.step;
        let wanted = documented(site, &site.statuses());
        self.criteria(site, &wanted, &step.criteria);
        for output in step.outputs.values() {
            for (below, expression) in output.value.expressions() {
                let at = self.place(&output.location.pointer.concat(&below));
                self.read(site, &wanted, expression, &at);
            }
        }
        for action in &step.on_success {
            self.criteria(site, &wanted, &action.criteria);
        }
        let all = documented(site, &(100..600).collect());
        for action in &step.on_failure {
            self.criteria(site, &all, &action.criteria);
        }
    }

    fn criteria(
        &mut self,
        site: Site<'a>,
        responses: &[&'a Response],
        criteria: &[Placed<Criterion>],
    ) {
        for Placed { value, location } in criteria {
            for expression in value.expressions() {
                let is_context = value
                    .context()
                    .is_some_and(|context| std::ptr::eq(context, expression));
                let key = if is_context { "context" } else { "condition" };
                let at = self.place(&location.pointer.join(key));
                self.read(site, responses, expression, &at);
            }
        }
    }

    fn read(
        &mut self,
        site: Site<'a>,
        responses: &[&'a Response],
        expression: &Expression,
        at: &Location,
    ) {
        match expression {
            Expression::Response(Section::Body { pointer, access }) => {
                let pointer = pointer.iter().flat_map(Pointer::tokens);
                let mut tokens: Vec<String> = pointer.map(std::borrow::Cow::into_owned).collect();
                tokens.extend(access.iter().map(|access| match access {
                    Access::Member(name) => name.clone(),
                    Access::Index(index) => index.to_string(),
                }));
                self.read_body(site, responses, &tokens, expression, at);
            }
            Expression::Response(Section::Header(name)) => {
                self.read_header(site, responses, name, expression, at);
            }
            _ => {}
        }
    }

    fn read_body(
        &mut self,
        site: Site<'a>,
        responses: &[&'a Response],
        tokens: &[String],
        expression: &Expression,
        at: &Location,
    ) {
        let id = &site.operation.id;
        let code = Code::IMPOSSIBLE_VALUE;
        if responses.is_empty() {
            return;
        }
        if responses
            .iter()
            .all(|response| has_no_body(site.spec, response))
        {
            let message = format!("`{expression}` is nothing: `{id}` documents no body there");
            let first = responses.first().map(|response| &response.location);
            let hint = first.map(|first| format!("the response is at {first}"));
            self.report(code, at, message, hint);
            return;
        }
        let with_body = responses
            .iter()
            .filter(|response| !has_no_body(site.spec, response));
        let reach = with_body
            .map(|response| reach(response, tokens))
            .reduce(Reach::or);
        let (severity, message, lack) = match reach {
            Some(Reach::Impossible(lack)) => {
                let message = format!("no documented answer of `{id}` can have `{}`", lack.name);
                (Severity::Warning, message, lack)
            }
            Some(Reach::Undeclared(lack)) => {
                let message = format!("no documented answer of `{id}` mentions `{}`", lack.name);
                (Severity::Note, message, lack)
            }
            _ => return,
        };
        let Lack {
            name,
            known,
            schema,
        } = lack;
        let hint = suggest::hint(&name, known.iter().map(String::as_str));
        let hint = hint.unwrap_or_else(|| format!("the schema is at {schema}"));
        self.report_as(severity, code, at, message, Some(hint));
    }

    /// Servers may send any field: only what looks like a typing mistake is worth a word.
    fn read_header(
        &mut self,
        site: Site<'a>,
        responses: &[&'a Response],
        name: &str,
        expression: &Expression,
        at: &Location,
    ) {
        let known = responses
            .iter()
            .flat_map(|response| response.headers.keys());
        let known: BTreeSet<&str> = known.map(String::as_str).collect();
        if known.iter().any(|known| known.eq_ignore_ascii_case(name))
            || responses.iter().any(|response| response.unreadable)
        {
            return;
        }
        if let Some(near) = suggest::nearest(name, known) {
            let message = format!("`{}` documents no `{expression}`", site.operation.id);
            let hint = Some(format!("did you mean `{near}`?"));
            let code = Code::IMPOSSIBLE_VALUE;
            self.report_as(Severity::Note, code, at, message, hint);
        }
    }
}

/// The responses that are documented for statuses, each once.
fn documented<'a>(site: Site<'a>, statuses: &BTreeSet<u16>) -> Vec<&'a Response> {
    let responses = &site.operation.responses;
    let keys: BTreeSet<ResponseKey> = statuses
        .iter()
        .filter_map(|status| responses.select(*status))
        .map(|(key, _)| key)
        .collect();
    keys.iter().filter_map(|key| responses.0.get(key)).collect()
}

/// Whether a response is documented without a body: there is no `content`, and not only none that could
/// be read.
fn has_no_body(spec: &Spec, response: &Response) -> bool {
    let at = &response.location;
    let documents = (0..spec.schemas.len()).map(|number| spec.schemas.document(number));
    let mut documents = documents.filter(|document| document.name == at.document);
    let written = documents.find_map(|document| document.node(&at.pointer));
    !response.unreadable
        && response.content.is_empty()
        && written.is_some_and(|written| written.get("content").is_none())
}

fn reach(response: &Response, tokens: &[String]) -> Reach {
    let reaches = response.content.iter().map(|(name, media)| {
        let is_json = MediaRange::parse(name).is_ok_and(|name| name.is_json());
        match &media.schema {
            Some(schema) if is_json => Reach::of(schema, tokens),
            _ => Reach::Silent,
        }
    });
    reaches.reduce(Reach::or).unwrap_or(Reach::Silent)
}
