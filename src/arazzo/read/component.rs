//! Components: what workflows share, and references to it.

use indexmap::IndexMap;

use super::Reader;
use super::action::Phase;
use super::keys::Kind;
use super::node::{Item, Node};
use crate::arazzo::{Components, suggest};
use crate::code::Code;
use crate::schema::Direction;

/// A section of `components` that reusable objects refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Parameters,
    SuccessActions,
    FailureActions,
}

impl Section {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::SuccessActions => "successActions",
            Self::FailureActions => "failureActions",
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads `components`.
    pub(super) fn components(&mut self, root: &Node<'a>) -> Components {
        let mut components = Components::default();
        let Some(item) = root.item("components") else {
            return components;
        };
        let Some(node) = self.object(&item, Kind::Components) else {
            return components;
        };
        for (name, item) in self.map(&node, "inputs") {
            self.plain_name(&name, &item);
            let schema = self.set.schema(0, &item.at, Direction::Request);
            components.inputs.insert(name, schema);
        }
        components.parameters = self.section(&node, Section::Parameters, |reader, item| {
            reader.parameter(item)
        });
        components.success_actions =
            self.section(&node, Section::SuccessActions, |reader, item| {
                reader.action(item, Phase::Success)
            });
        components.failure_actions =
            self.section(&node, Section::FailureActions, |reader, item| {
                reader.action(item, Phase::Failure)
            });
        components
    }

    fn section<T>(
        &mut self,
        node: &Node<'a>,
        section: Section,
        read: impl Fn(&mut Self, &Item<'a>) -> Option<T>,
    ) -> IndexMap<String, T> {
        let mut found = IndexMap::new();
        for (name, item) in self.map(node, section.key()) {
            self.plain_name(&name, &item);
            self.defect = None;
            let part = read(self, &item);
            match (part, self.defect.take()) {
                (Some(part), None) => {
                    found.insert(name, part);
                }
                (_, defect) => {
                    let at = defect.unwrap_or_else(|| self.document.location(&item.at));
                    self.broken_components.insert((section.key(), name), at);
                }
            }
        }
        found
    }

    /// The name of the component that an item refers to; `None` if the item is no reference. The name
    /// is `None` where the reference cannot be followed.
    pub(super) fn reference(
        &mut self,
        item: &Item<'a>,
        section: Section,
    ) -> Option<(Node<'a>, Option<String>)> {
        let members = item.value.as_object()?;
        let key = ["reference", "$ref"]
            .into_iter()
            .find(|key| members.contains_key(*key))?;
        let node = Node {
            at: item.at.clone(),
            members,
        };
        if key == "reference" {
            self.known_keys(&node, Kind::Reusable);
        }
        let Some(text) = self.text(&node, key) else {
            return Some((node, None));
        };
        let at = node.at.join(key);
        let prefix = format!("$components.{}.", section.key());
        let pointer = format!("#/components/{}/", section.key());
        let name = match (text.strip_prefix(&prefix), text.strip_prefix(&pointer)) {
            (Some(name), _) => name.to_owned(),
            (None, Some(name)) => {
                self.nonstandard(&at, format!("`{text}` is no expression"))
                    .hint(format!("write `reference: {prefix}{name}`"));
                name.to_owned()
            }
            (None, None) => {
                self.report(
                    Code::UNKNOWN_NAME,
                    &at,
                    format!(
                        "`{text}` names none of the {} in `components`",
                        section.key()
                    ),
                )
                .hint(format!("references here start with `{prefix}`"));
                return Some((node, None));
            }
        };
        if key == "$ref" && text.starts_with('$') {
            self.nonstandard(&at, "components are named under `reference`")
                .hint("write `reference` instead of `$ref`");
        }
        if section != Section::Parameters && node.has("value") {
            self.nonstandard(&node.at.join("value"), "an action has no value")
                .hint("it has no effect: remove it");
        }
        Some((node, Some(name)))
    }

    /// What a reference names, among the components that can be read.
    pub(super) fn component<T: Clone>(
        &mut self,
        node: &Node<'a>,
        name: &str,
        section: Section,
        among: &IndexMap<String, T>,
    ) -> Option<T> {
        if let Some(found) = among.get(name) {
            return Some(found.clone());
        }
        if let Some(defect) = self
            .broken_components
            .get(&(section.key(), name.to_owned()))
        {
            // Its own defect was reported where it stands.
            self.defect.get_or_insert_with(|| defect.clone());
            return None;
        }
        let key = section.key();
        let hint = suggest::hint(name, among.keys().map(String::as_str));
        let message = format!("`components` has no `{name}` under `{key}`");
        let at = ["reference", "$ref"]
            .into_iter()
            .find(|key| node.has(key))
            .map_or_else(|| node.at.clone(), |key| node.at.join(key));
        self.report(Code::UNKNOWN_NAME, &at, message).hint_if(hint);
        None
    }
}
