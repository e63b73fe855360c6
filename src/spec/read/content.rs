//! Content: media types, in request bodies, responses, parameters and headers.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::parameter::{explodes, query_style};
use super::{Node, Reader};
use crate::schema::{Direction, NodeKind, Place, Schema};
use crate::spec::{Encoding, Form, MediaType, RequestBody, Style};

impl Reader {
    /// The request body behind a place; `None`, with a diagnostic, if it cannot be read.
    pub(super) fn request_body(&mut self, place: &Place) -> Option<RequestBody> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::RequestBody)?;
        if let Some(known) = self.known.bodies.get(&node.place) {
            return known.clone();
        }
        let typed: Option<openapiv3::RequestBody> =
            self.typed(&node, NodeKind::RequestBody, &["required"], &[]);
        let body = typed.and_then(|typed| {
            let Some(declared) = node.members.get("content") else {
                self.unreadable(&node.place, "a request body needs `content`");
                return None;
            };
            let content = self.content(&node, Direction::Request);
            let is_empty = declared.as_object().is_some_and(Map::is_empty);
            (is_empty || !content.is_empty()).then(|| RequestBody {
                required: typed.required,
                content,
                location: self.location(&node.place),
            })
        });
        self.known.bodies.insert(node.place, body.clone());
        body
    }

    /// The media types under `content`. Of a response, one that cannot be read stays without a
    /// schema: it is documented, and nothing of it can be judged.
    pub(super) fn content(
        &mut self,
        node: &Node<'_>,
        direction: Direction,
    ) -> IndexMap<String, MediaType> {
        let mut content = IndexMap::new();
        for (name, place) in self.map(node, "content") {
            if name.starts_with("x-") && !name.contains('/') {
                continue;
            }
            let media_type = self.media_type(name, &place, direction).or_else(|| {
                (direction == Direction::Response).then(|| MediaType {
                    schema: None,
                    examples: Vec::new(),
                    encoding: IndexMap::new(),
                    location: self.location(&place),
                })
            });
            if let Some(media_type) = media_type {
                content.insert(name.to_owned(), media_type);
            }
        }
        content
    }

    fn media_type(&mut self, name: &str, place: &Place, direction: Direction) -> Option<MediaType> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::MediaType)?;
        let schema = node
            .members
            .contains_key("schema")
            .then(|| self.schema(&node.below("schema"), direction));
        let examples = self.examples(&node, schema.as_ref(), Some(name));
        let mut encoding = IndexMap::new();
        for (property, place) in self.map(&node, "encoding") {
            encoding.insert(property.to_owned(), self.encoding(&place)?);
        }
        Some(MediaType {
            schema,
            examples,
            encoding,
            location: self.location(&node.place),
        })
    }

    fn encoding(&mut self, place: &Place) -> Option<Encoding> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::Encoding)?;
        let typed: openapiv3::Encoding = self.typed(
            &node,
            NodeKind::Encoding,
            &["contentType", "style", "explode", "allowReserved"],
            &[],
        )?;
        let is_styled = ["style", "explode", "allowReserved"]
            .iter()
            .any(|member| node.members.contains_key(*member));
        let style = typed.style.as_ref().map_or(Style::Form, query_style);
        let explode = node.members.get("explode").and_then(Value::as_bool);
        Some(Encoding {
            headers: self.header_fields(&node),
            content_type: typed.content_type,
            form: is_styled.then(|| Form::Styled {
                style,
                explode: explodes(style, explode),
                allow_reserved: typed.allow_reserved,
            }),
        })
    }

    /// The schema of a parameter or header with its form: `styled` with `schema`, or the one media
    /// type of `content`, whose node comes along.
    pub(super) fn schema_or_content<'a>(
        &mut self,
        node: &Node<'a>,
        styled: Form,
        direction: Direction,
    ) -> Option<(Form, Schema, Option<Node<'a>>)> {
        if node.members.contains_key("schema") {
            if node.members.contains_key("content") {
                let message = "`schema` and `content` exclude each other: `content` is ignored";
                self.unreadable(&node.below("content"), message);
            }
            return Some((styled, self.schema(&node.below("schema"), direction), None));
        }
        let (name, place) = self.map(node, "content").into_iter().next()?;
        let members = node.members.get("content")?.get(name)?.as_object()?;
        let media_type = Node { place, members };
        let schema = self.schema(&media_type.below("schema"), direction);
        Some((Form::Content(name.to_owned()), schema, Some(media_type)))
    }
}
