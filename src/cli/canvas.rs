//! The canvas: the terminal as the bar sees it, a little narrower than it is.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// The characters of a line that are left free: a terminal that shows `^C` there shows it in the line
/// where the cursor is, and what is drawn stays where it is thought to be.
pub(crate) const MARGIN: u16 = 3;
/// Clears the rest of a line (ECMA-48, EL).
const REST: &str = "\u{1b}[K";
/// How often it is drawn in a second at most.
const REFRESHES: u8 = 20;

/// Standard error. What is drawn comes line by line, each with what fills it up behind it: on a terminal
/// that is as wide as it is said to be, that alone leads to the next line.
#[derive(Debug)]
struct Canvas {
    terminal: Term,
    /// Whether what comes next fills up a line.
    fills: AtomicBool,
    /// Whether a line is full, so that the next one begins below it.
    is_full: AtomicBool,
}

impl Canvas {
    /// The cursor was moved: a line begins where it is.
    fn begin(&self) {
        self.fills.store(false, Relaxed);
        self.is_full.store(false, Relaxed);
    }
}

/// Standard error, to draw a bar on.
pub(crate) fn canvas() -> ProgressDrawTarget {
    let canvas = Canvas {
        terminal: Term::buffered_stderr(),
        fills: AtomicBool::new(false),
        is_full: AtomicBool::new(false),
    };
    ProgressDrawTarget::term_like_with_hz(Box::new(canvas), REFRESHES)
}

impl TermLike for Canvas {
    fn width(&self) -> u16 {
        self.terminal.size().1.saturating_sub(MARGIN).max(1)
    }

    fn height(&self) -> u16 {
        self.terminal.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.begin();
        self.terminal.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.begin();
        self.terminal.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.begin();
        self.terminal.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.begin();
        self.terminal.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.begin();
        self.terminal.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        if text == "\r" {
            self.begin();
            return self.terminal.write_str(text);
        }
        if self.fills.fetch_xor(true, Relaxed) {
            self.is_full.store(true, Relaxed);
            // What stood behind it is not there any more.
            return self.terminal.write_str(REST);
        }
        if self.is_full.swap(false, Relaxed) {
            self.terminal.write_str("\n")?;
        }
        self.terminal.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.begin();
        self.terminal.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.terminal.flush()
    }
}
