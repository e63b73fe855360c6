//! The checking client.
/// To be written.
#[derive(Debug)]
pub struct Client;
/// To be written.
#[derive(Debug)]
pub struct ClientOptions;
/// To be written.
#[derive(Debug)]
pub struct ClientError;
