//! The tables of HPACK (RFC 7541 section 2.3): header fields that stand for a number.

use std::collections::VecDeque;

/// Fields that every connection knows (RFC 7541 appendix A), from number 1.
#[rustfmt::skip]
pub(super) const STATIC: [(&str, &str); 61] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"),
    (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"), (":status", "200"),
    (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
    (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""),
    ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""),
    ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
    ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""),
    ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
    ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
    ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""),
    ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
    ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""),
    ("via", ""), ("www-authenticate", ""),
];

/// What a field takes beside its name and value (RFC 7541 section 4.1).
const OVERHEAD: usize = 32;

/// A header field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'f> {
    pub(super) name: &'f [u8],
    pub(super) value: &'f [u8],
    /// Whether it is one that may stand in an answer (RFC 9113 section 8.2.1).
    pub(super) is_valid: bool,
}

/// A field that a connection has learnt.
#[derive(Debug)]
struct Entry {
    /// The name, and the value.
    bytes: Vec<u8>,
    name: usize,
    is_valid: bool,
}

/// The fields that the server has taught a connection.
#[derive(Debug)]
pub(super) struct Table {
    /// The last one first.
    entries: VecDeque<Entry>,
    size: usize,
    most: usize,
    /// The buffer of an entry that was forgotten.
    spare: Vec<u8>,
}

impl Table {
    /// A table of so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            size: 0,
            most,
            spare: Vec::new(),
        }
    }

    /// The field of a number.
    pub(super) fn get(&self, number: usize) -> Option<Field<'_>> {
        let before = number.checked_sub(1)?;
        if let Some((name, value)) = STATIC.get(before) {
            return Some(Field {
                name: name.as_bytes(),
                value: value.as_bytes(),
                is_valid: true,
            });
        }
        let entry = self.entries.get(before - STATIC.len())?;
        let (name, value) = entry.bytes.split_at_checked(entry.name)?;
        Some(Field {
            name,
            value,
            is_valid: entry.is_valid,
        })
    }

    /// Learns a field, and forgets the oldest ones that have no place beside it; itself, if it is too
    /// long.
    pub(super) fn learn(&mut self, field: Field<'_>) {
        let size = field.name.len() + field.value.len() + OVERHEAD;
        self.forget(self.most.saturating_sub(size));
        if size > self.most {
            return;
        }
        let mut bytes = std::mem::take(&mut self.spare);
        bytes.clear();
        bytes.extend_from_slice(field.name);
        bytes.extend_from_slice(field.value);
        self.size += size;
        self.entries.push_front(Entry {
            bytes,
            name: field.name.len(),
            is_valid: field.is_valid,
        });
    }

    /// Changes how many bytes there may be.
    pub(super) fn resize(&mut self, most: usize) {
        self.most = most;
        self.forget(most);
    }

    fn forget(&mut self, most: usize) {
        while self.size > most
            && let Some(entry) = self.entries.pop_back()
        {
            self.size = self.size.saturating_sub(entry.bytes.len() + OVERHEAD);
            self.spare = entry.bytes;
        }
    }
}
