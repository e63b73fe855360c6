//! Where connections go, resolved once, so that opening one asks no name server.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::error::{ConnectError, Local};
use super::limits::Limits;
use super::socket::Socket;

/// How many TLS sessions are kept for resumption.
const SESSIONS: usize = 256;

/// Where connections go: addresses, and TLS if it is used.
#[derive(Clone)]
pub struct Destination {
    addresses: Vec<SocketAddr>,
    tls: Option<Tls>,
    sources: Option<Arc<Sources>>,
}

/// Addresses of this machine that connections come from, in turn.
#[derive(Debug)]
struct Sources {
    all: Vec<IpAddr>,
    next: AtomicUsize,
}

/// How a stream is secured.
#[derive(Clone)]
struct Tls {
    name: ServerName<'static>,
    /// Offers HTTP/1.1 only (RFC 7301).
    one: TlsConnector,
    /// Offers HTTP/2, too, and first.
    any: TlsConnector,
}

impl Destination {
    /// Plain TCP to the first address that takes the connection.
    pub fn plain(addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses,
            tls: None,
            sources: None,
        }
    }

    /// TLS. Sessions that may be resumed are kept per destination, so that threads with one each share
    /// no lock.
    pub fn secure(
        addresses: Vec<SocketAddr>,
        name: ServerName<'static>,
        config: ClientConfig,
    ) -> Self {
        let connector = |mut config: ClientConfig, versions: &[&[u8]]| {
            config.alpn_protocols = versions.iter().map(|version| version.to_vec()).collect();
            config.resumption = Resumption::in_memory_sessions(SESSIONS);
            TlsConnector::from(Arc::new(config))
        };
        Self {
            addresses,
            tls: Some(Tls {
                name,
                one: connector(config.clone(), &[b"http/1.1"]),
                any: connector(config, &[b"h2", b"http/1.1"]),
            }),
            sources: None,
        }
    }

    /// By the host, port and scheme of a URL.
    ///
    /// # Errors
    /// [`ConnectError::Name`] if the URL is not `http` or `https`, or its host has no address.
    pub async fn resolve(url: &Url, config: ClientConfig) -> Result<Self, ConnectError> {
        let nameless = |reason: &dyn std::fmt::Display| ConnectError::Name(reason.to_string());
        let host = url.host().ok_or_else(|| nameless(&"no host"))?;
        let port = url
            .port_or_known_default()
            .ok_or_else(|| nameless(&"no port"))?;
        let addresses = match host {
            Host::Ipv4(address) => vec![SocketAddr::from((address, port))],
            Host::Ipv6(address) => vec![SocketAddr::from((address, port))],
            Host::Domain(name) => tokio::net::lookup_host((name, port))
                .await
                .map_err(|error| nameless(&error))?
                .collect(),
        };
        match url.scheme() {
            "http" => Ok(Self::plain(addresses)),
            "https" => {
                let name = match host {
                    Host::Ipv4(address) => ServerName::from(std::net::IpAddr::from(address)),
                    Host::Ipv6(address) => ServerName::from(std::net::IpAddr::from(address)),
                    Host::Domain(name) => {
                        ServerName::try_from(name.to_owned()).map_err(|error| nameless(&error))?
                    }
                };
                Ok(Self::secure(addresses, name, config))
            }
            scheme => Err(nameless(&format!("`{scheme}` is neither http nor https"))),
        }
    }

    /// Binds connections to these addresses of this machine in turn, from one of them on: each has ports of
    /// its own. Those of a family that the target has no address of are left out; without any the system
    /// chooses. `None` if none is left of those that there are.
    pub fn with_sources(mut self, sources: &[IpAddr], first: usize) -> Option<Self> {
        if sources.is_empty() {
            return Some(self);
        }
        let is_reached = |address: &SocketAddr| {
            let mut sources = sources.iter();
            sources.any(|source| source.is_ipv4() == address.is_ipv4())
        };
        self.addresses.retain(is_reached);
        if self.addresses.is_empty() {
            return None;
        }
        self.sources = Some(Arc::new(Sources {
            all: sources.to_vec(),
            next: AtomicUsize::new(first),
        }));
        Some(self)
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let Some(sources) = &self.sources else {
            return TcpStream::connect(address).await;
        };
        let alike = sources.all.iter();
        let alike = alike.filter(|source| source.is_ipv4() == address.is_ipv4());
        let number = sources.next.fetch_add(1, Relaxed) % alike.clone().count().max(1);
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        if let Some(source) = alike.clone().nth(number) {
            // The port is chosen when the other end is known: one port serves several targets then.
            #[cfg(target_os = "linux")]
            nix::sys::socket::setsockopt(
                &socket,
                nix::sys::socket::sockopt::IpBindAddressNoPort,
                &true,
            )?;
            socket.bind(SocketAddr::new(*source, 0))?;
        }
        socket.connect(address).await
    }

    /// Whether TLS is used.
    pub(super) fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// Opens a stream for HTTP/1.1 within the time that the limits grant for all addresses together.
    pub(super) async fn open(&self, limits: &Limits) -> Result<Socket, ConnectError> {
        tokio::time::timeout(limits.connect, self.reach(|tls| &tls.one))
            .await
            .unwrap_or(Err(ConnectError::Timeout))
    }

    /// Opens a stream; under TLS the server chooses between HTTP/2 and HTTP/1.1.
    pub(super) async fn offer(&self) -> Result<Socket, ConnectError> {
        self.reach(|tls| &tls.any).await
    }

    async fn reach(&self, versions: fn(&Tls) -> &TlsConnector) -> Result<Socket, ConnectError> {
        let mut failure = ConnectError::Name("no address".to_owned());
        let mut says_little = true;
        for address in &self.addresses {
            match self.connect(*address).await {
                Ok(stream) => {
                    // Requests are written whole, so waiting for more to send only delays them.
                    stream.set_nodelay(true)?;
                    let Some(tls) = &self.tls else {
                        return Ok(Socket::Plain(stream));
                    };
                    let stream = versions(tls).connect(tls.name.clone(), stream).await?;
                    return Ok(Socket::Tls(Box::new(stream)));
                }
                Err(error) if says_little => {
                    failure = error.into();
                    // A machine without IPv6 says nothing about the other addresses.
                    says_little = matches!(
                        failure,
                        ConnectError::Unreachable(_) | ConnectError::Local(Local::Family)
                    );
                }
                Err(_) => {}
            }
        }
        Err(failure)
    }
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Destination")
            .field("addresses", &self.addresses)
            .field("name", &self.tls.as_ref().map(|tls| &tls.name))
            .field("sources", &self.sources)
            .finish()
    }
}
