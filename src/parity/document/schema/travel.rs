//! Travel: as what the instances of a schema are sent.

/// As what instances are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::parity::document) enum Travel {
    /// As data that knows its types, such as JSON.
    Data,
    /// As text, so that a string may look like any other value.
    Text,
    /// As text or bytes that are all there is, and so never an object or an array. Below the root it is [`Self::Text`].
    Bytes,
    /// As XML, where names and places of elements are what the schemas say.
    Xml,
}
