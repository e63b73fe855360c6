//! proofmark proves that an HTTP API keeps its OpenAPI contract.
//!
//! A run is a flow of plain values:
//! `Document -> Spec -> Plan -> Case -> Request ~~> Exchange -> Finding -> Event -> Report`.
//! Only a [`http::Transport`] touches the network and only [`cli`] touches the process. Each module
//! imports only from the rows above its own:
//!
//! | row | modules |
//! |---|---|
//! | ground | [`code`], [`document`], [`seed`], [`secret`], [`http`] |
//! | schemas | [`schema`] |
//! | instances | [`generate`], [`judge`] |
//! | documents | [`spec`], [`arazzo`] |
//! | wire forms | [`wire`] |
//! | requests, servers | [`case`], [`mock`] |
//! | judgement | [`check`] |
//! | memory | [`record`] |
//! | one case, renderings | [`probe`], [`report`] |
//! | runners | [`conform`], [`scenario`] |
//! | under load, side by side | [`load`], [`parity`] |
//! | process | [`cli`] |

pub mod arazzo;
pub mod case;
pub mod check;
pub mod cli;
pub mod code;
pub mod conform;
pub mod document;
pub mod generate;
pub mod http;
pub mod judge;
pub mod load;
pub mod mock;
pub mod parity;
pub mod probe;
pub mod record;
pub mod report;
pub mod scenario;
pub mod schema;
pub mod secret;
pub mod seed;
pub mod spec;
pub mod wire;
