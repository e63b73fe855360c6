//! Values as they stand in the file.

use serde_json::Value;

use crate::document::Location;

/// A value of the file, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The value as the author wrote it.
    pub value: Value,
    /// Where it stands.
    pub location: Location,
}
