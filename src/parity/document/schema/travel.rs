//! Travel: as what the instances of a schema are sent.

/// As what instances are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::parity::document) enum Travel {
    /// As data that knows its types, such as JSON.
    Data,
    /// As text, so that a string may look like any other value.
    Text,
    /// As XML, where names and places of elements are what the schemas say.
    Xml,
}
