//! Formats together with patterns and lengths.

use std::collections::BTreeSet;

use super::*;

/// Checks that a schema has several valid instances, and that a small number of tries finds them.
fn finds(rules: &Value) {
    let mut value = json!({"type": "string"});
    if let (Some(all), Some(rules)) = (value.as_object_mut(), rules.as_object()) {
        all.extend(rules.clone());
    }
    let schema = schema(&value);
    let validator = schema.validator().unwrap();
    let generator = generator(&value);
    let mut found = BTreeSet::new();
    for number in 0..12 {
        let text = generator
            .valid(Seed::new(number))
            .unwrap_or_else(|error| panic!("{value}: {error}"));
        assert!(validator.is_valid(&text), "{value}: {text}");
        found.insert(text.to_string());
        let minimal = generator.minimal(Seed::new(number));
        let minimal = minimal.unwrap_or_else(|error| panic!("{value}: {error}"));
        assert!(validator.is_valid(&minimal), "{value}: {minimal}");
    }
    assert!(found.len() > 1, "{value}: {found:?}");
}

#[test]
fn formats_keep_patterns_too() {
    for (format, pattern) in [
        ("email", "^[a-z]+@"),
        ("email", r"@corp\.example$"),
        ("idn-email", "^ü"),
        ("uri", r"\.pdf$"),
        ("uri", "^ftp://"),
        ("uri", r"^https://example\.com/"),
        ("iri", "^https://例"),
        ("uri-reference", r"^/.*\.css$"),
        ("ipv4", r"^10\."),
        ("ipv4", r"^192\.168\."),
        ("ipv4", r"^127\."),
        ("ipv6", "^fe80"),
        ("ipv6", "^fe80::"),
        ("date", "-29$"),
        ("date-time", "T00:00:00"),
        ("date-time", r"\+02:00$"),
        ("date-time", r"\.[0-9]{3}Z$"),
        ("time", "^23:"),
        ("duration", "^P.*T.*S$"),
        ("hostname", r"\.gov$"),
        ("idn-hostname", "^ä"),
        ("uuid", "^a.*f$"),
        ("uri-template", "^/orders/.*id"),
        ("json-pointer", "^/data/"),
        ("relative-json-pointer", "^2/data/"),
        ("regex", r"^\^.*\$$"),
        ("byte", "^QUJD"),
    ] {
        finds(&json!({"format": format, "pattern": pattern}));
    }
}

#[test]
fn formats_keep_lengths_too() {
    for (format, min, max) in [
        ("email", 30, None),
        ("email", 100, Some(120)),
        ("email", 0, Some(6)),
        ("idn-email", 40, None),
        ("uri", 0, Some(10)),
        ("uri", 0, Some(14)),
        ("uri", 0, Some(4)),
        ("uri", 100, None),
        ("uri", 2000, Some(2048)),
        ("iri", 30, Some(30)),
        ("uri-reference", 50, Some(60)),
        ("hostname", 60, Some(63)),
        ("hostname", 200, Some(253)),
        ("idn-hostname", 30, Some(40)),
        ("ipv4", 7, Some(7)),
        ("ipv6", 39, Some(45)),
        ("date-time", 20, Some(20)),
        ("date-time", 40, None),
        ("duration", 12, Some(16)),
        ("json-pointer", 20, Some(20)),
        ("relative-json-pointer", 5, Some(5)),
        ("uri-template", 30, Some(40)),
        ("regex", 20, Some(24)),
        ("byte", 100, Some(120)),
    ] {
        finds(&json!({"format": format, "minLength": min}));
        if let Some(max) = max {
            finds(&json!({"format": format, "minLength": min, "maxLength": max}));
        }
    }
}

#[test]
fn formats_keep_pattern_length_and_exclusion_together() {
    for rules in [
        json!({"format": "email", "pattern": "^[a-z]+@", "minLength": 40, "maxLength": 50}),
        json!({"format": "uri", "pattern": "^https://", "minLength": 60, "maxLength": 60}),
        json!({"format": "ipv4", "not": {"pattern": r"^(0|127|255|192|198|203)\."}}),
        json!({"format": "hostname", "pattern": r"\.com$", "maxLength": 8}),
    ] {
        finds(&rules);
    }
}
