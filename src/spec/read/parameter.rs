//! Parameters: of the path item and of the operation, merged, with their defaults filled in.

use openapiv3::{PathStyle, QueryStyle};
use serde_json::{Value, json};

use super::{Node, Reader, item};
use crate::code::Code;
use crate::document::Location;
use crate::schema::{Direction, NodeKind, Place};
use crate::spec::{Form, Parameter, PathTemplate, Place as Where, Style};

/// Header parameters of these names are ignored (OAS 3.1.1 section 4.8.12.1).
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

impl Reader {
    /// The parameters of an operation: its own, then those of the path item that it does not
    /// override. Path parameters agree with the template.
    pub(super) fn parameters(
        &mut self,
        operation: &Node<'_>,
        path: &PathTemplate,
        items: &[Node<'_>],
        unreadable: &mut Vec<Location>,
    ) -> Vec<Parameter> {
        let mut found: Vec<Parameter> = Vec::new();
        for node in items.iter().rev().chain([operation]) {
            let mut own: Vec<Parameter> = Vec::new();
            let is_list = |value: &Value| value.is_array();
            if !node.members.get("parameters").is_none_or(is_list) {
                unreadable.push(self.location(&node.below("parameters")));
            }
            for place in self.list(node, "parameters") {
                let Some(parameter) = self.parameter(&place) else {
                    unreadable.push(self.location(&place));
                    continue;
                };
                if own.iter().any(|other| is_same(other, &parameter)) {
                    let message = format!(
                        "the {} parameter `{}` stands twice in this list",
                        parameter.place, parameter.name
                    );
                    self.unreadable(&place, message);
                    continue;
                }
                own.push(parameter);
            }
            for parameter in own {
                match found.iter_mut().find(|other| is_same(other, &parameter)) {
                    Some(other) => *other = parameter,
                    None => found.push(parameter),
                }
            }
        }
        found.retain(|parameter| {
            parameter.place != Where::Header
                || !IGNORED_HEADERS.contains(&&*parameter.name.to_ascii_lowercase())
        });
        // What the server calls is no template.
        if !self.is_inbound {
            self.agree_with_template(operation, path, unreadable.is_empty(), &mut found);
        }
        found
    }

    /// The items of a member that is a list of nodes; none, with a diagnostic, if it is something
    /// else.
    fn list(&mut self, node: &Node<'_>, member: &str) -> Vec<Place> {
        let place = node.below(member);
        match node.members.get(member) {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                (0..items.len()).map(|index| item(&place, index)).collect()
            }
            Some(_) => {
                self.unreadable(&place, format!("`{member}` must be an array"));
                Vec::new()
            }
        }
    }

    fn agree_with_template(
        &mut self,
        operation: &Node<'_>,
        path: &PathTemplate,
        is_complete: bool,
        found: &mut Vec<Parameter>,
    ) {
        for name in path.expressions() {
            if found
                .iter()
                .any(|parameter| parameter.place == Where::Path && parameter.name == name)
            {
                continue;
            }
            // The parameter may be the one that could not be read.
            if is_complete {
                self.report(
                    Code::MISSING_PATH_PARAMETER,
                    &operation.place,
                    format!(
                        "`{{{name}}}` of the path has no parameter: it is taken for a required string"
                    ),
                );
            }
            found.push(Parameter {
                name: name.to_owned(),
                place: Where::Path,
                required: true,
                deprecated: false,
                form: Form::Styled {
                    style: Style::Simple,
                    explode: false,
                    allow_reserved: false,
                },
                schema: self.schema(&self.any_text, Direction::Request),
                examples: Vec::new(),
                location: self.location(&operation.place),
            });
        }
        found.retain(|parameter| {
            let is_stray = parameter.place == Where::Path
                && !path.expressions().any(|name| name == parameter.name);
            if is_stray {
                self.diagnostics.push(crate::document::Diagnostic::new(
                    Code::MISSING_PATH_PARAMETER,
                    parameter.location.clone(),
                    format!(
                        "the path `{path}` has no `{{{}}}`: the parameter is ignored",
                        parameter.name
                    ),
                ));
            }
            !is_stray
        });
    }

    fn parameter(&mut self, place: &Place) -> Option<Parameter> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::Parameter)?;
        if let Some(known) = self.known.parameters.get(&node.place) {
            return known.clone();
        }
        let parameter = self.new_parameter(&node);
        self.known.parameters.insert(node.place, parameter.clone());
        parameter
    }

    fn new_parameter(&mut self, node: &Node<'_>) -> Option<Parameter> {
        let typed: openapiv3::Parameter = self.typed(
            node,
            NodeKind::Parameter,
            &[
                "name",
                "in",
                "required",
                "deprecated",
                "explode",
                "style",
                "allowReserved",
            ],
            &[("schema", json!({}))],
        )?;
        let (place, style, allow_reserved) = match &typed {
            openapiv3::Parameter::Query {
                style,
                allow_reserved,
                ..
            } => (Where::Query, query_style(style), *allow_reserved),
            openapiv3::Parameter::Header { .. } => (Where::Header, Style::Simple, false),
            openapiv3::Parameter::Path { style, .. } => (Where::Path, path_style(style), false),
            openapiv3::Parameter::Cookie { .. } => (Where::Cookie, Style::Form, false),
        };
        let data = typed.parameter_data();
        let form = Form::Styled {
            style,
            explode: explodes(style, data.explode),
            allow_reserved,
        };
        let Some((form, schema, content)) = self.schema_or_content(node, form, Direction::Request)
        else {
            self.unreadable(
                &node.place,
                format!(
                    "the {place} parameter `{}` has neither `schema` nor `content`",
                    data.name
                ),
            );
            return None;
        };
        let holder = content.as_ref().unwrap_or(node);
        let examples = self.examples(holder, Some(&schema), None);
        Some(Parameter {
            required: data.required || place == Where::Path,
            name: data.name,
            place,
            deprecated: data.deprecated.unwrap_or(false),
            form,
            schema,
            examples,
            location: self.location(&node.place),
        })
    }
}

fn is_same(one: &Parameter, other: &Parameter) -> bool {
    one.place == other.place
        && if one.place == Where::Header {
            one.name.eq_ignore_ascii_case(&other.name)
        } else {
            one.name == other.name
        }
}

/// Whether a style explodes (OAS 3.1.1 section 4.8.12.2): by default `form` does. `deepObject`
/// exists in its exploded form only.
pub(super) fn explodes(style: Style, given: Option<bool>) -> bool {
    style == Style::DeepObject || given.unwrap_or(style == Style::Form)
}

pub(super) fn query_style(style: &QueryStyle) -> Style {
    match style {
        QueryStyle::Form => Style::Form,
        QueryStyle::SpaceDelimited => Style::SpaceDelimited,
        QueryStyle::PipeDelimited => Style::PipeDelimited,
        QueryStyle::DeepObject => Style::DeepObject,
    }
}

fn path_style(style: &PathStyle) -> Style {
    match style {
        PathStyle::Matrix => Style::Matrix,
        PathStyle::Label => Style::Label,
        PathStyle::Simple => Style::Simple,
    }
}
