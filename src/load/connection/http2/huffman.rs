//! The Huffman code of HPACK (RFC 7541 section 5.2).
//!
//! It is canonical: the codes of one length are consecutive, in order of what they stand for, and
//! follow on those that are shorter. So the lengths say it all.

/// How many bits stand for each byte, and for the end of the string (RFC 7541 appendix B).
#[rustfmt::skip]
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

/// What never stands in a string.
const END: usize = 256;

/// The longest code.
const LONGEST: usize = 30;

/// How codes are read from 32 bits, the first of which is the highest.
struct Codes {
    /// What stands at the beginning of these eight bits, and its length; 0 if that is longer.
    short: [(u8, u8); 256],
    /// The first code of each length.
    first: [u32; LONGEST + 1],
    /// The first that is beyond each length.
    beyond: [u64; LONGEST + 1],
    /// Where those of each length begin in `sorted`.
    offset: [usize; LONGEST + 1],
    sorted: [usize; 257],
}

static CODES: Codes = codes();

#[expect(
    clippy::cast_possible_truncation,
    reason = "codes have 32 bits here, and only those of bytes have no more than eight"
)]
const fn codes() -> Codes {
    let mut codes = Codes {
        short: [(0, 0); 256],
        first: [0; LONGEST + 1],
        beyond: [0; LONGEST + 1],
        offset: [0; LONGEST + 1],
        sorted: [0; 257],
    };
    let (mut count, mut code, mut length) = (0, 0_u64, 1);
    while length <= LONGEST {
        codes.offset[length] = count;
        let first = code as u32;
        codes.first[length] = first;
        let mut symbol = 0;
        while symbol < LENGTHS.len() {
            if LENGTHS[symbol] as usize == length {
                codes.sorted[count] = symbol;
                count += 1;
                let next = code + (1 << (32 - length));
                let mut eight = code >> 24;
                while length <= 8 && eight < next >> 24 {
                    let byte = symbol as u8;
                    codes.short[eight as usize] = (byte, LENGTHS[symbol]);
                    eight += 1;
                }
                code = next;
            }
            symbol += 1;
        }
        codes.beyond[length] = code;
        length += 1;
    }
    codes
}

/// Adds the bytes that a string stands for. Whether it is one.
pub(super) fn decode(coded: &[u8], out: &mut Vec<u8>) -> bool {
    let mut rest = coded.iter();
    // The first bit is the highest.
    let (mut bits, mut count) = (0_u64, 0_usize);
    loop {
        while count <= 56 {
            let Some(byte) = rest.next() else {
                break;
            };
            bits |= u64::from(*byte) << (56 - count);
            count += 8;
        }
        let next = u32::try_from(bits >> 32).unwrap_or(u32::MAX);
        let [eight, ..] = next.to_be_bytes();
        let (byte, length) = match CODES.short[usize::from(eight)] {
            (_, 0) => {
                let Some((symbol, length)) = long(next) else {
                    return false;
                };
                match u8::try_from(symbol) {
                    Ok(byte) => (byte, length),
                    // The end of the string is only padding, and that is shorter.
                    Err(_) if symbol == END && count < 8 => break,
                    Err(_) => return false,
                }
            }
            (byte, length) => (byte, usize::from(length)),
        };
        if length > count {
            break;
        }
        out.push(byte);
        bits <<= length;
        count -= length;
    }
    // What is left is the beginning of the end, less than a byte of it.
    count < 8 && bits.leading_ones() as usize >= count
}

/// What a code of more than eight bits stands for, and its length.
fn long(next: u32) -> Option<(usize, usize)> {
    let length = (9..=LONGEST).find(|length| u64::from(next) < CODES.beyond[*length])?;
    let way = (next - CODES.first[length]) >> (32 - length);
    let at = CODES.offset[length] + usize::try_from(way).ok()?;
    Some((*CODES.sorted.get(at)?, length))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::{CODES, LENGTHS, decode};

    /// The string as it is coded.
    pub(in super::super) fn encode(bytes: &[u8]) -> Vec<u8> {
        let codes = bytes.iter().map(|byte| {
            let length = usize::from(LENGTHS[usize::from(*byte)]);
            let mut sorted = CODES.sorted.iter();
            let at = sorted.position(|symbol| *symbol == usize::from(*byte));
            let before = u32::try_from(at.unwrap() - CODES.offset[length]).unwrap();
            let code = (CODES.first[length] >> (32 - length)) + before;
            format!("{code:0length$b}")
        });
        let mut bits: String = codes.collect();
        while !bits.len().is_multiple_of(8) {
            bits.push('1');
        }
        let eights = bits.as_bytes().chunks(8);
        let eights = eights.map(|eight| u8::from_str_radix(str::from_utf8(eight).unwrap(), 2));
        eights.map(Result::unwrap).collect()
    }

    fn decoded(coded: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        decode(coded, &mut out).then_some(out)
    }

    #[test]
    fn the_examples_of_the_specification() {
        // RFC 7541 appendix C.4 and C.6.
        for (text, coded) in [
            (
                "www.example.com",
                &[
                    0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
                ][..],
            ),
            ("no-cache", &[0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf]),
            ("302", &[0x64, 0x02]),
            ("private", &[0xae, 0xc3, 0x77, 0x1a, 0x4b]),
            (
                "Mon, 21 Oct 2013 20:13:21 GMT",
                &[
                    0xd0, 0x7a, 0xbe, 0x94, 0x10, 0x54, 0xd4, 0x44, 0xa8, 0x20, 0x05, 0x95, 0x04,
                    0x0b, 0x81, 0x66, 0xe0, 0x82, 0xa6, 0x2d, 0x1b, 0xff,
                ],
            ),
        ] {
            assert_eq!(decoded(coded).as_deref(), Some(text.as_bytes()), "{text}");
            assert_eq!(encode(text.as_bytes()), coded);
        }
    }

    #[test]
    fn what_is_padded_otherwise_is_no_string() {
        assert_eq!(decoded(&[]), Some(vec![]));
        // Zeroes, a whole byte of ones, the end itself.
        assert_eq!(decoded(&[0x00]), None);
        assert_eq!(decoded(&[0x64, 0x02, 0xff]), None);
        assert_eq!(decoded(&[0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(decoded(&[0xff; 9]), None);
        assert_eq!(decoded(&[0b0000_0110]), None);
    }

    proptest! {
        #[test]
        fn every_string_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(decoded(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn what_is_read_is_what_is_written(coded in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Some(bytes) = decoded(&coded) {
                prop_assert_eq!(encode(&bytes), coded);
            }
        }
    }
}
