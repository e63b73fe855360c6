//! The canvas: the terminal as the bar sees it, a little narrower than it is.

use std::io;

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// The characters of a line that are left free: a terminal that shows `^C` there shows it in the line
/// where the cursor is, and what is drawn stays where it is thought to be.
pub(crate) const MARGIN: u16 = 3;
/// How often it is drawn in a second at most.
const REFRESHES: u8 = 20;

/// Standard error.
#[derive(Debug)]
struct Canvas(Term);

/// Standard error, to draw a bar on.
pub(crate) fn canvas() -> ProgressDrawTarget {
    let canvas = Box::new(Canvas(Term::buffered_stderr()));
    ProgressDrawTarget::term_like_with_hz(canvas, REFRESHES)
}

impl TermLike for Canvas {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(MARGIN).max(1)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
