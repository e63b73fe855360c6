//! The root: source descriptions, components, workflows.

use indexmap::IndexMap;
use serde_json::Value;

use super::Reader;
use super::keys::Kind;
use super::node::{Item, Node, form};
use super::workflow::Known;
use crate::arazzo::{Description, Source, SourceKind, Workflow, suggest};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Pointer};
use crate::schema::NodeKind;

impl<'a> Reader<'a> {
    /// Reads everything.
    pub(super) fn root(&mut self) -> Option<Description> {
        let root = Item {
            at: Pointer::root(),
            value: &self.document.value,
        };
        let node = self.object(&root, Kind::Root)?;
        let info = match node.item("info") {
            Some(item) if item.value.is_object() => self.object(&item, Kind::Info),
            Some(item) => {
                let message = format!("`info` is an object, not {}", form(item.value));
                self.nonstandard(&item.at, message)
                    .hint("write `info: { title: ..., version: 1.0.0 }`");
                None
            }
            None => {
                self.nonstandard(&node.at, "an Arazzo description needs `info`")
                    .hint("add `info: { title: ..., version: 1.0.0 }`");
                None
            }
        };
        let (title, summary) = match &info {
            Some(info) => (self.title(info), self.text(info, "summary")),
            None => (String::new(), None),
        };
        self.schema_defects();
        let sources = self.sources(&node);
        let checks = self.checks(&node);
        let components = self.components(&node);
        let workflows = self.workflows(
            &node,
            Known {
                sources: &sources,
                components: &components,
            },
        );
        let parity = self.parity(&node);
        let load = self.load(&node, &workflows);
        if workflows.is_empty() {
            // Those that are there and cannot be read were already named.
            let is_named = node.members.get("workflows").and_then(Value::as_array);
            let is_list = node.members.get("workflows").is_none_or(Value::is_array);
            if is_list && is_named.is_none_or(Vec::is_empty) {
                self.unreadable(&node.at, "the description has no `workflows`")
                    .hint("there is nothing to run without workflows");
            }
            return None;
        }
        Some(Description {
            version: self.version.clone(),
            title,
            summary,
            uri: self.text(&node, "$self"),
            sources,
            workflows,
            components,
            checks,
            load,
            parity,
            schemas: self.set.clone(),
        })
    }

    fn title(&mut self, info: &Node<'_>) -> String {
        for key in ["title", "version"] {
            if !info.has(key) {
                self.nonstandard(&info.at, format!("`info` needs `{key}`"));
            }
        }
        self.text(info, "version");
        self.text(info, "title").unwrap_or_default()
    }

    /// What is wrong with the schemas of inputs.
    fn schema_defects(&mut self) {
        self.diagnostics.extend_from_slice(self.set.defects());
        for broken in self.set.broken_references() {
            if broken.kind != NodeKind::Schema {
                continue;
            }
            let at = broken.at.1.join("$ref");
            let location = self.set.document(broken.at.0).location(&at);
            let message = format!(
                "`{}` does not lead to a schema: {}",
                broken.text, broken.cause
            );
            let diagnostic = Diagnostic::new(Code::UNRESOLVABLE_REFERENCE, location, message);
            let name = broken.text.strip_prefix("#/components/inputs/");
            let inputs = self.document.value.pointer("/components/inputs");
            let inputs = inputs.and_then(Value::as_object);
            let hint = name.zip(inputs).and_then(|(name, inputs)| {
                let name = suggest::nearest(name, inputs.keys().map(String::as_str))?;
                Some(format!("did you mean `#/components/inputs/{name}`?"))
            });
            self.diagnostics.push(Diagnostic { hint, ..diagnostic });
        }
    }

    fn sources(&mut self, root: &Node<'a>) -> IndexMap<String, Source> {
        let mut sources: IndexMap<String, Source> = IndexMap::new();
        let items = self.list(root, "sourceDescriptions");
        if items.is_empty() {
            let at = match root.item("sourceDescriptions") {
                Some(item) => item.at,
                None => root.at.clone(),
            };
            self.nonstandard(&at, "an Arazzo description needs `sourceDescriptions`")
                .hint("name the OpenAPI document that has the operations");
        }
        for item in items {
            let Some(source) = self.source(&item) else {
                continue;
            };
            if sources.contains_key(&source.name) {
                let message = format!("two source descriptions are called `{}`", source.name);
                self.report(Code::DUPLICATE_NAME, &item.at.join("name"), message)
                    .hint("the first one counts");
                continue;
            }
            sources.insert(source.name.clone(), source);
        }
        sources
    }

    fn source(&mut self, item: &Item<'a>) -> Option<Source> {
        let node = self.object(item, Kind::Source)?;
        let name = self.required(&node, "name", Kind::Source);
        let url = self.required(&node, "url", Kind::Source);
        let (name, url) = (name?, url?);
        if !is_plain(&name) {
            let message =
                format!("`{name}` has other characters than letters, digits, `_` and `-`");
            self.nonstandard(&node.at.join("name"), message).hint(
                "expressions such as `$sourceDescriptions.name.operationId` need a plain name",
            );
        }
        let kind = match self.text(&node, "type").as_deref() {
            Some("openapi") => Some(SourceKind::OpenApi),
            Some("arazzo") => Some(SourceKind::Arazzo),
            Some("asyncapi") => Some(SourceKind::AsyncApi),
            Some(other) => {
                let hint = suggest::hint(other, ["openapi", "arazzo"]);
                let message = format!("there is no type `{other}` of source descriptions");
                self.nonstandard(&node.at.join("type"), message)
                    .hint_if(hint);
                None
            }
            None => None,
        };
        if kind == Some(SourceKind::AsyncApi) {
            let message = format!("`{name}` is an AsyncAPI description: messages are not tested");
            let location = self.document.location(&node.at);
            let mut diagnostic = Diagnostic::new(Code::UNSUPPORTED_FEATURE, location, message)
                .with_hint("workflows without steps that use it are run");
            diagnostic.severity = Severity::Warning;
            self.diagnostics.push(diagnostic);
        }
        if node.has("x-serverUrl") {
            self.nonstandard(&node.at.join("x-serverUrl"), "`x-serverUrl` is ignored")
                .hint("targets are named on the command line or in `proofmark.toml`");
        }
        Some(Source {
            name,
            url,
            kind,
            location: self.document.location(&node.at),
        })
    }

    fn workflows(&mut self, root: &Node<'a>, known: Known<'_>) -> IndexMap<String, Workflow> {
        let mut workflows: IndexMap<String, Workflow> = IndexMap::new();
        for item in self.list(root, "workflows") {
            self.defect = None;
            let workflow = self.workflow(&item, known);
            self.workflow = None;
            let Some(workflow) = workflow else {
                continue;
            };
            if workflows.contains_key(&workflow.id) {
                let message = format!("two workflows are called `{}`", workflow.id);
                self.report(Code::DUPLICATE_NAME, &item.at.join("workflowId"), message)
                    .hint("the first one is run, this one is not");
                continue;
            }
            workflows.insert(workflow.id.clone(), workflow);
        }
        workflows
    }
}

/// Whether a name has the recommended form (`[A-Za-z0-9_\-]+`).
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
