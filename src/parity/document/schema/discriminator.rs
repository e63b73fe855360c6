//! Discriminators: by which property branches are told apart, and which value leads where.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::same::same;
use crate::schema::Schema;

/// What a union says about telling its branches apart.
pub(super) struct Discriminator {
    /// The property.
    pub(super) name: String,
    /// Where its values lead, as far as that is written.
    mapping: BTreeMap<String, Option<Schema>>,
    /// The schema that says it.
    holder: Schema,
}

impl Discriminator {
    /// Reads it; `None` if there is none.
    pub(super) fn of(holder: &Schema) -> Option<Self> {
        let node = holder.value().get("discriminator")?;
        let mapping = node.get("mapping").and_then(Value::as_object);
        let targets = mapping.into_iter().flatten().map(|(value, target)| {
            let target = target.as_str().and_then(|text| leads_to(holder, text));
            (value.clone(), target)
        });
        Some(Self {
            name: node.get("propertyName")?.as_str()?.to_owned(),
            mapping: targets.collect(),
            holder: holder.clone(),
        })
    }

    /// The values that are written and lead elsewhere than their own name does, which is where they lead
    /// without a word (OAS 3.1.1 section 4.8.25).
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        let all = self.mapping.iter();
        let told = all.filter(|(value, target)| {
            let target = target.as_ref();
            target.is_none_or(|target| !is_called(target, value))
        });
        told.map(|(value, _)| value)
    }

    /// Whether a value that is written in the other one is no longer, or leads to another schema. Where
    /// nothing is written, the names of the schemas are the values.
    pub(super) fn leads_elsewhere(&self, old: &Self) -> bool {
        let mut unwritten = self
            .mapping
            .iter()
            .filter(|(value, _)| !old.mapping.contains_key(*value));
        let is_moved = unwritten.any(|(value, new)| {
            let implied = leads_to(&old.holder, value);
            implied.is_some_and(|old| {
                let is_same = |new: &Schema| is_called(new, value) || same(&old, new);
                !new.as_ref().is_some_and(is_same)
            })
        });
        is_moved
            || old.mapping.iter().any(|(value, old)| {
                let Some(new) = self.mapping.get(value) else {
                    let is_called = old.as_ref().is_some_and(|old| is_called(old, value));
                    return !self.mapping.is_empty() || !is_called;
                };
                match (old, new) {
                    (Some(old), Some(new)) => {
                        old.pointer().last() != new.pointer().last() && !same(old, new)
                    }
                    (None, None) => false,
                    _ => true,
                }
            })
    }
}

impl fmt::Display for Discriminator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        for (number, (value, target)) in self.mapping.iter().enumerate() {
            f.write_str(if number == 0 { " = " } else { ", " })?;
            let target = target.as_ref().and_then(|target| target.pointer().last());
            match target.filter(|target| target != value) {
                Some(target) => write!(f, "{value} ({target})")?,
                None => f.write_str(value)?,
            }
        }
        Ok(())
    }
}

/// The schema that a value of a mapping leads to: the name of one, or a reference to it (OAS 3.1
/// section 4.8.25).
fn leads_to(holder: &Schema, target: &str) -> Option<Schema> {
    let named = || holder.follow(&format!("#/components/schemas/{target}"));
    let is_name = target
        .chars()
        .all(|one| one.is_ascii_alphanumeric() || "._-".contains(one));
    let found = if is_name { named() } else { None };
    found.or_else(|| holder.follow(target))
}

fn is_called(schema: &Schema, name: &str) -> bool {
    schema.pointer().last().is_some_and(|last| last == name)
}
