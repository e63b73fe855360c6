//! Keys: which members the objects of the Arazzo Specification have, as a table.

use super::Reader;
use super::node::Node;
use crate::arazzo::suggest;
use crate::code::Code;

/// An object of the Arazzo Specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Info,
    Source,
    Workflow,
    Step,
    Parameter,
    SuccessAction,
    FailureAction,
    Components,
    Reusable,
    Criterion,
    ExpressionType,
    RequestBody,
    Replacement,
}

/// A key and the minor version that it came with.
type Key = (&'static str, u8);

/// The extensions that are read, and the objects that they belong to.
const EXTENSIONS: [(&str, &[Kind]); 12] = [
    ("x-proofmark-generate", &[Kind::Workflow, Kind::RequestBody]),
    ("x-proofmark-always", &[Kind::Step]),
    (
        "x-proofmark-checks",
        &[Kind::Root, Kind::Workflow, Kind::Step],
    ),
    ("x-proofmark-feed", &[Kind::Workflow]),
    ("x-proofmark-think-time", &[Kind::Step]),
    ("x-proofmark-tags", &[Kind::Workflow]),
    ("x-proofmark-load", &[Kind::Root]),
    ("x-proofmark-parity", &[Kind::Root]),
    ("x-security", &[Kind::Workflow, Kind::Step]),
    ("x-operation", &[Kind::Step]),
    ("x-allowReserved", &[Kind::Parameter]),
    ("x-serverUrl", &[Kind::Source]),
];

impl Kind {
    /// The name for messages: `a step`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Root => "an Arazzo description",
            Self::Info => "`info`",
            Self::Source => "a source description",
            Self::Workflow => "a workflow",
            Self::Step => "a step",
            Self::Parameter => "a parameter",
            Self::SuccessAction => "a success action",
            Self::FailureAction => "a failure action",
            Self::Components => "`components`",
            Self::Reusable => "a reference to a component",
            Self::Criterion => "a criterion",
            Self::ExpressionType => "an expression type",
            Self::RequestBody => "a request body",
            Self::Replacement => "a replacement",
        }
    }

    fn keys(self) -> &'static [Key] {
        match self {
            Self::Root => &[
                ("arazzo", 0),
                ("info", 0),
                ("sourceDescriptions", 0),
                ("workflows", 0),
                ("components", 0),
                ("$self", 1),
                // Editors look for it; no version of the standard has it.
                ("$schema", 0),
            ],
            Self::Info => &[
                ("title", 0),
                ("version", 0),
                ("summary", 0),
                ("description", 0),
            ],
            Self::Source => &[("name", 0), ("url", 0), ("type", 0)],
            Self::Workflow => &[
                ("workflowId", 0),
                ("steps", 0),
                ("summary", 0),
                ("description", 0),
                ("inputs", 0),
                ("dependsOn", 0),
                ("parameters", 0),
                ("successActions", 0),
                ("failureActions", 0),
                ("outputs", 0),
            ],
            Self::Step => &[
                ("stepId", 0),
                ("description", 0),
                ("operationId", 0),
                ("operationPath", 0),
                ("workflowId", 0),
                ("parameters", 0),
                ("requestBody", 0),
                ("successCriteria", 0),
                ("onSuccess", 0),
                ("onFailure", 0),
                ("outputs", 0),
                ("timeout", 1),
                ("dependsOn", 1),
                // These are refused, whatever the version is.
                ("channelPath", 0),
                ("action", 0),
                ("correlationId", 0),
            ],
            Self::Parameter => &[("name", 0), ("in", 0), ("value", 0)],
            Self::SuccessAction => &[
                ("name", 0),
                ("type", 0),
                ("workflowId", 0),
                ("stepId", 0),
                ("criteria", 0),
                ("parameters", 1),
            ],
            Self::FailureAction => &[
                ("name", 0),
                ("type", 0),
                ("workflowId", 0),
                ("stepId", 0),
                ("criteria", 0),
                ("retryAfter", 0),
                ("retryLimit", 0),
                ("parameters", 1),
            ],
            Self::Components => &[
                ("inputs", 0),
                ("parameters", 0),
                ("successActions", 0),
                ("failureActions", 0),
            ],
            Self::Reusable => &[("reference", 0), ("value", 0)],
            Self::Criterion => &[("condition", 0), ("context", 0), ("type", 0)],
            Self::ExpressionType => &[("type", 0), ("version", 0)],
            Self::RequestBody => &[("contentType", 0), ("payload", 0), ("replacements", 0)],
            Self::Replacement => &[("target", 0), ("value", 0), ("targetSelectorType", 1)],
        }
    }
}

impl Reader<'_> {
    /// Names the keys that mean nothing here.
    pub(super) fn known_keys(&mut self, node: &Node<'_>, kind: Kind) {
        for key in node.members.keys() {
            let at = node.at.join(key);
            let known = kind.keys().iter().find(|(name, _)| name == key);
            match known {
                Some((_, since)) if *since > self.version.minor => {
                    let message = format!(
                        "`{key}` came with Arazzo 1.1, and the file is written in {}",
                        self.version
                    );
                    self.nonstandard(&at, message)
                        .hint("it counts all the same; write `arazzo: 1.1.0` for other tools");
                }
                Some(_) => {}
                None if key.starts_with("x-") && kind != Kind::Reusable => {
                    self.known_extension(node, key, kind);
                }
                None => {
                    let message = format!("{} has no key `{key}`", kind.name());
                    let names = kind.keys().iter().map(|(name, _)| *name);
                    let own = EXTENSIONS.iter().filter(|(_, kinds)| kinds.contains(&kind));
                    let hint = suggest::hint(key, names.chain(own.map(|(name, _)| *name)));
                    self.report(Code::UNKNOWN_KEY, &at, message).hint_if(hint);
                }
            }
        }
    }

    fn known_extension(&mut self, node: &Node<'_>, key: &str, kind: Kind) {
        let at = node.at.join(key);
        let known = EXTENSIONS.iter().find(|(name, _)| *name == key);
        match known {
            Some((_, kinds)) if kinds.contains(&kind) => {}
            Some((_, kinds)) => {
                let homes: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                let message = format!("`{key}` means nothing on {}", kind.name());
                self.report(Code::UNKNOWN_KEY, &at, message)
                    .hint(format!("it belongs on {}", homes.join(" or ")));
            }
            None if key.starts_with("x-proofmark-") => {
                let message = format!("proofmark has no extension `{key}`");
                let names = EXTENSIONS.iter().filter(|(_, kinds)| kinds.contains(&kind));
                let hint = suggest::hint(key, names.map(|(name, _)| *name));
                self.report(Code::UNKNOWN_KEY, &at, message).hint_if(hint);
            }
            None => {}
        }
    }
}
