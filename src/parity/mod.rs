//! Parity: how two things that should be the same differ.
//!
//! [`document`] holds two versions of an API description against each other, [`pair`] two targets.

pub mod document;
pub mod pair;
