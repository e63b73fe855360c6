//! Expression types (Arazzo 1.1.0 "Expression Type Object"; 1.0's Criterion Expression Type Object).

use std::fmt;

use serde_json::Value;

use super::super::SyntaxError;

/// In which language a condition, selector or target is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionType {
    /// Literals, operators and expressions; criteria only.
    Simple,
    /// A regular expression of ECMA 262; criteria only.
    Regex,
    /// JSONPath. Arazzo's older version, `draft-goessner-dispatch-jsonpath-00`, is read as RFC 9535.
    JsonPath {
        /// Whether the older version is asked for.
        is_goessner: bool,
    },
    /// JSON Pointer (RFC 6901); selectors and targets only (1.1).
    JsonPointer,
    /// `XPath`, which is not supported.
    XPath {
        /// The version, if one is given.
        version: Option<String>,
    },
}

const NAMES: [&str; 5] = ["simple", "regex", "jsonpath", "jsonpointer", "xpath"];
const GOESSNER: &str = "draft-goessner-dispatch-jsonpath-00";

impl ExpressionType {
    /// Reads a type: its name, or an object with `type` and `version`.
    pub fn read(value: &Value) -> Result<Self, SyntaxError> {
        let (name, version) = match value {
            Value::String(name) => (name.as_str(), None),
            Value::Object(members) => {
                let text = |name: &str| match members.get(name) {
                    None => Ok(None),
                    Some(Value::String(text)) => Ok(Some(text.as_str())),
                    Some(_) => Err(SyntaxError::new(0, format!("`{name}` is a string"))),
                };
                let name = text("type")?
                    .ok_or_else(|| SyntaxError::new(0, "an expression type has a `type`"))?;
                (name, text("version")?)
            }
            _ => return Err(SyntaxError::new(0, "a type is a string or an object")),
        };
        Ok(match (name, version) {
            ("simple", None) => Self::Simple,
            ("regex", None) => Self::Regex,
            ("jsonpath", None | Some("rfc9535")) => Self::JsonPath { is_goessner: false },
            ("jsonpath", Some(GOESSNER)) => Self::JsonPath { is_goessner: true },
            ("jsonpointer", None | Some("rfc6901")) => Self::JsonPointer,
            ("xpath", version) => Self::XPath {
                version: version.map(str::to_owned),
            },
            ("jsonpath", Some(version)) => {
                let error =
                    SyntaxError::new(0, format!("there is no version `{version}` of JSONPath"));
                return Err(error.suggest(version, ["rfc9535", GOESSNER]));
            }
            ("jsonpointer", Some(version)) => {
                let error = SyntaxError::new(
                    0,
                    format!("there is no version `{version}` of JSON Pointer"),
                );
                return Err(error.suggest(version, ["rfc6901"]));
            }
            ("simple" | "regex", Some(_)) => {
                return Err(SyntaxError::new(
                    0,
                    format!("the type `{name}` has no versions"),
                ));
            }
            _ => {
                let error = SyntaxError::new(0, format!("there is no type `{name}`"));
                return Err(error.suggest(name, NAMES));
            }
        })
    }
}

impl fmt::Display for ExpressionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Simple => "`simple`",
            Self::Regex => "`regex`",
            Self::JsonPath { .. } => "`jsonpath`",
            Self::JsonPointer => "`jsonpointer`",
            Self::XPath { .. } => "`xpath`",
        })
    }
}
