//! Differences that rules accept, whatever place they are at.

use super::convention::report_by;
use super::*;
use crate::report::Look;

fn accepting(code: &str, kind: Option<&str>, until: Option<&str>) -> ParityRule {
    let rule = WrittenRule {
        accept: Some(vec![code.to_owned()]),
        kind: kind.map(str::to_owned),
        operation: Some("GET /users/*".to_owned()),
        reason: Some("it keeps nothing".to_owned()),
        until: until.map(str::to_owned),
        ..WrittenRule::default()
    };
    rule.read("f:7".to_owned()).unwrap()
}

/// The report of a candidate that has what the baseline has not got, and shows another type besides if
/// that is asked for.
fn told(rules: Vec<ParityRule>, with_type: bool, least: Severity) -> Report {
    let spec = spec();
    let rules = Rules::new(rules, jiff::civil::date(2026, 11, 22));
    let body = json!({"id": "a", "age": 3});
    let other = if with_type {
        json!({"id": "a", "age": "3"})
    } else {
        body.clone()
    };
    let left = [ok(&body), Response::new(404), ok(&body)];
    let right = [ok(&other), ok(&body), ok(&body)];
    let recordings = [&left, &right].map(|answers| recording(&spec, answers));
    report_by(&rules, &spec, &recordings, least)
}

#[test]
fn what_is_accepted_never_fails_and_is_no_agreement() {
    let rules = || vec![accepting("PM511", Some("exist*"), None)];
    for least in [Severity::Error, Severity::Note] {
        let report = told(rules(), false, least);
        assert_eq!((report.exit_code, report.verdict), (0, "passed"));
        assert_eq!(report.line, "agrees on 3 of 3 cases, 1 accepted by 1 rule");
        let [acceptance] = &*report.rules.accepted else {
            panic!("{:?}", report.rules);
        };
        assert_eq!((acceptance.differences, acceptance.cases), (1, 1));
        let junit = String::from_utf8(report.junit(Some(least)).unwrap()).unwrap();
        assert!(!junit.contains("<failure"), "{junit}");
        assert!(
            junit.contains("accepted by f:7: it keeps nothing"),
            "{junit}"
        );
        let screen = report.screen(&Look {
            colour: false,
            width: 120,
            reports: Vec::new(),
        });
        let line =
            "accepted   1 difference of 1 case by f:7: PM511 exist* of `GET /users/*` (it keeps";
        assert!(screen.contains(line), "{screen}");
        assert!(!screen.contains("notes"), "{screen}");
    }
}

#[test]
fn whatever_is_not_accepted_fails_as_before() {
    let failing = |rules: Vec<ParityRule>, with_type| {
        let report = told(rules, with_type, Severity::Error);
        (report.exit_code, report.line, report.rules)
    };
    let (code, line, _) = failing(Vec::new(), false);
    assert_eq!((code, &*line), (1, "agrees on 2 of 3 cases; 1 of state"));
    // Another category beside the accepted one.
    let (code, line, _) = failing(vec![accepting("PM511", None, None)], true);
    let expected = "agrees on 2 of 3 cases, 1 accepted by 1 rule; 1 of shape";
    assert_eq!((code, &*line), (1, expected));
    // Another kind, another category, and a rule that is out of date.
    for (rule, is_expired) in [
        (accepting("PM511", Some("update-lost"), None), false),
        (accepting("PM510", None, None), false),
        (accepting("PM511", None, Some("2026-11-21")), true),
    ] {
        let (code, _, rules) = failing(vec![rule], false);
        assert_eq!(code, 1);
        assert_eq!(rules.expired.len(), usize::from(is_expired));
        assert_eq!(rules.unused.len(), usize::from(!is_expired));
        assert!(rules.accepted.is_empty());
    }
}
