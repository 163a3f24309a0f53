//! Nothing reaches an address that is not public, and the proxy is the only way around the resolver.

use std::process::Command;

use luisterpost::fetch::{Config, Fetcher};
use luisterpost::outcome::FailureClass;
use url::Url;

use super::{body, class, config, failure, fetcher};
use crate::web::{Answer, Web};

/// Nothing private is open.
fn closed() -> Config {
    Config {
        allow_private: Vec::new(),
        ..config()
    }
}

#[tokio::test]
async fn a_private_address_is_not_visited_in_any_disguise() {
    let web = Web::start().await;
    let fetcher = fetcher(closed());
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "2130706433",
        "0x7f.1",
        "[::ffff:7f00:1]",
        "127.0.0.1.",
    ] {
        assert_eq!(
            class(&fetcher, &web.url_as(host, "/feed")).await,
            FailureClass::BlockedAddress,
            "{host}"
        );
    }
    assert!(web.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let web = Web::start().await;
    let inside = Web::start_at("127.0.0.2").await;
    let fetcher = fetcher(Config {
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        ..config()
    });
    let port = inside.address.port();
    for target in [
        format!("http://127.0.0.2:{port}/"),
        format!("//127.0.0.2:{port}/"),
        format!("http://2130706434:{port}/"),
        format!("http://[::ffff:7f00:2]:{port}/"),
        "http://169.254.169.254/".to_owned(),
        "http://[::1]/".to_owned(),
    ] {
        web.on("/feed", [Answer::redirect(302, &target)]);
        assert_eq!(
            class(&fetcher, &web.url("/feed")).await,
            FailureClass::BlockedAddress,
            "{target}"
        );
    }
    assert!(inside.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_name_of_a_private_address_is_not_followed() {
    let web = Web::start_at("127.0.0.2").await;
    let inside = Web::start().await;
    let fetcher = fetcher(Config {
        allow_private: vec!["127.0.0.2/32".parse().unwrap()],
        ..config()
    });
    web.on(
        "/feed",
        [Answer::redirect(301, inside.url_as("localhost", "/"))],
    );
    assert_eq!(
        class(&fetcher, &web.url("/feed")).await,
        FailureClass::BlockedAddress
    );
    assert!(inside.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_cannot_leave_the_web() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    for target in [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http://jan:geheim@127.0.0.1/",
        "http://127.0.0.1:22/",
        "javascript:1",
    ] {
        web.on("/feed", [Answer::redirect(302, target)]);
        assert_eq!(
            class(&fetcher, &web.url("/feed")).await,
            FailureClass::BlockedAddress,
            "{target}"
        );
    }
}

#[tokio::test]
async fn an_opened_range_is_reached_by_number_and_by_name() {
    let web = Web::start().await;
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    for host in ["127.0.0.1", "localhost"] {
        assert_eq!(body(&fetcher, &web.url_as(host, "/feed")).await.bytes, b"x");
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told_apart_from_a_host_that_is_down() {
    let fetcher = fetcher(config());
    // A label of more than 63 letters is refused by the resolver itself; nobody else is asked.
    let nowhere = Url::parse(&format!("http://{}.example/", "a".repeat(64))).unwrap();
    assert_eq!(class(&fetcher, &nowhere).await, FailureClass::Name);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let down = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let failure = failure(&fetcher, &down).await;
    assert_eq!(failure.class, FailureClass::Connect);
    assert!(failure.detail.contains("refused"), "{}", failure.detail);
}

fn through(proxy: &Web) -> Fetcher {
    fetcher(Config {
        proxy: Some(proxy.url("/")),
        ..closed()
    })
}

#[tokio::test]
async fn a_proxy_gets_every_request_and_resolves_the_names() {
    let proxy = Web::start().await;
    proxy.on("http://wijkkrant.example/feed", [Answer::ok("x")]);
    let url = Url::parse("http://wijkkrant.example/feed").unwrap();
    assert_eq!(body(&through(&proxy), &url).await.bytes, b"x");
    let targets: Vec<String> = proxy
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "http://wijkkrant.example/robots.txt",
            "http://wijkkrant.example/.well-known/tdmrep.json",
            "http://wijkkrant.example/feed"
        ]
    );
}

#[tokio::test]
async fn a_proxy_is_not_asked_for_a_literal_private_address() {
    let proxy = Web::start().await;
    let fetcher = through(&proxy);
    for url in [
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "https://[::1]/",
    ] {
        assert_eq!(
            class(&fetcher, &Url::parse(url).unwrap()).await,
            FailureClass::BlockedAddress
        );
    }
    assert!(proxy.requests().is_empty());
}

/// Runs itself a second time with proxies in the environment, because a process cannot change its own safely.
#[tokio::test]
async fn proxies_of_the_environment_are_ignored() {
    const NAME: &str = "fetch::addresses::proxies_of_the_environment_are_ignored";
    if std::env::var_os("http_proxy").is_some_and(|proxy| proxy == "http://127.0.0.1:9") {
        let web = Web::start().await;
        web.on("/feed", [Answer::ok("x")]);
        assert_eq!(
            body(&fetcher(config()), &web.url("/feed")).await.bytes,
            b"x"
        );
        return;
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", NAME]);
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        child.env(name, "http://127.0.0.1:9");
    }
    child.env_remove("no_proxy").env_remove("NO_PROXY");
    let output = child.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
}
