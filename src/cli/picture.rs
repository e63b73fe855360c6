//! Pictures: a place in a source text with a caret below it.

use std::fmt::Write;

use super::paint::Paint;
use crate::code::Severity;
use crate::document::{Diagnostic, Span};

/// A diagnostic with the line that it is about. `text` is the source of the document it names.
pub(crate) fn diagnostic(diagnostic: &Diagnostic, text: Option<&str>, paint: Paint) -> String {
    let head = format!("{}[{}]", diagnostic.severity, diagnostic.code);
    let head = match diagnostic.severity {
        Severity::Error => paint.red(&head),
        Severity::Warning => paint.yellow(&head),
        Severity::Note => paint.cyan(&head),
    };
    let mut picture = format!("{head}: {}\n", paint.bold(&diagnostic.message));
    let _ = writeln!(picture, "  {} {}", paint.cyan("-->"), diagnostic.location);
    if let (Some(text), Some(span)) = (text, diagnostic.location.span) {
        source(&mut picture, text, span, paint);
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(picture, "  {} help: {hint}", paint.cyan("="));
    }
    picture
}

/// The line where a span starts, with carets below it.
pub(crate) fn source(picture: &mut String, text: &str, span: Span, paint: Paint) {
    /// Longer lines (generated JSON) are cut around the caret.
    const WIDTH: usize = 120;
    let Some(line) = text.lines().nth(span.start.line.saturating_sub(1)) else {
        return;
    };
    let start = span.start.column.saturating_sub(1);
    let from = start.saturating_sub(WIDTH / 3);
    let shown: String = line
        .chars()
        .skip(from)
        .take(WIDTH)
        .map(|character| if character == '\t' { ' ' } else { character })
        .collect();
    let shown_length = shown.chars().count();
    let end = if span.end.line == span.start.line {
        span.end.column.saturating_sub(1)
    } else {
        usize::MAX
    };
    let width = end.min(from + shown_length).saturating_sub(start).max(1);
    let number = span.start.line.to_string();
    let gutter = " ".repeat(number.len());
    let lead = if from > 0 { "..." } else { "" };
    let _ = writeln!(picture, " {gutter} {}", paint.cyan("|"));
    let _ = writeln!(
        picture,
        " {} {} {lead}{shown}",
        paint.cyan(&number),
        paint.cyan("|")
    );
    let pad = " ".repeat(lead.len() + start - from);
    let _ = writeln!(
        picture,
        " {gutter} {} {pad}{}",
        paint.cyan("|"),
        paint.red(&"^".repeat(width))
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::document::Document;

    #[test]
    fn the_caret_stands_below_the_node() {
        let document = Document::parse("api.yaml", "openapi: 3.1.0\ninfo:\n  title: 7\n").unwrap();
        let location = document.location(&"/info/title".parse().unwrap());
        let shown = Diagnostic::new(Code::UNREADABLE_NODE, location, "a title must be text")
            .with_hint("put it in quotes");
        insta::assert_snapshot!(diagnostic(&shown, Some(&document.text), Paint::plain()), @r"
        error[PM703]: a title must be text
          --> api.yaml:3:3
           |
         3 |   title: 7
           |   ^^^^^
          = help: put it in quotes
        ");
    }

    #[test]
    fn a_caret_far_to_the_right_stays_in_view() {
        let text = format!("{}x: [1]", " ".repeat(300));
        let document = Document::parse("long.yaml", &text).unwrap();
        let mut picture = String::new();
        let span = document.span(&"/x".parse().unwrap()).unwrap();
        source(&mut picture, &text, span, Paint::plain());
        assert!(
            picture.lines().all(|line| line.chars().count() < 140),
            "{picture}"
        );
        let lines: Vec<&str> = picture.lines().collect();
        assert_eq!(lines[1].find('x'), lines[2].find('^'));
    }
}
