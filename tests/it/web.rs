//! A real web server on a loopback port whose behaviour a test scripts.
//!
//! Every connection carries one request. A path answers with what [`Web::on`] gave it, in order, the last
//! for ever; an unknown path answers 404 (so robots.txt allows everything unless a test says otherwise). The
//! request for a host's reservations is recorded only by a test that scripts its answer.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use url::Url;

/// Where a host says what it reserves; asked for once a day.
const RESERVATIONS: &str = "/.well-known/tdmrep.json";

/// The server; its tasks end with the test's runtime.
pub(crate) struct Web {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    scheme: &'static str,
    script: Arc<Script>,
}

/// What a server of its own behaviour answers.
type Server = dyn Fn(&Recorded) -> Answer + Send + Sync;

#[derive(Default)]
struct Script {
    server: Mutex<Option<Arc<Server>>>,
    answers: Mutex<HashMap<String, VecDeque<Answer>>>,
    requests: Mutex<Vec<Recorded>>,
    arrived: watch::Sender<usize>,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// The request target: path with query, or the absolute address when we are used as a proxy.
    pub(crate) target: String,
    /// Header names in lower case, and values byte for byte.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// When it was complete.
    pub(crate) at: Instant,
}

impl Recorded {
    /// The value of a header as text; empty when it was not sent.
    pub(crate) fn header(&self, name: &str) -> String {
        String::from_utf8_lossy(&self.bytes(name)).into_owned()
    }

    /// The value of a header byte for byte; empty when it was not sent.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }
}

/// What a path answers.
#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    manner: Manner,
}

/// How it answers.
#[derive(Clone)]
enum Manner {
    Whole,
    /// In chunks of this size.
    Chunked(usize),
    /// A byte of the body at a time, with a pause before each.
    Drip(Duration),
    /// The same, and the head too.
    DripAll(Duration),
    /// The body, and spaces after it up to this many bytes in all.
    Filled(usize),
    /// The body over and over.
    Endless,
    /// `Content-Length` tells of more than comes.
    CutShort,
    /// Nothing comes at all, and the connection stays.
    Silent,
    /// The head comes, the body never.
    SilentBody,
    /// Waits, then answers.
    After(Duration),
    /// Waits for a sign, then answers.
    Held(Arc<Notify>),
    /// The body only, without a head.
    Raw,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: body.into(),
            manner: Manner::Whole,
        }
    }

    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Answer {
        Answer::new(200, body)
    }

    pub(crate) fn status(status: u16) -> Answer {
        Answer::new(status, "")
    }

    pub(crate) fn redirect(status: u16, to: impl AsRef<str>) -> Answer {
        Answer::status(status).header("location", to.as_ref())
    }

    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Answer {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub(crate) fn chunked(self, size: usize) -> Answer {
        Answer {
            manner: Manner::Chunked(size),
            ..self
        }
    }

    pub(crate) fn drip(self, pause: Duration) -> Answer {
        Answer {
            manner: Manner::Drip(pause),
            ..self
        }
    }

    pub(crate) fn drip_all(self, pause: Duration) -> Answer {
        Answer {
            manner: Manner::DripAll(pause),
            ..self
        }
    }

    pub(crate) fn filled(self, length: usize) -> Answer {
        Answer {
            manner: Manner::Filled(length),
            ..self
        }
    }

    pub(crate) fn endless(self) -> Answer {
        Answer {
            manner: Manner::Endless,
            ..self
        }
    }

    pub(crate) fn cut_short(self) -> Answer {
        Answer {
            manner: Manner::CutShort,
            ..self
        }
    }

    pub(crate) fn silent() -> Answer {
        Answer {
            manner: Manner::Silent,
            ..Answer::ok("")
        }
    }

    pub(crate) fn silent_body(self) -> Answer {
        Answer {
            manner: Manner::SilentBody,
            ..self
        }
    }

    pub(crate) fn after(self, pause: Duration) -> Answer {
        Answer {
            manner: Manner::After(pause),
            ..self
        }
    }

    /// The body, for a test that needs the document and no server.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Answers when `sign` is notified.
    pub(crate) fn held(self, sign: &Arc<Notify>) -> Answer {
        Answer {
            manner: Manner::Held(sign.clone()),
            ..self
        }
    }

    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Answer {
        Answer {
            manner: Manner::Raw,
            ..Answer::ok(bytes)
        }
    }
}

impl Web {
    pub(crate) async fn start() -> Web {
        Web::start_at("127.0.0.1").await
    }

    /// On another loopback address, for another host.
    pub(crate) async fn start_at(host: &str) -> Web {
        Web::serve(host, None).await
    }

    pub(crate) async fn start_tls(config: rustls::ServerConfig) -> Web {
        Web::serve("127.0.0.1", Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn serve(host: &str, tls: Option<TlsAcceptor>) -> Web {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Script::default());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let accepting = script.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, tls) = (accepting.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        // A client that refuses the certificate ends the handshake: that is the test's matter.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                script.connection(stream).await;
                            }
                        }
                        None => script.connection(stream).await,
                    }
                });
            }
        });
        Web {
            address,
            scheme,
            script,
        }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> Url {
        self.url_as(&self.address.ip().to_string(), path)
    }

    /// The address of a path, under another name of the same host.
    pub(crate) fn url_as(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!(
            "{}://{host}:{}{path}",
            self.scheme,
            self.address.port()
        ))
        .unwrap()
    }

    /// Sets what a path (without query) answers: these in order, the last for ever.
    pub(crate) fn on(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        self.script
            .answers
            .lock()
            .unwrap()
            .insert(path.to_owned(), answers.into_iter().collect());
    }

    /// Sets who answers what no path was given an answer for.
    pub(crate) fn serve_by(&self, server: impl Fn(&Recorded) -> Answer + Send + Sync + 'static) {
        *self.script.server.lock().unwrap() = Some(Arc::new(server));
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.script.requests.lock().unwrap().clone()
    }

    /// How many requests a path got so far.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.target.split('?').next() == Some(path))
            .count()
    }

    /// Waits until so many requests have come in all.
    pub(crate) async fn arrived(&self, requests: usize) {
        self.script
            .arrived
            .subscribe()
            .wait_for(|arrived| *arrived >= requests)
            .await
            .unwrap();
    }

    /// Waits until so many requests have come and all are answered.
    pub(crate) async fn answered(&self, requests: usize) {
        self.arrived(requests).await;
        while self.script.at_once.load(Ordering::SeqCst) > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Most requests that were under way at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.script.most_at_once.load(Ordering::SeqCst)
    }
}

/// Asked of every host, whatever it is.
fn is_about_rights(path: &str) -> bool {
    path == RESERVATIONS || path == "/robots.txt"
}

impl Script {
    async fn connection(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some(request) = read_head(&mut stream).await else {
            let _ = Answer::status(400).send(&mut stream).await;
            let _ = gone(&mut stream).await;
            return;
        };
        let path = request
            .target
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
        let answer = {
            let mut answers = self.answers.lock().unwrap();
            match answers.get_mut(&path) {
                Some(row) if row.len() > 1 => row.pop_front(),
                Some(row) => row.front().cloned(),
                None => None,
            }
        };
        let server = self.server.lock().unwrap().clone();
        let served = server.filter(|_| answer.is_none() && !is_about_rights(&path));
        let answer = answer.or_else(|| served.map(|server| server(&request)));
        if path == RESERVATIONS && answer.is_none() {
            let _ = Answer::status(404).send(&mut stream).await;
            let _ = stream.shutdown().await;
            return;
        }
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        self.requests.lock().unwrap().push(request);
        self.arrived.send_modify(|arrived| *arrived += 1);
        // The client may hang up at any moment; then there is nobody left to tell.
        let _ = answer
            .unwrap_or_else(|| Answer::status(404))
            .send(&mut stream)
            .await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let _ = stream.shutdown().await;
    }
}

impl Answer {
    async fn send(self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> std::io::Result<()> {
        match &self.manner {
            Manner::Held(sign) => sign.notified().await,
            Manner::After(pause) => tokio::time::sleep(*pause).await,
            _ => {}
        }
        let framing = match &self.manner {
            Manner::Silent => return gone(stream).await,
            Manner::Raw => return stream.write_all(&self.body).await,
            Manner::Chunked(_) | Manner::Endless => "transfer-encoding: chunked".to_owned(),
            Manner::Filled(length) => format!("content-length: {length}"),
            Manner::CutShort => format!("content-length: {}", self.body.len() + 10),
            _ => format!("content-length: {}", self.body.len()),
        };
        let mut head =
            format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\n", self.status).into_bytes();
        // These have no body, and so no length either.
        if !matches!(self.status, 204 | 304) {
            head.extend(format!("{framing}\r\n").into_bytes());
        }
        for (name, value) in &self.headers {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        if let Manner::DripAll(pause) = self.manner {
            head.extend(&self.body);
            return drip(stream, &head, pause).await;
        }
        stream.write_all(&head).await?;
        match self.manner {
            Manner::SilentBody => gone(stream).await,
            Manner::Drip(pause) => drip(stream, &self.body, pause).await,
            Manner::Filled(length) => {
                stream.write_all(&self.body).await?;
                let mut left = length - self.body.len();
                let spaces = [b' '; 64 * 1024];
                while left > 0 {
                    let piece = left.min(spaces.len());
                    stream.write_all(&spaces[..piece]).await?;
                    left -= piece;
                }
                Ok(())
            }
            Manner::Chunked(size) => {
                for piece in self.body.chunks(size) {
                    write_chunk(stream, piece).await?;
                }
                stream.write_all(b"0\r\n\r\n").await
            }
            Manner::Endless => loop {
                write_chunk(stream, &self.body).await?;
            },
            _ => stream.write_all(&self.body).await,
        }
    }
}

/// Waits until the client hangs up.
async fn gone(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<()> {
    while stream.read(&mut [0; 64]).await? > 0 {}
    Ok(())
}

async fn drip(
    stream: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    pause: Duration,
) -> std::io::Result<()> {
    for byte in bytes {
        tokio::time::sleep(pause).await;
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
    }
    Ok(())
}

async fn write_chunk(stream: &mut (impl AsyncWrite + Unpin), piece: &[u8]) -> std::io::Result<()> {
    stream
        .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
        .await?;
    stream.write_all(piece).await?;
    stream.write_all(b"\r\n").await
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<Recorded> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
        // What does not start with a method is no request: a TLS handshake, for example.
        if !head[0].is_ascii_uppercase() {
            return None;
        }
    }
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = String::from_utf8_lossy(lines.next()?).into_owned();
    let headers = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = String::from_utf8_lossy(&line[..colon]).to_lowercase();
            Some((name, line[colon + 1..].trim_ascii().to_vec()))
        })
        .collect();
    Some(Recorded {
        target: first.split(' ').nth(1)?.to_owned(),
        headers,
        at: Instant::now(),
    })
}
