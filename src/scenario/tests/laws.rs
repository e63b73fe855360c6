//! Laws: no file can make the runner panic, hang or send without end.

use std::time::Duration;

use serde_json::json;

use super::play;
use crate::seed::Seed;

/// Something of everything.
const ALL: &str = "
- workflowId: w
  dependsOn: [base]
  inputs: {type: object, properties: {name: {type: string, minLength: 3, default: Rex}, token: {type: string, format: password}}}
  x-proofmark-generate: [name]
  x-proofmark-checks: {PM201: warn}
  x-security: [{schemeName: $sourceDescriptions.api.bearer, values: {token: $inputs.token}}]
  parameters: [{name: X-Trace, in: header, value: $inputs.name}, {reference: $components.parameters.id}]
  successActions: [{reference: $components.successActions.stop}]
  failureActions:
  - {name: poll, type: retry, retryAfter: 0.001, retryLimit: 2, stepId: get}
  - {name: over, type: goto, workflowId: base, parameters: [{name: n, value: $statusCode}]}
  steps:
  - stepId: add
    operationId: addPet
    requestBody:
      contentType: application/json
      x-proofmark-generate: {mode: valid, optional: some}
      payload: {name: $inputs.name, kind: cat}
      replacements: [{target: /name, value: 'the {$inputs.name}'}]
    successCriteria:
    - {condition: '$statusCode == 200 || $statusCode < 300 && !($response.body#/no == true)'}
    - {context: $response.body, condition: '$.list[?@.a > 1]', type: jsonpath}
    - {context: $statusCode, condition: '^2', type: {type: regex}}
    outputs: {id: $response.body#/id, first: {context: $response.body, selector: '$.list[0]', type: jsonpath}}
    onSuccess: [{name: on, type: goto, stepId: get, criteria: [{condition: $response.body#/id == 7}]}]
  - stepId: get
    operationPath: '{$sourceDescriptions.api.url}#/paths/~1pets~1{id}/get'
    timeout: 500
    dependsOn: [add]
    parameters: [{name: id, in: path, value: $steps.add.outputs.id}, {name: q, in: querystring, value: {a: 1}}]
    onFailure: [{name: again, type: goto, stepId: add}]
  - stepId: call
    workflowId: base
    parameters: [{name: n, value: $steps.add.outputs.first#/a}]
    outputs: {n: $outputs.n}
  - {stepId: remove, operationId: deletePet, x-proofmark-always: true}
  outputs: {n: $steps.call.outputs.n}
- workflowId: base
  inputs: {$ref: '#/components/inputs/n'}
  x-proofmark-feed: {file: rows.csv, pick: unique}
  steps: [{stepId: s, operationId: listPets, outputs: {n: $inputs.n}}]
  outputs: {n: $steps.s.outputs.n}
components:
  inputs: {n: {type: object, properties: {n: {type: integer, default: 1}}}}
  parameters: {id: {name: id, in: path, value: '1'}}
  successActions: {stop: {name: stop, type: end, criteria: [{condition: $statusCode == 204}]}}
";

const ODD: [&str; 12] = [
    "null",
    "[]",
    "{}",
    "''",
    "-1",
    "1e400",
    "$steps.add",
    "$inputs.name#/a",
    "'{$'",
    "w",
    "true",
    "[{}]",
];

/// The text with a few small accidents.
fn damaged(text: &str, seed: Seed) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let count = 1 + pick(seed.derive("count", 0), 2);
    for accident in 0..count {
        let dice = |name: &str| seed.derive(name, accident as u64);
        let at = pick(dice("line"), lines.len());
        let line = lines[at].clone();
        let words: Vec<&str> = line
            .split_inclusive([' ', ',', ':', '{', '}', '[', ']'])
            .collect();
        let word = pick(dice("word"), words.len().max(1));
        let with = |new: &str| {
            let mut words = words.clone();
            if let Some(old) = words.get_mut(word) {
                *old = new;
            }
            words.concat()
        };
        let elsewhere = lines[pick(dice("other"), lines.len())].clone();
        let others: Vec<&str> = elsewhere.split_inclusive([' ', ',', ':']).collect();
        let other = others.get(pick(dice("take"), others.len().max(1)));
        match pick(dice("kind"), 7) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, line),
            2 => lines[at] = with(&format!("{} ", ODD[pick(dice("odd"), ODD.len())])),
            3 => lines[at] = with(other.copied().unwrap_or_default()),
            4 => lines[at] = format!("  {line}"),
            5 => lines[at] = with(""),
            _ => lines.swap(at, pick(dice("swap"), text.lines().count() - 3)),
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

fn pick(seed: Seed, count: usize) -> usize {
    usize::try_from(seed.number() % count as u64).unwrap()
}

fn survives(text: &str) -> bool {
    let play = play("", &["200 {\"id\":7,\"list\":[{\"a\":2}]}", "201", "404"])
        .with_file("rows.csv", "n\n1\n2\n")
        .with_file("a.yaml", text)
        .with_input("token", json!("secret-1"))
        .with_most_time(Duration::from_millis(100))
        .with_most_steps(40);
    let path = play.folder.path().join("a.yaml");
    if super::Suite::open(&[path], &super::SuiteOptions::default()).is_err() {
        return false;
    }
    match play.attempt() {
        Ok(played) => {
            assert!(played.sent.len() <= 40 + 100);
            true
        }
        Err(wrong) => {
            assert!(!wrong.is_empty());
            false
        }
    }
}

#[test]
fn no_damage_to_a_file_makes_the_runner_panic_or_go_on_for_ever() {
    let whole = format!("{}{ALL}", super::HEAD);
    assert!(survives(&whole));
    let seeds = 96;
    let run = (0..seeds).filter(|seed| survives(&damaged(&whole, Seed::new(*seed))));
    let run = run.count() as u64;
    assert!(run > seeds / 16, "only {run} were run");
}
