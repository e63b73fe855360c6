//! Renderings of scenarios.

use serde_json::json;

use super::{look, reports, xml};
use crate::check::tests::Scene;
use crate::code::Code;
use crate::record::StepOutcome;
use crate::record::tests::Story;
use crate::record::tests::scenario::{Play, carrying, criterion, key, lifecycle};
use crate::report::{Look, terminal};

#[test]
fn the_terminal_shows_each_step_and_why_it_failed() {
    insta::assert_snapshot!(terminal(&lifecycle().summary(), &look(100)), @"");
}

#[test]
fn narrow_terminals_have_no_columns() {
    insta::assert_snapshot!(terminal(&lifecycle().summary(), &look(60)), @"");
}
