//! What a maker reserves: headers that refuse us, before the body is read.

use luisterpost::fetch::{Accept, FetchError, Fetched, Request};
use luisterpost::outcome::{Failure, FailureClass, Validators};

use super::{class, config, fetch, fetch_if, fetcher, now};
use crate::web::{Answer, Web};

/// What comes of a document with one header, of a kind: whether it says `noindex`, or why there is none.
async fn outcome(accept: Accept, (name, value): (&str, &str)) -> Result<bool, Failure> {
    let web = Web::start().await;
    web.on("/", [Answer::ok("<rss/>").header(name, value)]);
    let (url, validators) = (&web.url("/"), &Validators::default());
    let request = Request {
        url,
        validators,
        accept,
    };
    match fetcher(config()).fetch(&request, now()).await {
        Ok(Fetched::Body(body)) => Ok(body.noindex),
        Ok(Fetched::Unmodified { .. }) => panic!("nothing was known"),
        Err(error) => Err(error.failure()),
    }
}

#[tokio::test]
async fn noindex_refuses_a_page_and_is_told_of_a_feed() {
    let noindex = ("x-robots-tag", "nofollow, NoIndex");
    let refused = outcome(Accept::Page, noindex).await.unwrap_err();
    assert_eq!(refused.class, FailureClass::Reserved);
    assert_eq!(
        refused.detail,
        "reserved by its maker: X-Robots-Tag: noindex"
    );
    assert_eq!(outcome(Accept::Feed, noindex).await, Ok(true));
    assert_eq!(outcome(Accept::Any, noindex).await, Ok(true));
    let another = ("x-robots-tag", "otherbot: noindex");
    assert_eq!(outcome(Accept::Page, another).await, Ok(false));
}

#[tokio::test]
async fn a_reservation_of_mining_refuses_both() {
    for accept in [Accept::Feed, Accept::Page, Accept::Any] {
        let refused = outcome(accept, ("tdm-reservation", "1")).await.unwrap_err();
        assert_eq!(refused.class, FailureClass::Reserved);
        assert_eq!(refused.detail, "reserved by its maker: TDM-Reservation: 1");
        assert_eq!(outcome(accept, ("tdm-reservation", "0")).await, Ok(false));
    }
}

#[tokio::test]
async fn a_document_that_did_not_change_may_be_reserved_since() {
    let web = Web::start().await;
    let answer = Answer::status(304).header("tdm-reservation", "1");
    web.on("/feed", [answer]);
    let known = Validators {
        etag: Some(b"\"1\"".to_vec()),
        ..Validators::default()
    };
    let outcome = fetch_if(&fetcher(config()), &web.url("/feed"), &known).await;
    assert!(matches!(outcome, Err(FetchError::Reserved(_))));
}

#[tokio::test]
async fn what_a_host_reserves_in_its_file_is_not_asked_for_over_a_restart_too() {
    let web = Web::start().await;
    let file = r#"[{"location": "/nieuws/*", "tdm-reservation": 1}]"#;
    web.on("/.well-known/tdmrep.json", [Answer::ok(file)]);
    web.on("/feed", [Answer::ok("x")]);
    let before = fetcher(config());
    fetch(&before, &web.url("/feed")).await.unwrap();
    let after = fetcher(config());
    after.remember(before.learned(), now());
    for fetcher in [before, after] {
        let news = web.url("/nieuws/feed");
        assert_eq!(class(&fetcher, &news).await, FailureClass::Reserved);
    }
    let asked = web.requests().into_iter().map(|request| request.target);
    let expected = ["/robots.txt", "/.well-known/tdmrep.json", "/feed"];
    assert_eq!(asked.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_file_of_reservations_that_cannot_be_had_reserves_nothing() {
    for answer in [
        Answer::status(500),
        Answer::status(403),
        Answer::status(429),
        Answer::ok("[{"),
        Answer::redirect(302, "/.well-known/tdmrep.json"),
        Answer::ok("[").cut_short(),
    ] {
        let web = Web::start().await;
        web.on("/.well-known/tdmrep.json", [answer]);
        web.on("/feed", [Answer::ok("x")]);
        fetch(&fetcher(config()), &web.url("/feed")).await.unwrap();
    }
    let web = Web::start().await;
    let forbids = "User-agent: *\nDisallow: /.well-known/";
    web.on("/robots.txt", [Answer::ok(forbids)]);
    web.on("/.well-known/tdmrep.json", [Answer::ok("[]")]);
    web.on("/feed", [Answer::ok("x")]);
    fetch(&fetcher(config()), &web.url("/feed")).await.unwrap();
    assert_eq!(web.count("/.well-known/tdmrep.json"), 0);
}
