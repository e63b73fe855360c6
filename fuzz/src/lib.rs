//! Fuzz targets: what must hold for whatever bytes come. Each function panics where it does not.
//!
//! The fuzzer drives them one by one; `tests/it/seeds.rs` of the main package includes this file to
//! run them over the seeds and over small changes of these.

mod answer;
mod arazzo;
mod behaviour;
mod check;
mod document;
mod expression;
mod frames;
mod generate;
mod judge;
mod message;
mod mock;
mod petstore;
mod places;
mod shape;
mod spec;
mod wire;

pub use answer::answer;
pub use arazzo::arazzo;
pub use behaviour::behaviour;
pub use check::check;
pub use document::document;
pub use expression::expression;
pub use frames::frames;
pub use generate::generate;
pub use judge::judge;
pub use mock::mock;
pub use spec::spec;
pub use wire::wire;

/// Puts one input to the test.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also the name of the folder of its seeds.
pub const TARGETS: [(&str, Target); 12] = [
    ("document", document),
    ("spec", spec),
    ("generate", generate),
    ("judge", judge),
    ("wire", wire),
    ("mock", mock),
    ("check", check),
    ("behaviour", behaviour),
    ("arazzo", arazzo),
    ("expression", expression),
    ("answer", answer),
    ("frames", frames),
];
