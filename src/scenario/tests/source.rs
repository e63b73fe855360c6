//! Source descriptions: several API descriptions, and other scenario files.

use super::{HEAD, play};

#[test]
fn workflows_of_other_files_are_called_and_needed() {
    let other = format!(
        "{HEAD}
- workflowId: login
  inputs: {{type: object, required: [user], properties: {{user: {{type: string, default: ann}}}}}}
  steps: [{{stepId: s, operationId: login, outputs: {{token: $response.body#/token}}}}]
  outputs: {{token: $steps.s.outputs.token, user: $inputs.user}}
"
    );
    let play = |workflows: &str| {
        play("", &["200 {\"token\":\"t\"}"])
            .with_file(
                "a.yaml",
                &format!(
                    "
arazzo: 1.0.1
info: {{title: t, version: '1'}}
sourceDescriptions:
- {{name: api, url: api.yaml, type: openapi}}
- {{name: shared, url: shared.yaml, type: arazzo}}
workflows:{workflows}"
                ),
            )
            .with_file("shared.yaml", &other)
            .told()
    };
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  steps:
  - stepId: call
    workflowId: $sourceDescriptions.shared.login
    parameters: [{name: user, value: bob}]
  - stepId: use
    operationId: listPets
    parameters: [{name: X-Trace, in: header, value: $steps.call.outputs.token}]
"
        ),
        @r#"
    w: passed
      call (nothing sent), {"token":"***","user":"bob"}
      use GET /pets 200,
    login (w/call): passed {"token":"***","user":"bob"}
      s POST /login 200, {"token":"***"}
    warning[PM107] status 2XX has a body, the document declares none
    warning[PM107] status 2XX has a body, the document declares none
    "#
    );
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  dependsOn: [$sourceDescriptions.shared.login]
  steps: [{stepId: use, operationId: listPets}]
"
        ),
        @r#"
        login: passed {"token":"***","user":"ann"}
          s POST /login 200, {"token":"***"}
        w: passed
          use GET /pets 200,
        warning[PM107] status 2XX has a body, the document declares none
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn two_apis_have_a_server_each() {
    let second = "
openapi: 3.0.3
info: {title: Shops, version: '1'}
paths:
  /shops: {get: {operationId: listShops, responses: {'200': {description: them}}}}
  /pets: {get: {operationId: listPets, responses: {'200': {description: them}}}}
";
    let play = |steps: &str| {
        play("", &["200"])
            .with_file("shops.yaml", second)
            .with_file(
                "a.yaml",
                &format!(
                    "
arazzo: 1.0.1
info: {{title: t, version: '1'}}
sourceDescriptions:
- {{name: api, url: api.yaml, type: openapi}}
- {{name: shops, url: ./shops.yaml, type: openapi}}
workflows:
- workflowId: w
  steps:{steps}"
                ),
            )
    };
    insta::assert_snapshot!(
        play(
            "
  - {stepId: a, operationId: listShops}
  - {stepId: b, operationId: $sourceDescriptions.api.listPets}
  - {stepId: c, operationPath: '{$sourceDescriptions.shops.url}#/paths/~1pets/get'}
  - {stepId: d, operationId: getStock}
"
        )
        .told(),
        @r"
        w: passed
          a GET /shops 200,
          b GET /pets 200,
          c GET /pets 200,
          d GET /stock 200,
        "
    );
    insta::assert_snapshot!(
        play("\n  - {stepId: a, operationId: listPets}").refused(),
        @"a.yaml:10:17: error[PM721] several sources have an operation `listPets` / say which: `$sourceDescriptions.NAME.listPets`"
    );
}

#[test]
fn a_missing_source_is_told_once_and_not_for_each_name_in_it() {
    let head = HEAD.replace("api.yaml", "nowhere.yaml");
    let file = format!(
        "{head}
- workflowId: w
  steps:
  - {{stepId: a, operationId: listPets}}
  - {{stepId: b, operationId: addPet}}
  - {{stepId: c, operationId: $sourceDescriptions.api.getPet}}
"
    );
    let played = play("", &[]).with_file("a.yaml", &file);
    insta::assert_snapshot!(
        played.refused(),
        @"a.yaml:3:22: error[PM720] `nowhere.yaml` cannot be read: No such file or directory (os error 2) / a source's `url` is relative to the scenario file"
    );
}

#[test]
fn sources_that_are_no_files_are_refused_where_they_are_named() {
    let refused = |url: &str| {
        let text = format!(
            "
arazzo: 1.0.1
info: {{title: t, version: '1'}}
sourceDescriptions:
- {{name: api, url: {url}}}
workflows:
- {{workflowId: w, steps: [{{stepId: a, operationId: listPets}}]}}
"
        );
        let play = play("", &["200"]).with_file("a.yaml", &text);
        let suite = play.suite();
        let told: Vec<String> = suite.diagnostics.iter().map(ToString::to_string).collect();
        format!("{}\n{}", play.clean(&told.join("\n")), play.refused())
    };
    for (url, why) in [
        (".", "it is a folder"),
        #[cfg(unix)]
        ("/dev/zero", "a device, a pipe or a socket"),
    ] {
        let found = refused(url);
        assert!(found.starts_with("a.yaml:5:3: error[PM720]"), "{found}");
        assert!(found.contains(why), "{found}");
    }
}
