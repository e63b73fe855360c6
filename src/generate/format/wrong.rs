//! Strings that nearly have a format: typical mistakes first.

/// Strings that do not have the format. Empty for formats that the validator does not know.
pub(in crate::generate) fn wrong(format: &str) -> &'static [&'static str] {
    match format {
        "uuid" => &[
            "123e4567-e89b-12d3-a456-42661417400",
            "123e4567-e89b-12d3-a456-42661417400g",
            "123e4567e89b12d3a456426614174000",
            "not-a-uuid",
            "",
        ],
        "date" => &[
            "2024-02-30",
            "2024-13-01",
            "01/02/2024",
            "2024-1-2",
            "2023-02-29",
            "",
        ],
        "date-time" => &[
            "2024-01-01",
            "2024-01-01 25:00:00Z",
            "2024-01-01T10:00:00",
            "2024-02-30T10:00:00Z",
            "yesterday",
            "",
        ],
        "time" => &["25:00:00Z", "10:60:00Z", "10:00", "noon", ""],
        "duration" => &["1 day", "P", "PT", "P1S", "1D", ""],
        "email" | "idn-email" => &[
            "plain.example.com",
            "a@",
            "@example.com",
            "a b@example.com",
            "a@b@c",
            "",
        ],
        "hostname" => &[
            "-bad.example",
            "bad-.example",
            "a..b",
            "under_score.example",
            "sp ace",
            "",
        ],
        "idn-hostname" => &["-bad.example", "a..b", "sp ace", "〮한국"],
        "ipv4" => &["256.0.0.1", "1.2.3", "1.2.3.4.5", "a.b.c.d", "01.2.3.4", ""],
        "ipv6" => &["12345::", "1::2::3", ":", "1.2.3.4", "::g", ""],
        "uri" | "iri" => &[
            "//example.com/no-scheme",
            "not a uri",
            "http://[::1",
            "relative/path",
            "",
        ],
        "uri-reference" | "iri-reference" => &["\\\\WINDOWS\\share", "a b", "%zz", "#a#b"],
        "uri-template" => &["/users/{id", "/users/id}", "{", "/a b"],
        "json-pointer" => &["no-slash", "/a~", "/a~2", "#/a"],
        "relative-json-pointer" => &["/a", "-1", "01/a", "a", ""],
        "byte" => &["not base64!", "YWJj%YWJj", "YQ=", "YWJjZ", "{}"],
        "regex" => &["(", "[a-", "a{2,1}", "*", "\\"],
        _ => &[],
    }
}
