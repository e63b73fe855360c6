//! References: to every kind of node, within the document and to files, and to nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;

use super::super::{FileError, Files, Place, Spec};
use super::load;
use crate::schema::Formats;

/// Files in memory that remember what was read.
struct Memory {
    files: BTreeMap<&'static str, &'static str>,
    read: RefCell<Vec<String>>,
}

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, FileError> {
        self.read.borrow_mut().push(name.to_owned());
        match self.files.get(name) {
            Some(text) => Ok((*text).to_owned()),
            None => Err(FileError::Outside(name.to_owned())),
        }
    }
}

#[test]
fn nodes_of_all_kinds_are_found_in_files() {
    let files = Memory {
        files: BTreeMap::from([
            (
                "specs/api.yaml",
                "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /users/{id}: {$ref: './paths/user.yaml', summary: here, put: {operationId: put}}
",
            ),
            (
                "specs/paths/user.yaml",
                "parameters: [{$ref: '../common%20parts.yaml#/Id'}]
get:
  operationId: get
  requestBody: {$ref: '../common parts.yaml#/Body'}
  responses:
    '200': {$ref: '../common%20parts.yaml#/Found'}
    '404': {$ref: '../missing.yaml#/Gone'}
    '405': {$ref: '../missing.yaml#/Other'}
",
            ),
            (
                "specs/common parts.yaml",
                "Id: {name: id, in: path, required: true, schema: {$ref: schemas/id.json}}
Body: {content: {application/json: {schema: {$ref: 'schemas/user.json'}}}}
Found:
  description: d
  headers: {X-Next: {$ref: '#/Next'}}
  content: {application/json: {schema: {$ref: 'schemas/user.json#'}}}
Next: {schema: {type: integer, nullable: true}}
",
            ),
            ("specs/schemas/id.json", "{\"type\": \"integer\"}"),
            (
                "specs/schemas/user.json",
                "{\"type\": \"object\", \"required\": [\"id\"], \"properties\": {\"id\": {\"$ref\": \"id.json\"}, \"boss\": {\"$ref\": \"#\"}, \"nick\": {\"type\": \"string\", \"nullable\": true}}}",
            ),
        ]),
        read: RefCell::default(),
    };
    let spec = Spec::load("specs/api.yaml", &files, &Formats::default()).unwrap();
    let diagnostics: Vec<_> = spec.diagnostics.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(diagnostics.join("\n"), @"specs/paths/user.yaml:7:13: error[PM702] `../missing.yaml#/Gone` does not lead to a response: `specs/missing.yaml` is outside of the document's folder / move the file below the folder of the document");
    let names: Vec<_> = spec.operations.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["put", "get"]);
    let get = &spec.operations[1];
    assert_eq!(get.location.to_string(), "specs/paths/user.yaml:2:1");
    let id = get.parameter(Place::Path, "id").unwrap();
    assert_eq!(id.schema.resolved().value()["type"], "integer");
    let found = get.responses.select(200).unwrap().1;
    assert_eq!(found.headers.len(), 1);
    let schema = found.content["application/json"].schema.clone().unwrap();
    let validator = schema.validator().unwrap();
    assert!(validator.is_valid(&serde_json::json!({"id": 1, "boss": {"id": 2}, "nick": null})));
    let violation = validator
        .first_violation(&serde_json::json!({"id": 1, "boss": {"id": "x"}}))
        .unwrap();
    assert_eq!(violation.schema.to_string(), "specs/schemas/id.json:1:2");
    assert!(get.responses.select(404).unwrap().1.unreadable);
    assert!(get.body.is_some() && get.unreadable.is_empty());
    let mut read = files.read.into_inner();
    read.sort();
    let before = read.len();
    read.dedup();
    assert_eq!(read.len(), before, "each file is read once");
}

#[test]
fn broken_references_cost_only_what_holds_them() {
    let (spec, diagnostics) = load(
        "openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      operationId: parameters
      parameters:
        - {$ref: '#/components/parameters/Nobody'}
        - {$ref: '#/components/parameters/Self'}
        - {$ref: '#/components/parameters/One'}
    put:
      operationId: body
      requestBody: {$ref: 'https://example.com/body.yaml'}
    post:
      operationId: schema
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Gone'}}}}
      responses: {'200': {$ref: 'other.yaml#/x'}, '201': {description: good, content: {text/plain: {schema: {type: string}}}}}
    delete: {$ref: '#/x', operationId: fine}
components:
  parameters:
    Self: {$ref: '#/components/parameters/Self'}
    One: {$ref: '#/components/parameters/Two'}
    Two: {$ref: '#/components/parameters/One'}
  schemas:
    Unused: {$ref: '#a%ZZ'}
    Wrong: {$ref: '#/components/parameters/One'}
    Bare: {$ref: Unused}
    Mistyped: {$ref: '#/components/schemas/Mistypde'}
",
    );
    insta::assert_snapshot!(diagnostics.join("\n"), @r#"
    api.yaml:8:12: error[PM702] `#/components/parameters/Nobody` does not lead to a parameter: nothing stands there
    api.yaml:13:21: error[PM702] `https://example.com/body.yaml` does not lead to a request body: it leads to a URL, and those are not followed / save a copy beside the document and reference the file instead
    api.yaml:16:59: error[PM702] `#/components/schemas/Gone` does not lead to a schema: nothing stands there
    api.yaml:17:27: error[PM702] `other.yaml#/x` does not lead to a response: `other.yaml` cannot be read: the document was given as text, without a folder
    api.yaml:21:12: error[PM702] `#/components/parameters/Self` does not lead to a parameter: it leads back to itself
    api.yaml:22:11: error[PM702] `#/components/parameters/Two` does not lead to a parameter: it leads back to itself
    api.yaml:23:11: error[PM702] `#/components/parameters/One` does not lead to a parameter: it leads back to itself
    api.yaml:25:14: error[PM702] `#a%ZZ` does not lead to a schema: `#a%ZZ` is neither a JSON Pointer nor an anchor of the document
    api.yaml:26:13: error[PM702] `#/components/parameters/One` does not lead to a schema: that is a parameter
    api.yaml:27:12: error[PM702] `Unused` does not lead to a schema: `Unused` cannot be read: the document was given as text, without a folder / did you mean `#/components/schemas/Unused`?
    api.yaml:28:16: error[PM702] `#/components/schemas/Mistypde` does not lead to a schema: nothing stands there / did you mean `#/components/schemas/Mistyped`?
    "#);
    let [parameters, body, schema, fine] = spec.operations.values().collect::<Vec<_>>()[..] else {
        panic!("{:?}", spec.operations.keys());
    };
    assert_eq!(parameters.unreadable.len(), 3);
    assert_eq!(body.unreadable.len(), 1);
    assert!(fine.unreadable.is_empty());
    assert!(schema.unreadable.is_empty());
    let of_body = &schema.body.as_ref().unwrap().content["application/json"];
    let error = of_body.schema.as_ref().unwrap().validator().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`#/components/schemas/Gone` leads nowhere"
    );
    assert_eq!(error.location.unwrap().to_string(), "api.yaml:16:59");
    assert!(schema.responses.select(200).unwrap().1.unreadable);
    let good = &schema.responses.select(201).unwrap().1.content["text/plain"];
    good.schema.as_ref().unwrap().validator().unwrap();
}

#[test]
fn files_outside_of_the_folder_are_refused_also_behind_links() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("secret.yaml", "{type: string}");
    write("specs/inside/a.yaml", "{type: string}");
    write("specs/broken.yaml", "a: 1\na: 2\n");
    write(
        "specs/api.yaml",
        "openapi: 3.1.0
paths: {}
components:
  schemas:
    Inside: {$ref: inside/a.yaml}
    Outside: {$ref: ../secret.yaml}
    Again: {$ref: '../secret.yaml#/type'}
    Roundabout: {$ref: inside/../../secret.yaml}
    Missing: {$ref: missing.yaml}
    Broken: {$ref: broken.yaml}
    Link: {$ref: link.yaml}
",
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.yaml", folder.path().join("specs/link.yaml")).unwrap();
    let spec = Spec::open(&folder.path().join("specs/api.yaml")).unwrap();
    let diagnostics: Vec<_> = spec.diagnostics.iter().map(ToString::to_string).collect();
    let diagnostics = diagnostics.join("\n");
    let folder = folder.path().to_string_lossy();
    insta::assert_snapshot!(diagnostics.replace(&*folder, "~"), @r#"
    ~/specs/api.yaml:6:15: error[PM702] `../secret.yaml` does not lead to a schema: `~/secret.yaml` is outside of the document's folder / move the file below the folder of the document
    ~/specs/api.yaml:9:15: error[PM702] `missing.yaml` does not lead to a schema: `~/specs/missing.yaml` cannot be read: No such file or directory (os error 2)
    ~/specs/api.yaml:10:14: error[PM702] `broken.yaml` does not lead to a schema: `~/specs/broken.yaml` cannot be read: the key `a` stands twice in this mapping, first at line 1, column 1 (line 2)
    ~/specs/api.yaml:11:12: error[PM702] `link.yaml` does not lead to a schema: `~/specs/link.yaml` is outside of the document's folder / move the file below the folder of the document
    "#);
    let error = Spec::open(std::path::Path::new("/nowhere/api.yaml")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`/nowhere/api.yaml` cannot be read: "),
        "{error}"
    );
}
