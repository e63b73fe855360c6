//! HTTP/2 against servers of hyper, and against servers that break off.

mod against_http1;
mod limits;
mod pool;
mod refusals;
mod server;
