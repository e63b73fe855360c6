//! Line starts: from the number of a character to its line and column. Lines end with LF, as in JSON
//! and as editors show them; to YAML a lone CR would end one, too.

use super::Position;

/// Where the lines of a text start.
#[derive(Debug)]
pub(super) struct LineStarts {
    /// The number of the first character of each line, from 0.
    starts: Vec<usize>,
    /// How many characters the text has.
    end: usize,
}

impl LineStarts {
    pub(super) fn of(text: &str) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for character in text.chars() {
            end += 1;
            if character == '\n' {
                starts.push(end);
            }
        }
        Self { starts, end }
    }

    /// The place of a character, or the end of the text where that comes first.
    pub(super) fn position(&self, character: usize) -> Position {
        let character = character.min(self.end);
        let line = self.starts.partition_point(|start| *start <= character);
        let start = self.starts.get(line.saturating_sub(1));
        Position {
            line,
            column: character - start.copied().unwrap_or_default() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_and_the_text_has_an_end() {
        let starts = LineStarts::of("é\r\n\rb\n");
        for (character, line, column) in [
            (0, 1, 1),
            (1, 1, 2),
            (2, 1, 3),
            (3, 2, 1),
            (4, 2, 2),
            (5, 2, 3),
            (6, 3, 1),
            (7, 3, 1),
            (99, 3, 1),
        ] {
            let position = starts.position(character);
            assert_eq!(position, Position { line, column }, "{character}");
        }
        assert_eq!(
            LineStarts::of("").position(3),
            Position { line: 1, column: 1 }
        );
    }
}
