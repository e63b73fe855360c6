//! Reports: renderings of the one [`Summary`](crate::record::Summary). All are pure functions; who
//! calls them writes the files.

mod json;
mod junit;
mod terminal;
#[cfg(test)]
mod tests;
mod text;

pub use json::{SCHEMA, json};
pub use junit::junit;
pub use terminal::{Look, terminal};
