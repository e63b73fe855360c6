//! Examples: an exchange in words fit for a report, redacted and cut to size.

use serde::{Deserialize, Serialize};

use super::Redactor;
use crate::case::{Address, CaseId, Phase};
use crate::seed::Seed;

/// An exchange that shows a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The case.
    pub case: CaseId,
    /// Where it stands in its plan, on every server; `None` in reports of versions that did not tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<Address>,
    /// Where the case came from.
    pub phase: Phase,
    /// Where its random choices came from.
    pub seed: Seed,
    /// What is wrong with the request, if it is an invalid one.
    pub defect: Option<String>,
    /// What the check has to say about this very exchange.
    pub detail: String,
    /// What was sent.
    pub request: RequestExcerpt,
    /// What came back; `None` if nothing did.
    pub response: Option<ResponseExcerpt>,
    /// Why nothing came back.
    pub failure: Option<String>,
    /// A command that sends the request again.
    pub curl: String,
}

/// A request, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestExcerpt {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The header fields.
    pub headers: Vec<Field>,
    /// The body, or what can be said about it.
    pub body: Option<String>,
}

/// A response, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseExcerpt {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<Field>,
    /// The body, or what can be said about it.
    pub body: Option<String>,
}

/// A header field, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Example {
    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        for text in [&mut self.detail, &mut self.curl] {
            *text = redactor.text(text);
        }
        for text in [&mut self.defect, &mut self.failure].into_iter().flatten() {
            *text = redactor.text(text);
        }
        self.request.mask(redactor);
        if let Some(response) = &mut self.response {
            response.mask(redactor);
        }
    }
}

impl RequestExcerpt {
    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        self.path = redactor.path(&self.path);
        for field in &mut self.headers {
            field.name = redactor.field_name(&field.name);
        }
        let values = self.headers.iter_mut().map(|field| &mut field.value);
        for text in values.chain(&mut self.body) {
            *text = redactor.text(text);
        }
    }
}

impl ResponseExcerpt {
    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        for field in &mut self.headers {
            field.name = redactor.field_name(&field.name);
        }
        let values = self.headers.iter_mut().map(|field| &mut field.value);
        for text in values.chain(&mut self.body) {
            *text = redactor.text(text);
        }
    }
}
