//! Plans: what makes two loads the same, so that their numbers may be added.

use std::fmt::Debug;

use sha2::{Digest, Sha256};

use super::Options;
use super::program::Program;
use crate::arazzo::LoadProfile;
use crate::schema::SchemaSet;

/// How many digits of the hash are kept.
const DIGITS: usize = 32;

/// A hash of all that decides which requests are sent and how they are judged: the program's version,
/// the seed, the profile, the scenario files, the documents and the rows of feeds. Which of how many
/// machines it is, and where the target is, are no part of it.
pub(super) fn hash(program: &Program, profile: &LoadProfile, options: &Options) -> String {
    let mut plan = Plan(Sha256::new());
    plan.add("version", &env!("CARGO_PKG_VERSION"));
    plan.add("seed", &options.seed);
    plan.add("steps", &options.max_steps);
    plan.add("max-rps", &options.max_rps);
    plan.add("timeout", &options.timeout);
    plan.add("warm-up", &profile.warm_up);
    for (name, scenario) in &profile.scenarios {
        plan.add("scenario", name);
        plan.add("executor", &scenario.executor);
        plan.add("start", &(scenario.start, scenario.graceful_stop));
        for share in &scenario.exec {
            plan.add("workflow", &(&share.workflow.source, &share.workflow.id));
            plan.add("weight", &share.weight);
        }
        plan.add("tags", &scenario.tags);
    }
    for threshold in &profile.thresholds {
        let abort = threshold.abort;
        plan.add("threshold", &(threshold.subject(), &threshold.text, abort));
    }
    for file in &program.suite.files {
        plan.documents(&file.description.schemas);
    }
    for api in &program.suite.apis {
        plan.documents(&api.spec.schemas);
    }
    for script in &program.scripts {
        for inputs in &script.inputs {
            let mut text = serde_json::to_string(inputs).unwrap_or_default();
            for secret in &options.secrets {
                if !secret.expose().is_empty() {
                    text = text.replace(secret.expose(), "");
                }
            }
            plan.add("inputs", &text);
        }
    }
    let digest = plan.0.finalize();
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    let mut text: String = digits.collect();
    text.truncate(DIGITS);
    text
}

struct Plan(Sha256);

impl Plan {
    fn add(&mut self, what: &str, value: &impl Debug) {
        self.bytes(what.as_bytes());
        self.bytes(format!("{value:?}").as_bytes());
    }

    fn documents(&mut self, schemas: &SchemaSet) {
        for number in 0..schemas.len() {
            self.bytes(schemas.document(number).text.as_bytes());
        }
    }

    /// With its length, so that no two lists of texts are the same bytes.
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}
