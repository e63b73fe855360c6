//! Two bodies side by side, member by member, with the members of a difference marked.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

use super::recording::scalars;
use crate::document::Pointer;

/// How many members of two bodies are laid side by side.
const MOST: usize = 500;

/// A member of two bodies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its JSON Pointer.
    pub at: String,
    /// What the baseline has there, as JSON.
    pub baseline: Option<String>,
    /// What the candidate has there.
    pub candidate: Option<String>,
    /// Whether the difference is here.
    pub differs: bool,
}

/// The scalars of two bodies side by side; none if a body is no JSON, or was cut. Marked are those at the
/// place of a difference, or below it.
pub(super) fn members(baseline: &str, candidate: &str, place: &str) -> Vec<Member> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(left), Some(right)) = (read(baseline), read(candidate)) else {
        return Vec::new();
    };
    let mut found: IndexMap<Pointer, [Option<String>; 2]> = IndexMap::new();
    for (side, body) in [&left, &right].into_iter().enumerate() {
        for (at, value) in scalars(body).into_iter().take(MOST) {
            let sides = found.entry(at).or_default();
            if let Some(text) = sides.get_mut(side) {
                *text = Some(value.to_string());
            }
        }
    }
    let is_marked = |at: &Pointer| {
        let starred = at.starred();
        let rest = starred.as_str().strip_prefix(place);
        !place.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let members = found.into_iter().map(|(at, [baseline, candidate])| Member {
        differs: is_marked(&at) && baseline != candidate,
        at: at.to_string(),
        baseline,
        candidate,
    });
    let mut members: Vec<Member> = members.collect();
    // What only one side has stands where it belongs.
    members.sort_by_key(|member| {
        member
            .at
            .rsplit_once('/')
            .map(|(parent, _)| parent.to_owned())
    });
    members
}

/// The part of a list of members that shows the first marked ones with their neighbours.
pub(super) fn window(members: &[Member], most: usize) -> &[Member] {
    let Some(first) = members.iter().position(|member| member.differs) else {
        return &[];
    };
    let start = first.saturating_sub(most / 3);
    let end = (start + most).min(members.len());
    members.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_side_by_side_and_those_of_the_difference_are_marked() {
        let left = r#"{"id":1,"users":[{"name":"Ada","age":3},{"name":"Bob"}]}"#;
        let right = r#"{"id":2,"users":[{"age":3},{"name":"Eve"}]}"#;
        let members = members(left, right, "/users/*/name");
        let told: Vec<String> = members
            .iter()
            .map(|member| {
                let mark = if member.differs { "!" } else { " " };
                let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".into());
                format!(
                    "{mark}{} {} {}",
                    member.at,
                    text(&member.baseline),
                    text(&member.candidate)
                )
            })
            .collect();
        let expected = [
            " /id 1 2",
            "!/users/0/name \"Ada\" -",
            " /users/0/age 3 3",
            "!/users/1/name \"Bob\" \"Eve\"",
        ];
        assert_eq!(told, expected);
        assert_eq!(window(&members, 3).len(), 3);
        assert!(super::members("{", "{}", "/a").is_empty());
    }
}
