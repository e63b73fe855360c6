//! Charts: lines in a frame, as SVG that needs nothing but itself.

use std::fmt::Write;

use super::markup::{Text, measured, trimmed};

/// The drawing's size in its own units; it grows with the page.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 210.0;
/// Where the frame begins and ends.
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 10.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = HEIGHT - 24.0;
/// How much larger the largest value must be than the smallest for a logarithmic axis.
const WIDE: f64 = 30.0;

/// A line of a chart.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    /// Its look, a class of the style sheet: `l1` to `l4`.
    pub(super) look: &'a str,
    /// Where it goes: from 0 (left) to 1 across, and values. A gap is where there is nothing.
    pub(super) points: Vec<Option<(f64, f64)>>,
}

/// A mark of the axis across.
pub(super) struct Mark {
    /// Where, from 0 (left) to 1.
    pub(super) at: f64,
    pub(super) name: String,
}

/// A chart.
pub(super) struct Chart<'a> {
    pub(super) title: &'a str,
    /// What its values are, such as `ms`.
    pub(super) unit: &'a str,
    pub(super) lines: Vec<Line<'a>>,
    pub(super) marks: Vec<Mark>,
    /// A part of the chart that is shaded, and what it is.
    pub(super) shade: Option<(f64, f64, &'a str)>,
    /// What is shown where the pointer is: parts from left to right, all of the same width.
    pub(super) tips: Vec<String>,
    /// Whether the values may have a logarithmic axis.
    pub(super) may_be_log: bool,
}

/// The axis of the values.
struct Axis {
    low: f64,
    high: f64,
    is_log: bool,
    marks: Vec<f64>,
}

impl Axis {
    fn of(chart: &Chart<'_>) -> Self {
        let points = chart.lines.iter().flat_map(|line| &line.points);
        let values = points.flatten().map(|(_, value)| *value);
        let high = values.clone().fold(0.0, f64::max);
        let positive = values.filter(|value| *value > 0.0);
        let low = positive.fold(f64::INFINITY, f64::min);
        if chart.may_be_log && low.is_finite() && high / low > WIDE {
            return Self::logarithmic(low, high);
        }
        let step = step(high / 4.0);
        let count = (high / step).ceil().max(1.0);
        Self {
            low: 0.0,
            high: count * step,
            is_log: false,
            marks: (0..=4_u32)
                .chain(5..=6)
                .map(|n| f64::from(n) * step)
                .filter(|mark| *mark <= count * step * 1.001)
                .collect(),
        }
    }

    fn logarithmic(low: f64, high: f64) -> Self {
        let (from, to) = (low.log10().floor(), high.log10().ceil());
        #[expect(clippy::cast_possible_truncation, reason = "some decades")]
        let decades = from as i32..=to as i32;
        Self {
            low: from,
            high: to.max(from + 1.0),
            is_log: true,
            marks: decades.map(|decade| 10_f64.powi(decade)).collect(),
        }
    }

    fn y(&self, value: f64) -> f64 {
        let value = if self.is_log {
            value.max(10_f64.powf(self.low)).log10()
        } else {
            value
        };
        BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP)
    }
}

/// The next of 1, 2, 5, 10, 20 and so on.
fn step(least: f64) -> f64 {
    if least <= 0.0 || !least.is_finite() {
        return 1.0;
    }
    let decade = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let found = steps.iter().find(|step| **step * decade >= least * 0.999);
    found.unwrap_or(&10.0) * decade
}

fn x(at: f64) -> f64 {
    LEFT + at.clamp(0.0, 1.0) * (RIGHT - LEFT)
}

impl Chart<'_> {
    /// The chart as a `figure`.
    pub(super) fn figure(&self) -> String {
        let axis = Axis::of(self);
        let mut html = String::from("<figure class=chart><figcaption>");
        let scale = if axis.is_log { ", log scale" } else { "" };
        let _ = write!(
            html,
            "<b>{}</b> <span class=faint>{}{scale}</span>",
            Text(self.title),
            Text(self.unit)
        );
        html.push_str("<span class=keys>");
        for line in self.lines.iter().filter(|line| !line.name.is_empty()) {
            let _ = write!(
                html,
                "<span class=key><svg class=swatch viewBox=\"0 0 18 6\" aria-hidden=true><path class=\"line {}\" d=\"M0 3H18\"/></svg>{}</span>",
                line.look,
                Text(line.name)
            );
        }
        html.push_str("</span></figcaption>");
        let _ = write!(
            html,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=img aria-label=\"{}\">",
            Text(self.title)
        );
        self.shade(&mut html);
        self.frame(&mut html, &axis);
        for line in &self.lines {
            draw(&mut html, line, &axis);
        }
        self.tips(&mut html);
        html.push_str("</svg></figure>\n");
        html
    }

    fn shade(&self, html: &mut String) {
        let Some((from, to, name)) = self.shade.filter(|(from, to, _)| to > from) else {
            return;
        };
        let (left, width) = (x(from), x(to) - x(from));
        let _ = write!(
            html,
            "<rect class=shade x=\"{left:.1}\" y=\"{TOP}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
            BOTTOM - TOP
        );
        if width > 50.0 {
            let _ = write!(
                html,
                "<text class=faint x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                left + 4.0,
                TOP + 11.0,
                Text(name)
            );
        }
    }

    fn frame(&self, html: &mut String, axis: &Axis) {
        for mark in &axis.marks {
            let y = axis.y(*mark);
            let _ = write!(
                html,
                "<path class=grid d=\"M{LEFT} {y:.1}H{RIGHT}\"/><text class=\"tick end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                LEFT - 5.0,
                y + 3.5,
                trimmed(&measured(*mark))
            );
        }
        for mark in &self.marks {
            let x = x(mark.at);
            let side = match mark.at {
                at if at > 0.97 => "end",
                at if at < 0.03 => "start",
                _ => "middle",
            };
            let _ = write!(
                html,
                "<path class=grid d=\"M{x:.1} {BOTTOM}v4\"/><text class=\"tick {side}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                BOTTOM + 16.0,
                Text(&mark.name)
            );
        }
        let _ = write!(html, "<path class=axis d=\"M{LEFT} {BOTTOM}H{RIGHT}\"/>");
    }

    fn tips(&self, html: &mut String) {
        let count = u32::try_from(self.tips.len()).unwrap_or(u32::MAX);
        let width = (RIGHT - LEFT) / f64::from(count.max(1));
        for (at, tip) in (0..count).zip(&self.tips) {
            let _ = write!(
                html,
                "<rect class=tip x=\"{:.1}\" y=\"{TOP}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                LEFT + f64::from(at) * width,
                BOTTOM - TOP,
                Text(tip)
            );
        }
    }
}

/// Draws a line with its gaps; what stands alone is a dot.
fn draw(html: &mut String, line: &Line<'_>, axis: &Axis) {
    let mut path = String::new();
    for part in line.points.split(Option::is_none) {
        for (at, (across, value)) in part.iter().flatten().enumerate() {
            let word = if at == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{word}{:.1} {:.1}", x(*across), axis.y(*value));
        }
        if part.len() == 1 {
            path.push_str("h.1");
        }
    }
    if !path.is_empty() {
        let _ = write!(html, "<path class=\"line {}\" d=\"{path}\"/>", line.look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: Vec<Option<(f64, f64)>>) -> Chart<'static> {
        Chart {
            title: "a < b",
            unit: "ms",
            lines: vec![Line {
                name: "one",
                look: "l1",
                points,
            }],
            marks: Vec::new(),
            shade: None,
            tips: Vec::new(),
            may_be_log: true,
        }
    }

    #[test]
    fn marks_are_round_and_hold_the_highest() {
        for (high, expected, marks) in [
            (0.0, 1.0, 2),
            (0.9, 1.0, 3),
            (7.0, 8.0, 5),
            (100.0, 100.0, 3),
            (101.0, 150.0, 4),
        ] {
            let axis = Axis::of(&chart(vec![Some((0.0, high))]));
            assert!((axis.high - expected).abs() < 1e-9, "{high}: {}", axis.high);
            assert_eq!(axis.marks.len(), marks, "{high}: {:?}", axis.marks);
        }
    }

    #[test]
    fn what_spreads_widely_is_drawn_by_decades() {
        let axis = Axis::of(&chart(vec![Some((0.0, 0.5)), None, Some((1.0, 900.0))]));
        assert!(axis.is_log);
        assert_eq!(axis.marks, [0.1, 1.0, 10.0, 100.0, 1_000.0]);
        assert!((axis.y(0.1) - BOTTOM).abs() < 1e-9);
        assert!((axis.y(0.0) - BOTTOM).abs() < 1e-9);
        assert!((axis.y(1_000.0) - TOP).abs() < 1e-9);
    }

    #[test]
    fn lines_have_gaps_and_names_are_text() {
        let html = chart(vec![
            Some((0.0, 1.0)),
            Some((0.5, 2.0)),
            None,
            Some((1.0, 1.0)),
        ])
        .figure();
        assert!(html.contains("<b>a &lt; b</b>"), "{html}");
        assert_eq!(html.matches("line l1").count(), 2, "{html}");
        let path = html.rsplit("line l1\" d=\"").next().unwrap_or_default();
        assert!(
            path.starts_with("M46.0 97.0L258.0 8.0M470.0 97.0h.1"),
            "{path}"
        );
    }
}
