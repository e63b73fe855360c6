//! Markup: what keeps text from being anything but text.

use std::fmt::{self, Display, Write};

use crate::report::text::is_steering;

/// A text in an element or in a quoted attribute, whatever a server put into it.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaper(f), "{}", self.0)
    }
}

/// A text in which what stands between backticks is code.
pub(crate) struct Prose<'a>(pub(crate) &'a str);

impl Display for Prose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Backticks that do not come in pairs say nothing.
        if self.0.matches('`').count() % 2 == 1 {
            return Text(self.0).fmt(f);
        }
        for (at, part) in self.0.split('`').enumerate() {
            if at % 2 == 1 {
                write!(f, "<code>{}</code>", Text(part))?;
            } else {
                write!(f, "{}", Text(part))?;
            }
        }
        Ok(())
    }
}

struct Escaper<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Escaper<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.write_str("&amp;")?,
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '"' => self.0.write_str("&quot;")?,
                '\'' => self.0.write_str("&#39;")?,
                '\t' => self.0.write_char('\t')?,
                // What would turn the text around, or is not allowed in HTML, is shown.
                steering if is_steering(steering) => {
                    write!(self.0, "{}", steering.escape_unicode())?;
                }
                other => self.0.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A whole number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A measured number with about three digits.
pub(super) fn measured(value: f64) -> String {
    match value.abs() {
        size if size >= 1e9 => format!("{value:.2e}"),
        size if size >= 1_000.0 => {
            let sign = if value < 0.0 { "-" } else { "" };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from a thousand to a milliard"
            )]
            let whole = size.round() as u64;
            format!("{sign}{}", grouped(whole))
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.01 || size == 0.0 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

/// A number without zeros at its end that say nothing.
pub(super) fn trimmed(text: &str) -> &str {
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// A share as percent.
pub(super) fn percent(share: f64) -> String {
    let value = share * 100.0;
    let text = match value {
        small if small != 0.0 && small < 0.001 => format!("{small:.1e}"),
        other => format!("{other:.3}"),
    };
    format!("{}\u{202f}%", trimmed(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            Text("<img src=x onerror='a(\"b\")'>&amp;\u{202e}\u{0}\n").to_string(),
            "&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;amp;\\u{202e}\\u{0}\n"
        );
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(Prose("a `<b>` c").to_string(), "a <code>&lt;b&gt;</code> c");
        assert_eq!(Prose("a `b c").to_string(), "a `b c");
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0.00"),
            (0.0004, "4.0e-4"),
            (0.004, "0.004"),
            (1.234, "1.23"),
            (12.34, "12.3"),
            (123.4, "123"),
            (12_345.6, "12\u{202f}346"),
            (-12_345.6, "-12\u{202f}346"),
            (1e12, "1.00e12"),
        ] {
            assert_eq!(measured(value), text);
        }
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(percent(0.5), "50\u{202f}%");
        assert_eq!(percent(1.0), "100\u{202f}%");
        assert_eq!(percent(0.0), "0\u{202f}%");
        assert_eq!(percent(0.000_123), "0.012\u{202f}%");
        assert_eq!(percent(0.000_000_4), "4.0e-5\u{202f}%");
    }
}
