//! HTTP/2 against servers of hyper, and against servers that break off.

mod against_h2;
mod against_http1;
mod allocations;
mod encoder;
mod floods;
mod limits;
mod pool;
mod refusals;
mod script;
mod sending;
mod server;
mod theirs;
