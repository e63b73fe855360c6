//! Dialects: which keywords a schema may use, and what they mean.

use serde_json::Value;

/// The dialect that a document's schemas are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The OpenAPI 3.0 subset (OAS 3.0.4 section 4.7.24).
    OpenApi30,
    /// JSON Schema draft 4.
    Draft4,
    /// JSON Schema draft 6.
    Draft6,
    /// JSON Schema draft 7.
    Draft7,
    /// JSON Schema 2019-09.
    Draft201909,
    /// JSON Schema 2020-12.
    Draft202012,
    /// OpenAPI 3.1: JSON Schema 2020-12 with the formats of OpenAPI.
    OpenApi31,
}

/// The meta-schemas by the part of their URL that tells them apart.
const META_SCHEMAS: [(&str, Dialect); 5] = [
    ("json-schema.org/draft-04/schema", Dialect::Draft4),
    ("json-schema.org/draft-06/schema", Dialect::Draft6),
    ("json-schema.org/draft-07/schema", Dialect::Draft7),
    ("json-schema.org/draft/2019-09/schema", Dialect::Draft201909),
    ("json-schema.org/draft/2020-12/schema", Dialect::Draft202012),
];

impl Dialect {
    /// The dialect that a document says it is written in: by its `$schema`, or by its `openapi` if it
    /// is an OpenAPI document. `None` if it says nothing, or nothing that is known.
    pub fn of_document(document: &Value) -> Option<Self> {
        if let Some(version) = document.get("openapi") {
            let version = version
                .as_str()
                .map_or_else(|| version.to_string(), str::to_owned);
            return Some(if version == "3.0" || version.starts_with("3.0.") {
                Self::OpenApi30
            } else {
                Self::OpenApi31
            });
        }
        let url = document.get("$schema")?.as_str()?;
        let (_, name) = url.split_once("://")?;
        let name = name.trim_end_matches('#');
        let known = META_SCHEMAS.iter().find(|(known, _)| *known == name);
        known.map(|(_, dialect)| *dialect)
    }

    /// Whether members beside a `$ref` mean nothing.
    pub(super) fn ignores_siblings(self) -> bool {
        !matches!(
            self,
            Self::Draft201909 | Self::Draft202012 | Self::OpenApi31
        )
    }

    /// The keyword that names a schema; `None` where schemas have no names.
    pub(super) fn identifier(self) -> Option<&'static str> {
        match self {
            Self::OpenApi30 => None,
            Self::Draft4 => Some("id"),
            _ => Some("$id"),
        }
    }

    /// Whether the fragment of a schema's name is an anchor.
    pub(super) fn has_anchors_in_names(self) -> bool {
        matches!(self, Self::Draft4 | Self::Draft6 | Self::Draft7)
    }

    /// The keyword of references whose meaning depends on the path to them.
    pub(super) fn dynamic_reference(self) -> Option<&'static str> {
        match self {
            Self::Draft201909 => Some("$recursiveRef"),
            Self::Draft202012 | Self::OpenApi31 => Some("$dynamicRef"),
            _ => None,
        }
    }

    /// Whether `exclusiveMinimum` and `exclusiveMaximum` are flags.
    pub(super) fn has_exclusive_flags(self) -> bool {
        matches!(self, Self::OpenApi30 | Self::Draft4)
    }

    /// Whether a list under `items` names the first items one by one.
    pub(super) fn has_lists_of_items(self) -> bool {
        matches!(
            self,
            Self::Draft4 | Self::Draft6 | Self::Draft7 | Self::Draft201909
        )
    }

    /// Whether a keyword that is known to JSON Schema 2020-12 means the same here. Keywords that are
    /// not known to it mean nothing in any dialect, but for those that are lifted.
    pub(super) fn knows(self, keyword: &str) -> bool {
        let since = match keyword {
            "const" | "contains" | "propertyNames" => Self::Draft6,
            "if" | "then" | "else" | "contentEncoding" | "contentMediaType" => Self::Draft7,
            "dependentRequired"
            | "dependentSchemas"
            | "minContains"
            | "maxContains"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema" => Self::Draft201909,
            "prefixItems" | "$dynamicRef" => Self::Draft202012,
            "patternProperties" => Self::Draft4,
            _ => return true,
        };
        self.age() >= since.age()
    }

    /// Whether strings have to have a format of this name: JSON Schema drafts know the formats that they
    /// list (draft 4 section 7.3, draft 6 section 8.3, draft 7 and 2019-09 section 7.3) and ignore others,
    /// OpenAPI knows all of them and those of its registry. Names that nobody knows say nothing anyway.
    pub(super) fn asserts(self, format: &str) -> bool {
        let since = match format {
            "uri-reference" | "uri-template" | "json-pointer" => Self::Draft6,
            "date"
            | "time"
            | "idn-email"
            | "idn-hostname"
            | "iri"
            | "iri-reference"
            | "relative-json-pointer"
            | "regex" => Self::Draft7,
            "duration" | "uuid" => Self::Draft201909,
            "int32" | "int64" | "byte" => return self.is_openapi(),
            _ => return true,
        };
        self.is_openapi() || self.age() >= since.age()
    }

    /// Whether this is a dialect of OpenAPI.
    pub(super) fn is_openapi(self) -> bool {
        matches!(self, Self::OpenApi30 | Self::OpenApi31)
    }

    /// Newer dialects have higher numbers.
    pub(super) fn age(self) -> u8 {
        match self {
            Self::OpenApi30 => 0,
            Self::Draft4 => 4,
            Self::Draft6 => 6,
            Self::Draft7 => 7,
            Self::Draft201909 => 8,
            Self::Draft202012 | Self::OpenApi31 => 9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_say_their_dialect() {
        for (document, expected) in [
            (
                json!({"$schema": "http://json-schema.org/draft-04/schema#"}),
                Some(Dialect::Draft4),
            ),
            (
                json!({"$schema": "http://json-schema.org/draft-07/schema"}),
                Some(Dialect::Draft7),
            ),
            (
                json!({"$schema": "https://json-schema.org/draft/2019-09/schema"}),
                Some(Dialect::Draft201909),
            ),
            (json!({"openapi": "3.0.3"}), Some(Dialect::OpenApi30)),
            (json!({"openapi": "3.1.0"}), Some(Dialect::OpenApi31)),
            (json!({"$schema": "https://example.com/mine"}), None),
            (json!(true), None),
        ] {
            assert_eq!(Dialect::of_document(&document), expected, "{document}");
        }
    }
}
