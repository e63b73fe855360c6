//! Colour, where the terminal has it. Nothing is said by colour alone.

/// Paints text, or leaves it plain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    colour: bool,
}

impl Paint {
    /// Paints if `colour` is true.
    pub(crate) const fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Leaves everything plain.
    pub(crate) const fn plain() -> Self {
        Self { colour: false }
    }

    /// Whether colour is used.
    pub(crate) const fn has_colour(self) -> bool {
        self.colour
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// For emphasis.
    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// For errors.
    pub(crate) fn red(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// For warnings.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// For places and notes.
    pub(crate) fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }
}
