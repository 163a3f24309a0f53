//! Messages over SMTP.
//!
//! The steps are taken one by one, and not through lettre's transport: that one waits for the
//! answer to `QUIT` after the message was accepted, so that a relay which is silent there would
//! be sent the same mail again and again.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::mail::message::lettre_address;
use crate::mail::{MailError, Smtp, Tls};
use crate::recipient::Address;

/// Longest password file in bytes: anything longer is another file.
const LONGEST_PASSWORD: u64 = 4096;

/// For saying goodbye: the message was accepted, and nothing depends on the answer.
const QUIT_LIMIT: Duration = Duration::from_secs(2);

/// Sends a message. Must run under an outer timeout: no step here has one of its own.
pub(crate) async fn send(
    smtp: &Smtp,
    from: &Address,
    to: &Address,
    message: &[u8],
) -> Result<(), MailError> {
    let relay = smtp.clone();
    let secrets = tokio::task::spawn_blocking(move || Secrets::read(&relay))
        .await
        .map_err(|_| MailError::later("reading the certificates broke off"))??;
    let envelope = Envelope::new(Some(lettre_address(from)), vec![lettre_address(to)])
        .map_err(|_| MailError::refused("the envelope has no recipient"))?;

    let mut connection = connect(smtp, &secrets).await?;
    if let Some(credentials) = &secrets.credentials {
        connection
            .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
            .await
            .map_err(|error| match MailError::from(&error) {
                // Who we are is a setting, not a property of this recipient.
                MailError::Refused { detail } => MailError::Misconfigured { detail },
                other => other,
            })?;
    }
    // SMTP ends a message with a line end of its own; ours must not become two.
    let message = message.strip_suffix(b"\r\n").unwrap_or(message);
    connection
        .send(&envelope, message)
        .await
        .map_err(|error| MailError::from(&error))?;
    // Accepted. Whatever happens from here, the message is sent.
    let _ = tokio::time::timeout(QUIT_LIMIT, connection.abort()).await;
    Ok(())
}

async fn connect(smtp: &Smtp, secrets: &Secrets) -> Result<AsyncSmtpConnection, MailError> {
    let address = (smtp.host.as_str(), smtp.port);
    let hello = ClientId::default();
    let at_once = match smtp.tls {
        Tls::Implicit => secrets.tls.clone(),
        Tls::StartTls | Tls::None => None,
    };
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(address, None, &hello, at_once, None).await?;
    if let (Tls::StartTls, Some(tls)) = (smtp.tls, secrets.tls.clone()) {
        connection.starttls(tls, &hello).await?;
    }
    Ok(connection)
}

/// What is read anew for each sending, so that a new password or certificate needs no restart.
struct Secrets {
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
}

impl Secrets {
    fn read(smtp: &Smtp) -> Result<Self, MailError> {
        let credentials = match (&smtp.username, &smtp.password_file) {
            (Some(username), Some(file)) => {
                Some(Credentials::new(username.clone(), password(file)?))
            }
            (None, None) => None,
            _ => {
                return Err(MailError::misconfigured(
                    "username and password_file belong together",
                ));
            }
        };
        let tls = match smtp.tls {
            Tls::StartTls | Tls::Implicit => Some(tls(smtp)?),
            Tls::None if is_this_machine(&smtp.host) => None,
            Tls::None => {
                return Err(MailError::misconfigured(
                    "tls = \"none\" is only for a relay on this machine",
                ));
            }
        };
        Ok(Secrets { tls, credentials })
    }
}

fn tls(smtp: &Smtp) -> Result<TlsParameters, MailError> {
    let wrong = |reason: String| MailError::misconfigured(format!("ca_file: {reason}"));
    let mut parameters = TlsParameters::builder(smtp.host.clone());
    if let Some(file) = &smtp.ca_file {
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        // lettre takes a file without any certificate for an empty list.
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(wrong("holds no certificate in PEM".to_owned()));
        }
        let certificate = Certificate::from_pem(&pem);
        parameters = parameters
            .add_root_certificate(certificate.map_err(|_| wrong("is not PEM".to_owned()))?);
    }
    parameters
        .build_rustls()
        .map_err(|_| MailError::misconfigured("the host or ca_file does not fit TLS"))
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    loopback || host.eq_ignore_ascii_case("localhost")
}

/// The password, without its line end.
fn password(file: &Path) -> Result<String, MailError> {
    let wrong = |reason: &str| MailError::misconfigured(format!("password_file: {reason}"));
    let unreadable = |error: std::io::Error| wrong(&error.to_string());
    let file = File::open(file).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(wrong("is not a file"));
    }
    if about.permissions().mode() & 0o007 != 0 {
        return Err(wrong("everybody on this machine may read it; chmod 0600"));
    }
    let mut password = String::new();
    file.take(LONGEST_PASSWORD)
        .read_to_string(&mut password)
        .map_err(unreadable)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() || password.contains(['\r', '\n']) {
        return Err(wrong("must hold one line"));
    }
    Ok(password.to_owned())
}

impl From<Error> for MailError {
    fn from(error: Error) -> Self {
        MailError::from(&error)
    }
}

impl From<&Error> for MailError {
    fn from(error: &Error) -> Self {
        let answer = error.status().map(u16::from);
        match answer {
            // Not allowed to send at all, whoever the recipient is.
            Some(code @ (530 | 534 | 535 | 538)) => {
                MailError::misconfigured(format!("the relay asks for other credentials ({code})"))
            }
            Some(code @ 500..=599) => MailError::refused(format!("the relay answered {code}")),
            Some(code) => MailError::later(format!("the relay answered {code}")),
            None if error.is_client() => MailError::misconfigured(
                "the relay does not offer what the settings require (STARTTLS or a way to log in)",
            ),
            None if error.is_response() => MailError::later("the relay's answer is no SMTP"),
            None if error.is_tls() => MailError::later(format!("no TLS{}", cause(error))),
            None => MailError::later(format!("no connection{}", cause(error))),
        }
    }
}

/// What the system or the TLS library said: neither has seen an address or a message.
fn cause(error: &Error) -> String {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<std::io::Error>() || cause.is::<rustls::Error>() {
            return format!(": {cause}");
        }
        source = cause.source();
    }
    String::new()
}
