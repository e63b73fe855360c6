//! Bodies of answers on their way to the socket.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// A body that is sent once, or again and again.
pub(super) struct Outgoing {
    bytes: Option<Bytes>,
    endless: bool,
}

impl Outgoing {
    /// A body that ends.
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self {
            bytes: Some(bytes).filter(|bytes| !bytes.is_empty()),
            endless: false,
        }
    }

    /// A body that never ends.
    pub(super) fn endless(bytes: Bytes) -> Self {
        let filler = Bytes::from_static(b" ");
        Self {
            bytes: Some(if bytes.is_empty() { filler } else { bytes }),
            endless: true,
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = if self.endless {
            self.bytes.clone()
        } else {
            self.bytes.take()
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.endless {
            return SizeHint::default();
        }
        let length = self.bytes.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(length as u64)
    }
}
