//! Messages on their way: over SMTP, and into a directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use luisterpost::mail::message::{MessageId, Purpose, compose};
use luisterpost::mail::{Config, MailError, Mailer, Smtp, Tls, Via};
use luisterpost::recipient::Address;
use tempfile::TempDir;

use super::relay::{Relay, Script};
use super::{rendered, town};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn config(via: Via) -> Config {
    Config {
        via,
        from_name: "Luisterpost Lindemeer".to_owned(),
        from: address("luisterpost@lindemeer.example"),
        answers_to: address("luisterpost@lindemeer.example"),
    }
}

fn smtp(relay: &Relay, tls: Tls) -> Smtp {
    Smtp {
        host: "localhost".to_owned(),
        port: relay.port,
        tls,
        ca_file: None,
        username: None,
        password_file: None,
    }
}

fn message() -> Vec<u8> {
    let config = config(Via::Directory("outbox".into()));
    let to = town::recipient();
    let period = (town::at("2026-11-23T07:30"), town::at("2026-11-24T07:30"));
    let id = MessageId::new(&config.from, &to.address, Purpose::Digest, period);
    compose(&config, &to, &rendered(town::normal()), &id, period.1)
}

async fn send(smtp: Smtp) -> Result<(), MailError> {
    let mailer = Mailer::new(config(Via::Smtp(smtp)));
    mailer.send(&town::recipient().address, &message()).await
}

fn file(folder: &TempDir, name: &str, text: &str, mode: u32) -> std::path::PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// Starts a relay, trusts its authority, and sends.
async fn send_over_tls(script: Script, tls: Tls) -> (Result<(), MailError>, Relay) {
    let relay = Relay::start(script);
    let folder = TempDir::new().unwrap();
    let mut smtp = smtp(&relay, tls);
    smtp.ca_file = Some(file(&folder, "ca.pem", &relay.ca, 0o644));
    (send(smtp).await, relay)
}

fn assert_try_later(result: Result<(), MailError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, MailError::TryLater { .. }), "{error:?}");
    assert!(!error.to_string().contains("veiligheid"), "{error}");
}

fn assert_refused(result: Result<(), MailError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, MailError::Refused { .. }), "{error:?}");
    assert!(!error.to_string().contains("veiligheid"), "{error}");
}

fn assert_misconfigured(result: Result<(), MailError>, says: &str) {
    let error = result.unwrap_err();
    assert!(
        matches!(error, MailError::Misconfigured { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains(says), "{error}");
}

#[tokio::test]
async fn a_relay_on_this_machine_receives_the_bytes_as_they_are() {
    let relay = Relay::start(Script::default());
    send(smtp(&relay, Tls::None)).await.unwrap();
    let heard = relay.heard();
    assert_eq!(heard.messages, [message()]);
    assert!(
        heard
            .commands
            .contains(&"MAIL FROM:<luisterpost@lindemeer.example>".to_owned())
    );
    assert!(
        heard
            .commands
            .contains(&"RCPT TO:<veiligheid@lindemeer.example>".to_owned())
    );
}

#[tokio::test]
async fn starttls_with_an_own_authority_sends_everything_encrypted() {
    let script = Script {
        starttls: true,
        ..Script::default()
    };
    let (result, relay) = send_over_tls(script, Tls::StartTls).await;
    result.unwrap();
    let heard = relay.heard();
    assert_eq!(heard.messages, [message()]);
    let clear: Vec<_> = heard
        .commands
        .iter()
        .filter(|c| !c.starts_with('*'))
        .collect();
    assert_eq!(clear.len(), 2, "{clear:?}");
    assert!(clear[0].starts_with("EHLO ") && clear[1] == "STARTTLS");
}

#[tokio::test]
async fn implicit_tls_with_an_own_authority_sends() {
    let script = Script {
        implicit: true,
        ..Script::default()
    };
    let (result, relay) = send_over_tls(script, Tls::Implicit).await;
    result.unwrap();
    assert_eq!(relay.heard().messages, [message()]);
}

#[tokio::test]
async fn an_authority_that_is_not_trusted_gets_nothing() {
    let relay = Relay::start(Script {
        starttls: true,
        ..Script::default()
    });
    let result = send(smtp(&relay, Tls::StartTls)).await;
    let error = result.clone().unwrap_err().to_string();
    assert!(error.contains("UnknownIssuer"), "{error}");
    assert_try_later(result);
    assert!(relay.heard().messages.is_empty());
}

#[tokio::test]
async fn a_relay_without_starttls_hears_nothing_in_clear() {
    let (result, relay) = send_over_tls(Script::default(), Tls::StartTls).await;
    assert_misconfigured(result, "STARTTLS");
    for command in relay.heard().commands {
        assert!(
            command.starts_with("EHLO") || command == "QUIT",
            "{command}"
        );
    }
}

#[tokio::test]
async fn clear_text_to_another_machine_is_refused_before_connecting() {
    let relay = Relay::start(Script::default());
    for host in ["relay.lindemeer.example", "192.0.2.1", "localhost.example"] {
        let mut smtp = smtp(&relay, Tls::None);
        smtp.host = host.to_owned();
        assert_misconfigured(send(smtp).await, "only for a relay on this machine");
    }
    assert!(relay.heard().commands.is_empty());
}

#[tokio::test]
async fn the_password_is_read_at_each_sending_and_loses_its_line_end() {
    let relay = Relay::start(Script {
        auth: Some("235 welcome"),
        ..Script::default()
    });
    let folder = TempDir::new().unwrap();
    let mut smtp = smtp(&relay, Tls::None);
    smtp.username = Some("luisterpost".to_owned());
    smtp.password_file = Some(file(&folder, "password", "old\n", 0o600));
    send(smtp.clone()).await.unwrap();
    file(&folder, "password", "geheim\r\n", 0o600);
    send(smtp).await.unwrap();
    let heard = relay.heard();
    let auth: Vec<_> = heard
        .commands
        .iter()
        .filter(|c| c.starts_with("AUTH"))
        .collect();
    assert_eq!(auth.len(), 2);
    // "\0luisterpost\0geheim" in base64.
    assert_eq!(auth[1], "AUTH PLAIN AGx1aXN0ZXJwb3N0AGdlaGVpbQ==");
}

#[tokio::test]
async fn a_password_file_that_cannot_be_trusted_is_refused_with_the_reason() {
    let relay = Relay::start(Script::default());
    let folder = TempDir::new().unwrap();
    for (name, text, mode, says) in [
        ("open", "geheim\n", 0o604, "everybody"),
        ("empty", "\n", 0o600, "one line"),
        ("long", "een\ntwee\n", 0o600, "one line"),
    ] {
        let mut smtp = smtp(&relay, Tls::None);
        smtp.username = Some("luisterpost".to_owned());
        smtp.password_file = Some(file(&folder, name, text, mode));
        assert_misconfigured(send(smtp).await, says);
    }
    let mut smtp = smtp(&relay, Tls::None);
    smtp.username = Some("luisterpost".to_owned());
    assert_misconfigured(send(smtp.clone()).await, "belong together");
    smtp.password_file = Some(folder.path().join("absent"));
    assert_misconfigured(send(smtp).await, "password_file");
    assert!(relay.heard().commands.is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_of_settings() {
    let relay = Relay::start(Script {
        auth: Some("535 5.7.8 wrong"),
        ..Script::default()
    });
    let folder = TempDir::new().unwrap();
    let mut smtp = smtp(&relay, Tls::None);
    smtp.username = Some("luisterpost".to_owned());
    smtp.password_file = Some(file(&folder, "password", "geheim", 0o600));
    assert_misconfigured(send(smtp).await, "535");
}

#[tokio::test]
async fn an_authority_file_without_a_certificate_is_refused() {
    let relay = Relay::start(Script::default());
    let folder = TempDir::new().unwrap();
    let mut smtp = smtp(&relay, Tls::StartTls);
    smtp.ca_file = Some(file(&folder, "ca.pem", "no certificate", 0o644));
    assert_misconfigured(send(smtp.clone()).await, "ca_file");
    smtp.ca_file = Some(folder.path().join("absent.pem"));
    assert_misconfigured(send(smtp).await, "ca_file");
}

#[tokio::test]
async fn answers_are_told_apart_by_what_can_be_done() {
    async fn answer(recipient: &'static str) -> Result<(), MailError> {
        let relay = Relay::start(Script {
            recipient: Some(recipient),
            ..Script::default()
        });
        let result = send(smtp(&relay, Tls::None)).await;
        assert!(relay.heard().messages.is_empty());
        result
    }
    assert_try_later(answer("451 4.7.1 veiligheid@lindemeer.example: later").await);
    assert_refused(answer("550 5.1.1 veiligheid@lindemeer.example: unknown").await);
    assert_misconfigured(answer("530 5.7.0 log in first").await, "530");
    assert_try_later(answer("no smtp at all").await);
}

#[tokio::test]
async fn silence_at_any_step_ends_at_the_limit() {
    async fn silent_at(step: &'static str) {
        let relay = Relay::start(Script {
            silent_at: Some(step),
            ..Script::default()
        });
        let mailer = Mailer::new(config(Via::Smtp(smtp(&relay, Tls::None))))
            .with_limit(Duration::from_secs(1));
        let result = mailer.send(&town::recipient().address, &message()).await;
        let error = result.clone().unwrap_err().to_string();
        assert!(error.contains("no answer within 1 s"), "{step}: {error}");
        assert_try_later(result);
        let last = relay.heard().commands.last().cloned().unwrap_or_default();
        let reached = if step == "." { "DATA" } else { step };
        assert!(
            last.starts_with(reached),
            "silent at {step:?}, got to {last:?}"
        );
    }
    let steps = ["", "EHLO", "MAIL", "RCPT", "DATA", "."];
    futures_util::future::join_all(steps.map(silent_at)).await;
}

#[tokio::test]
async fn silence_after_the_message_was_accepted_is_a_success() {
    let relay = Relay::start(Script {
        silent_at: Some("QUIT"),
        ..Script::default()
    });
    send(smtp(&relay, Tls::None)).await.unwrap();
    assert_eq!(relay.heard().messages, [message()]);
}

#[tokio::test]
async fn a_broken_connection_is_tried_later() {
    for step in ["MAIL", "RCPT", "DATA", "."] {
        let relay = Relay::start(Script {
            drop_at: Some(step),
            ..Script::default()
        });
        assert_try_later(send(smtp(&relay, Tls::None)).await);
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_tried_later() {
    let relay = Relay::start(Script::default());
    let mut smtp = smtp(&relay, Tls::None);
    smtp.port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let result = send(smtp).await;
    let error = result.clone().unwrap_err().to_string();
    assert!(error.contains("refused"), "{error}");
    assert_try_later(result);
}

fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_directory_gets_one_private_file_for_each_message() {
    let folder = TempDir::new().unwrap();
    let outbox = folder.path().join("state/outbox");
    let mailer = Mailer::new(config(Via::Directory(outbox.clone())));
    let to = town::recipient().address;
    mailer.send(&to, &message()).await.unwrap();
    mailer.send(&to, &message()).await.unwrap();
    let names = files(&outbox);
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with("20261124T0630Z.digest.") && names[0].ends_with(".eml"));
    let path = outbox.join(&names[0]);
    assert_eq!(fs::read(&path).unwrap(), message());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(&outbox).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[tokio::test]
async fn a_directory_never_loses_an_earlier_message() {
    let outbox = TempDir::new().unwrap();
    let mailer = Mailer::new(config(Via::Directory(outbox.path().to_owned())));
    let to = town::recipient().address;
    mailer.send(&to, &message()).await.unwrap();
    let mut other = message();
    other.extend_from_slice(b"more\r\n");
    assert_misconfigured(mailer.send(&to, &other).await, "another file");
    let names = files(outbox.path());
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(fs::read(outbox.path().join(&names[0])).unwrap(), message());
}

#[tokio::test]
async fn what_a_crash_left_half_written_does_not_hinder() {
    let outbox = TempDir::new().unwrap();
    let mailer = Mailer::new(config(Via::Directory(outbox.path().to_owned())));
    let to = town::recipient().address;
    mailer.send(&to, &message()).await.unwrap();
    let name = files(outbox.path()).remove(0);
    fs::remove_file(outbox.path().join(&name)).unwrap();
    fs::write(outbox.path().join(format!("{name}.part")), "half").unwrap();
    mailer.send(&to, &message()).await.unwrap();
    assert_eq!(files(outbox.path()), [name]);
}

#[tokio::test]
async fn a_directory_that_is_a_file_is_a_matter_of_settings() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "outbox", "", 0o600);
    let mailer = Mailer::new(config(Via::Directory(path)));
    let error = mailer.send(&town::recipient().address, &message()).await;
    assert_misconfigured(error, "the outbox directory cannot be written");
}
