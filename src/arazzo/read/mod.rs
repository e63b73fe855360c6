//! Reading: from a document to a [`Description`]. Each defect costs the workflow that it is in, never
//! the whole file.

mod action;
mod body;
mod component;
mod criterion;
mod duration;
mod extension;
mod keys;
mod load;
mod names;
mod node;
mod parameter;
mod parity;
mod root;
mod security;
mod step;
mod target;
mod template;
mod version;
mod workflow;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::lint::{Found, lint, mark_defective, mark_unusable};
use super::{Description, Version};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Document, Location, Pointer};
use crate::schema::{Dialect, Open, SchemaSet, SchemaSetBuilder, Unavailable};

/// Reads an Arazzo description whose schemas reference no other files. What is wrong with it comes as
/// diagnostics in the order of the file; `None` if nothing of it can be used.
pub fn read(document: Document) -> (Option<Description>, Vec<Diagnostic>) {
    read_with(document, &mut |name| {
        Err(Unavailable {
            message: format!("`{name}` was not read"),
            hint: None,
        })
    })
}

/// Reads an Arazzo description; `open` gets each file that a schema of its inputs references.
pub fn read_with(
    document: Document,
    open: &mut Open<'_>,
) -> (Option<Description>, Vec<Diagnostic>) {
    let (version, note) = match version::version(&document) {
        Ok(found) => found,
        Err(refusal) => return (None, vec![*refusal]),
    };
    let mut builder = SchemaSetBuilder::default();
    builder.add(document, Dialect::Draft202012);
    builder.survey(open);
    let set = builder.build();
    let mut reader = Reader {
        document: set.document(0),
        set: &set,
        version,
        diagnostics: note.into_iter().collect(),
        workflow: None,
        defect: None,
        broken_components: BTreeMap::new(),
    };
    let mut description = reader.root();
    let mut diagnostics = reader.diagnostics;
    if let Some(description) = &mut description {
        mark_defective(description, &diagnostics);
        let found = lint(description);
        mark_unusable(description, &found);
        // What several workflows share is told once.
        let mut told = HashSet::new();
        for Found { diagnostic, .. } in found {
            let place = diagnostic.location.pointer.to_string();
            if told.insert((place, diagnostic.message.clone())) {
                diagnostics.push(diagnostic);
            }
        }
    }
    let order = |diagnostic: &Diagnostic| {
        let location = &diagnostic.location;
        let is_elsewhere = location.document != set.document(0).name;
        (is_elsewhere, location.span.map(|span| span.start))
    };
    diagnostics.sort_by_key(order);
    (description, diagnostics)
}

/// Reads the nodes of one document.
struct Reader<'a> {
    document: &'a Document,
    set: &'a Arc<SchemaSet>,
    version: Version,
    diagnostics: Vec<Diagnostic>,
    /// The workflow that is being read.
    workflow: Option<String>,
    /// The first defect that keeps the workflow or the component from being used.
    defect: Option<Location>,
    /// Components that are there and cannot be used, by section and name.
    broken_components: BTreeMap<(&'static str, String), Location>,
}

/// What was asked for is there, and cannot be read: its defect is reported.
struct Unread;

/// What was just reported, for a hint to be added.
struct Reported<'a>(Option<&'a mut Diagnostic>);

impl Reported<'_> {
    fn hint(self, hint: impl Into<String>) {
        self.hint_if(Some(hint));
    }

    fn hint_if(self, hint: Option<impl Into<String>>) {
        if let Some(diagnostic) = self.0 {
            diagnostic.hint = hint.map(Into::into);
        }
    }
}

impl Reader<'_> {
    /// Reports a defect at a node. An error costs the workflow that is being read.
    fn report(&mut self, code: Code, at: &Pointer, message: impl Into<String>) -> Reported<'_> {
        let location = self.document.location(at);
        let mut message = message.into();
        if code.entry().severity == Severity::Error {
            if let Some(workflow) = &self.workflow {
                message = format!("{message}; workflow `{workflow}` is not run");
            }
            self.defect.get_or_insert_with(|| location.clone());
        }
        self.diagnostics
            .push(Diagnostic::new(code, location, message));
        Reported(self.diagnostics.last_mut())
    }

    fn unreadable(&mut self, at: &Pointer, message: impl Into<String>) -> Reported<'_> {
        self.report(Code::UNREADABLE_SCENARIO_NODE, at, message)
    }

    fn nonstandard(&mut self, at: &Pointer, message: impl Into<String>) -> Reported<'_> {
        self.report(Code::NONSTANDARD_FORM, at, message)
    }
}
