//! Servers: of the document, of path items and of operations.

use super::{compared, paths, told};

const OK: &str = "responses: {'200': {description: ok}}";

#[test]
fn servers_of_path_items_and_operations_are_compared() {
    let with = |top: &str, item: &str, own: &str| {
        paths(
            &format!("{{/a: {{{item}get: {{{own}{OK}}}}}, /b: {{get: {{{OK}}}}}}}"),
            top,
        )
    };
    let top = "servers: [{url: 'https://a.example'}]";
    let other = "servers: [{url: 'https://b.example'}]";
    let both = "servers: [{url: 'https://a.example'}, {url: 'https://b.example'}]";
    let comma = |servers: &str| format!("{servers}, ");
    for (old, new, expected) in [
        // Beside operations that stay where they are.
        (
            with(top, "", ""),
            with(top, "", &comma(other)),
            &["request breaking server-removed"][..],
        ),
        (
            with(top, "", ""),
            with(top, &comma(other), ""),
            &["request breaking server-removed"],
        ),
        (
            with(top, &comma(other), ""),
            with(top, "", ""),
            &["request breaking server-removed"],
        ),
        (
            with(top, &comma(other), ""),
            with(top, &comma(other), &comma(top)),
            &["request breaking server-removed"],
        ),
        // One more, one less.
        (
            with(top, "", ""),
            with(top, "", &comma(both)),
            &["request compatible server-added"],
        ),
        (
            with(top, "", &comma(both)),
            with(top, "", &comma(other)),
            &["request unclear server-removed"],
        ),
        // Another environment names others everywhere.
        (
            with(top, "", "servers: [{url: 'https://a.example/files'}], "),
            with(other, "", "servers: [{url: 'https://b.example/files'}], "),
            &[
                "compatible server-added",
                "request compatible server-added",
                "request unclear server-removed",
                "unclear server-removed",
            ],
        ),
        // The same in other words.
        (with(top, "", ""), with(top, "", &comma(top)), &[]),
        (
            with(top, "", &comma(other)),
            with(top, &comma(other), ""),
            &[],
        ),
        (with(top, "", ""), with(top, "servers: [], ", ""), &[]),
        (
            with("", "", ""),
            with("servers: [{url: /}]", "", "servers: [{url: /}], "),
            &[],
        ),
    ] {
        assert_eq!(told(&compared(&old, &new)), expected, "{old}\n{new}");
    }
}

#[test]
fn servers_of_a_path_item_elsewhere_are_those_of_its_operations() {
    let with = |servers: &str| {
        paths(
            "{/a: {$ref: '#/components/pathItems/A'}}",
            &format!("components: {{pathItems: {{A: {{{servers}get: {{{OK}}}}}}}}}"),
        )
    };
    let comparison = compared(&with(""), &with("servers: [{url: 'https://b.example'}], "));
    assert_eq!(told(&comparison), ["request breaking server-removed"]);
    let change = &comparison.changes[0];
    assert_eq!((&*change.was, &*change.now), ("/", "https://b.example"));
}

#[test]
fn another_default_of_a_variable_is_told() {
    let with = |default: &str| {
        paths(
            "{}",
            &format!(
                "servers: [{{url: 'https://{{env}}.example', variables: {{env: {{default: {default}, enum: [a, b]}}}}}}]"
            ),
        )
    };
    let comparison = compared(&with("a"), &with("b"));
    assert_eq!(told(&comparison), ["unclear default-changed"]);
    assert!(compared(&with("a"), &with("a")).changes.is_empty());
}

#[test]
fn servers_with_variables_are_those_that_are_written_out() {
    let with = |servers: &str| paths("{}", &format!("servers: [{servers}]"));
    let variable = "{url: 'https://{env}.example.com/v{n}', variables: {env: {default: a, enum: [a, b]}, n: {default: '1', enum: ['1']}}}";
    let written = "{url: 'https://a.example.com/v1'}, {url: 'https://b.example.com/v1/'}";
    for (old, new) in [(variable, written), (written, variable)] {
        let comparison = compared(&with(old), &with(new));
        assert!(comparison.changes.is_empty(), "{:?}", told(&comparison));
    }
    let only = "{url: 'https://a.example.com/v1'}";
    let comparison = compared(&with(variable), &with(only));
    assert_eq!(told(&comparison), ["unclear server-removed"]);
    assert_eq!(
        comparison.changes[0].message,
        "the server https://b.example.com/v1 is not named any more"
    );
    // Any host may be meant; the default is.
    let any = "{url: 'https://{env}.example.com/v1', variables: {env: {default: a}}}";
    assert_eq!(
        told(&compared(&with(only), &with(any))),
        ["compatible server-added"]
    );
    assert_eq!(
        told(&compared(&with(any), &with(only))),
        ["unclear server-removed"]
    );
}

#[test]
fn servers_are_compared_by_url() {
    let with = |url: &str| paths("{}", &format!("servers: [{{url: '{url}'}}]"));
    assert!(
        told(&compared(
            &with("https://a.example"),
            &with("https://a.example/")
        ))
        .is_empty()
    );
    assert_eq!(
        told(&compared(
            &with("https://a.example"),
            &with("https://b.example")
        )),
        ["compatible server-added", "unclear server-removed"]
    );
}
