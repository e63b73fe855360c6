//! Expressions and conditions of Arazzo: any text is read or refused, what is written is read again,
//! and what is read can be evaluated.

use proofmark::arazzo::{
    Call, Condition, Criterion, Expression, ExpressionType, JsonPath, Scope, SyntaxError, Template,
    Text,
};
use proofmark::http::{Request, Response};
use serde_json::{Map, Value, json};

/// Reads each line of a text in every way in which texts with expressions are read.
///
/// # Panics
/// If an error stands outside of the text, what was read is written otherwise, or a criterion is
/// judged in two ways.
pub fn expression(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (inputs, call) = (inputs(), call());
    let scope = Scope {
        inputs: Some(&inputs),
        call: Some(&call),
        ..Scope::default()
    };
    for line in text.lines().take(64) {
        read(line, &scope);
        for kind in [
            ExpressionType::Simple,
            ExpressionType::Regex,
            ExpressionType::JsonPath { is_goessner: false },
        ] {
            judge(line, &kind, &scope);
        }
    }
}

fn read(line: &str, scope: &Scope<'_>) {
    match Expression::parse(line) {
        Ok(expression) => {
            let _ = expression.evaluate(scope);
            assert_eq!(Expression::parse(&expression.to_string()), Ok(expression));
        }
        Err(error) => hold(line, &error),
    }
    match Condition::parse(line) {
        Ok(condition) => assert_eq!(Condition::parse(&condition.to_string()), Ok(condition)),
        Err(error) => hold(line, &error),
    }
    match Text::parse(line) {
        Ok(text) => {
            let _ = text.render(scope);
            assert_eq!(Text::parse(&text.to_string()), Ok(text));
        }
        Err(error) => hold(line, &error),
    }
    if let Err(error) = JsonPath::parse(line) {
        hold(line, &error);
    }
    let value = serde_json::from_str(line).unwrap_or_else(|_| json!({"a": [line]}));
    if let Ok(template) = Template::parse(&value) {
        let rendered = template.render(scope);
        assert!(!template.is_plain() || rendered == Ok(value));
    }
}

fn judge(line: &str, kind: &ExpressionType, scope: &Scope<'_>) {
    match Criterion::new(line, kind, Some("$response.body")) {
        Ok(criterion) => {
            let judged = criterion.judge(scope);
            assert!(judged.error.is_none() || !judged.holds, "{judged:?}");
            assert_eq!(criterion.judge(scope), judged);
        }
        Err(error) => hold(line, &error.error),
    }
}

fn hold(text: &str, error: &SyntaxError) {
    assert!(text.is_char_boundary(error.offset), "{error:?}");
    assert!(!error.message.is_empty());
}

fn inputs() -> Map<String, Value> {
    let inputs = json!({"a": 1, "b": {"c": [true, null, "x"]}, "name": "Rex", "pattern": "(a+)+$"});
    inputs.as_object().cloned().unwrap_or_default()
}

fn call() -> Call {
    let request = Request {
        method: "POST".to_owned(),
        path: "/pets?limit=5".to_owned(),
        headers: vec![("Accept".to_owned(), "application/json".to_owned())],
        body: None,
    };
    let body = r#"{"id": 42, "a": {"b": [1, 2.50, "3"]}, "status": "Active", "nothing": null}"#;
    let response = Response::new(200)
        .with_header("X-Count", "5")
        .with_body("application/json", body);
    Call::new("http://localhost/pets?limit=5", &request).with_response(&response)
}
