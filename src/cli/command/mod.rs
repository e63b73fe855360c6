//! The commands, one file each.

pub mod check;
pub mod explain;
pub mod lint;
pub mod plan;
pub mod serve;
