//! Responses, with their headers and links.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::parameter::explodes;
use super::{Node, Reader};
use crate::code::Code;
use crate::document::Diagnostic;
use crate::schema::{Direction, NodeKind, Place};
use crate::spec::{
    Form, Header, Link, Operation, OperationId, Response, ResponseKey, Responses, Style,
};

impl Reader {
    /// The responses of an operation. One that cannot be read stays, marked as unreadable; where it
    /// is not known for which status one is, it stands for all that are not listed.
    pub(super) fn responses(&mut self, operation: &Node<'_>) -> Responses {
        let mut responses = Responses::default();
        let mut unknown: Option<Place> = None;
        if !operation
            .members
            .get("responses")
            .is_none_or(Value::is_object)
        {
            unknown = Some(operation.below("responses"));
        }
        for (text, place) in self.map(operation, "responses") {
            if text.starts_with("x-") {
                continue;
            }
            let Some(key) = response_key(text) else {
                let message =
                    format!("`{text}` is no status, no range such as `4XX`, and not `default`");
                self.unreadable(&place, message);
                unknown = Some(place);
                continue;
            };
            let response = self.response(&place);
            let response = response.unwrap_or_else(|| self.unreadable_response(&place));
            responses.0.insert(key, response);
        }
        if let Some(place) = unknown {
            let response = self.unreadable_response(&place);
            responses.0.entry(ResponseKey::Default).or_insert(response);
        }
        responses
    }

    fn unreadable_response(&self, place: &Place) -> Response {
        Response {
            description: String::new(),
            headers: IndexMap::new(),
            content: IndexMap::new(),
            links: IndexMap::new(),
            unreadable: true,
            location: self.location(place),
        }
    }

    fn response(&mut self, place: &Place) -> Option<Response> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::Response)?;
        if let Some(known) = self.known.responses.get(&node.place) {
            return known.clone();
        }
        // The description is required up to 3.1, and often missing: nothing depends on it.
        let typed: Option<openapiv3::Response> = self.typed_without_unreadable(
            &node,
            NodeKind::Response,
            &["description"],
            &[("description", json!(""))],
        );
        let response = typed.map(|typed| Response {
            description: typed.description,
            headers: self.header_fields(&node),
            content: self.content(&node, Direction::Response),
            links: self.links(&node),
            unreadable: !node.members.get("content").is_none_or(Value::is_object),
            location: self.location(&node.place),
        });
        self.known.responses.insert(node.place, response.clone());
        response
    }

    pub(super) fn header_fields(&mut self, response: &Node<'_>) -> IndexMap<String, Header> {
        let mut headers = IndexMap::new();
        for (name, place) in self.map(response, "headers") {
            // OAS 3.1.1 section 4.8.17.1: `Content-Type` is ignored.
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            if let Some(header) = self.header(&place) {
                headers.insert(name.to_owned(), header);
            }
        }
        headers
    }

    fn header(&mut self, place: &Place) -> Option<Header> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::Header)?;
        if let Some(known) = self.known.headers.get(&node.place) {
            return known.clone();
        }
        let typed: Option<openapiv3::Header> = self.typed(
            &node,
            NodeKind::Header,
            &["required", "style"],
            &[("schema", json!({}))],
        );
        let header = typed.map(|typed| {
            let explode = node.members.get("explode").and_then(Value::as_bool);
            let styled = Form::Styled {
                style: Style::Simple,
                explode: explodes(Style::Simple, explode),
                allow_reserved: false,
            };
            // A header that has only a description may have any value.
            let (form, schema, _) = self
                .schema_or_content(&node, styled.clone(), Direction::Response)
                .unwrap_or_else(|| {
                    let schema = self.schema(&node.below("schema"), Direction::Response);
                    (styled, schema, None)
                });
            Header {
                required: typed.required,
                form,
                schema,
                location: self.location(&node.place),
            }
        });
        self.known.headers.insert(node.place, header.clone());
        header
    }

    /// Reports links to operations that do not exist.
    pub(super) fn links_lead_somewhere(&mut self, operations: &IndexMap<OperationId, Operation>) {
        for operation in operations.values() {
            for link in operation
                .responses
                .0
                .values()
                .flat_map(|response| response.links.values())
            {
                let Some(id) = &link.operation_id else {
                    continue;
                };
                if !operations.contains_key(&OperationId::new(id.as_str())) {
                    let message =
                        format!("the link leads to the operation `{id}`, which does not exist");
                    let location = link.location.clone();
                    let diagnostic = Diagnostic::new(Code::UNREADABLE_NODE, location, message);
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }

    fn links(&mut self, response: &Node<'_>) -> IndexMap<String, Link> {
        let set = self.set.clone();
        let mut links = IndexMap::new();
        for (name, place) in self.map(response, "links") {
            let Some(node) = self.object(&set, &place, NodeKind::Link) else {
                continue;
            };
            // By hand: parameters hold any values, and `openapiv3` refuses a link with both targets.
            let text = |member: &str| {
                node.members
                    .get(member)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            };
            let (operation_id, operation_ref) = (text("operationId"), text("operationRef"));
            if operation_id.is_some() == operation_ref.is_some() {
                let message = "a link has either an `operationId` or an `operationRef`, as text";
                self.unreadable(&node.place, message);
                continue;
            }
            let parameters = match node.members.get("parameters") {
                Some(Value::Object(parameters)) => parameters
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
                Some(_) => {
                    let message = "`parameters` of a link must be an object";
                    self.unreadable(&node.below("parameters"), message);
                    continue;
                }
                None => IndexMap::new(),
            };
            let link = Link {
                operation_id,
                operation_ref,
                parameters,
                body: node.members.get("requestBody").cloned(),
                server: node.members.get("server").cloned(),
                location: self.location(&node.place),
            };
            links.insert(name.to_owned(), link);
        }
        links
    }
}

/// The key of a response (OAS 3.1.1 section 4.8.16.2).
fn response_key(text: &str) -> Option<ResponseKey> {
    if text == "default" {
        return Some(ResponseKey::Default);
    }
    match serde_json::from_value(json!(text)).ok()? {
        openapiv3::StatusCode::Code(code) => (100..600)
            .contains(&code)
            .then_some(ResponseKey::Status(code)),
        openapiv3::StatusCode::Range(class) => {
            let class = u8::try_from(class).ok()?;
            (1..6).contains(&class).then_some(ResponseKey::Range(class))
        }
    }
}
