//! An Arazzo description: everything that a scenario file says.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{Action, LoadProfile, Parameter, ParityProfile, Severities, Source, Workflow};
use crate::document::Document;
use crate::schema::{Schema, SchemaSet};

/// An Arazzo description (Arazzo 1.0.1 section 4.6.1). What could not be read is in the diagnostics
/// that came with it, not in here.
#[derive(Debug, Clone)]
pub struct Description {
    /// The version of Arazzo that it is written in.
    pub version: Version,
    /// `info.title`; empty if it has none.
    pub title: String,
    /// `info.summary`.
    pub summary: Option<String>,
    /// `$self`: its own URI (Arazzo 1.1).
    pub uri: Option<String>,
    /// The API descriptions and other Arazzo descriptions that it uses, by name.
    pub sources: IndexMap<String, Source>,
    /// The workflows in document order, by `workflowId`. Some may be unusable.
    pub workflows: IndexMap<String, Workflow>,
    /// What is shared between workflows; references to it are already resolved in these.
    pub components: Components,
    /// `x-proofmark-checks` of the whole file.
    pub checks: Severities,
    /// `x-proofmark-load`; `None` as well if it has errors.
    pub load: Option<LoadProfile>,
    /// `x-proofmark-parity`.
    pub parity: Option<ParityProfile>,
    /// The document (number 0) and the files that its schemas reference.
    pub schemas: Arc<SchemaSet>,
}

/// A version of the Arazzo Specification, as the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The text of `arazzo`, for example `1.0.1`.
    pub text: String,
    /// The minor version that the file is read as: 0 or 1.
    pub minor: u8,
}

/// What workflows share (Arazzo 1.0.1 section 4.6.9), by name. Parts that cannot be read are left out.
#[derive(Debug, Clone, Default)]
pub struct Components {
    /// Schemas of inputs, for `$ref: '#/components/inputs/name'`.
    pub inputs: IndexMap<String, Schema>,
    /// Parameters, for `$components.parameters.name`.
    pub parameters: IndexMap<String, Parameter>,
    /// Success actions, for `$components.successActions.name`.
    pub success_actions: IndexMap<String, Action>,
    /// Failure actions, for `$components.failureActions.name`.
    pub failure_actions: IndexMap<String, Action>,
}

impl Description {
    /// The file that it was read from.
    pub fn document(&self) -> &Document {
        self.schemas.document(0)
    }

    /// The fields of each source description as they are written, for expressions such as
    /// `$sourceDescriptions.name.url`.
    pub fn source_fields(&self) -> IndexMap<String, Map<String, Value>> {
        let fields = self.sources.values().map(|source| {
            let written = self.document().node(&source.location.pointer);
            let fields = written.and_then(Value::as_object);
            (source.name.clone(), fields.cloned().unwrap_or_default())
        });
        fields.collect()
    }

    /// The source description and the `operationId` that a text such as `pets.listPets` means when no
    /// operation is called that: an older way of writing `$sourceDescriptions.pets.listPets`.
    pub fn split_operation<'i>(&self, id: &'i str) -> Option<(&Source, &'i str)> {
        let (source, rest) = id.split_once('.')?;
        Some((self.sources.get(source)?, rest)).filter(|_| !rest.is_empty())
    }

    /// `components` as it is written, for expressions such as `$components.parameters.name`.
    pub fn written_components(&self) -> Option<&Map<String, Value>> {
        self.document().value.get("components")?.as_object()
    }

    /// The workflow of this `workflowId`.
    pub fn workflow(&self, id: &str) -> Option<&Workflow> {
        self.workflows.get(id)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
