//! JSON Pointers (RFC 6901).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

/// A path to a node of a JSON value, in its escaped text form (RFC 6901 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(String);

/// The text is not a JSON Pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a JSON Pointer: it must be empty or start with `/`, and `~` must be `~0` or `~1`"
)]
pub struct PointerError(String);

impl Pointer {
    /// The pointer to the whole value.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// The pointer to a member or item of this node.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + token.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        for character in token.chars() {
            match character {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                other => text.push(other),
            }
        }
        Self(text)
    }

    /// The pointer to an item of this array.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// This pointer followed by another one.
    #[must_use]
    pub fn concat(&self, rest: &Self) -> Self {
        Self(format!("{}{}", self.0, rest.0))
    }

    /// The pointer to the node that holds this one; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|end| Self(self.0[..end].to_owned()))
    }

    /// The last token, unescaped; `None` at the root.
    pub fn last(&self) -> Option<Cow<'_, str>> {
        self.0
            .rfind('/')
            .map(|start| unescape(&self.0[start + 1..]))
    }

    /// The tokens, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(unescape)
    }

    /// The node of a value that this leads to; `None` if there is none. As [`Value::pointer`] has it,
    /// without its copies of every token: documents are looked into thousands of times.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.tokens().try_fold(value, |node, token| match node {
            Value::Object(members) => members.get(&*token),
            Value::Array(items) => {
                let is_index = !token.starts_with('+') && (!token.starts_with('0') || token == "0");
                let index = is_index.then(|| token.parse::<usize>().ok())??;
                items.get(index)
            }
            _ => None,
        })
    }

    /// Whether this is the pointer to the whole value.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` stands below this node, or is it.
    pub fn contains(&self, other: &Self) -> bool {
        other
            .0
            .strip_prefix(&self.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The way from `ancestor` to this node; `None` if the node does not stand below it.
    pub fn below(&self, ancestor: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&ancestor.0)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| Self(rest.to_owned()))
    }

    /// The pointer to the first node on the way to this one, and the way on from there.
    #[must_use]
    pub fn split_first(&self) -> (Self, Self) {
        let end = self.0.get(1..).and_then(|rest| rest.find('/'));
        let (first, rest) = self.0.split_at(end.map_or(self.0.len(), |end| end + 1));
        (Self(first.to_owned()), Self(rest.to_owned()))
    }

    /// The pointer with every array index replaced by `*`, to group places in lists of any length.
    #[must_use]
    pub fn starred(&self) -> Self {
        let tokens = self.0.split('/').skip(1).map(|token| {
            let index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
            if index { "*" } else { token }
        });
        Self(tokens.fold(String::new(), |text, token| text + "/" + token))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

impl FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tildes_are_escapes = text
            .split('~')
            .skip(1)
            .all(|rest| rest.starts_with(['0', '1']));
        if (text.is_empty() || text.starts_with('/')) && tildes_are_escapes {
            Ok(Self(text.to_owned()))
        } else {
            Err(PointerError(text.to_owned()))
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn indexes_are_starred_and_names_are_not() {
        let pointer: Pointer = "/a/0/b1/12/".parse().unwrap();
        assert_eq!(pointer.starred().as_str(), "/a/*/b1/*/");
    }

    #[test]
    fn containment_ends_at_token_borders() {
        let parent: Pointer = "/a/b".parse().unwrap();
        assert!(parent.contains(&"/a/b/c".parse().unwrap()));
        assert!(parent.contains(&parent));
        assert!(!parent.contains(&"/a/bc".parse().unwrap()));
    }

    #[test]
    fn the_first_token_comes_off() {
        for (whole, first, rest) in [
            ("", "", ""),
            ("/a", "/a", ""),
            ("/a/b/c", "/a", "/b/c"),
            ("//é", "/", "/é"),
        ] {
            let (whole, first, rest): (Pointer, Pointer, Pointer) = (
                whole.parse().unwrap(),
                first.parse().unwrap(),
                rest.parse().unwrap(),
            );
            assert_eq!(whole.split_first(), (first, rest));
        }
    }

    #[test]
    fn the_same_nodes_are_found_as_by_serde_json() {
        let value = serde_json::json!({
            "a": [1, {"": {"b~/": true}}, null], "": [[0]], "0": "text", "~1": {"é": -1}
        });
        let tokens = [
            "a",
            "",
            "0",
            "1",
            "2",
            "3",
            "00",
            "+1",
            "b~/",
            "~1",
            "é",
            "-",
            "99999999999999999999",
        ];
        let mut pointers = vec![Pointer::root()];
        for _ in 0..3 {
            for pointer in &pointers {
                assert_eq!(
                    pointer.find(&value),
                    value.pointer(pointer.as_str()),
                    "{pointer}"
                );
            }
            let next = pointers
                .iter()
                .flat_map(|pointer| tokens.map(|token| pointer.join(token)));
            pointers = next.collect();
        }
    }

    proptest! {
        #[test]
        fn tokens_survive_escaping(tokens in prop::collection::vec(".*", 0..5)) {
            let pointer = tokens.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
            prop_assert_eq!(pointer.tokens().collect::<Vec<_>>(), tokens);
            prop_assert_eq!(pointer.as_str().parse::<Pointer>().unwrap(), pointer);
        }
    }
}
