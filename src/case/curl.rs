//! Requests as command lines: one line of POSIX shell that sends the same bytes with `curl`.

use super::Prepared;
use crate::http::Request;
use crate::spec::ApiKeyPlace;

/// Bodies longer than this are piped: systems bound the length of one argument.
const LONGEST_ARGUMENT: usize = 64 * 1024;

/// The command line that sends a request to a target. Secrets are shell variables, and so is a
/// target of the form `$NAME`.
pub fn curl(prepared: &Prepared, target: &str) -> String {
    let request = prepared.masked_request();
    let mut words = vec!["curl".to_owned()];
    if request.method == "HEAD" {
        // `-X HEAD` would wait for content that never comes.
        words.push("--head".to_owned());
    } else {
        words.extend(["-X".to_owned(), quote(&request.method)]);
    }
    words.push("--path-as-is".to_owned());
    let (variable, base) = match target.strip_prefix('$') {
        Some(name) if is_name(name) => (format!("\"{target}\""), ""),
        _ => (String::new(), target.trim_end_matches('/')),
    };
    let url = format!("{base}{}", request.path);
    if url.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    words.push(variable + &expand(prepared, &url, ApiKeyPlace::Query));
    headers(prepared, &request, &mut words);
    match request.body.as_deref() {
        None => words.join(" "),
        Some(body) => {
            if request.header("content-type").is_none() {
                // Otherwise `curl` would announce a form.
                words.extend(["-H".to_owned(), "'Content-Type:'".to_owned()]);
            }
            match argument(body) {
                Some(text) => {
                    words.extend(["--data-raw".to_owned(), quote(text)]);
                    words.join(" ")
                }
                None => format!(
                    "printf '{}' | {} --data-binary @-",
                    octal(body),
                    words.join(" ")
                ),
            }
        }
    }
}

fn headers(prepared: &Prepared, request: &Request, words: &mut Vec<String>) {
    for (name, value) in &request.headers {
        let secret = prepared.secrets.iter().find(|secret| {
            secret.place == ApiKeyPlace::Header && secret.name.eq_ignore_ascii_case(name)
        });
        if let Some(secret) = secret {
            if let Some(user) = secret.prefix.strip_prefix("Basic ") {
                // `curl` encodes the login itself.
                words.extend(["-u".to_owned(), format!("\"{user}${}\"", secret.variable)]);
            } else {
                let field = quote(&format!("{name}: {}", secret.prefix));
                words.extend(["-H".to_owned(), format!("{field}\"${}\"", secret.variable)]);
            }
        } else if value.is_empty() {
            words.extend(["-H".to_owned(), quote(&format!("{name};"))]);
        } else if name.eq_ignore_ascii_case("cookie") {
            let field = format!("{name}: {value}");
            words.extend([
                "-H".to_owned(),
                expand(prepared, &field, ApiKeyPlace::Cookie),
            ]);
        } else {
            words.extend(["-H".to_owned(), quote(&format!("{name}: {value}"))]);
        }
    }
}

/// A quoted text in which the variables of the secrets of one place are live.
fn expand(prepared: &Prepared, text: &str, place: ApiKeyPlace) -> String {
    let mut pieces = Vec::new();
    let mut rest = text;
    for secret in prepared
        .secrets
        .iter()
        .filter(|secret| secret.place == place)
    {
        let shown = format!("{}={}", secret.name, secret.shown());
        let Some(start) = rest.find(&shown) else {
            continue;
        };
        let (before, after) = rest.split_at(start + shown.len() - secret.shown().len());
        pieces.push(quote(before));
        pieces.push(format!("\"${}\"", secret.variable));
        rest = after.get(secret.shown().len()..).unwrap_or("");
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(quote(rest));
    }
    pieces.concat()
}

/// A word that the shell takes as it is (POSIX.1-2024, Shell Command Language, section 2.2.2).
fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// Whether a text names a shell variable.
pub(super) fn is_name(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.starts_with(|first: char| first.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(word)
}

/// A body that can be an argument on one line.
fn argument(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    (body.len() <= LONGEST_ARGUMENT && !text.chars().any(char::is_control)).then_some(text)
}

/// Bytes as a format of `printf` between single quotes.
fn octal(body: &[u8]) -> String {
    let mut text = String::with_capacity(body.len());
    for byte in body {
        match byte {
            b'%' => text.push_str("%%"),
            b'\\' | b'\'' | 0..0x20 | 0x7f.. => {
                text.extend(["\\".to_owned(), format!("{byte:03o}")]);
            }
            plain => text.push(char::from(*plain)),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::case::WireSecret;
    use bytes::Bytes;

    fn request(method: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Prepared {
        Prepared::open(Request {
            method: method.to_owned(),
            path: "/a%20b/it's?x=[1]&y=$HOME".to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.map(Bytes::copy_from_slice),
        })
    }

    /// What the shell makes of the line: the words, and what `curl` reads.
    fn run(line: &str) -> (Vec<String>, Vec<u8>) {
        assert!(!line.contains('\n'), "{line}");
        let script = format!(
            "curl() {{ for word in \"$@\"; do printf '%s\\n' \"$word\"; done; case \"$*\" in *@-*) printf '\\0'; cat;; esac; }}\n{line}"
        );
        let output = Command::new("sh")
            .args(["-c", &script])
            .env("PROOFMARK_TOKEN", "to\"k $x")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let mut parts = output.stdout.splitn(2, |byte| *byte == 0);
        let words = String::from_utf8(parts.next().unwrap().to_vec()).unwrap();
        let words = words.lines().map(str::to_owned).collect();
        (words, parts.next().unwrap_or_default().to_vec())
    }

    #[test]
    fn the_shell_hands_over_what_was_meant() {
        let body = "{\"a\": \"it's $HOME `x` \\\\ \u{e9}\"}";
        let fields = [("Content-Type", "application/json"), ("X-Empty", "")];
        let line = curl(&request("PUT", &fields, Some(body.as_bytes())), "http://t/");
        let (words, _) = run(&line);
        assert_eq!(
            words,
            [
                "-X",
                "PUT",
                "--path-as-is",
                "--globoff",
                "http://t/a%20b/it's?x=[1]&y=$HOME",
                "-H",
                "Content-Type: application/json",
                "-H",
                "X-Empty;",
                "--data-raw",
                body,
            ]
        );
    }

    #[test]
    fn bytes_are_piped() {
        let every: Vec<u8> = (0..=255).chain(*b"7%s'\\n").collect();
        let long = vec![b'x'; LONGEST_ARGUMENT + 1];
        for body in [&*every, b"a\nb", &long] {
            let (words, read) = run(&curl(&request("POST", &[], Some(body)), "http://t"));
            assert_eq!(words[5..], ["-H", "Content-Type:", "--data-binary", "@-"]);
            assert!(read == body);
        }
    }

    #[test]
    fn secrets_are_variables() {
        let mut prepared = request("HEAD", &[("X-Key", "s"), ("Cookie", "a=1; k=s")], None);
        prepared.request.path = "/?k=s&b='2'".to_owned();
        for place in [ApiKeyPlace::Header, ApiKeyPlace::Query, ApiKeyPlace::Cookie] {
            let header = place == ApiKeyPlace::Header;
            prepared.secrets.push(WireSecret {
                place,
                name: if header { "X-Key" } else { "k" }.to_owned(),
                variable: "PROOFMARK_TOKEN".to_owned(),
                prefix: if header { "Key " } else { "" }.to_owned(),
            });
        }
        let line = curl(&prepared, "http://t");
        insta::assert_snapshot!(line, @r#"curl --head --path-as-is 'http://t/?k='"$PROOFMARK_TOKEN"'&b='\''2'\''' -H 'X-Key: Key '"$PROOFMARK_TOKEN" -H 'Cookie: a=1; k='"$PROOFMARK_TOKEN""#);
        let (words, _) = run(&line);
        assert_eq!(
            words,
            [
                "--head",
                "--path-as-is",
                "http://t/?k=to\"k $x&b='2'",
                "-H",
                "X-Key: Key to\"k $x",
                "-H",
                "Cookie: a=1; k=to\"k $x",
            ]
        );
    }

    #[test]
    fn basic_logins_are_encoded_by_curl() {
        let mut prepared = request("GET", &[("Authorization", "Basic eDp5")], None);
        prepared.secrets.push(WireSecret {
            place: ApiKeyPlace::Header,
            name: "Authorization".to_owned(),
            variable: "PROOFMARK_TOKEN".to_owned(),
            prefix: "Basic ".to_owned(),
        });
        let (words, _) = run(&curl(&prepared, "http://t"));
        assert_eq!(words[5..], ["-u", "to\"k $x"]);
    }

    #[test]
    fn a_target_can_be_a_variable() {
        let (words, _) = run(&curl(&request("GET", &[], None), "$PROOFMARK_TOKEN"));
        assert_eq!(words[4], "to\"k $x/a%20b/it's?x=[1]&y=$HOME");
        let (words, _) = run(&curl(&request("GET", &[], None), "http://$a b"));
        assert_eq!(words[4], "http://$a b/a%20b/it's?x=[1]&y=$HOME");
    }
}
