//! Parts of the file with the place where they stand.

use crate::document::Location;

/// Something that was read from the file, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub location: Location,
}
