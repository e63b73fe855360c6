//! A server of HTTP/2 that answers every header section with the same bytes. It keeps no windows: the
//! answers that are asked for at once are shorter than those that everybody has.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes that a client sends first.
const PREFACE: usize = 24;

/// `200`, and fields that no table is to hold (RFC 7541 section 6.2.2).
const FIELDS: [(&str, &str); 4] = [
    ("date", "Sun, 22 Nov 2026 05:00:00 GMT"),
    ("server", "raw"),
    ("content-type", "application/json"),
    ("x-request-id", "0123456789"),
];

fn frame(out: &mut Vec<u8>, kind: u8, flags: u8, stream: [u8; 4], payload: &[u8]) {
    let [.., a, b, c] = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    out.extend_from_slice(&[a, b, c, kind, flags]);
    out.extend_from_slice(&stream);
    out.extend_from_slice(payload);
}

fn section() -> Vec<u8> {
    let mut section = vec![0x88];
    for (name, value) in FIELDS {
        section.push(0);
        for text in [name, value] {
            section.push(u8::try_from(text.len()).unwrap_or(0));
            section.extend_from_slice(text.as_bytes());
        }
    }
    section
}

/// Answers requests until the client leaves.
pub(crate) async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    body: &[u8],
    count: impl Fn(),
) {
    let section = section();
    let (mut came, mut out) = (Vec::with_capacity(65_536), Vec::new());
    // That 100 streams may be open.
    frame(&mut out, 4, 0, [0; 4], &[0, 3, 0, 0, 0, 100]);
    let mut is_begun = false;
    while let Ok(1..) = stream.read_buf(&mut came).await {
        let mut taken = 0;
        if !is_begun {
            if came.len() < PREFACE {
                continue;
            }
            (is_begun, taken) = (true, PREFACE);
        }
        while let Some(([a, b, c, kind, flags, number @ ..], rest)) = came
            .get(taken..)
            .and_then(|rest| rest.split_first_chunk::<9>())
        {
            let length = u32::from_be_bytes([0, *a, *b, *c]);
            let Some(payload) = rest.get(..usize::try_from(length).unwrap_or(usize::MAX)) else {
                break;
            };
            match (kind, flags & 1) {
                (1, _) => {
                    count();
                    frame(&mut out, 1, 4, *number, &section);
                    frame(&mut out, 0, 1, *number, body);
                }
                // Settings and pings are acknowledged.
                (4, 0) => frame(&mut out, 4, 1, [0; 4], &[]),
                (6, 0) => frame(&mut out, 6, 1, [0; 4], payload),
                _ => {}
            }
            taken += 9 + payload.len();
        }
        came.drain(..taken);
        if stream.write_all(&out).await.is_err() {
            return;
        }
        out.clear();
    }
}
