//! Protocols: how targets are spoken to.

/// How a target is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// HTTP/1.1: each virtual user has connections of its own.
    #[default]
    Http1,
    /// HTTP/2: virtual users share connections. In cleartext it is taken for granted (RFC 9113 section
    /// 3.3); under TLS it is offered, and the server may choose HTTP/1.1.
    Http2 {
        /// How many connections there are at most, all of which are used; `None` for as few as will do.
        connections: Option<u64>,
    },
}

impl Protocol {
    /// Whether virtual users share connections.
    pub(super) fn is_shared(self) -> bool {
        self != Self::Http1
    }

    /// How many of the connections a thread has at most, if somebody said how many there are.
    pub(super) fn share(self, thread: u64, threads: u64) -> Option<usize> {
        let Self::Http2 { connections } = self else {
            return None;
        };
        let (connections, threads) = (connections?, threads.max(1));
        let own = connections / threads + u64::from(thread < connections % threads);
        Some(usize::try_from(own.max(1)).unwrap_or(usize::MAX))
    }

    /// How many connections there are at most for so many virtual users.
    pub(super) fn connections(self, users: u64, threads: u64) -> u64 {
        match self {
            Self::Http1 => users,
            Self::Http2 { connections } => connections.unwrap_or(threads).min(users),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_have_all_connections_together_and_at_least_one_each() {
        let share = |connections, threads| -> Vec<usize> {
            let own = (0..threads).map(|thread| {
                let protocol = Protocol::Http2 {
                    connections: Some(connections),
                };
                protocol.share(thread, threads).unwrap()
            });
            own.collect()
        };
        assert_eq!(share(5, 2), [3, 2]);
        assert_eq!(share(4, 4), [1, 1, 1, 1]);
        assert_eq!(share(1, 2), [1, 1]);
        assert!(!Protocol::Http1.is_shared());
        let open = Protocol::Http2 { connections: None };
        assert!(open.is_shared() && open.share(1, 2).is_none());
        assert_eq!((open.connections(50, 2), open.connections(1, 2)), (2, 1));
        assert_eq!(Protocol::Http1.connections(50, 2), 50);
    }
}
