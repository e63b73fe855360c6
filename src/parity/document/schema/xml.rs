//! XML: what elements and attributes are called, and how they stand in each other (OAS 3.1.1 section
//! 4.8.26).

use serde_json::Value;

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect};
use super::types::Types;
use crate::document::Pointer;
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;

/// How a node is written.
#[derive(PartialEq, Eq)]
struct Written {
    name: Option<String>,
    namespace: Option<String>,
    is_attribute: bool,
    is_wrapped: bool,
}

impl Written {
    /// How a node is written whose own name is this one.
    fn of(side: &Conjunction, own: Option<&str>) -> Self {
        let said = |member: &str| side.annotation("xml").and_then(|xml| xml.get(member));
        let text = |member: &str| said(member).and_then(Value::as_str).map(str::to_owned);
        let is = |member: &str| said(member).and_then(Value::as_bool) == Some(true);
        Self {
            name: text("name").or_else(|| own.map(str::to_owned)),
            namespace: text("namespace"),
            is_attribute: is("attribute"),
            is_wrapped: is("wrapped") && side.types.has(Types::ARRAY),
        }
    }

    fn text(&self) -> String {
        let name = self.name.as_deref().unwrap_or("its own name");
        let mut text = if self.is_attribute {
            format!("attribute {name}")
        } else {
            format!("element {name}")
        };
        if let Some(namespace) = &self.namespace {
            text = format!("{text} of {namespace}");
        }
        if self.is_wrapped {
            text.push_str(" around its items");
        }
        text
    }
}

impl Compare<'_> {
    /// What the outermost element is called.
    pub(super) fn outermost(mut self) -> Vec<Difference> {
        let (old, new) = (self.old, self.new);
        self.xml(&Pointer::root(), old, new);
        self.found
    }

    /// Compares how a node below is written.
    pub(super) fn xml(&mut self, at: &Pointer, old: &Conjunction, new: &Conjunction) {
        let own = at.last();
        let own = own.as_deref().filter(|name| *name != "*");
        let (was, now) = (Written::of(old, own), Written::of(new, own));
        if was == now {
            return;
        }
        let (was, now) = (was.text(), now.text());
        let message = format!("written as {now} instead of {was} in XML");
        let breaking = Effect::Graded(Grade::Breaking);
        let mut difference = Difference::new(Kind::SerializationChanged, breaking, message)
            .texts(was, now)
            .at(at.clone());
        difference.old = old.location(&["xml"]);
        difference.new = new.location(&["xml"]);
        self.found.push(difference);
    }
}
