//! Where connections go, resolved once, so that opening one asks no name server.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
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
    tls: Option<(ServerName<'static>, TlsConnector)>,
}

impl Destination {
    /// Plain TCP to the first address that takes the connection.
    pub fn plain(addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses,
            tls: None,
        }
    }

    /// TLS, offering HTTP/1.1 only (RFC 7301). Sessions that may be resumed are kept per destination,
    /// so that threads with one each share no lock.
    pub fn secure(
        addresses: Vec<SocketAddr>,
        name: ServerName<'static>,
        mut config: ClientConfig,
    ) -> Self {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        Self {
            addresses,
            tls: Some((name, TlsConnector::from(Arc::new(config)))),
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

    /// Opens a stream within the time that the limits grant for all addresses together.
    pub(super) async fn open(&self, limits: &Limits) -> Result<Socket, ConnectError> {
        tokio::time::timeout(limits.connect, self.reach())
            .await
            .unwrap_or(Err(ConnectError::Timeout))
    }

    async fn reach(&self) -> Result<Socket, ConnectError> {
        let mut failure = ConnectError::Name("no address".to_owned());
        let mut says_little = true;
        for address in &self.addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // Requests are written whole, so waiting for more to send only delays them.
                    stream.set_nodelay(true)?;
                    let Some((name, connector)) = &self.tls else {
                        return Ok(Socket::Plain(stream));
                    };
                    let stream = connector.connect(name.clone(), stream).await?;
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
            .field("name", &self.tls.as_ref().map(|(name, _)| name))
            .finish()
    }
}
