//! One request and its answer, on the wire: the only place that sends anything.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, Proxy, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::fetch::Config;
use crate::fetch::clock::Clock;
use crate::fetch::conditional::retry_after;
use crate::fetch::error::{CONNECT_TIMEOUT, FetchError, READ_TIMEOUT, SetupError, without_query};
use crate::fetch::guard::Guard;
use crate::fetch::limit;
use crate::fetch::pace::{Pace, Turn};

/// How long an idle connection is kept: enough for the next page of the same visit. The next visit comes a
/// quarter of an hour later, and thousands of idle connections would be nothing but open files.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a request that is not answered yet keeps its place among the parallel ones.
const PATIENCE: Duration = Duration::from_secs(2);

/// The client with everything a request has to pass.
#[derive(Debug)]
pub(crate) struct Wire {
    client: Client,
    guard: Guard,
    pace: Pace,
    permits: Arc<Semaphore>,
}

/// An answer whose body is not read yet. While it lives, its host is not asked anything else.
#[derive(Debug)]
pub(crate) struct Answer {
    response: reqwest::Response,
    url: Url,
    _turn: Turn,
    place: OwnedSemaphorePermit,
}

/// A body, as far as it was read.
#[derive(Debug)]
pub(crate) struct ReadBody {
    pub(crate) bytes: Vec<u8>,
    /// Whether more followed.
    pub(crate) cut: bool,
    /// The request's place among the parallel ones, which lasts as long as the bytes.
    pub(crate) place: OwnedSemaphorePermit,
}

impl Wire {
    pub(crate) fn new(config: &Config) -> Result<Wire, SetupError> {
        let guard = Guard::new(&config.allow_private);
        Ok(Wire {
            client: client(config, &guard)?,
            guard,
            pace: Pace::new(config.min_gap),
            permits: Arc::new(Semaphore::new(
                config.parallel.clamp(1, Semaphore::MAX_PERMITS),
            )),
        })
    }

    /// Whether the guard lets an address through; every request is checked, whoever makes it.
    pub(crate) fn check(&self, url: &Url) -> Result<(), FetchError> {
        self.guard
            .check(url)
            .map_err(|reason| FetchError::BlockedAddress {
                url: without_query(url),
                reason,
            })
    }

    async fn place(&self) -> OwnedSemaphorePermit {
        let permits = Arc::clone(&self.permits);
        let place = permits.acquire_owned().await;
        place.expect("the semaphore is never closed")
    }

    /// Sends a GET when the guard permits, it is the host's turn, and there is room.
    ///
    /// 429 and 503 are errors here already, so that a host that asks for rest gets it whoever asked.
    pub(crate) async fn get(
        &self,
        url: &Url,
        headers: HeaderMap,
        crawl_delay: Option<Duration>,
        clock: &mut Clock,
    ) -> Result<Answer, FetchError> {
        self.check(url)?;
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let mut turn =
            self.pace
                .turn(host, crawl_delay)
                .await
                .map_err(|block| FetchError::Busy {
                    status: None,
                    retry_at: Some(block.retry_at),
                })?;
        // The place is taken last: whoever waits for a slow host must not keep others from theirs.
        let place = self.place().await;
        let mut sending = pin!(self.client.get(url.clone()).headers(headers).send());
        let soon = async { Ok(tokio::time::timeout(PATIENCE, &mut sending).await.ok()) };
        let (answered, place) = match clock.spend(soon).await? {
            Some(answered) => (answered, place),
            // A host that is silent until its time is up must not keep a place from one that speaks.
            None => {
                drop(place);
                let late = clock.spend(async { Ok(sending.await) }).await?;
                (late, self.place().await)
            }
        };
        let response = answered.map_err(|error| FetchError::from_client(error, url))?;
        if matches!(
            response.status(),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            let headers = response.headers();
            let wish =
                retry_after(headers, clock.now()).or_else(|| limit::reset(headers, clock.now()));
            if let Some((wait, retry_at)) = wish {
                turn.block(wait, retry_at);
            }
            let status = Some(response.status().as_u16());
            return Err(FetchError::Busy {
                status,
                retry_at: wish.map(|(_, retry_at)| retry_at),
            });
        }
        if let Some((wait, retry_at)) = limit::spent(response.headers(), clock.now()) {
            turn.block(wait, retry_at);
        }
        Ok(Answer {
            response,
            url: url.clone(),
            _turn: turn,
            place,
        })
    }
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the first `limit` bytes of the body, decompressed, and never holds more than one chunk
    /// besides.
    pub(crate) async fn body(self, limit: u64, clock: &mut Clock) -> Result<ReadBody, FetchError> {
        let Answer {
            response,
            url,
            _turn,
            place,
        } = self;
        let reading = async {
            // What the server promises may be a lie; what is never written takes no memory.
            let promised = response.content_length().unwrap_or_default().min(limit);
            let mut bytes = Vec::with_capacity(usize::try_from(promised).unwrap_or_default());
            let mut cut = false;
            let mut chunks = response.bytes_stream();
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(|error| FetchError::from_client(error, &url))?;
                let room = limit.saturating_sub(bytes.len() as u64);
                let fits = usize::try_from(room).map_or(chunk.len(), |room| chunk.len().min(room));
                bytes.extend_from_slice(&chunk[..fits]);
                if fits < chunk.len() {
                    cut = true;
                    break;
                }
            }
            // It may have grown to twice its size.
            bytes.shrink_to_fit();
            Ok(ReadBody { bytes, cut, place })
        };
        clock.spend(reading).await
    }
}

/// The headers of a request, with what it would like to get.
pub(crate) fn headers(accept: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))])
}

/// The HTTP client: no redirects, no cookies, no `Referer`, no proxy of the environment.
fn client(config: &Config, guard: &Guard) -> Result<Client, SetupError> {
    // The client asks the process for a provider of cryptography. That another part of the program was
    // earlier is no error: there is only this one to choose.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let mut builder = Client::builder()
        .user_agent(&config.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(1);
    builder = match &config.proxy {
        // Only the proxy's own name is resolved here, and it is usually a private address.
        Some(proxy) => builder.proxy(Proxy::all(proxy.clone()).map_err(SetupError::Client)?),
        None => builder.dns_resolver(guard.clone()),
    };
    if let Some(path) = &config.ca_file {
        let wrong = |source| SetupError::CaFile {
            path: path.display().to_string(),
            source,
        };
        let pem = std::fs::read(path).map_err(|error| wrong(error.into()))?;
        let certificates =
            Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.into()))?;
        if certificates.is_empty() {
            return Err(wrong("no certificate in it".into()));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(SetupError::Client)
}
