//! The sandbox: whatever is asked, it answers, alike each time and as its document says.

use proofmark::case::{Case, CaseId, Inputs, Intent, Phase};
use proofmark::check::{self, Check, Subject};
use proofmark::code::Code;
use proofmark::http::{Exchange, Request, Response, Timing};
use proofmark::mock::{Answer, Server};
use proofmark::seed::Seed;
use proofmark::spec::Operation;

use super::message::messages;
use super::petstore;

/// Sends requests to a new sandbox, one after the other.
///
/// # Panics
/// If an answer is a 5xx, differs from that of another sandbox to the same requests, or is a success
/// that breaks the document.
pub fn mock(data: &[u8]) {
    let server = petstore::sandbox();
    // A sandbox takes longer to make than to ask.
    let twin = data.len().is_multiple_of(8).then(petstore::sandbox);
    for message in messages(data).iter().take(8) {
        let request = message.request();
        let answer = server.answer(&request);
        if let Some(twin) = &twin {
            assert_eq!(answer, twin.answer(&request), "{request:?}");
        }
        let Answer::Response(response) = answer else {
            panic!("a faultless server answers: {answer:?}");
        };
        assert!(
            (100..500).contains(&response.status),
            "{request:?} {response:?}"
        );
        if response.is_success() {
            judge(&server, &request, &response);
        }
    }
}

/// Looks at an answer with the checks that ask about the answer only.
fn judge(server: &Server, request: &Request, response: &Response) {
    let spec = server.spec();
    let mut fitting = spec.operations.values().filter(|operation| {
        operation.method == request.method && operation.path.matches(request.path_only()).is_some()
    });
    let (Some(operation), None) = (fitting.next(), fitting.next()) else {
        return;
    };
    let case = case(operation, request);
    let exchange = Exchange {
        request: request.clone(),
        outcome: Ok(response.clone()),
        timing: Timing::default(),
    };
    let subject = Subject {
        spec,
        operation,
        case: &case,
        exchange: &exchange,
        history: &[],
    };
    let checks: Vec<&dyn Check> = check::all()
        .iter()
        .copied()
        .filter(|check| check.code() < Code::SERVER_ERROR)
        .collect();
    let findings = check::judge(&subject, &checks);
    assert!(findings.is_empty(), "{request:?} {response:?} {findings:?}");
}

fn case(operation: &Operation, request: &Request) -> Case {
    Case {
        id: CaseId::of(&operation.id, Phase::Valid, request),
        operation: operation.id.clone(),
        intent: Intent::Valid,
        ambiguous: false,
        phase: Phase::Valid,
        inputs: Inputs::default(),
        seed: Seed::new(0),
    }
}
