//! Faults: ways in which a server can break its contract, each by name, made from the document.
//!
//! They prove that no check is blind: a check that does not see its fault in the mock would not see
//! it in a real server either. One fault at a time; it acts on all operations where it can, unless
//! its description says otherwise.

mod applies;
mod broken;
mod distort;
mod injection;

use crate::code::Code;

pub(super) use distort::distort;
pub(super) use injection::Injection;

/// What is fixed about a fault.
#[derive(Debug)]
struct Entry {
    fault: Fault,
    name: &'static str,
    description: &'static str,
    expected: Code,
    kind: Kind,
}

/// Which side of an exchange a fault shows on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Successful answers break the document.
    Response,
    /// Requests are treated wrongly.
    Request,
    /// What was written is not what is read. Shows in a sandbox only.
    State,
    /// What arrives is not the whole answer.
    Transport,
}

macro_rules! faults {
    ($($variant:ident $name:literal $kind:ident $code:ident $description:literal)*) => {
        /// A way in which a server can break its contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Fault {
            $(#[doc = concat!("`", $name, "`: ", $description, ".")] $variant,)*
        }
        const TABLE: &[Entry] = &[
            $(Entry { fault: Fault::$variant, name: $name, description: $description, expected: Code::$code, kind: Kind::$kind },)*
        ];
        const ALL: &[Fault] = &[$(Fault::$variant,)*];
    };
}

faults! {
    MissingProperty "missing-property" Response RESPONSE_SCHEMA
        "a required property is left out of the body"
    UnknownEnumMember "unknown-enum-member" Response RESPONSE_SCHEMA
        "a value of the body is none of its enum's members"
    BrokenFormat "broken-format" Response RESPONSE_SCHEMA
        "a text of the body does not have its declared format"
    WrongType "wrong-type" Response RESPONSE_SCHEMA
        "a member of the body has another type than declared"
    NullMember "null-member" Response RESPONSE_SCHEMA
        "a member of the body is null although it must not be"
    UndeclaredProperty "undeclared-property" Response RESPONSE_SCHEMA
        "the body has a property that its closed schema does not know"
    UndocumentedStatus "undocumented-status" Response UNDOCUMENTED_STATUS
        "successes are answered with a status that is not documented"
    WrongMediaType "wrong-media-type" Response UNDOCUMENTED_MEDIA_TYPE
        "the `Content-Type` is none of those documented"
    MissingMediaType "missing-media-type" Response MISSING_MEDIA_TYPE
        "a body comes without `Content-Type`"
    MalformedMediaType "malformed-media-type" Response MALFORMED_MEDIA_TYPE
        "the `Content-Type` is no media type"
    MalformedJson "malformed-json" Response MALFORMED_BODY
        "the body ends in the middle of its JSON"
    InvalidUtf8 "invalid-utf-8" Response MALFORMED_BODY
        "the JSON of the body is not UTF-8"
    MissingHeader "missing-header" Response RESPONSE_HEADER
        "a required header is left out"
    BrokenHeader "broken-header" Response RESPONSE_HEADER
        "a declared header has a value that breaks its schema"
    UndeclaredBody "undeclared-body" Response UNDECLARED_BODY
        "a body is sent where none is declared"
    MissingBody "missing-body" Response MISSING_BODY
        "no body is sent where one is declared"

    AcceptsInvalidBody "accepts-invalid-body" Request INVALID_ACCEPTED
        "bodies are not validated"
    AcceptsInvalidParameters "accepts-invalid-parameters" Request INVALID_ACCEPTED
        "parameters are not validated"
    AcceptsMissingParameters "accepts-missing-parameters" Request INVALID_ACCEPTED
        "required parameters may be left out"
    AcceptsMissingBody "accepts-missing-body" Request INVALID_ACCEPTED
        "required bodies may be left out"
    AcceptsMalformedBody "accepts-malformed-body" Request MALFORMED_ACCEPTED
        "bodies that are not well-formed are accepted"
    RejectsEnumMember "rejects-enum-member" Request VALID_REJECTED
        "one member of one enum is refused in bodies"
    RejectsOptionalProperty "rejects-optional-property" Request VALID_REJECTED
        "bodies with the first optional property of their schema are refused"
    FailsOnLongText "fails-on-long-text" Request SERVER_ERROR
        "a text of 64 characters or more, or beyond ASCII, is answered with 500"
    FailsWithoutOptionalProperty "fails-without-optional-property" Request SERVER_ERROR
        "bodies without the first optional property of their schema are answered with 500"
    IgnoresCredentials "ignores-credentials" Request AUTH_NOT_ENFORCED
        "requests without credentials are served"
    AcceptsAnyToken "accepts-any-token" Request AUTH_NOT_ENFORCED
        "unknown credentials are accepted"
    OmitsChallenge "omits-challenge" Request CHALLENGE_MISSING
        "a 401 comes without `WWW-Authenticate`"
    AcceptsAnyMethod "accepts-any-method" Request METHOD_NOT_REFUSED
        "undeclared methods are answered with 200"
    OmitsAllow "omits-allow" Request ALLOW_MISSING
        "a 405 comes without `Allow`"
    AcceptsAnyMediaType "accepts-any-media-type" Request MEDIA_TYPE_NOT_REFUSED
        "bodies of undeclared media types are accepted"

    LosesUpdates "loses-updates" State UPDATE_LOST
        "what is replaced or changed is answered with success and not stored"
    ReadsStaleState "reads-stale-state" State UPDATE_LOST
        "reads show what was stored before the last write"
    DeletesNothing "deletes-nothing" State DELETE_WITHOUT_EFFECT
        "deletions are answered with success and not done"
    ForgetsCreated "forgets-created" State CREATED_NOT_FOUND
        "what is created is answered with success and not stored"

    ClosesConnection "closes-connection" Transport CONNECTION_CLOSED
        "the connection is closed instead of a successful answer"
    TruncatesBody "truncates-body" Transport TRUNCATED_BODY
        "the body of a success is shorter than its `Content-Length`"
    BreaksFraming "breaks-framing" Transport BAD_FRAMING
        "bytes that are not HTTP are sent instead of a successful answer"
    NeverAnswers "never-answers" Transport NO_ANSWER
        "requests that should succeed are never answered"
    NeverEnds "never-ends" Transport OVERSIZED_BODY
        "the body of a success never ends"
}

impl Fault {
    /// Every fault there is.
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The fault of this name.
    pub fn find(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.fault)
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What the server does wrong, in one line.
    pub fn description(self) -> &'static str {
        self.entry().description
    }

    /// The code of the finding that has to catch it.
    pub fn expected(self) -> Code {
        self.entry().expected
    }

    /// Which side of an exchange it shows on.
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    fn entry(self) -> &'static Entry {
        match TABLE.iter().find(|entry| entry.fault == self) {
            Some(entry) => entry,
            None => unreachable!("faults are made from the table only"),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        assert!(Fault::all().len() >= 24);
        for fault in Fault::all() {
            assert_eq!(Fault::find(fault.name()), Some(*fault));
            let kebab = fault
                .name()
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            assert!(kebab, "{fault}");
        }
        assert_eq!(Fault::find("no-such-fault"), None);
    }
}
