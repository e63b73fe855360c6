//! Answers: what the server does with a request, misdeeds of the transport included.

use bytes::Bytes;

use crate::http::Response;

/// What the server does with a request. A faultless server only ever [responds](Answer::Response).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It answers.
    Response(Response),
    /// It closes the connection without an answer.
    Close,
    /// It announces a longer body than it sends, and closes the connection.
    Truncated(Response),
    /// It sends bytes that are not HTTP and closes the connection.
    Garbage(Bytes),
    /// It never answers.
    Hang,
    /// It repeats the body for ever.
    Endless(Response),
}

impl Answer {
    /// The response, if the answer is one that HTTP knows.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Response(response) => Some(response),
            _ => None,
        }
    }

    /// The status that a client gets to see, if it does.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Response(response) | Self::Truncated(response) | Self::Endless(response) => {
                Some(response.status)
            }
            Self::Close | Self::Garbage(_) | Self::Hang => None,
        }
    }
}
