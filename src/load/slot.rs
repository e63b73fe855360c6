//! Slots: what messages leave open, and the marks that stand for it.

use serde_json::{Map, Value};

use super::program::Slot;
use crate::arazzo::Workflow;

/// What the messages of a workflow may leave open.
pub(super) fn slots(
    workflow: &Workflow,
    inputs: &[Map<String, Value>],
    is_called: bool,
) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let first = inputs.first();
    let names = inputs.iter().flat_map(Map::keys);
    for name in names.chain(workflow.declared_inputs().schemas.keys()) {
        // A workflow that others call gets its inputs when they call it.
        let first = first.and_then(|first| first.get(name));
        let is_open = is_called || inputs.iter().any(|each| each.get(name) != first);
        let slot = Slot::Input(name.clone());
        if is_open && !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    for step in &workflow.steps {
        slots.extend(step.outputs.keys().map(|name| Slot::Output {
            step: step.id.clone(),
            name: name.clone(),
        }));
    }
    slots
}

/// The text that stands for the value of a slot: no escaping changes it.
pub(super) fn mark(slot: usize) -> String {
    format!("zqx{slot}zqx")
}

/// A value with the values of slots in the places of their marks.
pub(super) fn unmarked(value: &Value, slots: &[Option<Value>]) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            for (slot, known) in slots.iter().enumerate() {
                let mark = mark(slot);
                match known {
                    Some(known) if text == mark => return known.clone(),
                    Some(Value::String(known)) => text = text.replace(&mark, known),
                    Some(known) if text.contains(&mark) => {
                        text = text.replace(&mark, &known.to_string());
                    }
                    _ => {}
                }
            }
            Value::String(text)
        }
        Value::Array(items) => items.iter().map(|item| unmarked(item, slots)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), unmarked(value, slots)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}
