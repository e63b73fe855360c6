//! Scripted cases: what the author of a scenario sends to an operation.

use super::encode::identify;
use super::{Case, EncodeError, Inputs, Intent, Phase};
use crate::seed::Seed;
use crate::spec::{OperationId, Spec};

/// The case of these inputs. It need not keep the document; with an `intent` that says so it is one
/// that breaks it in a known way. An error says why it cannot be put on the wire.
pub fn scripted(
    spec: &Spec,
    operation: &OperationId,
    intent: Intent,
    inputs: Inputs,
    seed: Seed,
) -> Result<Case, EncodeError> {
    identify(spec, operation, Phase::Scenario, intent, inputs, seed).map(|(case, _)| case)
}
