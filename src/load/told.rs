//! What lanes tell the thread that gathers.

use super::gather::Interval;
use crate::check::Fingerprint;
use crate::record::Verdict;
use crate::secret::Secret;

/// What a lane tells.
pub(crate) enum Told {
    /// What was counted in an interval.
    Interval(Box<Interval>),
    /// An exchange in which something was found, and the credentials that it may show.
    Found(Box<Verdict>, Vec<Secret>),
    /// Requests that could not be made.
    Unsent {
        series: usize,
        reason: String,
        count: u64,
    },
    /// Nothing more will come; how often each finding was made.
    Ended(Vec<(Fingerprint, usize)>),
}
