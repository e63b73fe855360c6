//! The clock of a sandbox: a counter, so that equal runs show equal times.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::mock::behaviour::TimeFormat;

/// 2025-01-01T00:00:00Z, when every sandbox begins.
pub(in crate::mock) const BEGIN: i64 = 1_735_689_600;

/// Counts one second for each write.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    ticks: i64,
}

impl Clock {
    /// Moves on by a second.
    pub(super) fn tick(&mut self) {
        self.ticks = self.ticks.saturating_add(1);
    }

    /// The time as a member of a stored thing.
    pub(super) fn now(&self, format: TimeFormat) -> Value {
        let now = Timestamp::from_second(BEGIN)
            .and_then(|begin| begin.checked_add(SignedDuration::from_secs(self.ticks)))
            .unwrap_or(Timestamp::MAX);
        let text = now.to_string();
        match format {
            TimeFormat::DateTime => Value::from(text),
            TimeFormat::LocalDateTime => Value::from(text.trim_end_matches('Z')),
            TimeFormat::Date => Value::from(text.split('T').next().unwrap_or_default()),
            TimeFormat::UnixSeconds => Value::from(now.as_second()),
            TimeFormat::UnixMilliseconds => Value::from(now.as_millisecond()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_write_is_a_second() {
        let mut clock = Clock::default();
        clock.tick();
        for (format, expected) in [
            (TimeFormat::DateTime, json!("2025-01-01T00:00:01Z")),
            (TimeFormat::LocalDateTime, json!("2025-01-01T00:00:01")),
            (TimeFormat::Date, json!("2025-01-01")),
            (TimeFormat::UnixSeconds, json!(BEGIN + 1)),
            (TimeFormat::UnixMilliseconds, json!((BEGIN + 1) * 1000)),
        ] {
            assert_eq!(clock.now(format), expected);
        }
    }
}
