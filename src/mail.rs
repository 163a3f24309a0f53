//! A message to a relay or into a directory.
//!
//! This edge makes a message ([`message::compose`]) and hands over bytes ([`Mailer::send`]). It
//! does not try again, and writes no log: who asks for a sending knows what it was for.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use crate::recipient::Address;

pub mod message; // A message as bytes.
mod outbox; // Messages as files.
mod relay; // Messages over SMTP.

/// Settings of `[mail]`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where messages go.
    pub via: Via,
    /// Name of the sender for readers.
    pub from_name: String,
    /// Address of the sender.
    pub from: Address,
    /// Address that takes the answers of readers.
    pub answers_to: Address,
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

/// For one sending as a whole, from reading the password to the last answer. RFC 5321 grants a
/// relay minutes for each step; an overview is small, and trying again later costs nothing.
pub const SEND_LIMIT: Duration = Duration::from_secs(60);

/// Hands messages over.
#[derive(Clone, Debug)]
pub struct Mailer {
    config: Config,
    limit: Duration,
}

/// Why a message was not handed over, by what the caller does about it. No detail holds an
/// address, a password, or what a relay said in words (which may repeat an address).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Try the same bytes later: 4xx, no connection, no answer in time, TLS, a full disk.
    #[error("mail could not be handed over now: {detail}")]
    TryLater {
        /// What happened.
        detail: String,
    },
    /// Never for this recipient: 5xx.
    #[error("mail is refused for this recipient: {detail}")]
    Refused {
        /// What happened.
        detail: String,
    },
    /// No message will go out before a person mends the settings.
    #[error("mail is set up wrongly: {detail}")]
    Misconfigured {
        /// What is wrong.
        detail: String,
    },
}

impl Mailer {
    /// A mailer for these settings.
    pub fn new(config: Config) -> Self {
        Mailer {
            config,
            limit: SEND_LIMIT,
        }
    }

    /// The same with another limit than [`SEND_LIMIT`].
    pub fn with_limit(self, limit: Duration) -> Self {
        Mailer { limit, ..self }
    }

    /// The settings, for composing.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Removes the messages in the outbox whose `Expires` has passed, and says how many; with a
    /// relay there is no outbox. A file that is no message of ours stays.
    ///
    /// # Errors
    ///
    /// [`MailError::TryLater`] or [`MailError::Misconfigured`] when the directory cannot be read or
    /// changed.
    pub async fn clear_outbox(&self, now: Timestamp) -> Result<usize, MailError> {
        let Via::Directory(directory) = &self.config.via else {
            return Ok(0);
        };
        let directory = directory.clone();
        tokio::task::spawn_blocking(move || outbox::clear(&directory, now))
            .await
            .map_err(|_| MailError::later("clearing the outbox broke off"))?
    }

    /// Removes the messages in the outbox that tell of the message at `link`, and says how many.
    ///
    /// # Errors
    ///
    /// As [`Mailer::clear_outbox`].
    pub async fn withdraw_from_outbox(&self, link: &str) -> Result<usize, MailError> {
        let Via::Directory(directory) = &self.config.via else {
            return Ok(0);
        };
        let (directory, link) = (directory.clone(), link.to_owned());
        tokio::task::spawn_blocking(move || outbox::withdraw(&directory, &link))
            .await
            .map_err(|_| MailError::later("clearing the outbox broke off"))?
    }

    /// Hands a message over, byte for byte.
    ///
    /// An error does not prove that nothing arrived: an answer can be lost. The same bytes may
    /// be sent again, because they bear the same Message-ID.
    pub async fn send(&self, to: &Address, message: &[u8]) -> Result<(), MailError> {
        let sending = async {
            match &self.config.via {
                Via::Smtp(smtp) => relay::send(smtp, &self.config.from, to, message).await,
                Via::Directory(directory) => {
                    let (directory, message) = (directory.clone(), message.to_vec());
                    tokio::task::spawn_blocking(move || outbox::store(&directory, &message))
                        .await
                        .map_err(|_| MailError::later("writing the message broke off"))?
                }
            }
        };
        // lettre limits connecting only, so a silent relay would hold us for ever (upstream 1027).
        match tokio::time::timeout(self.limit, sending).await {
            Ok(result) => result,
            Err(_) => Err(MailError::later(format!(
                "no answer within {} s",
                self.limit.as_secs_f32()
            ))),
        }
    }
}

impl MailError {
    fn later(detail: impl Into<String>) -> Self {
        MailError::TryLater {
            detail: detail.into(),
        }
    }

    fn refused(detail: impl Into<String>) -> Self {
        MailError::Refused {
            detail: detail.into(),
        }
    }

    fn misconfigured(detail: impl Into<String>) -> Self {
        MailError::Misconfigured {
            detail: detail.into(),
        }
    }
}
