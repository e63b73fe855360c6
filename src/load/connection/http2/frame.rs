//! Frames (RFC 9113 sections 4 and 6), and why they fail (section 7).

/// What a client says first (RFC 9113 section 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes before the payload.
pub(super) const HEAD: usize = 9;

/// The longest payload where nobody says otherwise, which we never do.
pub(super) const PAYLOAD: usize = 16_384;

/// The largest window (RFC 9113 section 6.9.1), and the largest number of a stream (section 5.1.1).
pub(super) const WINDOW: u32 = 0x7fff_ffff;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PUSH_PROMISE: u8 = 5;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
pub(super) const PADDED: u8 = 8;
pub(super) const PRIORITY: u8 = 0x20;

pub(super) const HEADER_TABLE_SIZE: u16 = 1;
pub(super) const ENABLE_PUSH: u16 = 2;
pub(super) const MAX_CONCURRENT_STREAMS: u16 = 3;
pub(super) const INITIAL_WINDOW_SIZE: u16 = 4;
pub(super) const MAX_FRAME_SIZE: u16 = 5;
pub(super) const MAX_HEADER_LIST_SIZE: u16 = 6;

/// A frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'f> {
    pub(super) kind: u8,
    pub(super) flags: u8,
    /// The number of its stream; 0 for the connection.
    pub(super) stream: u32,
    pub(super) payload: &'f [u8],
}

impl<'f> Frame<'f> {
    /// The frame at the beginning of the bytes, and how many it takes; `None` if it is not all there.
    pub(super) fn read(bytes: &'f [u8]) -> Result<Option<(Self, usize)>, Reason> {
        let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else {
            return Ok(None);
        };
        let [high, middle, low, kind, flags, stream @ ..] = *head;
        let length = u32::from_be_bytes([0, high, middle, low]);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > PAYLOAD {
            return Err(Reason::FRAME_SIZE);
        }
        let frame = rest.get(..length).map(|payload| Self {
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & WINDOW,
            payload,
        });
        Ok(frame.map(|frame| (frame, HEAD + length)))
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The payload without its padding (RFC 9113 section 6.1).
    pub(super) fn unpadded(&self) -> Result<&'f [u8], Reason> {
        if !self.has(PADDED) {
            return Ok(self.payload);
        }
        let (padding, rest) = self.payload.split_first().ok_or(Reason::FRAME_SIZE)?;
        let length = rest.len().checked_sub(usize::from(*padding));
        length.map_or(Err(Reason::PROTOCOL), |length| Ok(&rest[..length]))
    }

    /// The number that is the whole payload.
    pub(super) fn number(&self) -> Result<u32, Reason> {
        let number = <[u8; 4]>::try_from(self.payload);
        number.map_or(Err(Reason::FRAME_SIZE), |number| {
            Ok(u32::from_be_bytes(number))
        })
    }
}

/// The head of a frame.
pub(super) fn head_of(length: usize, kind: u8, flags: u8, stream: u32) -> [u8; HEAD] {
    let [.., high, middle, low] = u32::try_from(length).unwrap_or(0).to_be_bytes();
    let [a, b, c, d] = stream.to_be_bytes();
    [high, middle, low, kind, flags, a, b, c, d]
}

/// Writes the head of a frame.
pub(super) fn head(out: &mut Vec<u8>, length: usize, kind: u8, flags: u8, stream: u32) {
    out.extend_from_slice(&head_of(length, kind, flags, stream));
}

/// Writes a frame of one number.
pub(super) fn number(out: &mut Vec<u8>, kind: u8, stream: u32, number: u32) {
    head(out, 4, kind, 0, stream);
    out.extend_from_slice(&number.to_be_bytes());
}

/// Writes settings.
pub(super) fn settings(out: &mut Vec<u8>, settings: &[(u16, u32)]) {
    head(out, settings.len() * 6, SETTINGS, 0, 0);
    for (name, value) in settings {
        out.extend_from_slice(&name.to_be_bytes());
        out.extend_from_slice(&value.to_be_bytes());
    }
}

/// Why a stream or a connection fails: an error code (RFC 9113 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reason(pub(super) u32);

impl Reason {
    pub(super) const NO_ERROR: Self = Self(0);
    pub(super) const PROTOCOL: Self = Self(1);
    pub(super) const FLOW_CONTROL: Self = Self(3);
    pub(super) const FRAME_SIZE: Self = Self(6);
    pub(super) const REFUSED: Self = Self(7);
    pub(super) const CANCEL: Self = Self(8);
    pub(super) const COMPRESSION: Self = Self(9);
    pub(super) const TOO_MUCH: Self = Self(11);

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        const NAMES: [&str; 14] = [
            "NO_ERROR",
            "PROTOCOL_ERROR",
            "INTERNAL_ERROR",
            "FLOW_CONTROL_ERROR",
            "SETTINGS_TIMEOUT",
            "STREAM_CLOSED",
            "FRAME_SIZE_ERROR",
            "REFUSED_STREAM",
            "CANCEL",
            "COMPRESSION_ERROR",
            "CONNECT_ERROR",
            "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY",
            "HTTP_1_1_REQUIRED",
        ];
        let code = usize::try_from(self.0).ok();
        let name = code.and_then(|code| NAMES.get(code));
        name.copied().unwrap_or("an unknown error code")
    }
}
