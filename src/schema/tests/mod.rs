//! Tests of the schema layer as a whole.

mod defects;
mod lifting;
mod suite;
