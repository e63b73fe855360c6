//! Laws of conditions.

use proptest::prelude::*;
use serde_json::Value;

use super::super::super::example::Example;
use super::super::super::expression::{Access, expression, scrap};
use super::super::super::{Criterion, ExpressionType, Text};
use super::super::condition::{Condition, Term};
use crate::arazzo::comparison::Comparison;

fn leaf() -> impl Strategy<Value = Term> {
    let literal = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
    ];
    prop_oneof![
        literal.prop_map(Term::Literal),
        "[a-z '\"&|(){}]{0,8}".prop_map(|text| Term::Text(Text::parse(&text).expect("a text"))),
        expression().prop_map(Term::Expression),
        expression().prop_map(|expression| {
            let text = format!("a {{{expression}}} b");
            Term::Text(Text::parse(&text).expect("a text"))
        }),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        let comparison =
            prop::sample::select(Comparison::ALL.map(|(_, comparison)| comparison).to_vec());
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed().prop_map(Term::Not),
            parts().prop_map(Term::All),
            parts().prop_map(Term::Any),
            (boxed(), comparison, boxed())
                .prop_map(|(left, comparison, right)| Term::Compare(left, comparison, right)),
            (
                boxed(),
                prop::collection::vec(any::<usize>().prop_map(Access::Index), 1..3)
            )
                .prop_filter("accesses of accesses are one", |(inner, _)| !matches!(
                    **inner,
                    Term::Access(..)
                ))
                .prop_map(|(inner, access)| Term::Access(inner, access)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read_again(term in term()) {
        let condition = Condition { term };
        let text = condition.to_string();
        prop_assert_eq!(Condition::parse(&text), Ok(condition), "{}", text);
    }

    #[test]
    fn any_text_is_a_criterion_or_is_refused(text in prop_oneof![".*", scrap()], kind in 0..3) {
        let kind = match kind {
            0 => ExpressionType::Simple,
            1 => ExpressionType::Regex,
            _ => ExpressionType::JsonPath { is_goessner: false },
        };
        match Criterion::new(&text, &kind, Some("$response.body")) {
            Ok(criterion) => {
                let example = Example::new();
                let judged = criterion.judge(&example.scope());
                prop_assert!(judged.error.is_none() || !judged.holds);
                prop_assert_eq!(criterion.judge(&example.scope()), judged);
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.error.offset)),
        }
    }
}
