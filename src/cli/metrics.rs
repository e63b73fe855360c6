//! Metrics of a run under load while it goes on, for Prometheus to fetch (`--metrics`).

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

use super::failure::Failure;
use crate::record::{Event, Sink};
use crate::report::Exposition;

/// Counts what a run tells, and serves it from a thread of its own until the program ends.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<Mutex<Exposition>>);

impl Metrics {
    /// Listens, and says where.
    pub(crate) fn listen(address: SocketAddr) -> Result<(Self, SocketAddr), Failure> {
        let refused = |error: io::Error| {
            Failure::unusable(format!("cannot listen on {address} for --metrics: {error}"))
                .help("another port may be free; 0 takes any")
        };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let counted = Arc::new(Mutex::new(Exposition::default()));
        let shown = counted.clone();
        thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || serve(listener, &shown))
            .map_err(refused)?;
        Ok((Self(counted), address))
    }
}

impl Sink for Metrics {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Second(second) = event {
            let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            counted.take(second);
        }
        Ok(())
    }
}

fn serve(listener: TcpListener, counted: &Arc<Mutex<Exposition>>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // No descriptors, perhaps: the load needs them more.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            };
            let counted = counted.clone();
            let service = service_fn(move |request| {
                let answer = answer(&request, &counted);
                async move { Ok::<_, std::convert::Infallible>(answer) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move {
                // A client that leaves has what it wanted.
                let _ = connection.await;
            });
        }
    });
}

fn answer(request: &Request<Incoming>, counted: &Mutex<Exposition>) -> Response<Full<Bytes>> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let (status, text) = match (is_read, request.uri().path()) {
        (true, "/metrics") => {
            let counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
            (StatusCode::OK, counted.text())
        }
        (true, _) => (StatusCode::NOT_FOUND, "see /metrics\n".to_owned()),
        (false, _) => (StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    let headers = response.headers_mut();
    headers.insert(hyper::header::CONTENT_TYPE, kind);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = hyper::header::HeaderValue::from_static("GET, HEAD");
        headers.insert(hyper::header::ALLOW, allowed);
    }
    response
}
