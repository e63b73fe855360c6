//! Content negotiation: which of the documented media types a client wants (RFC 9110 section 12.5.1).

use indexmap::IndexMap;

use crate::http::Request;
use crate::spec::MediaType;
use crate::wire::MediaRange;

/// The declared media type that the client likes best, the first one of equals; `None` when it
/// likes none of them. Without a readable `Accept` everything is liked.
pub(super) fn choose<'a>(
    request: &Request,
    content: &'a IndexMap<String, MediaType>,
) -> Option<(&'a str, &'a MediaType)> {
    let wishes = wishes(request);
    let mut best: Option<(&str, &MediaType, u16)> = None;
    for (name, media) in content {
        let quality =
            MediaRange::parse(name).map_or(1, |range| quality(&wishes, &range.concrete()));
        if quality > best.map_or(0, |(_, _, quality)| quality) {
            best = Some((name, media, quality));
        }
    }
    best.map(|(name, media, _)| (name, media))
}

/// The ranges of `Accept` with their weights in thousandths.
fn wishes(request: &Request) -> Vec<(MediaRange, u16)> {
    request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("accept"))
        .flat_map(|(_, value)| value.split(','))
        .filter_map(|item| {
            let lower = item.to_ascii_lowercase();
            // What follows the weight does not belong to the range.
            let at = lower.match_indices(';').map(|(at, _)| at).find(|at| {
                let rest = lower.get(at + 1..).unwrap_or_default();
                rest.trim_start().starts_with("q=")
            });
            let (range, weight) = match at {
                Some(at) => item.split_at(at),
                None => (item, ""),
            };
            let weight: f64 = match weight.split('=').nth(1) {
                Some(text) => text.split(';').next()?.trim().parse().ok()?,
                None => 1.0,
            };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 0..=1000"
            )]
            let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
            Some((MediaRange::parse(range.trim()).ok()?, weight))
        })
        .collect()
}

/// The weight of the most specific range that a media type lies in.
fn quality(wishes: &[(MediaRange, u16)], media_type: &MediaRange) -> u16 {
    if wishes.is_empty() {
        return 1000;
    }
    let specificity = |range: &MediaRange| {
        let essence = range.essence();
        match essence.as_str() {
            "*/*" => 0,
            essence if essence.ends_with("/*") => 1,
            _ if range.is_range() => 2,
            _ => 3 + range.to_string().matches(';').count(),
        }
    };
    wishes
        .iter()
        .filter(|(range, _)| range.contains(media_type))
        .max_by_key(|(range, _)| specificity(range))
        .map_or(0, |(_, weight)| *weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, Pointer};

    fn chosen(accept: &[&str], declared: &[&str]) -> Option<String> {
        let request = Request {
            method: "GET".into(),
            path: "/".into(),
            headers: accept
                .iter()
                .map(|value| ("Accept".to_owned(), (*value).to_owned()))
                .collect(),
            body: None,
        };
        let content = declared
            .iter()
            .map(|name| {
                let media = MediaType {
                    schema: None,
                    examples: Vec::new(),
                    encoding: IndexMap::new(),
                    location: Location {
                        document: "d".into(),
                        pointer: Pointer::root(),
                        span: None,
                    },
                };
                ((*name).to_owned(), media)
            })
            .collect();
        choose(&request, &content).map(|(name, _)| name.to_owned())
    }

    #[test]
    fn the_most_specific_range_gives_the_weight() {
        let both = ["application/json", "text/plain"];
        for (accept, expected) in [
            (&[][..], Some("application/json")),
            (&["text/plain"][..], Some("text/plain")),
            (&["text/*;q=0.5, */*;q=0.1"][..], Some("text/plain")),
            (&["*/*", "application/json;q=0"][..], Some("text/plain")),
            (
                &["application/json; q=0.2, text/plain; q=0.20"][..],
                Some("application/json"),
            ),
            (&["image/png"][..], None),
            (&["nonsense"][..], Some("application/json")),
        ] {
            assert_eq!(chosen(accept, &both).as_deref(), expected, "{accept:?}");
        }
        assert_eq!(
            chosen(&["application/json"], &["*/*"]).as_deref(),
            Some("*/*")
        );
    }
}
