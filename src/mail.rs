//! A message to a relay or into a directory.

use std::path::PathBuf;

use crate::recipient::Address;

/// Settings of `[mail]`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where messages go.
    pub via: Via,
    /// Name of the sender for readers.
    pub from_name: String,
    /// Address of the sender.
    pub from: Address,
}

/// Where messages go.
#[derive(Clone, Debug)]
pub enum Via {
    /// Into a directory, as `.eml` files.
    Directory(PathBuf),
    /// To a relay.
    Smtp(Smtp),
}

/// A mail relay.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Certificate authorities to trust besides the system's, as a PEM file.
    pub ca_file: Option<PathBuf>,
    /// User name, when the relay asks for one.
    pub username: Option<String>,
    /// File that holds the password and nothing else but a line end; read at each sending.
    pub password_file: Option<PathBuf>,
}

/// How the connection to a relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Plain at first, then STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// None; only to a relay on this machine.
    None,
}
