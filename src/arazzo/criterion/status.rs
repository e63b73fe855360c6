//! Status codes: which of them a criterion leaves open, whatever the rest of the answer is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Expression;
use super::condition::Term;
use super::{Criterion, Test, compare};

impl Criterion {
    /// The status codes with which it can hold.
    pub fn statuses(&self) -> BTreeSet<u16> {
        (100..600).filter(|status| self.allows(*status)).collect()
    }

    fn allows(&self, status: u16) -> bool {
        match &self.test {
            Test::Simple(condition) => truth(&condition.term, status) != Some(false),
            Test::Regex(_) | Test::JsonPath { .. } => true,
        }
    }
}

/// Whether a term holds with this status; `None` if that depends on something else.
fn truth(term: &Term, status: u16) -> Option<bool> {
    let mut parts = match term {
        Term::All(parts) | Term::Any(parts) => parts.iter().map(|part| truth(part, status)),
        Term::Not(inner) => return truth(inner, status).map(|holds| !holds),
        Term::Compare(left, comparison, right) => {
            let (left, right) = (value(left, status)?, value(right, status)?);
            return Some(compare::holds(&left, *comparison, &right, &mut Vec::new()));
        }
        Term::Literal(Value::Bool(holds)) => return Some(*holds),
        Term::Literal(_) | Term::Text(_) | Term::Expression(_) | Term::Access(..) => return None,
    };
    let decides = matches!(term, Term::Any(_));
    let all: Vec<Option<bool>> = parts.by_ref().collect();
    if all.contains(&Some(decides)) {
        Some(decides)
    } else if all.contains(&None) {
        None
    } else {
        Some(!decides)
    }
}

fn value(term: &Term, status: u16) -> Option<Value> {
    match term {
        Term::Literal(value) => Some(value.clone()),
        Term::Text(text) => text.plain().map(Value::from),
        Term::Expression(Expression::StatusCode) => Some(status.into()),
        _ => truth(term, status).map(Value::Bool),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExpressionType;
    use super::*;

    #[test]
    fn what_is_open_is_told_from_what_is_not() {
        let all = 500;
        for (condition, first, count) in [
            ("$statusCode == 200", Some(200), 1),
            ("{$statusCode} == 200", Some(200), 1),
            ("$statusCode == '200'", None, 0),
            ("200 == $statusCode || $statusCode == 201", Some(200), 2),
            ("$statusCode >= 400 && $statusCode < 500", Some(400), 100),
            ("$statusCode != 200", Some(100), all - 1),
            ("!($statusCode == 200)", Some(100), all - 1),
            ("$statusCode == 404 && $response.body#/a == 1", Some(404), 1),
            (
                "$statusCode == 404 || $response.body#/a == 1",
                Some(100),
                all,
            ),
            ("$statusCode == $inputs.status", Some(100), all),
            ("$statusCode == 200 && $statusCode == 201", None, 0),
            ("($statusCode == 200) == true", Some(200), 1),
            ("$response.body", Some(100), all),
            ("false", None, 0),
        ] {
            let criterion = Criterion::new(condition, &ExpressionType::Simple, None).unwrap();
            let statuses = criterion.statuses();
            assert_eq!(statuses.first().copied(), first, "{condition}");
            assert_eq!(statuses.len(), count, "{condition}");
        }
        let kind = ExpressionType::Regex;
        let regex = Criterion::new("^2", &kind, Some("$statusCode")).unwrap();
        assert_eq!(regex.statuses().len(), all);
    }
}
