//! Whether a fault can show in a document at all.

use super::distort::rewrite;
use super::{Fault, Injection, Kind};
use crate::mock::generators::Generators;
use crate::mock::respond;
use crate::seed::Seed;
use crate::spec::{Operation, Place, SchemeKind, Spec};

/// How many answers of each operation are tried.
const TRIES: u64 = 4;

impl Fault {
    /// Whether the fault can show in an API of this document. Faults of state need a behaviour file
    /// in addition, [`Fault::AcceptsAnyToken`] a server that knows its tokens.
    pub fn applies(self, spec: &Spec) -> bool {
        let any = |fits: &dyn Fn(&Operation) -> bool| spec.operations.values().any(fits);
        match self {
            Self::AcceptsInvalidBody | Self::AcceptsMalformedBody | Self::AcceptsAnyMediaType => {
                any(&|operation| operation.body.is_some())
            }
            Self::AcceptsMissingBody => {
                any(&|operation| operation.body.as_ref().is_some_and(|body| body.required))
            }
            Self::AcceptsInvalidParameters => any(&|operation| !operation.parameters.is_empty()),
            Self::AcceptsMissingParameters => any(&|operation| {
                let mut parameters = operation.parameters.iter();
                parameters.any(|parameter| parameter.required && parameter.place != Place::Path)
            }),
            Self::RejectsEnumMember
            | Self::RejectsOptionalProperty
            | Self::FailsWithoutOptionalProperty => {
                Injection::new(Some(self), spec).has_target(self)
            }
            Self::FailsOnLongText => {
                any(&|operation| operation.body.is_some() || !operation.parameters.is_empty())
            }
            Self::IgnoresCredentials | Self::AcceptsAnyToken | Self::OmitsChallenge => {
                any(&|operation| operation.requires_credentials() && is_seen(spec, operation))
            }
            Self::AcceptsAnyMethod | Self::OmitsAllow => any(&|_| true),
            Self::LosesUpdates | Self::ReadsStaleState => any(&|operation| {
                matches!(&*operation.method, "PUT" | "PATCH") && is_read(spec, operation, false)
            }),
            Self::DeletesNothing => {
                any(&|operation| operation.method == "DELETE" && is_read(spec, operation, false))
            }
            Self::ForgetsCreated => {
                any(&|operation| operation.method == "POST" && is_read(spec, operation, true))
            }
            Self::ClosesConnection | Self::BreaksFraming | Self::NeverAnswers => {
                any(&|operation| respond::success(operation).is_some())
            }
            Self::TruncatesBody | Self::NeverEnds => any(&|operation| {
                respond::success(operation).is_some_and(|(status, _)| status != 204)
            }),
            _ => {
                debug_assert_eq!(self.kind(), Kind::Response);
                let generators = Generators::default();
                any(&|operation| shows(self, &generators, operation))
            }
        }
    }
}

/// Whether the fault changes one of a few answers of the faultless server.
fn shows(fault: Fault, generators: &Generators, operation: &Operation) -> bool {
    let Some((status, documented)) = respond::success(operation) else {
        return false;
    };
    (0..TRIES).any(|index| {
        let response = respond::generated(
            generators,
            status,
            documented,
            Seed::new(0).derive("try", index),
        );
        rewrite(fault, operation, documented, &response).is_some()
    })
}

/// Whether the credentials of an operation can be seen by an HTTP server.
fn is_seen(spec: &Spec, operation: &Operation) -> bool {
    operation.security.iter().all(|requirement| {
        let mut schemes = requirement
            .0
            .keys()
            .filter_map(|name| spec.schemes.get(name));
        schemes.any(|scheme| scheme.kind != SchemeKind::MutualTls)
    })
}

/// Whether what an operation writes can be read: at the same path, or one expression below it.
fn is_read(spec: &Spec, operation: &Operation, below: bool) -> bool {
    let path = operation.path.as_str();
    let reads = |other: &str| match other.strip_prefix(path) {
        Some(rest) if below => {
            rest.starts_with("/{") && rest.ends_with('}') && rest.matches('/').count() == 1
        }
        rest => rest == Some(""),
    };
    let mut others = spec.operations.values();
    others.any(|other| other.method == "GET" && reads(other.path.as_str()))
}
