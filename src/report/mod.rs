//! Reports: renderings of the one [`Summary`](crate::record::Summary). All are pure functions; who
//! calls them writes the files.

mod json;
pub(crate) mod junit;
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
pub(crate) use screen::{LABEL, Screen, Tone};
pub use terminal::terminal;
pub(crate) use text::{command, counted, cut, first, printable, wrap};
