//! Inputs: where they come from, which counts, and what is refused before anything is sent.

use serde_json::json;

use super::play;

const INPUTS: &str = "
- workflowId: w
  inputs:
    type: object
    required: [name]
    properties:
      name: {type: string, minLength: 3}
      n: {type: integer, default: 5}
      drawn: {type: string, pattern: '^[a-z]{4}$'}
      both: {type: string, pattern: '^[0-9]{4}$', default: '0000'}
  x-proofmark-generate: [drawn, both]
  steps:
  - stepId: s
    operationId: listPets
  outputs: {name: $inputs.name, n: $inputs.n, drawn: $inputs.drawn, both: $inputs.both}
";

#[test]
fn inputs_are_given_drawn_or_by_default() {
    let play = play(INPUTS, &["200"]).with_input("name", json!("Rex"));
    insta::assert_snapshot!(play.told(), @r#"
    w: passed {"name":"Rex","n":5,"drawn":"adcb","both":"0000"}
      s GET /pets 200,
    "#);
    let mut play = play.with_input("drawn", json!("abcd"));
    play.given.texts.insert("n".to_owned(), "7".to_owned());
    play.given
        .texts
        .insert("unknown".to_owned(), "x".to_owned());
    let own = json!({"name": "Tom"});
    play.given
        .of_workflow
        .insert("w".to_owned(), own.as_object().unwrap().clone());
    insta::assert_snapshot!(play.told(), @r#"
    w: passed {"name":"Tom","n":7,"drawn":"abcd","both":"0000"}
      s GET /pets 200,
    "#);
}

#[test]
fn drawn_inputs_follow_the_seed() {
    let drawn = |seed| {
        let play = play(INPUTS, &["200"])
            .with_input("name", json!("Rex"))
            .seeded(seed);
        play.run().summary.workflows[0].outputs["drawn"].clone()
    };
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
}

#[test]
fn inputs_that_the_workflow_does_not_take_are_refused() {
    insta::assert_snapshot!(play(INPUTS, &["200"]).refused(), @"a.yaml:7:3: error[PM313] workflow `w`: the input `name` is missing / `--input name=...`, or `inputs` of the target in proofmark.toml");
    let rows = [
        ("name", json!("ab")),
        ("name", json!(5)),
        ("n", json!("x")),
        ("drawn", json!("ABCD")),
    ];
    let refused: Vec<String> = rows
        .into_iter()
        .map(|(name, value)| {
            let play = play(INPUTS, &["200"]).with_input("name", json!("Rex"));
            play.with_input(name, value).refused()
        })
        .collect();
    insta::assert_snapshot!(refused.join("\n"), @r#"
    a.yaml:7:3: error[PM313] workflow `w`: the input `name` breaks `minLength`: value is shorter than 3 characters
    a.yaml:7:3: error[PM313] workflow `w`: the input `name` breaks `type`: value is not of type "string"
    a.yaml:7:3: error[PM313] workflow `w`: the input `n` breaks `type`: value is not of type "integer"
    a.yaml:7:3: error[PM313] workflow `w`: the input `drawn` breaks `pattern`: value does not match "^[a-z]{4}$"
    "#);
}

#[test]
fn an_input_that_a_step_cannot_be_sent_without_is_asked_for_before_the_run() {
    let file = |shared: &str, actions: &str, always: &str| {
        format!(
            "
- workflowId: w
  inputs: {{type: object, properties: {{id: {{type: string}}, name: {{}}}}}}
  parameters: [{shared}]
  steps:
  - {{stepId: a, operationId: listPets, {actions}successCriteria: [{{condition: $inputs.name == null}}]}}
  - {{stepId: b, operationId: getPet, {always}parameters: [{{name: id, in: path, value: $inputs.id}}]}}
"
        )
    };
    let play_of = |text: &str| play(text, &["200", "200"]);
    insta::assert_snapshot!(play_of(&file("", "", "")).refused(), @"a.yaml:11:72: error[PM313] workflow `w`: the input `id` is missing, which step `b` cannot be sent without / `--input id=...`, or `inputs` of the target in proofmark.toml");
    let shared = file("{name: other, in: path, value: $inputs.name}", "", "");
    let own = "{name: X-A, in: header, value: 'a {$inputs.name}'}";
    insta::assert_snapshot!(play_of(&file(own, "", "")).refused(), @"a.yaml:8:40: error[PM313] workflow `w`: the input `name` is missing, which step `a` cannot be sent without / `--input name=...`, or `inputs` of the target in proofmark.toml");
    // Neither where it is given, nor where a path does not have it, nor where the step may be left out.
    let jump = file("", "onSuccess: [{name: x, type: end}], ", "");
    let clean_up = file("", "", "x-proofmark-always: true, ");
    for text in [shared, jump, clean_up] {
        let play = play_of(&text);
        let play = if text.contains("other") {
            play.with_input("id", json!("1"))
        } else {
            play
        };
        assert_eq!(play.run().summary.workflows.len(), 1, "{text}");
    }
}

#[test]
fn texts_become_what_the_schema_wants() {
    let file = "
- workflowId: w
  inputs:
    type: object
    properties: {n: {type: integer}, s: {type: string}, b: {type: boolean}, o: {type: object}, any: {}, e: {enum: ['1', 2]}}
  steps: [{stepId: a, operationId: listPets}]
  outputs: {n: $inputs.n, s: $inputs.s, b: $inputs.b, o: $inputs.o, any: $inputs.any, e: $inputs.e}
";
    let mut play = play(file, &["200"]);
    for (name, text) in [
        ("n", "7"),
        ("s", "7"),
        ("b", "true"),
        ("o", "{\"a\":1}"),
        ("any", "7"),
        ("e", "2"),
    ] {
        play.given.texts.insert(name.to_owned(), text.to_owned());
    }
    let outputs = &play.run().summary.workflows[0].outputs;
    assert_eq!(
        serde_json::Value::Object(outputs.clone()),
        json!({"n": 7, "s": "7", "b": true, "o": {"a": 1}, "any": "7", "e": 2})
    );
}

const FED: &str = "
- workflowId: w
  inputs: {type: object, required: [id], properties: {id: {type: string}, n: {type: integer}, name: {type: string, default: Ann}}}
  x-proofmark-feed: {file: rows/FILE, pick: PICK}
  steps: [{stepId: s, operationId: getPet, parameters: [{name: id, in: path, value: $inputs.id}]}]
  outputs: {n: $inputs.n, name: $inputs.name}
";

fn fed(file: &str, pick: &str, text: &str) -> super::Play {
    let workflows = FED.replace("FILE", file).replace("PICK", pick);
    let play = play(&workflows, &["200"]);
    std::fs::create_dir(play.folder.path().join("rows")).unwrap();
    play.with_file(&format!("rows/{file}"), text)
}

#[test]
fn each_row_of_a_feed_is_a_run() {
    let csv = "\u{feff}id,n,other\r\n007,1,x\r\n\"a,b\",2,y\r\n";
    insta::assert_snapshot!(fed("a.csv", "sequential", csv).told(), @r#"
    w (row 1): passed {"n":1,"name":"Ann"}
      s GET /pets/007 200,
    w (row 2): passed {"n":2,"name":"Ann"}
      s GET /pets/a%2Cb 200,
    "#);
    let ndjson = "{\"id\": \"7\", \"n\": 1}\n\n{\"id\": \"8\", \"n\": 2, \"name\": \"Bob\"}\n";
    insta::assert_snapshot!(fed("a.ndjson", "unique", ndjson).told(), @r#"
    w (row 1): passed {"n":1,"name":"Ann"}
      s GET /pets/7 200,
    w (row 2): passed {"n":2,"name":"Bob"}
      s GET /pets/8 200,
    "#);
}

#[test]
fn a_random_row_follows_the_seed() {
    let csv: String = (0..50).fold("id\n".to_owned(), |csv, id| format!("{csv}{id}\n"));
    let row = |seed| {
        let played = fed("a.csv", "random", &csv).seeded(seed).run();
        assert_eq!(played.sent.len(), 1);
        played.sent[0].path.clone()
    };
    assert_eq!(row(1), row(1));
    assert!((2..6).any(|seed| row(seed) != row(1)));
}

#[test]
fn rows_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let rows = [
        fed("a.csv", "sequential", "id,n\n7,1\n8,many\n").refused(),
        fed("a.csv", "sequential", "id,n\n7\n").refused(),
        fed("a.csv", "sequential", "n\n7\n").refused(),
        fed("a.csv", "sequential", "id\n").refused(),
        fed("a.ndjson", "sequential", "{\"id\": 7}\n").refused(),
        fed("a.ndjson", "sequential", "{\"id\": \"7\"}\n[]\n").refused(),
        fed("a.ndjson", "sequential", "{\"id\": \"7\"}\n{\n").refused(),
        play(
            &FED.replace("FILE", "no.csv").replace("PICK", "unique"),
            &["200"],
        )
        .refused(),
    ];
    insta::assert_snapshot!(rows.join("\n"), @r#"
    a.yaml:7:3: error[PM313] workflow `w`: row 2 of its feed: the input `n` breaks `type`: value is not of type "integer"
    a.yaml:8:3: error[PM720] the feed cannot be read: `rows/a.csv` line 2: CSV error: record 1 (line: 2, byte: 5): found record with 1 fields, but the previous record has 2 fields
    a.yaml:7:3: error[PM313] workflow `w`: row 1 of its feed: the input `id` is missing / `--input id=...`, or `inputs` of the target in proofmark.toml
    a.yaml:8:3: error[PM720] the feed cannot be read: `rows/a.csv` has no rows
    a.yaml:7:3: error[PM313] workflow `w`: row 1 of its feed: the input `id` breaks `type`: value is not of type "string"
    a.yaml:8:3: error[PM720] the feed cannot be read: `rows/a.ndjson` line 2: a row is an object
    a.yaml:8:3: error[PM720] the feed cannot be read: `rows/a.ndjson` line 2: the text ends before a `}`
    a.yaml:8:3: error[PM720] the feed cannot be read: `rows/no.csv`: No such file or directory (os error 2)
    "#);
}
