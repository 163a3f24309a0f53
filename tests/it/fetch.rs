//! Requests to real servers on loopback: one file per gate that a request passes.

use std::time::Duration;

use jiff::Timestamp;
use luisterpost::fetch::{Accept, Body, Config, FetchError, Fetched, Fetcher, Request};
use luisterpost::outcome::{Failure, FailureClass, Validators};
use url::Url;

mod addresses;
mod answers;
mod hosts;
mod limits;
mod redirects;
mod rights;
mod robots;
pub(crate) mod tls;

/// Loopback is open, nothing waits.
fn config() -> Config {
    Config {
        user_agent: "luisterpost/0.1 (+https://www.lindemeer.example/luisterpost; luisterpost@lindemeer.example)".to_owned(),
        min_gap: Duration::ZERO,
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        ..Config::default()
    }
}

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn fetcher(config: Config) -> Fetcher {
    Fetcher::new(config).unwrap()
}

async fn fetch(fetcher: &Fetcher, url: &Url) -> Result<Fetched, FetchError> {
    fetch_if(fetcher, url, &Validators::default()).await
}

async fn fetch_if(
    fetcher: &Fetcher,
    url: &Url,
    validators: &Validators,
) -> Result<Fetched, FetchError> {
    fetcher
        .fetch(
            &Request {
                url,
                validators,
                accept: Accept::Feed,
            },
            now(),
        )
        .await
}

async fn body(fetcher: &Fetcher, url: &Url) -> Body {
    match fetch(fetcher, url).await {
        Ok(Fetched::Body(body)) => *body,
        other => panic!("no document from {url}: {other:?}"),
    }
}

async fn failure(fetcher: &Fetcher, url: &Url) -> Failure {
    match fetch(fetcher, url).await {
        Err(error) => error.failure(),
        other => panic!("no failure from {url}: {other:?}"),
    }
}

async fn class(fetcher: &Fetcher, url: &Url) -> FailureClass {
    failure(fetcher, url).await.class
}
