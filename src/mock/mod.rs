//! The mock: a server made from a document, stateless or with a memory, faultless or with one named
//! fault. The same object is a [`Transport`](crate::http::Transport) in process and a server on a
//! socket.

mod accept;
mod admit;
mod answer;
pub mod behaviour;
mod complete;
mod credentials;
mod envelope;
mod fault;
mod generators;
mod in_process;
mod operate;
mod prefer;
mod refusal;
mod respond;
mod restless;
mod route;
mod sandbox;
mod serve;
mod server;
mod store;
mod walk;

pub use answer::Answer;
pub use behaviour::{Behaviour, BehaviourError};
pub use credentials::{Access, Token};
pub use fault::{Fault, Kind};
pub use in_process::InProcess;
pub use serve::{Entry, Listening};
pub use server::{Server, ServerOptions};

#[cfg(test)]
mod tests;
