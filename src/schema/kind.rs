//! Kinds of nodes: which object the OpenAPI Specification expects where, as a table.

use serde_json::{Map, Value};

use super::Dialect;
use super::subschema::subschemas;
use crate::document::Pointer;

/// What the OpenAPI Specification expects at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// The root of an OpenAPI document (OAS 3.1.1 section 4.8.1).
    OpenApi,
    /// `components`.
    Components,
    /// A path item, also of webhooks and callbacks.
    PathItem,
    /// An operation.
    Operation,
    /// A parameter.
    Parameter,
    /// A request body.
    RequestBody,
    /// A response.
    Response,
    /// A header.
    Header,
    /// A media type.
    MediaType,
    /// The encoding of a property.
    Encoding,
    /// An example object.
    Example,
    /// A link.
    Link,
    /// A callback: expressions to path items.
    Callback,
    /// A security scheme.
    SecurityScheme,
    /// A schema.
    Schema,
    /// The root of an Arazzo document (Arazzo 1.0.1 section 4.6.1).
    Arazzo,
    /// A workflow of an Arazzo document.
    Workflow,
    /// `components` of an Arazzo document.
    WorkflowComponents,
}

/// How nodes stand under a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// The member is the node.
    One,
    /// The member is an array of nodes.
    List,
    /// The member's members are the nodes.
    Named,
    /// The same, where members that start with `x-` are extensions.
    Extensible,
}

type Member = (&'static str, Shape, NodeKind);

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl NodeKind {
    /// The name for messages: `a parameter`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenApi => "an OpenAPI document",
            Self::Components => "components",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::Header => "a header",
            Self::MediaType => "a media type",
            Self::Encoding => "an encoding",
            Self::Example => "an example",
            Self::Link => "a link",
            Self::Callback => "a callback",
            Self::SecurityScheme => "a security scheme",
            Self::Schema => "a schema",
            Self::Arazzo => "an Arazzo document",
            Self::Workflow => "a workflow",
            Self::WorkflowComponents => "components of workflows",
        }
    }

    /// What stands at a pointer, if that is an entry of `components`.
    pub(super) fn of_component(pointer: &Pointer) -> Option<Self> {
        let tokens: Vec<_> = pointer.tokens().collect();
        let [root, section, _] = tokens.as_slice() else {
            return None;
        };
        let mut sections = Self::Components.members().iter();
        let entry = sections.find(|(name, ..)| root == "components" && name == section);
        entry.map(|(_, _, kind)| *kind)
    }

    /// Whether a `$ref` may stand for such a node.
    pub(super) fn takes_references(self) -> bool {
        !matches!(
            self,
            Self::OpenApi
                | Self::Components
                | Self::Operation
                | Self::Encoding
                | Self::Arazzo
                | Self::Workflow
                | Self::WorkflowComponents
        )
    }

    /// Whether the siblings of a `$ref` mean anything.
    pub(super) fn has_siblings_of_references(self, dialect: Dialect) -> bool {
        match self {
            Self::PathItem => true,
            Self::Schema => !dialect.ignores_siblings(),
            _ => false,
        }
    }

    /// The nodes right below a node of this kind.
    pub(super) fn children(
        self,
        dialect: Dialect,
        at: &Pointer,
        node: &Map<String, Value>,
    ) -> Vec<(Pointer, Self)> {
        if self == Self::Schema {
            return subschemas(dialect, at, node)
                .into_iter()
                .map(|pointer| (pointer, self))
                .collect();
        }
        if self == Self::Callback {
            return node
                .keys()
                .filter(|name| is_name(name))
                .map(|name| (at.join(name), Self::PathItem))
                .collect();
        }
        let mut found = Vec::new();
        for (member, shape, kind) in self.members() {
            let below = || at.join(member);
            match (shape, node.get(*member)) {
                (Shape::One, Some(_)) => found.push((below(), *kind)),
                (Shape::List, Some(Value::Array(items))) => {
                    let list = below();
                    found.extend((0..items.len()).map(|index| (list.index(index), *kind)));
                }
                (Shape::Named | Shape::Extensible, Some(Value::Object(members))) => {
                    let map = below();
                    found.extend(
                        members
                            .keys()
                            .filter(|name| matches!(shape, Shape::Named) || is_name(name))
                            .map(|name| (map.join(name), *kind)),
                    );
                }
                _ => {}
            }
        }
        found
    }

    fn members(self) -> &'static [Member] {
        use Shape::{Extensible, List, Named, One};
        match self {
            Self::OpenApi => &[
                ("paths", Extensible, Self::PathItem),
                ("webhooks", Extensible, Self::PathItem),
                ("components", One, Self::Components),
            ],
            Self::Components => &[
                ("schemas", Named, Self::Schema),
                ("responses", Named, Self::Response),
                ("parameters", Named, Self::Parameter),
                ("examples", Named, Self::Example),
                ("requestBodies", Named, Self::RequestBody),
                ("headers", Named, Self::Header),
                ("securitySchemes", Named, Self::SecurityScheme),
                ("links", Named, Self::Link),
                ("callbacks", Named, Self::Callback),
                ("pathItems", Named, Self::PathItem),
            ],
            Self::PathItem => &[
                ("get", One, Self::Operation),
                ("put", One, Self::Operation),
                ("post", One, Self::Operation),
                ("delete", One, Self::Operation),
                ("options", One, Self::Operation),
                ("head", One, Self::Operation),
                ("patch", One, Self::Operation),
                ("trace", One, Self::Operation),
                ("parameters", List, Self::Parameter),
            ],
            Self::Operation => &[
                ("parameters", List, Self::Parameter),
                ("requestBody", One, Self::RequestBody),
                ("responses", Extensible, Self::Response),
                ("callbacks", Extensible, Self::Callback),
            ],
            Self::Parameter | Self::Header => &[
                ("schema", One, Self::Schema),
                ("content", Named, Self::MediaType),
                ("examples", Named, Self::Example),
            ],
            Self::RequestBody => &[("content", Named, Self::MediaType)],
            Self::Response => &[
                ("headers", Named, Self::Header),
                ("content", Named, Self::MediaType),
                ("links", Named, Self::Link),
            ],
            Self::MediaType => &[
                ("schema", One, Self::Schema),
                ("examples", Named, Self::Example),
                ("encoding", Named, Self::Encoding),
            ],
            Self::Encoding => &[("headers", Named, Self::Header)],
            Self::Arazzo => &[
                ("workflows", List, Self::Workflow),
                ("components", One, Self::WorkflowComponents),
            ],
            Self::Workflow => &[("inputs", One, Self::Schema)],
            Self::WorkflowComponents => &[("inputs", Named, Self::Schema)],
            // Schemas have a table of their own.
            Self::Example | Self::Link | Self::Callback | Self::SecurityScheme | Self::Schema => {
                &[]
            }
        }
    }
}

/// The methods that a path item may have, in the specification's order.
pub fn methods() -> impl Iterator<Item = &'static str> {
    METHODS.into_iter()
}

/// Whether the member is no extension (OAS 3.1.1 section 4.9).
fn is_name(name: &str) -> bool {
    !name.starts_with("x-")
}
