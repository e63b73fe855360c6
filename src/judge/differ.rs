//! Items that must all differ (`uniqueItems`).
//!
//! Each item is boiled down to a number that is the same for equal values, however they are written. Where
//! two numbers are the same the items may be equal, and others must tell.

use super::Stop;
use super::names::hash;
use super::walk::Walk;
use super::witness::Witness;

/// Up to so many items are compared one by one.
const FEW: usize = 32;

impl<W: Witness> Walk<'_, W> {
    /// Asks that the items of an array differ. Its bracket was passed, and it is JSON. [`Stop::Unsure`]
    /// unless they do.
    pub(super) fn differ(&mut self, at: usize) -> Result<(), Stop> {
        self.witness.unique(at);
        self.digests.clear();
        let start = at;
        let mut at = self.text.space(at);
        loop {
            let (digest, end) = self.digest(at)?;
            self.digests.push(digest);
            let (next, goes_on) = self.text.goes_on(end, b']')?;
            at = next;
            if !goes_on {
                break;
            }
        }
        self.again(at - start)?;
        let is_repeated = if self.digests.len() <= FEW {
            let mut items = self.digests.iter().enumerate();
            items.any(|(before, digest)| self.digests.iter().take(before).any(|one| one == digest))
        } else {
            self.digests.sort_unstable();
            let mut pairs = self.digests.windows(2);
            pairs.any(|pair| pair.first() == pair.last())
        };
        if is_repeated {
            return Err(Stop::Unsure);
        }
        Ok(())
    }

    /// A number that equal values share, and the place behind the value.
    fn digest(&mut self, at: usize) -> Result<(u64, usize), Stop> {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let mix = |one: u64, other: u64| (one.rotate_left(23) ^ other).wrapping_mul(FACTOR);
        let first = self.text.byte(at);
        match first {
            b'"' => {
                let raw = self.text.string(at)?;
                let digest = self.said(raw, |text| hash(text.bytes()));
                Ok((mix(digest, 1), raw.end))
            }
            b't' => Ok((2, at + 4)),
            b'f' => Ok((3, at + 5)),
            b'n' => Ok((4, at + 4)),
            b'[' => {
                let (mut digest, mut at) = (5, self.text.space(at + 1));
                if self.text.byte(at) == b']' {
                    return Ok((digest, at + 1));
                }
                loop {
                    let (item, end) = self.digest(at)?;
                    digest = mix(digest, item);
                    let (next, goes_on) = self.text.goes_on(end, b']')?;
                    at = next;
                    if !goes_on {
                        return Ok((digest, at));
                    }
                }
            }
            b'{' => {
                let (mut digest, mut at) = (6_u64, self.text.space(at + 1));
                if self.text.byte(at) == b'}' {
                    return Ok((digest, at + 1));
                }
                loop {
                    let raw = self.text.name(at)?;
                    let name = self.said(raw, |text| hash(text.bytes()));
                    let start = self.text.space(self.text.colon(raw.end)?);
                    let (value, end) = self.digest(start)?;
                    // The order of members means nothing.
                    digest = digest.wrapping_add(mix(name, value));
                    let (next, goes_on) = self.text.goes_on(end, b'}')?;
                    at = next;
                    if !goes_on {
                        return Ok((digest, at));
                    }
                }
            }
            _ => {
                let (end, _) = self.text.number(at)?;
                let text = self.text.bytes.get(at..end).unwrap_or_default();
                let text = std::str::from_utf8(text).map_err(|_| Stop::Unsure)?;
                // Numbers that are equal are so as doubles; adding zero takes the sign off a zero.
                let number: f64 = text.parse().map_err(|_| Stop::Unsure)?;
                Ok((mix((number + 0.0).to_bits(), 7), end))
            }
        }
    }
}
