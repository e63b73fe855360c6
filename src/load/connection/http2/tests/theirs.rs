//! What the crate `h2` reads.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::frame::{Frame, HEADERS, PREFACE};
use super::against_h2::{Read, by_name};

/// Bytes that arrive in pieces once so many requests were sent, and then the end.
struct Pieces {
    left: VecDeque<Vec<u8>>,
    written: Vec<u8>,
    requests: usize,
}

impl Pieces {
    /// How many requests were sent.
    fn asked(&self) -> usize {
        let mut rest = self.written.get(PREFACE.len()..).unwrap_or_default();
        let mut asked = 0;
        while let Ok(Some((frame, length))) = Frame::read(rest) {
            asked += usize::from(frame.kind == HEADERS);
            rest = &rest[length..];
        }
        asked
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.asked() < self.requests {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Some(mut piece) = self.left.pop_front() {
            let later = piece.split_off(piece.len().min(room.remaining()));
            room.put_slice(&piece);
            if !later.is_empty() {
                self.left.push_front(later);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

async fn read(response: h2::client::ResponseFuture) -> Result<Read, h2::Error> {
    let (head, mut body) = response.await?.into_parts();
    let mut content = Vec::new();
    while let Some(part) = body.data().await {
        let part = part?;
        content.extend_from_slice(&part);
        let _ = body.flow_control().release_capacity(part.len());
    }
    body.trailers().await?;
    let fields = head.headers.iter();
    Ok(Read {
        status: head.status.as_u16(),
        fields: by_name(fields.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))),
        content,
    })
}

/// What the crate `h2` reads.
pub(super) fn theirs(pieces: &[Vec<u8>], count: usize) -> Vec<Result<Read, h2::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let pieces = pieces.iter().filter(|piece| !piece.is_empty()).cloned();
    runtime.block_on(async {
        let opened = h2::client::Builder::new()
            .enable_push(false)
            .initial_window_size(1024 * 1024)
            .initial_connection_window_size(8 * 1024 * 1024)
            .max_header_list_size(240_000)
            .handshake::<_, bytes::Bytes>(Pieces {
                left: pieces.collect(),
                written: Vec::new(),
                requests: count,
            });
        let (sender, connection) = opened.await.unwrap();
        let mut responses = Vec::new();
        for _ in 0..count {
            let request = http::Request::get("http://localhost/").body(()).unwrap();
            let (response, _) = sender.clone().send_request(request, true).unwrap();
            responses.push(tokio::spawn(read(response)));
        }
        tokio::spawn(async move {
            let _ = connection.await;
        });
        let mut all = Vec::new();
        for response in responses {
            all.push(response.await.unwrap());
        }
        drop(sender);
        all
    })
}
