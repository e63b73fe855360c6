//! Loading: from files to a [`Spec`]. Each defect costs the node that it is in, never the document.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::read::Reader;
use super::{DiskFiles, FileError, Files, NoFiles, Spec};
use crate::code::Code;
use crate::document::{Diagnostic, Document, DocumentError, Pointer, Span};
use crate::schema::{Dialect, Formats, SchemaSetBuilder, Unavailable};

/// Why nothing of a document can be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The entry document cannot be read from its file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The entry document is not JSON or YAML, or not an OpenAPI document that can be read.
    #[error("{error}")]
    Document {
        /// What is wrong, and where.
        error: DocumentError,
        /// The source text, for showing the place.
        text: Arc<str>,
    },
}

impl Spec {
    /// Loads a document from disk. References to files stay below the document's folder.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        Self::open_with(path, &Formats::default())
    }

    /// As [`Self::open`], with custom formats.
    pub fn open_with(path: &Path, formats: &Formats) -> Result<Self, LoadError> {
        Self::load(&path.to_string_lossy(), &DiskFiles::beside(path), formats)
    }

    /// Loads a document, and those that it references, by name.
    pub fn load(entry: &str, files: &dyn Files, formats: &Formats) -> Result<Self, LoadError> {
        let text = files.read(entry)?;
        read(entry, &text, files, formats)
    }

    /// Loads a document from its text. It can reference no other files.
    pub fn from_text(name: &str, text: &str) -> Result<Self, LoadError> {
        Self::from_text_with(name, text, &Formats::default())
    }

    /// As [`Self::from_text`], with custom formats.
    pub fn from_text_with(name: &str, text: &str, formats: &Formats) -> Result<Self, LoadError> {
        read(name, text, &NoFiles, formats)
    }
}

/// What a version of OpenAPI is read as.
struct Version {
    dialect: Dialect,
    /// Whether it is newer than what is known.
    newer: bool,
}

fn read(name: &str, text: &str, files: &dyn Files, formats: &Formats) -> Result<Spec, LoadError> {
    let document = Document::parse(name, text).map_err(|error| LoadError::Document {
        error,
        text: text.into(),
    })?;
    let version = version(&document)?;
    if !document.value.get("paths").is_some_and(Value::is_object) {
        let (at, message) = match document.value.get("paths") {
            Some(_) => ("paths", "`paths` is not an object"),
            None => ("openapi", "the document has no `paths`"),
        };
        let hint = "there is nothing to test without paths";
        return Err(refusal(
            &document,
            &Pointer::root().join(at),
            message,
            Some(hint),
        ));
    }
    let mut builder = SchemaSetBuilder::default();
    let newer = version.newer.then(|| newer_version(&document));
    builder.add(document, version.dialect);
    // The schema of path parameters that nobody declared.
    let any_text = Document::from_value("proofmark:string", json!({ "type": "string" }));
    let any_text = (builder.add(any_text, Dialect::Draft202012), Pointer::root());
    builder.formats(formats);
    builder.survey(&mut |name| open(name, files));
    let mut reader = Reader::new(builder.build(), any_text);
    reader.diagnostics.extend(newer);
    Ok(reader.read())
}

/// Reads a document that a reference names.
fn open(name: &str, files: &dyn Files) -> Result<Document, Unavailable> {
    let text = files.read(name).map_err(|error| Unavailable {
        message: error.to_string(),
        hint: error.hint().map(str::to_owned),
    })?;
    Document::parse(name, &text).map_err(|error| {
        let place = error
            .span
            .map(|span| format!(" (line {})", span.start.line));
        Unavailable {
            message: format!(
                "`{name}` cannot be read: {error}{}",
                place.unwrap_or_default()
            ),
            hint: error.hint,
        }
    })
}

fn version(document: &Document) -> Result<Version, LoadError> {
    let root = Pointer::root();
    let Some(members) = document.value.as_object() else {
        let message = "an OpenAPI document is an object";
        return Err(refusal(document, &root, message, None));
    };
    let Some(version) = members.get("openapi") else {
        return Err(no_version(document, members));
    };
    let at = root.join("openapi");
    // `openapi: 3.1` without quotes is a number in YAML.
    let text = match version {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(refusal(document, &at, "`openapi` is not a version", None)),
    };
    let mut parts = text.split('.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0")) => Ok(Version {
            dialect: Dialect::OpenApi30,
            newer: false,
        }),
        (Some("3"), Some(minor)) if minor.parse::<u32>().is_ok() => Ok(Version {
            dialect: Dialect::OpenApi31,
            newer: minor != "1",
        }),
        _ => Err(refusal(
            document,
            &at,
            &format!("OpenAPI `{text}` cannot be read"),
            Some("versions 3.0, 3.1 and 3.2 can"),
        )),
    }
}

fn no_version(document: &Document, members: &Map<String, Value>) -> LoadError {
    let root = Pointer::root();
    if members.contains_key("swagger") {
        return refusal(
            document,
            &root.join("swagger"),
            "Swagger 2.0 cannot be read",
            Some("convert the document to OpenAPI 3, for example with swagger2openapi"),
        );
    }
    if members.contains_key("asyncapi") {
        let message = "this is an AsyncAPI document, not an OpenAPI document";
        return refusal(document, &root.join("asyncapi"), message, None);
    }
    refusal(
        document,
        &root,
        "the document has no `openapi` member",
        Some("an OpenAPI document starts with a line such as `openapi: 3.1.0`"),
    )
}

fn newer_version(document: &Document) -> Diagnostic {
    let at = Pointer::root().join("openapi");
    let text = document.node(&at).and_then(Value::as_str).unwrap_or("3");
    Diagnostic::new(
        Code::NEWER_VERSION,
        document.location(&at),
        format!("OpenAPI `{text}` is read as 3.1"),
    )
    .with_hint("what newer versions add is ignored")
}

fn refusal(document: &Document, at: &Pointer, message: &str, hint: Option<&str>) -> LoadError {
    let span: Option<Span> = document.span(at);
    LoadError::Document {
        error: DocumentError {
            message: message.to_owned(),
            name: document.name.clone(),
            span,
            hint: hint.map(str::to_owned),
        },
        text: document.text.clone(),
    }
}
