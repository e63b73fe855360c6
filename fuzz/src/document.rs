//! Documents: any text is read or refused, and what is read has places and survives being written.

use proofmark::document::{Document, Pointer, Span};
use serde_json::Value;

use super::places::Lines;

/// Reads a text as JSON and as YAML.
///
/// # Panics
/// If a place lies outside of the text, a member's place is not its key, a value changes when it is
/// written and read again, or JSON is not what `serde_json` takes for it.
pub fn document(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some(read) = read("fuzz.json", text) {
        keys_stand_at_their_places(&read);
    }
    json_is_what_others_take_for_it(text);
    if let Some(read) = read("fuzz.yaml", text) {
        words_stand_at_their_places(&read);
    }
}

fn read(name: &str, text: &str) -> Option<Document> {
    let lines = Lines::of_file(text);
    let document = match Document::parse(name, text) {
        Ok(document) => document,
        Err(error) => {
            assert!(!error.message.is_empty());
            if let Some(span) = error.span {
                lines.hold(span);
            }
            return None;
        }
    };
    walk(&document.value, &mut |pointer, _| {
        lines.hold(span(&document, pointer));
    });
    let written = document.value.to_string();
    let again = Document::parse("again.json", &written)
        .unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(again.value, document.value);
    assert_eq!(again.value.to_string(), written);
    Some(document)
}

fn span(document: &Document, pointer: &Pointer) -> Span {
    let span = document.span(pointer);
    span.unwrap_or_else(|| panic!("`{pointer}` has no place"))
}

/// The place of a member is its key, that of anything else its value.
fn keys_stand_at_their_places(document: &Document) {
    let lines = Lines::of(&document.text);
    walk(&document.value, &mut |pointer, value| {
        let text = lines.from(span(document, pointer).start);
        let parent = pointer.parent();
        let is_member = parent
            .and_then(|parent| document.node(&parent))
            .is_some_and(Value::is_object);
        let found = serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .next()
            .and_then(Result::ok);
        if is_member {
            let key = pointer.last().map(|key| Value::String(key.into_owned()));
            assert_eq!(found, key, "at `{pointer}`");
        } else {
            match value {
                Value::Object(_) => assert!(text.starts_with('{'), "at `{pointer}`"),
                Value::Array(_) => assert!(text.starts_with('['), "at `{pointer}`"),
                scalar => assert_eq!(found.as_ref(), Some(scalar), "at `{pointer}`"),
            }
        }
    });
}

/// The place of a member is its key, in YAML too: as it is, quoted, or in a block of its own.
fn words_stand_at_their_places(document: &Document) {
    let lines = Lines::of(&document.text);
    walk(&document.value, &mut |pointer, _| {
        let (Some(parent), Some(key)) = (pointer.parent(), pointer.last()) else {
            return;
        };
        let is_word = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_word || !document.node(&parent).is_some_and(Value::is_object) {
            return;
        }
        let text = lines.from(span(document, pointer).start);
        // An alias stands for what is written elsewhere; a tag or an anchor belongs to its node.
        assert!(
            text.starts_with(['"', '\'', '|', '>', '*', '!', '&']) || text.starts_with(&*key),
            "`{pointer}` at {text:?}"
        );
    });
}

/// Nothing but duplicate keys and deep nesting is refused beyond what JSON itself forbids.
fn json_is_what_others_take_for_it(text: &str) {
    let ours = Document::parse("fuzz.json", text);
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
    match (ours, serde_json::from_str::<Value>(unmarked)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours.value, theirs),
        (Ok(_), Err(theirs)) => assert!(theirs.to_string().contains("recursion"), "{theirs}"),
        (Err(ours), Ok(_)) => assert!(ours.message.contains("stands twice"), "{ours}"),
        (Err(_), Err(_)) => {}
    }
}

/// Visits a value and everything below it, with its pointer.
fn walk(value: &Value, see: &mut dyn FnMut(&Pointer, &Value)) {
    /// So many nodes are enough: aliases can make far more out of a short text.
    const MOST: usize = 2000;
    let mut waiting = vec![(Pointer::root(), value)];
    for _ in 0..MOST {
        let Some((pointer, value)) = waiting.pop() else {
            return;
        };
        see(&pointer, value);
        match value {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                waiting.extend(items.map(|(index, item)| (pointer.index(index), item)));
            }
            Value::Object(members) => {
                waiting.extend(
                    members
                        .iter()
                        .map(|(key, member)| (pointer.join(key), member)),
                );
            }
            _ => {}
        }
    }
}
