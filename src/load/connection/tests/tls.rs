//! The same connection under TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::super::{
    Answer, ConnectError, Connection, Destination, ExchangeError, Expects, Failure, Limits, Stage,
};
use super::server::{Act, REQUEST, limits, serve};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server's side of TLS, and who vouches for it.
pub(in super::super) fn identity() -> (ServerConfig, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let chain = vec![made.cert.der().clone()];
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (config, roots)
}

/// A server that answers so many requests with these bytes, then says farewell or does not.
async fn secure(answers: Vec<Vec<u8>>, says_farewell: bool) -> (SocketAddr, RootCertStore) {
    let (mut config, roots) = identity();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else {
            return;
        };
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        for answer in answers {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let count = stream.read_buf(&mut request).await.unwrap();
                assert!(count > 0, "a request");
            }
            stream.write_all(&answer).await.unwrap();
            stream.flush().await.unwrap();
        }
        if says_farewell {
            stream.shutdown().await.unwrap();
        }
    });
    (address, roots)
}

async fn trusted(answers: Vec<Vec<u8>>, says_farewell: bool) -> Destination {
    let (address, roots) = secure(answers, says_farewell).await;
    let name = ServerName::try_from("localhost").unwrap();
    Destination::secure(vec![address], name, client(roots))
}

pub(in super::super) fn client(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[tokio::test]
async fn exchanges_go_over_tls_and_a_farewell_is_found_before_the_next() {
    let large = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec(),
        vec![b'x'; 100_000],
    ];
    let destination = trusted(vec![OK.to_vec(), large.concat(), OK.to_vec()], true).await;
    let mut connection = Connection::open(&destination, limits()).await.unwrap();
    let mut answer = Answer::new();
    for length in [2, 100_000, 2] {
        connection.send(REQUEST, Expects::Content).await.unwrap();
        connection.ready().await;
        let received = connection.receive(&mut answer).await.unwrap();
        assert_eq!((answer.content().len(), received.lag), (length, None));
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = connection
        .send(REQUEST, Expects::Content)
        .await
        .expect_err("a farewell");
    assert!(error.is_unsent() && error.is_stale(), "{error}");
}

#[tokio::test]
async fn an_end_without_farewell_ends_no_answer() {
    let close_delimited = b"HTTP/1.1 200 OK\r\n\r\nis this all".to_vec();
    for (says_farewell, expected) in [
        (true, None),
        (
            false,
            Some(ExchangeError::Closed {
                stage: Stage::Body,
                reused: false,
            }),
        ),
    ] {
        let destination = trusted(vec![close_delimited.clone()], says_farewell).await;
        let mut connection = Connection::open(&destination, limits()).await.unwrap();
        connection.send(REQUEST, Expects::Content).await.unwrap();
        let received = connection.receive(&mut Answer::new()).await;
        assert_eq!(received.err(), expected);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_and_silence_times_out() {
    let secure_to = |address| {
        let name = ServerName::try_from("localhost").unwrap();
        Destination::secure(vec![address], name, client(RootCertStore::empty()))
    };
    let stranger = secure(Vec::new(), true).await.0;
    let gibberish = vec![Act::write("not TLS at all\r\n\r\n"), Act::pause(200)];
    for address in [stranger, serve(vec![gibberish]).await] {
        let error = Connection::open(&secure_to(address), limits()).await;
        let error = error.expect_err("no trust");
        assert_eq!(error.failure(), Failure::Tls, "{error}");
    }
    let silent = secure_to(serve(vec![vec![Act::pause(400)]]).await);
    let limits = Limits {
        connect: Duration::from_millis(100),
        ..limits()
    };
    let error = Connection::open(&silent, limits)
        .await
        .expect_err("silence");
    assert_eq!(error, ConnectError::Timeout);
}
