pub(in crate::arazzo) mod laws;
mod syntax;
mod values;
