//! What a maker reserves: headers that refuse us, before the body is read.

use luisterpost::fetch::{Accept, FetchError, Fetched, Request};
use luisterpost::outcome::{Failure, FailureClass, Validators};

use super::{config, fetch_if, fetcher, now};
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
