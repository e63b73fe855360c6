//! How long an answer had waited in our own socket buffer before we read it.
//!
//! The kernel stamps each packet as it arrives (`SO_TIMESTAMPNS`) and tells the stamp of the last
//! one read with `recvmsg`. The stamp is of the wall clock (`CLOCK_REALTIME`), so the same clock is
//! read right after; the two readings lie microseconds apart, and only a lag is made of them. A clock
//! that was set back in between makes for none.

/// Reads from a socket with the kernel's stamps.
#[derive(Debug)]
pub(super) struct Stamps {
    #[cfg(target_os = "linux")]
    control: Vec<u8>,
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, IoSliceMut};
    use std::os::fd::AsRawFd;
    use std::task::{Context, Poll, ready};
    use std::time::Duration;

    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
    use nix::sys::time::TimeSpec;
    use nix::time::{ClockId, clock_gettime};
    use tokio::io::Interest;
    use tokio::net::TcpStream;

    use super::Stamps;

    impl Stamps {
        /// Asks the kernel for stamps; `None` where it knows none.
        pub(in super::super) fn new(stream: &TcpStream) -> Option<Self> {
            setsockopt(stream, sockopt::ReceiveTimestampns, &true).ok()?;
            Some(Self {
                control: nix::cmsg_space!(TimeSpec),
            })
        }

        /// Reads like the socket itself: how many bytes, and how long they had lain there.
        pub(in super::super) fn poll_read(
            &mut self,
            stream: &TcpStream,
            context: &mut Context<'_>,
            room: &mut [u8],
        ) -> Poll<io::Result<(usize, Option<Duration>)>> {
            let length = room.len();
            loop {
                ready!(stream.poll_read_ready(context))?;
                let mut rest = None;
                let read = stream.try_io(Interest::READABLE, || {
                    let read = self.read(stream, room)?;
                    if (1..length).contains(&read.0) {
                        // Nothing is left there: so the runtime need not find out by another call.
                        rest = Some(read);
                        return Err(io::ErrorKind::WouldBlock.into());
                    }
                    Ok(read)
                });
                match read {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        if let Some(read) = rest {
                            return Poll::Ready(Ok(read));
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => return Poll::Ready(read),
                }
            }
        }

        fn read(
            &mut self,
            stream: &TcpStream,
            room: &mut [u8],
        ) -> io::Result<(usize, Option<Duration>)> {
            let mut parts = [IoSliceMut::new(room)];
            let message = recvmsg::<()>(
                stream.as_raw_fd(),
                &mut parts,
                Some(&mut self.control),
                MsgFlags::empty(),
            )?;
            let stamp = message.cmsgs()?.find_map(|control| match control {
                ControlMessageOwned::ScmTimestampns(stamp) => Some(Duration::from(stamp)),
                _ => None,
            });
            let lag = stamp.and_then(|stamp| {
                let now = clock_gettime(ClockId::CLOCK_REALTIME).ok()?;
                Duration::from(now).checked_sub(stamp)
            });
            Ok((message.bytes, lag))
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Stamps {
    /// Other systems have no such stamps.
    pub(super) fn new(_: &tokio::net::TcpStream) -> Option<Self> {
        None
    }

    /// Never called, as there is no such value.
    pub(super) fn poll_read(
        &mut self,
        _: &tokio::net::TcpStream,
        _: &mut std::task::Context<'_>,
        _: &mut [u8],
    ) -> std::task::Poll<std::io::Result<(usize, Option<std::time::Duration>)>> {
        std::task::Poll::Ready(Err(std::io::ErrorKind::Unsupported.into()))
    }
}
