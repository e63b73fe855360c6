//! Schema sources: a schema out of a file or a value, whatever it is written in.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::failure::Failure;
use crate::document::{Document, DocumentError, Pointer};
use crate::schema::{
    Dialect, Direction, Formats, Schema, SchemaSet, SchemaSetBuilder, Unavailable,
};
use crate::spec::{DiskFiles, Files, NoFiles};

/// A document that was read, to take schemas from.
pub(crate) struct SchemaSource {
    schemas: Arc<SchemaSet>,
    /// To read the document again, for a schema at a place where none was expected.
    origin: Origin,
    dialect: Dialect,
    formats: Formats,
}

enum Origin {
    File { name: String, text: String },
    Value(Value),
}

impl SchemaSource {
    /// Reads a file. Without a dialect, the document's own; without that, 2020-12.
    pub(crate) fn open(
        name: &str,
        dialect: Option<Dialect>,
        formats: &Formats,
    ) -> Result<Self, Failure> {
        let text = DiskFiles::beside(Path::new(name))
            .read(name)
            .map_err(|error| Failure::unusable(error.to_string()))?;
        let name = name.to_owned();
        Self::new(Origin::File { name, text }, dialect, formats)
    }

    /// Takes a value. It can refer to no files.
    pub(crate) fn of_value(
        value: Value,
        dialect: Option<Dialect>,
        formats: &Formats,
    ) -> Result<Self, Failure> {
        Self::new(Origin::Value(value), dialect, formats)
    }

    fn new(origin: Origin, dialect: Option<Dialect>, formats: &Formats) -> Result<Self, Failure> {
        let document = origin.document()?;
        let dialect = match dialect.or_else(|| Dialect::of_document(&document.value)) {
            Some(dialect) => dialect,
            None if document.value.get("swagger").is_some() => {
                let failure = Failure::unusable("Swagger 2.0 documents do not say their dialect");
                return Err(failure.help("name one: `--dialect draft4` comes close"));
            }
            None => Dialect::Draft202012,
        };
        Ok(Self {
            schemas: origin.read(document, dialect, formats, None),
            origin,
            dialect,
            formats: formats.clone(),
        })
    }

    /// The schema at a pointer.
    pub(crate) fn schema(
        &mut self,
        pointer: &Pointer,
        direction: Direction,
    ) -> Result<Schema, Failure> {
        let place = (0, pointer.clone());
        let Some(node) = self.schemas.document(0).node(pointer) else {
            let message = format!("nothing stands at `{pointer}`");
            return Err(Failure::unusable(message));
        };
        if !(node.is_object() || node.is_boolean()) {
            let message = format!("what stands at `{pointer}` is not a schema");
            return Err(Failure::unusable(message).help("a schema is an object or a boolean"));
        }
        if !self.schemas.is_schema(&place) {
            let document = self.origin.document()?;
            self.schemas = self
                .origin
                .read(document, self.dialect, &self.formats, Some(pointer));
        }
        Ok(self.schemas.schema(0, pointer, direction))
    }
}

impl Origin {
    fn document(&self) -> Result<Document, Failure> {
        match self {
            Self::File { name, text } => {
                Document::parse(name, text).map_err(|error| Failure::unusable(said(&error)))
            }
            Self::Value(value) => Ok(Document::from_value("schema", value.clone())),
        }
    }

    /// Reads the document and those that it refers to; `entry` is a schema wherever it stands.
    fn read(
        &self,
        document: Document,
        dialect: Dialect,
        formats: &Formats,
        entry: Option<&Pointer>,
    ) -> Arc<SchemaSet> {
        let mut builder = SchemaSetBuilder::default();
        builder.add(document, dialect);
        builder.formats(formats);
        if let Some(pointer) = entry {
            builder.entry(0, pointer);
        }
        match self {
            Self::File { name, .. } => {
                let files = DiskFiles::beside(Path::new(name));
                builder.survey(&mut |name| open(name, &files));
            }
            Self::Value(_) => builder.survey(&mut |name| open(name, &NoFiles)),
        }
        builder.build()
    }
}

fn open(name: &str, files: &dyn Files) -> Result<Document, Unavailable> {
    let unavailable = |message: String, hint: Option<String>| Unavailable { message, hint };
    let text = files
        .read(name)
        .map_err(|error| unavailable(error.to_string(), error.hint().map(str::to_owned)))?;
    Document::parse(name, &text).map_err(|error| unavailable(said(&error), error.hint))
}

fn said(error: &DocumentError) -> String {
    match error.span {
        Some(span) => format!("{}:{}: {error}", error.name, span.start.line),
        None => format!("{}: {error}", error.name),
    }
}
