//! Times under load: quantiles together with the histogram that they were read from, so that several
//! runs can be added or compared exactly.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{Durations, Latency, Packed};

/// How long exchanges took under load. It reads as its [`Latency`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Times {
    #[serde(flatten)]
    latency: Latency,
    /// The histogram.
    hdr: Packed,
}

impl Times {
    /// All that was measured.
    pub fn durations(&self) -> Durations {
        self.hdr.durations()
    }

    /// The histogram.
    pub fn packed(&self) -> &Packed {
        &self.hdr
    }
}

impl From<&Durations> for Times {
    fn from(durations: &Durations) -> Self {
        Self {
            latency: durations.latency(),
            hdr: Packed::from(durations),
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self::from(&Durations::default())
    }
}

impl Deref for Times {
    type Target = Latency;

    fn deref(&self) -> &Latency {
        &self.latency
    }
}

/// What stands in a file. The quantiles are read from the histogram again: they cannot disagree.
#[derive(Deserialize)]
struct Written {
    count: u64,
    hdr: Packed,
}

impl TryFrom<Written> for Times {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let times = Self::from(&written.hdr.durations());
        if times.latency.count == written.count {
            return Ok(times);
        }
        Err(format!(
            "a histogram holds {} durations, and {} are said to be there",
            times.latency.count, written.count
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_come_back_as_they_were_written() {
        let mut durations = Durations::default();
        for n in 1..=1_000 {
            durations.record(Duration::from_micros(n * 17));
        }
        let times = Times::from(&durations);
        let text = serde_json::to_string(&times).unwrap();
        assert!(text.starts_with(r#"{"count":1000,"mean_ms":"#), "{text}");
        let again: Times = serde_json::from_str(&text).unwrap();
        assert_eq!(again, times);
        assert_eq!(again.durations(), durations);
        assert_eq!(again.latency, durations.latency());
        let wrong = text.replacen("1000", "999", 1);
        let error = serde_json::from_str::<Times>(&wrong).unwrap_err();
        assert!(
            error.to_string().contains("holds 1000 durations, and 999"),
            "{error}"
        );
        assert!(serde_json::from_str::<Times>(r#"{"count":0}"#).is_err());
    }
}
