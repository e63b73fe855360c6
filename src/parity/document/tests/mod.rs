//! What two documents say differently, from small documents up.

mod alike;
mod branches;
mod errors;
mod fields;
mod keywords;
mod laws;
mod never_sent;
mod normal;
mod operations;
mod restrictions;
mod schemas;
mod servers;
mod shown;

use super::{Change, Comparison, Limits, compare};
use crate::spec::Spec;

/// A document with one operation that takes and gives the same schema, written in flow style.
fn document(version: &str, schema: &str, components: &str) -> String {
    format!(
        "openapi: {version}
info: {{title: T, version: '1'}}
paths:
  /things:
    post:
      operationId: make
      requestBody:
        required: true
        content: {{application/json: {{schema: {schema}}}}}
      responses:
        '200':
          description: ok
          content: {{application/json: {{schema: {schema}}}}}
components:
  schemas: {components}
"
    )
}

/// A document with these paths, and what else stands at the top.
fn paths(paths: &str, top: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {paths}\n{top}\n")
}

fn spec(name: &str, text: &str) -> Spec {
    let spec = Spec::from_text(name, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let errors: Vec<_> = spec
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity.to_string() == "error")
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    spec
}

fn compared(old: &str, new: &str) -> Comparison {
    compare(
        &spec("old.yaml", old),
        &spec("new.yaml", new),
        Limits::default(),
    )
}

/// Each change as `grade kind instance`, requests first: `breaking values-removed /a`.
fn told(comparison: &Comparison) -> Vec<String> {
    let mut told: Vec<String> = comparison.changes.iter().map(line).collect();
    told.sort();
    told
}

fn line(change: &Change) -> String {
    let direction = match change.direction {
        Some(crate::schema::Direction::Request) => "request ",
        Some(crate::schema::Direction::Response) => "response ",
        None => "",
    };
    let grade = format!("{:?}", change.grade).to_lowercase();
    let instance = change.instance.as_ref().map(ToString::to_string);
    let instance = instance.unwrap_or_default();
    let line = format!("{direction}{grade} {} {instance}", change.kind);
    line.trim_end().to_owned()
}
