//! The hunt for a capacity: which rate is tried next, and for how long.

use std::time::Duration;

/// How many rates are tried at most.
const MOST_TRIALS: usize = 40;
/// How close together the rates are that hold and do not, in the end.
const CLOSE: f64 = 1.1;
/// How long a rate is tried at most to have enough samples.
const LONGEST: Duration = Duration::from_secs(600);
/// How many more samples are asked for than are needed.
const MARGIN: f64 = 1.1;

/// What a rate came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    /// The goal holds.
    Holds,
    /// Nothing speaks against the goal, and too few samples for it: how many.
    Few(String),
    /// The goal does not hold of so few samples that chance explains it: what.
    Doubtful(String),
    /// Something does not hold: what.
    Fails(String),
    /// The generator was the limit: why.
    Bound(String),
}

/// A rate, and for how long it is tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trial {
    pub(super) rate: f64,
    pub(super) length: Duration,
}

/// What is known of the capacity.
#[derive(Debug)]
pub(super) struct Hunt {
    first: f64,
    /// How long a rate is tried, unless samples are missing.
    length: Duration,
    /// How many samples the goal needs.
    needed: f64,
    /// The rates that were tried, what they came to last, and whether they were tried for long.
    tried: Vec<(f64, Came, bool)>,
    trials: usize,
    /// Whether nothing was answered in the last trial: then one that held is looked at again.
    is_silent: bool,
    /// Whether that one did not hold any more.
    has_died: bool,
}

impl Hunt {
    pub(super) fn new(first: f64, length: Duration, needed: f64) -> Self {
        Self {
            first,
            length,
            needed,
            tried: Vec::new(),
            trials: 0,
            is_silent: false,
            has_died: false,
        }
    }

    /// The lowest rate that does not hold.
    pub(super) fn fails(&self) -> Option<&(f64, Came, bool)> {
        let fails = self.tried.iter();
        let fails = fails.filter(|(_, came, _)| !matches!(came, Came::Holds | Came::Few(_)));
        fails.min_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// The highest rate below that which holds, or seems to.
    pub(super) fn holds(&self) -> Option<&(f64, Came, bool)> {
        let most = self.fails().map_or(f64::INFINITY, |(rate, ..)| *rate);
        let holds = self
            .tried
            .iter()
            .filter(|(rate, came, _)| *rate < most && matches!(came, Came::Holds | Came::Few(_)));
        holds.max_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// Whether a rate that held did not hold any more after one at which nothing was answered.
    pub(super) fn has_died(&self) -> bool {
        self.has_died
    }

    /// Notes what a trial came to, and whether nothing at all was answered in it.
    pub(super) fn take(&mut self, trial: Trial, came: Came, is_silent: bool) {
        let is_again = self.is_silent && self.holds().is_some();
        let has_held = matches!(came, Came::Holds | Came::Few(_));
        self.has_died |= is_again && !has_held;
        self.is_silent = is_silent && !is_again;
        let is_long = trial.length > self.length;
        self.trials += 1;
        self.tried
            .retain(|(rate, ..)| rate.total_cmp(&trial.rate).is_ne());
        self.tried.push((trial.rate, came, is_long));
    }

    /// What is tried next; `None` when as much is known as can be.
    pub(super) fn next(&self) -> Option<Trial> {
        if self.trials >= MOST_TRIALS || self.has_died {
            return None;
        }
        let short = |rate: f64| Trial {
            rate,
            length: self.length,
        };
        match (self.holds(), self.fails()) {
            (Some((rate, ..)), _) if self.is_silent => Some(short(*rate)),
            (None, None) => Some(short(self.first)),
            (_, Some((rate, Came::Doubtful(_), false))) if self.is_long(*rate) => {
                Some(self.long(*rate))
            }
            (Some((low, came, is_long)), Some((high, ..))) if high / low <= CLOSE => {
                let is_open = matches!(came, Came::Few(_)) && !is_long && self.is_long(*low);
                is_open.then(|| self.long(*low))
            }
            (Some((low, ..)), Some((high, ..))) => Some(short((low * high).sqrt())),
            (Some((low, ..)), None) => Some(short(low * 2.0)),
            (None, Some((high, ..))) if *high > 1.0 => Some(short(high / 4.0)),
            (None, Some(_)) => None,
        }
    }

    /// A trial that has all samples that are needed, or as many as there is time for.
    fn long(&self, rate: f64) -> Trial {
        let seconds = (self.needed * MARGIN / rate).min(LONGEST.as_secs_f64());
        let length = Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST);
        Trial {
            rate,
            length: length.max(self.length),
        }
    }

    /// Whether trying a rate for longer gives more samples.
    fn is_long(&self, rate: f64) -> bool {
        self.long(rate).length > self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIED: Duration = Duration::from_secs(5);

    /// The rates that are tried, and for how many seconds, of a server that can do so much; a goal that
    /// needs so many samples.
    fn hunt(capacity: f64, needed: f64) -> (Vec<(u64, u64)>, Hunt) {
        let mut hunt = Hunt::new(10.0, TRIED, needed);
        let mut tried = Vec::new();
        while let Some(trial) = hunt.next() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a test"
            )]
            tried.push((trial.rate as u64, trial.length.as_secs()));
            let samples = trial.rate * trial.length.as_secs_f64();
            let came = match trial.rate <= capacity {
                true if samples < needed => Came::Few(String::new()),
                true => Came::Holds,
                false if samples < needed / 10.0 => Came::Doubtful(String::new()),
                false => Came::Fails(String::new()),
            };
            hunt.take(trial, came, false);
        }
        (tried, hunt)
    }

    #[test]
    fn rates_are_doubled_and_closed_in_on() {
        let (tried, hunt) = hunt(100.0, 1.0);
        assert_eq!(
            tried,
            [
                (10, 5),
                (20, 5),
                (40, 5),
                (80, 5),
                (160, 5),
                (113, 5),
                (95, 5),
                (103, 5)
            ]
        );
        assert!(matches!(hunt.holds(), Some((rate, Came::Holds, _)) if *rate < 100.0));
        assert!(hunt.fails().is_some_and(|(rate, ..)| *rate > 100.0));
    }

    #[test]
    fn a_rate_that_had_too_few_samples_is_tried_for_as_long_as_it_takes() {
        let (tried, hunt) = hunt(100.0, 1_000.0);
        assert_eq!(tried.last(), Some(&(95, 11)), "{tried:?}");
        assert!(matches!(hunt.holds(), Some((_, Came::Holds, true))));
    }

    #[test]
    fn what_takes_too_long_to_be_known_stays_open() {
        let (tried, hunt) = hunt(15.0, 10_000.0);
        assert_eq!(tried.last(), Some(&(14, 600)), "{tried:?}");
        assert!(matches!(hunt.holds(), Some((_, Came::Few(_), true))));
    }

    #[test]
    fn a_failure_that_chance_explains_is_looked_at_for_longer() {
        let (tried, hunt) = hunt(15.0, 2_000.0);
        assert_eq!(tried[..3], [(10, 5), (20, 5), (20, 110)]);
        assert!(matches!(hunt.fails(), Some((_, Came::Fails(_), true))));
    }

    #[test]
    fn a_rate_that_only_seemed_to_hold_gives_way_to_a_lower_one() {
        let mut hunt = Hunt::new(100.0, TRIED, 1_000.0);
        for (rate, came) in [
            (100.0, Came::Few(String::new())),
            (105.0, Came::Fails(String::new())),
        ] {
            let length = TRIED;
            hunt.take(Trial { rate, length }, came, false);
        }
        let again = hunt.next().unwrap();
        assert!((again.rate - 100.0).abs() < 1e-9 && again.length > TRIED);
        hunt.take(again, Came::Fails(String::new()), false);
        assert!((hunt.next().unwrap().rate - 25.0).abs() < 1e-9);
    }

    #[test]
    fn after_silence_it_is_asked_whether_what_held_still_does() {
        for (still, is_dead) in [(Came::Holds, false), (Came::Fails(String::new()), true)] {
            let mut hunt = Hunt::new(10.0, TRIED, 1.0);
            let mut take = |came: Came, is_silent| {
                let trial = hunt.next().unwrap();
                hunt.take(trial, came, is_silent);
                (
                    trial.rate,
                    hunt.next().map(|next| next.rate),
                    hunt.has_died(),
                )
            };
            assert_eq!(take(Came::Holds, false), (10.0, Some(20.0), false));
            assert_eq!(
                take(Came::Fails(String::new()), true),
                (20.0, Some(10.0), false)
            );
            let (rate, next, has_died) = take(still, is_dead);
            assert_eq!((rate, has_died), (10.0, is_dead));
            assert_eq!(next.is_none(), is_dead);
        }
    }
}
