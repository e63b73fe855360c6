//! `proofmark explain`: what a finding code means and what to do about it.

use std::fmt::Write;

use crate::cli::arguments::Explain;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::code::{ALL, Code};

/// Prints the page of a code, or the list of all codes.
pub(crate) fn run(arguments: &Explain) -> Result<Exit, Failure> {
    crate::cli::print(&page(arguments)?)?;
    Ok(Exit::Success)
}

/// The page of a code, or the list of all codes.
fn page(arguments: &Explain) -> Result<String, Failure> {
    let mut page = String::new();
    let Some(text) = &arguments.code else {
        for entry in ALL {
            let _ = writeln!(
                page,
                "{}  {:<8} {:<26} {}",
                entry.code, entry.severity, entry.name, entry.title
            );
        }
        return Ok(page);
    };
    let Some(code) = Code::find(text) else {
        let failure = Failure::unusable(format!("there is no finding code `{text}`"));
        let names = ALL.iter().map(|entry| entry.name);
        return Err(failure.suggest(text, names, "`proofmark explain` lists them all"));
    };
    let entry = code.entry();
    let _ = writeln!(
        page,
        "{} {} ({})\n{}\n\n{}",
        entry.code,
        entry.name,
        entry.severity,
        entry.title,
        wrapped(entry.page)
    );
    Ok(page)
}

/// The text with lines of at most 90 characters.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 90;
    let paragraphs = text.split('\n').map(|paragraph| {
        let mut lines = vec![String::new()];
        for word in paragraph.split(' ') {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines.join("\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_says_what_to_do() {
        for entry in ALL {
            let shown = page(&Explain {
                code: Some(entry.code.to_string()),
            })
            .unwrap();
            assert!(shown.contains(entry.title), "{}", entry.code);
            assert!(!entry.page.is_empty(), "{}", entry.code);
            assert!(
                shown.lines().all(|line| line.chars().count() <= 90),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_typing_mistake_gets_a_suggestion() {
        let failure = page(&Explain {
            code: Some("respnse-schema".into()),
        })
        .unwrap_err();
        assert_eq!(
            failure.help.as_deref(),
            Some("did you mean `response-schema`?")
        );
    }
}
