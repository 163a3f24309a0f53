//! Redirects: how many, how far, and what they say about the address.

use luisterpost::outcome::FailureClass;

use super::{body, class, config, failure, fetcher};
use crate::web::{Answer, Web};

/// A row of redirects `/0` to `/n`, where a document stands.
fn row(web: &Web, statuses: &[u16]) {
    for (at, status) in statuses.iter().enumerate() {
        web.on(
            &format!("/{at}"),
            [Answer::redirect(*status, format!("{}?q=1#here", at + 1))],
        );
    }
    web.on(&format!("/{}", statuses.len()), [Answer::ok("x")]);
}

#[tokio::test]
async fn five_redirects_are_followed_and_six_are_not() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    row(&web, &[301, 302, 303, 307, 308]);
    let body = body(&fetcher, &web.url("/0")).await;
    assert_eq!(body.url, web.url("/5?q=1"));
    row(&web, &[302; 6]);
    assert_eq!(
        class(&fetcher, &web.url("/0")).await,
        FailureClass::Redirects
    );
    assert_eq!(web.count("/6"), 0);
}

#[tokio::test]
async fn a_new_address_is_told_only_when_every_hop_is_permanent() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    row(&web, &[301, 308]);
    assert_eq!(
        body(&fetcher, &web.url("/0")).await.moved_to,
        Some(web.url("/2?q=1"))
    );
    row(&web, &[301, 302]);
    assert_eq!(body(&fetcher, &web.url("/0")).await.moved_to, None);
    row(&web, &[]);
    assert_eq!(body(&fetcher, &web.url("/0#top")).await.moved_to, None);
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_a_failure() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    for (answer, expected) in [
        (Answer::redirect(302, "/feed"), "more than five redirects"),
        (Answer::status(301), "a redirect without an address"),
        (
            Answer::redirect(301, "http://[::1"),
            "a redirect to something that is no address",
        ),
        (
            Answer::status(301).header("location", b"/\xff"),
            "a redirect to something that is no address",
        ),
    ] {
        web.on("/feed", [answer]);
        let failure = failure(&fetcher, &web.url("/feed")).await;
        assert_eq!(
            (failure.class, failure.detail.as_str()),
            (FailureClass::Redirects, expected)
        );
    }
}

#[tokio::test]
async fn every_hop_asks_the_robots_txt_of_its_own_host() {
    let web = Web::start().await;
    let other = Web::start_at("127.0.0.2").await;
    web.on("/feed", [Answer::redirect(301, other.url("/private/feed"))]);
    other.on(
        "/robots.txt",
        [Answer::ok("User-agent: *\nDisallow: /private")],
    );
    let failure = failure(&fetcher(config()), &web.url("/feed")).await;
    assert_eq!(failure.class, FailureClass::Robots);
    assert_eq!(
        failure.detail,
        format!(
            "robots.txt of http://{} line 2: Disallow: /private",
            other.address
        )
    );
    assert_eq!(other.count("/private/feed"), 0);
}
