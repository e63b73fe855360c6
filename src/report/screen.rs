//! The screen: text with labels and tones, as wide as the terminal.

use super::text::{printable, wrap};

/// How the screen looks.
#[derive(Debug, Clone)]
pub struct Look {
    /// Whether to use ANSI colours. Nothing is said by colour alone.
    pub colour: bool,
    /// How wide lines may be, in characters. Commands are never broken.
    pub width: usize,
    /// Where the reports were written.
    pub reports: Vec<String>,
}

/// The width of the labels on the left.
pub(crate) const LABEL: usize = 11;

/// What a piece of text is, to be coloured.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Bad,
    Doubtful,
    Strong,
    Faint,
}

/// Text that grows line by line.
pub(crate) struct Screen<'a> {
    pub(crate) look: &'a Look,
    pub(crate) text: String,
}

impl Screen<'_> {
    pub(crate) fn paint(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.look.colour => return text.to_owned(),
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
            Tone::Doubtful => "1;33",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// A label, and text beside it that is wrapped.
    pub(crate) fn entry(&mut self, indent: usize, label: &str, text: &str) {
        let column = indent + LABEL;
        let width = self.look.width.saturating_sub(column).max(20);
        let text = printable(text);
        for (index, line) in wrap(&text, width).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let label = self.paint(Tone::Faint, &format!("{label:<LABEL$}"));
            self.line(&format!("{:indent$}{label}{line}", ""));
        }
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.text.push('\n');
        let text = self.paint(Tone::Strong, text);
        self.line(&text);
    }
}
