//! Spots: where a single value stands that is shown outside of its message.

use crate::document::Pointer;

/// A message of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// What was sent.
    Request,
    /// What came back.
    Response,
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot<'a> {
    /// In a body; indexes may be starred.
    Body(Message, Pointer),
    /// In a header field.
    Field(&'a str),
    /// Under a name: a parameter, an input, an output.
    Named(&'a str),
    /// It is a status, which is never a secret, though a secret may be the same number.
    Status,
    /// Nowhere in particular: a sentence.
    Text,
}

impl<'a> Spot<'a> {
    /// Where the value of a runtime expression stands (Arazzo 1.0.1 section 4.7).
    pub fn of_expression(expression: &'a str) -> Self {
        let body = |message, text: &str| {
            let pointer = text.strip_prefix('#').unwrap_or(text).parse::<Pointer>();
            pointer.map_or(Self::Text, |pointer| Self::Body(message, pointer))
        };
        if expression == "$statusCode" {
            Self::Status
        } else if let Some(rest) = expression.strip_prefix("$response.body") {
            body(Message::Response, rest)
        } else if let Some(rest) = expression.strip_prefix("$request.body") {
            body(Message::Request, rest)
        } else if let Some(name) = expression
            .strip_prefix("$response.header.")
            .or_else(|| expression.strip_prefix("$request.header."))
        {
            Self::Field(name)
        } else {
            Self::Named(expression.rsplit(['/', '.']).next().unwrap_or_default())
        }
    }

    /// Where in a response something stands of which only the place is known: a JSON Pointer, the name of a
    /// header field, or words.
    pub fn of_place(place: &'a str) -> Self {
        match place.parse::<Pointer>() {
            _ if place.contains(' ') => Self::Text,
            Ok(pointer) => Self::Body(Message::Response, pointer),
            Err(_) => Self::Field(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_places_tell_where_a_value_stands() {
        let body = |message, at: &str| Spot::Body(message, at.parse().unwrap());
        for (expression, spot) in [
            ("$response.body", body(Message::Response, "")),
            ("$response.body#/a/0", body(Message::Response, "/a/0")),
            ("$request.body#/a", body(Message::Request, "/a")),
            ("$response.header.Set-Cookie", Spot::Field("Set-Cookie")),
            ("$statusCode", Spot::Status),
            ("$inputs.password", Spot::Named("password")),
            ("$steps.a.outputs.token", Spot::Named("token")),
            ("$response.bodyless", Spot::Text),
            ("", Spot::Named("")),
        ] {
            assert_eq!(Spot::of_expression(expression), spot, "{expression}");
        }
        for (place, spot) in [
            ("/a/*", body(Message::Response, "/a/*")),
            ("", body(Message::Response, "")),
            ("set-cookie", Spot::Field("set-cookie")),
            ("/a type", Spot::Text),
        ] {
            assert_eq!(Spot::of_place(place), spot, "{place}");
        }
    }
}
