//! Reports: renderings of the one [`Summary`](crate::record::Summary). All are pure functions; who
//! calls them writes the files.

mod json;
mod junit;
mod load;
mod screen;
mod standing;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod workflows;

pub use json::{SCHEMA, json};
pub use junit::junit;
pub(crate) use junit::legal;
pub use screen::Look;
pub use terminal::terminal;
pub(crate) use text::{counted, cut, first, printable, wrap};
