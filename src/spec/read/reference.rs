//! References that lead nowhere, and where they were probably meant to lead.

use std::collections::HashSet;

use serde_json::Value;

use super::Reader;
use crate::code::Code;
use crate::document::{Diagnostic, Pointer};
use crate::schema::{BrokenReference, NodeKind, Unavailable, Unresolved};

/// How alike a name must be to be taken for the one that was meant (Jaro-Winkler).
const ALIKE: f64 = 0.85;

impl Reader {
    /// Reports the references that lead nowhere.
    pub(super) fn unresolvable_references(&mut self) {
        let set = self.set.clone();
        let mut files: HashSet<&Unavailable> = HashSet::new();
        for broken in set.broken_references() {
            // A file that cannot be used is reported once, not for each of its references.
            let is_new = match &broken.cause {
                Unresolved::File(file) => files.insert(file),
                _ => true,
            };
            if is_new {
                let diagnostic = self.unresolvable(broken);
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn unresolvable(&self, broken: &BrokenReference) -> Diagnostic {
        let at = (broken.at.0, broken.at.1.join("$ref"));
        let message = format!(
            "`{}` does not lead to {}: {}",
            broken.text,
            broken.kind.name(),
            broken.cause
        );
        let diagnostic = Diagnostic::new(Code::UNRESOLVABLE_REFERENCE, self.location(&at), message);
        match &broken.cause {
            Unresolved::Remote => diagnostic
                .with_hint("save a copy beside the document and reference the file instead"),
            Unresolved::File(Unavailable {
                hint: Some(hint), ..
            }) => diagnostic.with_hint(hint.clone()),
            Unresolved::File(_) | Unresolved::Nothing => match self.meant(broken) {
                Some(meant) => diagnostic.with_hint(format!("did you mean `{meant}`?")),
                None => diagnostic,
            },
            _ => diagnostic,
        }
    }

    /// What was probably meant: a component, where only its name is given, or the neighbour of the
    /// place whose name is most alike.
    fn meant(&self, broken: &BrokenReference) -> Option<String> {
        let document = self.set.document(broken.at.0);
        if broken.kind == NodeKind::Schema && !broken.text.contains('#') {
            let schemas = Pointer::root().join("components").join("schemas");
            let schema = schemas.join(&broken.text);
            return document.node(&schema).map(|_| format!("#{schema}"));
        }
        let pointer: Pointer = broken.text.strip_prefix('#')?.parse().ok()?;
        let (parent, name) = (pointer.parent()?, pointer.last()?);
        let Value::Object(neighbours) = document.node(&parent)? else {
            return None;
        };
        neighbours
            .keys()
            .map(|other| (strsim::jaro_winkler(&name, other), other))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)))
            .map(|(_, meant)| format!("#{}", parent.join(meant)))
    }
}
