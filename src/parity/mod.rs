//! Parity: where two things that should be alike are not.

pub mod pair;
