//! What is measured where a threshold asks for it, and answers that are no failures though they look it.

use super::super::LoadError;
use super::server::{Reply, json, serve, with};
use super::{API, Came, GOOD, one_step, stand, stand_with, steps, times};
use crate::arazzo::Threshold;
use crate::probe::Ended;
use crate::record::ThresholdOutcome::{self, Crossed, NoData, Passed};

/// Ten answers in turn: six that are right, two conflicts, one that asks to come later, and none.
fn loaded(thresholds: &[&str]) -> Came {
    let served = serve(|asked| match asked.number % 10 {
        0 | 1 => json("409", "{}").after(30),
        2 => with("429", "retry-after: 1\r\n", ""),
        3 => Reply {
            text: "HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\nhalf".to_owned(),
            ..with("200", "", "").closing()
        },
        _ => json("200", GOOD),
    });
    let thresholds = thresholds.join(", ");
    let profile = format!(
        "  thresholds: {{{thresholds}}}\n  scenarios:\n{}",
        times(30)
    );
    stand_with(API, &profile, &one_step()).run(&served.url)
}

#[test]
fn statuses_are_told_apart_where_a_threshold_asks_for_it() {
    let rows: [(&str, ThresholdOutcome); 12] = [
        ("'http_reqs{status:409}': count==6", Passed),
        ("'http_reqs{status:200}': count==18", Passed),
        ("'http_reqs{status:0}': count==3", Passed),
        ("'http_reqs{status:500}': count==0", Passed),
        ("'http_reqs{status:429,step:a}': count<3", Crossed),
        ("'http_req_duration{status:409}': min>=25", Passed),
        ("'http_req_duration{status:200}': min<25", Passed),
        ("'http_req_duration{status:500}': max<1", NoData),
        ("'http_reqs{expected_response:true}': count==18", Passed),
        (
            "'http_req_failed{expected_response:false}': rate==0.75",
            Passed,
        ),
        ("'http_req_waiting': min>0", Passed),
        ("'http_req_waiting{status:409}': min>=25", Passed),
    ];
    let came = loaded(&rows.map(|(text, _)| text));
    for ((text, expected), result) in rows.iter().zip(&came.report.thresholds) {
        // A machine that does other things as well proves nothing, but measures.
        let measured = result.value.map_or(NoData, |value| {
            let threshold = Threshold::parse(&result.metric, &result.condition).unwrap();
            if threshold.comparison.holds(value, threshold.bound) {
                Passed
            } else {
                Crossed
            }
        });
        assert_eq!(measured, *expected, "{text} {:?}", result.value);
    }
}

#[test]
fn nothing_is_told_apart_where_nobody_asks() {
    let came = loaded(&["http_req_duration: max<10000", "http_reqs: count==30"]);
    let mut results = came.report.thresholds.iter();
    assert!(results.all(|result| result.value.is_some()));
}

#[test]
fn tags_that_a_metric_cannot_have_are_refused_and_so_are_values() {
    let stand = stand(&times(1), &one_step());
    let refused = |metric: &str| {
        let mut profile = stand.suite().files[0].description.load.clone().unwrap();
        profile.thresholds = vec![Threshold::parse(metric, "rate<1").unwrap()];
        stand.prepared("http://127.0.0.1:9", profile).err()
    };
    for (metric, told) in [
        ("http_reqs{status:200}", None),
        ("http_reqs{statsu:200}", Some("the tag `statsu`")),
        ("checks{status:200}", Some("the tag `status`")),
        (
            "iterations{expected_response:true}",
            Some("the tag `expected_response`"),
        ),
        (
            "http_reqs{status:2xx}",
            Some("`status` to be `2xx`, which is not a status from 100 to 599"),
        ),
        (
            "http_req_failed{expected_response:1}",
            Some("which is not `true` or `false`"),
        ),
    ] {
        let error: Option<LoadError> = refused(metric);
        let error = error.map(|error| error.to_string());
        assert_eq!(error.is_some(), told.is_some(), "{metric}: {error:?}");
        assert!(
            error.unwrap_or_default().contains(told.unwrap_or_default()),
            "{metric}"
        );
    }
}

#[test]
fn a_load_that_expects_to_be_refused_is_not() {
    let served = serve(|_| json("401", r#"{"id":401}"#));
    for criteria in [
        "[{condition: '$statusCode == 401'}]",
        "[{condition: '$statusCode == 401'}, {condition: '$response.body#/id == 401'}]",
        "[{context: $statusCode, type: regex, condition: '^40[13]$'}]",
    ] {
        let workflow = steps(&format!(
            "  - {{stepId: a, operationId: list, successCriteria: {criteria}}}\n"
        ));
        let came = stand(&times(30), &workflow).run(&served.url);
        assert!(
            matches!(came.ended, Ended::Completed),
            "{criteria} {:?}",
            came.ended
        );
        assert_eq!(came.counts(), [30, 30, 30, 0, 0, 0], "{criteria}");
    }
    let came = stand(&times(30), &one_step()).run(&served.url);
    assert!(matches!(came.ended, Ended::Unauthorized(_)));
}

#[test]
fn rows_are_picked_at_random_and_the_same_ones_with_the_same_seed() {
    let workflow = "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  x-proofmark-feed: {file: rows.csv, pick: random}\n  steps:\n  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}\n";
    let lines = |seed: u64| {
        let served = serve(|_| json("200", GOOD));
        let rows: Vec<String> = (0..50).map(|row| row.to_string()).collect();
        let mut stand =
            stand(&times(50), workflow).with_file("rows.csv", &format!("n\n{}\n", rows.join("\n")));
        stand.options.seed = crate::seed::Seed::new(seed);
        stand.run(&served.url);
        served.lines()
    };
    let one = lines(1);
    let in_order: Vec<String> = (0..50).map(|row| format!("GET /things/{row}")).collect();
    assert_ne!(one, in_order);
    assert_eq!(one, lines(1));
    assert_ne!(one, lines(2));
    let mut different = one;
    different.sort();
    different.dedup();
    assert!((20..50).contains(&different.len()), "{}", different.len());
}
