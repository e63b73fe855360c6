//! Breaches of array rules.

use serde_json::{Value, json};

use super::super::map::Place;
use super::super::site::ITEM_LIMIT;
use super::Proposal;

/// Arrays near `items` that break a keyword.
pub(super) fn proposals(
    keyword: &str,
    argument: &Value,
    items: &[Value],
    place: &Place,
) -> Vec<Proposal> {
    let limit = argument
        .as_u64()
        .and_then(|limit| usize::try_from(limit).ok());
    let judge = place
        .schema
        .below(&["contains"])
        .and_then(|wanted| wanted.validator().ok());
    let is_wanted = |item: &&Value| judge.as_ref().is_some_and(|judge| judge.is_valid(item));
    let found: Vec<Vec<Value>> = match (keyword, limit) {
        ("minItems", Some(limit)) => {
            let short = limit.saturating_sub(1).min(items.len());
            let start = items.len() - short;
            vec![
                items.get(..short).unwrap_or_default().to_vec(),
                items.get(start..).unwrap_or_default().to_vec(),
            ]
        }
        ("maxItems", Some(limit)) if limit < ITEM_LIMIT => {
            let repeated = items.iter().cycle().take(limit + 1).cloned().collect();
            let mut found = Vec::new();
            if !items.is_empty() {
                found.push(repeated);
            }
            // Items that differ, for arrays that may not repeat any.
            found.push((0..=limit).map(|number| json!(number)).collect());
            found.push(
                (0..=limit)
                    .map(|number| json!(format!("item {number}")))
                    .collect(),
            );
            found
        }
        ("uniqueItems", _) => {
            let mut found = Vec::new();
            if let Some(first) = items.first() {
                found.push(items.iter().chain([first]).cloned().collect());
                let replaced = items.len().saturating_sub(1).max(1);
                found.push(
                    items
                        .iter()
                        .take(replaced)
                        .chain([first])
                        .cloned()
                        .collect(),
                );
            } else {
                found
                    .extend([json!("x"), json!(1), json!({})].map(|item| vec![item.clone(), item]));
            }
            found
        }
        ("contains", _) => vec![
            items
                .iter()
                .filter(|item| !is_wanted(item))
                .cloned()
                .collect(),
            vec![json!(null)],
            vec![json!("other")],
            vec![json!(0)],
        ],
        ("minContains", Some(limit)) => {
            let mut kept = limit.saturating_sub(1);
            let fewer = items.iter().filter(|item| {
                let wanted = is_wanted(item);
                let keeps = !wanted || kept > 0;
                kept = if wanted { kept.saturating_sub(1) } else { kept };
                keeps
            });
            vec![fewer.cloned().collect()]
        }
        ("maxContains", Some(limit)) if limit < ITEM_LIMIT => {
            let wanted: Vec<&Value> = items.iter().filter(is_wanted).collect();
            let missing = (limit + 1).saturating_sub(wanted.len());
            let more = wanted.iter().copied().cycle().take(missing);
            vec![items.iter().chain(more).cloned().collect()]
        }
        ("items" | "unevaluatedItems", _) => {
            let prefix = place
                .keyword("prefixItems")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let missing = (prefix + 1).saturating_sub(items.len()).max(1);
            [json!("extra"), json!(0), json!(null)]
                .into_iter()
                .map(|item| {
                    items
                        .iter()
                        .cloned()
                        .chain(std::iter::repeat_n(item, missing))
                        .collect()
                })
                .collect()
        }
        _ => Vec::new(),
    };
    found
        .into_iter()
        .map(|items| Proposal::from(Value::Array(items)))
        .collect()
}
