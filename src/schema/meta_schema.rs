//! Meta-schemas: the schemas of schemas, which are known without being fetched.

use referencing::SPECIFICATIONS;
use serde_json::Value;

/// The meta-schema of a URL (without fragment) of JSON Schema draft 4 to 2020-12.
pub(super) fn meta_schema(url: &str) -> Option<Value> {
    let (_, name) = url.split_once("://")?;
    if !name.starts_with("json-schema.org/draft") {
        return None;
    }
    let base = referencing::uri::from_str(url).ok()?;
    let resolver = SPECIFICATIONS.resolver(base);
    let found = resolver.lookup(url).ok()?;
    Some(found.contents().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_schemas_are_known_and_nothing_else() {
        for url in [
            "http://json-schema.org/draft-04/schema",
            "http://json-schema.org/draft-07/schema",
            "https://json-schema.org/draft/2019-09/meta/core",
            "https://json-schema.org/draft/2020-12/schema",
        ] {
            assert!(
                meta_schema(url).is_some_and(|found| found.is_object()),
                "{url}"
            );
        }
        assert!(meta_schema("https://json-schema.org/draft/none").is_none());
        assert!(meta_schema("https://example.com/").is_none());
    }
}
