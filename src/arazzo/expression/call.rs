//! Calls: the current request and the response to it.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::Body;
use crate::http::{Request, Response};

/// A request, and the response if one came.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The whole URL.
    pub url: String,
    /// The method.
    pub method: String,
    /// The path parameters by name.
    pub path: Map<String, Value>,
    /// The query parameters by name; one that is there more than once is an array.
    pub query: Map<String, Value>,
    /// The header fields of the request.
    pub headers: Vec<(String, String)>,
    /// The content of the request.
    pub body: Body,
    /// The response.
    pub response: Option<Answer>,
}

/// A response as expressions see it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub body: Body,
}

impl Call {
    /// What a request says by itself: all but the path parameters. Query parameters are the
    /// percent-decoded strings that are sent.
    pub fn new(url: &str, request: &Request) -> Self {
        let mut call = Self {
            url: url.to_owned(),
            method: request.method.clone(),
            headers: request.headers.clone(),
            body: Body::read(
                request.header("content-type"),
                request.body.as_deref().unwrap_or_default(),
            ),
            ..Self::default()
        };
        for pair in request.query().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            call.add_query(decode(name), Value::String(decode(value)));
        }
        call
    }

    /// Sets a path parameter.
    #[must_use]
    pub fn with_path(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.path.insert(name.to_owned(), value.into());
        self
    }

    /// Adds what came back.
    #[must_use]
    pub fn with_response(mut self, response: &Response) -> Self {
        let text = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
        self.response = Some(Answer {
            status: response.status,
            headers: response
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            body: Body::read(
                response.header("content-type").as_deref(),
                &response.content_or_body(),
            ),
        });
        self
    }

    fn add_query(&mut self, name: String, value: Value) {
        match self.query.get_mut(&name) {
            None => {
                self.query.insert(name, value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_becomes_a_call() {
        let request = Request {
            method: "GET".to_owned(),
            path: "/pets?tag=a&tag=b%20c&limit=5&flag".to_owned(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: Some("{\"a\": 1.50}".into()),
        };
        let response = Response::new(201).with_header("X-Count", "7");
        let call = Call::new("http://localhost/pets", &request).with_response(&response);
        assert_eq!(
            Value::Object(call.query),
            json!({"tag": ["a", "b c"], "limit": "5", "flag": ""})
        );
        assert_eq!(call.body.value().unwrap().to_string(), "{\"a\":1.50}");
        let answer = call.response.unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.headers, [("x-count".to_owned(), "7".to_owned())]);
        assert_eq!(answer.body, Body::Absent);
    }
}
