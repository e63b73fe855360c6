//! Reports: renderings of the one [`Summary`](crate::record::Summary). All are pure functions; who
//! calls them writes the files.

mod exposition;
mod hlog;
pub(crate) mod html;
mod json;
pub(crate) mod junit;
mod load;
mod metrics;
mod replayed;
mod screen;
mod seconds;
mod shards;
mod standing;
mod terminal;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod workflows;

pub use exposition::Exposition;
pub use hlog::{hlog, hlog_head, hlog_lines};
pub use html::html;
pub use json::{SCHEMA, json};
pub use junit::junit;
pub(crate) use junit::legal;
pub use replayed::{Fate, Replayed, Sent, replayed};
pub use screen::Look;
pub(crate) use screen::{LABEL, Screen, Tone};
pub use seconds::{timeline, timeline_line};
pub use terminal::terminal;
pub(crate) use text::{command, counted, cut, first, printable, wrap};
