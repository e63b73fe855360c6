//! One binary for all integration tests, one module per feature.

mod users_document;
