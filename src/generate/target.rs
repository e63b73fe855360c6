//! Targets: what the validator has to report for a site, and how the author knows it.

use serde_json::Value;

use super::Mutation;
use super::breach::Proposal;
use super::describe::describe;
use super::map::{Map, Place};
use super::site::Site;
use crate::document::{Location, Pointer};
use crate::schema::Violation;

/// The keyword that the author wrote for a rule: formats of integers become ranges, custom formats
/// patterns, and bounds with a flag exclusive ones, when a document is lifted; they are reported as what
/// they were.
pub(super) fn written(place: &Place, keyword: &'static str) -> &'static str {
    let source = place.schema.source();
    let is_flag = source.get(keyword) == Some(&Value::Bool(true));
    match keyword {
        "format" if source.get("format").is_none() => return "contentEncoding",
        "minLength" | "maxLength" if source.get(keyword).is_none() => return "pattern",
        "exclusiveMinimum" if is_flag => return "minimum",
        "exclusiveMaximum" if is_flag => return "maximum",
        _ => {}
    }
    let lifted = matches!(keyword, "minimum" | "maximum" | "pattern")
        && source.get(keyword).is_none()
        && source.get("format").is_some();
    if lifted { "format" } else { keyword }
}

/// The label of a confirmed violation.
pub(super) fn mutation(
    site: &Site,
    place: &Place,
    proposal: &Proposal,
    target: &Target,
    violation: &Violation,
) -> Mutation {
    let instance = match (site.keyword, &site.argument, &site.scope) {
        // What is missing is named, not the object that misses it.
        ("required" | "dependentRequired", Some((_, name)), None) => target.instance.join(name),
        _ => violation.instance.clone(),
    };
    let keyword = written(place, site.keyword);
    // A bound that a flag makes stricter is said as the strict one.
    let said = if place.keyword(keyword).is_some() {
        keyword
    } else {
        site.keyword
    };
    Mutation {
        keyword: target.keyword.to_owned(),
        schema: target.location.clone(),
        instance,
        description: describe(
            site,
            said,
            place.keyword(said),
            Some(&proposal.value),
            proposal.member.as_deref(),
        ),
    }
}

/// What the validator has to report, and how that is named.
pub(super) struct Target {
    keyword: &'static str,
    /// The keyword in the document as it was written.
    location: Location,
    /// The node that the validator names.
    instance: Pointer,
}

impl Target {
    /// What to look for; `None` for places that are not on the map.
    pub(super) fn new(map: &Map, site: &Site) -> Option<Self> {
        let (keyword, place, instance) = match &site.scope {
            Some(scope) => (scope.keyword, scope.place, &scope.instance),
            None => (site.keyword, site.place, &site.instance),
        };
        let place = map.place(place)?;
        let schema = &place.schema;
        let instance = instance.clone();
        let label = written(place, keyword);
        let at = |tokens: &[&str]| schema.location_below(tokens);
        let (keyword, location, instance) = match (label, &site.argument) {
            // What is `false` is reported as that schema, at the node that may not be there.
            ("properties", Some((_, name))) => {
                ("falseSchema", at(&[label, name]), instance.join(name))
            }
            // Whichever member it is.
            ("patternProperties", Some((_, pattern))) => {
                ("falseSchema", at(&[label, pattern]), instance)
            }
            ("items", _) => ("falseSchema", at(&[label]), instance),
            ("dependentRequired", _) => {
                let location = at(&[label]);
                let is_old = location.pointer.last().as_deref() == Some("dependencies");
                let keyword = if is_old { "dependencies" } else { label };
                (keyword, location, instance)
            }
            _ => (label, at(&[label]), instance),
        };
        Some(Self {
            keyword,
            location,
            instance,
        })
    }

    /// Whether a violation is the one that is wanted.
    pub(super) fn is(&self, violation: &Violation) -> bool {
        let at = &violation.schema;
        let place = self.location.pointer == at.pointer;
        let instance = if self.keyword == "falseSchema" {
            self.instance.contains(&violation.instance)
        } else {
            self.instance == violation.instance
        };
        place && instance && at.document == self.location.document
    }
}
