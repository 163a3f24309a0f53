//! A mail relay on a loopback port that does as it is told, in a thread of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the relay does; the default accepts everything, in clear.
#[derive(Clone, Default)]
pub(crate) struct Script {
    /// TLS from the first byte.
    pub(crate) implicit: bool,
    /// Whether STARTTLS is offered.
    pub(crate) starttls: bool,
    /// Whether AUTH is offered, and what is answered to it.
    pub(crate) auth: Option<&'static str>,
    /// The answer to RCPT.
    pub(crate) recipient: Option<&'static str>,
    /// The command from which on nothing is answered; `""` is the greeting, `"."` the message.
    pub(crate) silent_at: Option<&'static str>,
    /// The command at which the connection is dropped.
    pub(crate) drop_at: Option<&'static str>,
}

/// The relay, and what it heard.
pub(crate) struct Relay {
    pub(crate) port: u16,
    /// The certificate authority to trust, as PEM.
    pub(crate) ca: String,
    heard: Arc<Mutex<Heard>>,
}

#[derive(Clone, Default)]
pub(crate) struct Heard {
    /// Commands, with a `*` in front when they came over TLS.
    pub(crate) commands: Vec<String>,
    pub(crate) messages: Vec<Vec<u8>>,
}

impl Relay {
    pub(crate) fn start(script: Script) -> Self {
        let (ca, config) = certificates();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let notes = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // The client may go away at any moment; that ends this conversation only.
                let _ = serve(stream, &script, &config, &notes);
            }
        });
        Relay { port, ca, heard }
    }

    pub(crate) fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }
}

fn certificates() -> (String, Arc<ServerConfig>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &ca).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    (ca.pem(), Arc::new(config))
}

trait Connection: Read + Write + Send {}
impl<T: Read + Write + Send> Connection for T {}

fn serve(
    tcp: TcpStream,
    script: &Script,
    config: &Arc<ServerConfig>,
    heard: &Mutex<Heard>,
) -> std::io::Result<()> {
    let secure = |tcp: TcpStream| {
        let tls = ServerConnection::new(Arc::clone(config)).unwrap();
        StreamOwned::new(tls, tcp)
    };
    let mut encrypted = script.implicit;
    let mut stream: Box<dyn Connection> = if encrypted {
        Box::new(secure(tcp.try_clone()?))
    } else {
        Box::new(tcp.try_clone()?)
    };
    if script.silent_at == Some("") {
        return wait_for_the_end(&mut stream);
    }
    stream.write_all(b"220 relay.example ESMTP\r\n")?;
    while let Some(command) = line(&mut stream)? {
        let sign = if encrypted { "*" } else { "" };
        heard
            .lock()
            .unwrap()
            .commands
            .push(format!("{sign}{command}"));
        let verb = command.split([' ', ':']).next().unwrap_or_default();
        if script.silent_at == Some(verb) {
            return wait_for_the_end(&mut stream);
        }
        if script.drop_at == Some(verb) {
            return Ok(());
        }
        let answer = match verb {
            "EHLO" => {
                let starttls = script.starttls && !encrypted;
                let mut answer = String::from("250-relay.example\r\n");
                if starttls {
                    answer.push_str("250-STARTTLS\r\n");
                }
                if script.auth.is_some() {
                    answer.push_str("250-AUTH PLAIN LOGIN\r\n");
                }
                answer + "250 8BITMIME"
            }
            "STARTTLS" => "220 go ahead".to_owned(),
            "AUTH" => script.auth.unwrap_or("503 no").to_owned(),
            "RCPT" => script.recipient.unwrap_or("250 ok").to_owned(),
            "DATA" => "354 go on".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
        match verb {
            "QUIT" => return Ok(()),
            "STARTTLS" => {
                stream = Box::new(secure(tcp.try_clone()?));
                encrypted = true;
            }
            "DATA" => {
                let message = message(&mut stream)?;
                heard.lock().unwrap().messages.push(message);
                if script.silent_at == Some(".") {
                    return wait_for_the_end(&mut stream);
                }
                if script.drop_at == Some(".") {
                    return Ok(());
                }
                stream.write_all(b"250 accepted\r\n")?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn line(stream: &mut impl Read) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(None);
        }
        line.push(byte[0]);
    }
    line.truncate(line.len() - 2);
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// The message after DATA, with the doubled dots taken out.
fn message(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    while let Some(line) = line(stream)? {
        if line == "." {
            break;
        }
        let line = line.strip_prefix('.').unwrap_or(&line);
        message.extend_from_slice(line.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    Ok(message)
}

fn wait_for_the_end(stream: &mut impl Read) -> std::io::Result<()> {
    while stream.read(&mut [0; 512])? > 0 {}
    Ok(())
}
