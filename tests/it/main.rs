//! One binary for all integration tests, one module per feature.
#![expect(clippy::expect_used, reason = "a test that cannot go on says why")]

mod allocations;
mod canary;
mod codings;
mod commands;
mod deploy;
mod document;
mod faults;
mod gate;
mod generate;
mod interruption;
mod judge;
mod lint;
mod load;
mod load_document;
mod new;
mod parity;
mod parity_documents;
mod parity_fail_on;
mod parity_faults;
mod parity_health;
mod parity_lone;
mod parity_relapse;
mod parity_told;
mod readme;
mod refusals;
mod replay;
mod replay_parity;
mod replay_scenario;
mod report;
mod scenario;
mod scenarios;
mod secrecy;
mod seeds;
mod support;
mod users_document;
