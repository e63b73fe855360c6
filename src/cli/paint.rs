//! Colour, where the terminal has it. Nothing is said by colour alone.

/// Paints text, or leaves it plain.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    /// Paints if `colour` is true.
    pub const fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Leaves everything plain.
    pub const fn plain() -> Self {
        Self { colour: false }
    }

    /// Whether colour is used.
    pub const fn has_colour(self) -> bool {
        self.colour
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// For emphasis.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// For errors.
    pub fn red(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// For warnings.
    pub fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// For good news.
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// For places and notes.
    pub fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }
}
