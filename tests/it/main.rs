//! One binary for all integration tests, one module per feature.

fn main() {}
