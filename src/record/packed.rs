//! Packed durations: a histogram as text, in the form that the tools of `HdrHistogram` exchange.

use std::fmt;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

use super::Durations;
use super::latency::DIGITS;

/// The first bytes of the deflated form.
const DEFLATED: u32 = 0x1c84_9314;
/// The first bytes of the form within.
const PLAIN: u32 = 0x1c84_9313;
/// How many bytes come before the counts: cookie, length, offset, digits, lowest, highest, ratio.
const HEAD: usize = 40;
/// How many bytes the counts can have: those of a day, each as long as a count can be.
const MOST: usize = 300_000;
/// How many bytes a single count may have, of 7 bits each: the sum of all stays within 63 bits.
const LONGEST: usize = 7;
/// No histogram of ours reaches further: it grows in powers of two to a day, in microseconds.
const FURTHEST: u64 = 1 << 38;

/// A histogram of durations in microseconds, with three significant digits: V2 of `HdrHistogram`'s
/// encoding, deflated, in base64 (it begins with `HIST`). It says exactly what [`Durations`] do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Packed(String);

/// Why a text is not a histogram of durations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// It is not base64.
    #[error("a histogram is not base64")]
    Base64,
    /// It does not begin as the deflated form of version 2 does.
    #[error("a histogram is not in HdrHistogram's deflated V2 encoding")]
    Form,
    /// It counts something else, or not as we do.
    #[error("a histogram does not count microseconds with three significant digits, up to a day")]
    Scale,
    /// The counts cannot be read.
    #[error("the counts of a histogram cannot be read: {0}")]
    Counts(String),
}

impl Packed {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it holds.
    pub fn durations(&self) -> Durations {
        // It was made from durations, or read when it came from elsewhere.
        unpack(&self.0).unwrap_or_default()
    }
}

impl From<&Durations> for Packed {
    fn from(durations: &Durations) -> Self {
        let mut bytes = Vec::new();
        match V2DeflateSerializer::new().serialize(durations.histogram(), &mut bytes) {
            Ok(_) => Self(STANDARD.encode(bytes)),
            Err(_) => unreachable!("counts of less than 2^63 are written to memory"),
        }
    }
}

impl TryFrom<String> for Packed {
    type Error = PackError;

    fn try_from(text: String) -> Result<Self, PackError> {
        unpack(&text).map(|_| Self(text))
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({} durations)", self.durations().count())
    }
}

fn unpack(text: &str) -> Result<Durations, PackError> {
    let bytes = STANDARD.decode(text).map_err(|_| PackError::Base64)?;
    if number(&bytes, 0) != Some(DEFLATED) {
        return Err(PackError::Form);
    }
    let deflated = bytes.get(8..).unwrap_or_default();
    let mut plain = Vec::new();
    // Somebody else's few bytes may grow without end.
    let most = u64::try_from(HEAD + MOST).unwrap_or(u64::MAX);
    ZlibDecoder::new(deflated)
        .take(most + 1)
        .read_to_end(&mut plain)
        .map_err(|error| PackError::Counts(error.to_string()))?;
    let length = number(&plain, 4).and_then(|length| usize::try_from(length).ok());
    let has_head = number(&plain, 0) == Some(PLAIN);
    let (true, Some(length), Some(counts)) = (has_head, length, plain.get(HEAD..)) else {
        return Err(PackError::Form);
    };
    if length != counts.len() || length > MOST {
        return Err(PackError::Form);
    }
    let is_ours = number(&plain, 8) == Some(0)
        && number(&plain, 12) == Some(u32::from(DIGITS))
        && long(&plain, 16) == Some(1)
        && long(&plain, 24).is_some_and(|highest| highest < FURTHEST);
    if !is_ours {
        return Err(PackError::Scale);
    }
    if counts
        .split(|byte| byte & 0x80 == 0)
        .any(|more| more.len() >= LONGEST)
    {
        return Err(PackError::Counts(
            "one of them is beyond measure".to_owned(),
        ));
    }
    let histogram = Deserializer::new()
        .deserialize(&mut &*plain)
        .map_err(|error| PackError::Counts(error.to_string()))?;
    Ok(Durations::from(histogram))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(u64::from_be_bytes(eight))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    fn durations(microseconds: &[u64]) -> Durations {
        let mut all = Durations::default();
        for one in microseconds {
            all.record(Duration::from_micros(*one));
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_packed_is_what_was_measured(
            first in proptest::collection::vec(0..200_000_000_000_u64, 0..50),
            second in proptest::collection::vec(0..2_000_000_u64, 0..50),
        ) {
            let [one, other] = [&first, &second].map(|all| durations(all));
            let packed = Packed::from(&one);
            let again = packed.durations();
            prop_assert_eq!(&again, &one);
            prop_assert_eq!(again.latency(), one.latency());
            prop_assert_eq!(Packed::from(&again), packed.clone());
            prop_assert_eq!(Packed::try_from(packed.as_str().to_owned()), Ok(packed));
            // It grows as if it had never been packed.
            let (mut one, mut again) = (one, again);
            one.add(&other);
            again.add(&other);
            again.record(Duration::from_secs(90_000));
            one.record(Duration::from_secs(90_000));
            prop_assert_eq!(again.latency(), one.latency());
        }
    }

    #[test]
    fn the_text_is_what_tools_of_hdr_histogram_read() {
        let text = Packed::from(&durations(&[1, 1_000, 1_000_000])).0;
        assert!(text.starts_with("HISTFAAA"), "{text}");
    }

    fn deflated(plain: &[u8]) -> String {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        let inner = encoder.finish().unwrap();
        let mut bytes = DEFLATED.to_be_bytes().to_vec();
        bytes.extend(u32::try_from(inner.len()).unwrap().to_be_bytes());
        bytes.extend(inner);
        STANDARD.encode(bytes)
    }

    fn head(length: u32, digits: u32, lowest: u64, highest: u64) -> Vec<u8> {
        let mut plain = PLAIN.to_be_bytes().to_vec();
        plain.extend(length.to_be_bytes());
        plain.extend(0_u32.to_be_bytes());
        plain.extend(digits.to_be_bytes());
        plain.extend(lowest.to_be_bytes());
        plain.extend(highest.to_be_bytes());
        plain.extend(1.0_f64.to_be_bytes());
        plain
    }

    #[test]
    fn what_is_no_histogram_of_durations_is_refused() {
        let refused = |text: String| Packed::try_from(text).unwrap_err();
        assert_eq!(refused("HIST?".into()), PackError::Base64);
        assert_eq!(refused(String::new()), PackError::Form);
        assert_eq!(refused(STANDARD.encode(b"PNG.....")), PackError::Form);
        assert_eq!(refused(deflated(b"short")), PackError::Form);
        assert_eq!(refused(deflated(&head(7, 3, 1, 2))), PackError::Form);
        assert_eq!(refused(deflated(&head(0, 5, 1, 2))), PackError::Scale);
        assert_eq!(refused(deflated(&head(0, 3, 2, 4))), PackError::Scale);
        assert_eq!(refused(deflated(&head(0, 3, 1, 1 << 60))), PackError::Scale);
        let mut bomb = head(4_000_000, 3, 1, 2);
        bomb.resize(4_000_040, 0);
        assert_eq!(refused(deflated(&bomb)), PackError::Form);
        for length in [9, 8] {
            let mut long = head(length, 3, 1, 4096);
            long.extend((1..length).map(|_| 0xff));
            long.push(0x7f);
            assert!(matches!(refused(deflated(&long)), PackError::Counts(_)));
        }
        let mut many = head(6_000, 3, 1, 4096);
        many.extend([2; 6_000]);
        assert!(matches!(refused(deflated(&many)), PackError::Counts(_)));
        // Nothing at all is a histogram, too.
        assert!(Packed::try_from(deflated(&head(0, 3, 1, 2))).is_ok());
    }
}
