//! What is asked, and what is made of the answer.

use luisterpost::fetch::Fetched;
use luisterpost::outcome::{FailureClass, Hints, Validators};

use super::{body, class, config, failure, fetch, fetch_if, fetcher};
use crate::web::{Answer, Web};

#[tokio::test]
async fn a_document_comes_whole_with_everything_that_belongs_to_it() {
    let web = Web::start().await;
    let answer = Answer::ok("<rss/>")
        .header("content-type", "application/rss+xml; charset=iso-8859-1")
        .header("etag", "W/\"1\"")
        .header("last-modified", "Tue, 24 Nov 2026 08:00:00 GMT")
        .header("cache-control", "public, max-age=900");
    web.on("/feed", [answer]);
    let body = body(&fetcher(config()), &web.url("/feed?page=1#top")).await;
    assert_eq!(body.url, web.url("/feed?page=1"));
    assert_eq!(body.bytes, b"<rss/>");
    assert_eq!(
        body.content_type.as_deref(),
        Some("application/rss+xml; charset=iso-8859-1")
    );
    assert_eq!(body.validators.etag.as_deref(), Some(&b"W/\"1\""[..]));
    assert_eq!(
        body.validators.last_modified.as_deref(),
        Some(&b"Tue, 24 Nov 2026 08:00:00 GMT"[..])
    );
    assert_eq!(
        body.hints,
        Hints {
            max_age: Some(900),
            ..Hints::default()
        }
    );
}

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_else() {
    let web = Web::start().await;
    web.on(
        "/feed",
        [Answer::redirect(302, "/other").header("set-cookie", "a=b")],
    );
    web.on("/other", [Answer::ok("x").header("set-cookie", "c=d")]);
    let fetcher = fetcher(config());
    for _ in 0..2 {
        body(&fetcher, &web.url("/feed")).await;
    }
    assert_eq!(
        web.requests().len(),
        5,
        "robots.txt once, and two hops twice"
    );
    for request in web.requests() {
        let mut names: Vec<&str> = request
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["accept", "accept-encoding", "host", "user-agent"],
            "{}",
            request.target
        );
        assert_eq!(request.header("user-agent"), config().user_agent);
    }
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_a_304_renews_them() {
    let web = Web::start().await;
    let etag = b"W/\"caf\xe9\"".to_vec();
    web.on(
        "/feed",
        [
            Answer::ok("x")
                .header("etag", &etag)
                .header("last-modified", "tue, 24 nov 2026"),
            Answer::status(304)
                .header("etag", "\"2\"")
                .header("cache-control", "max-age=60"),
            Answer::status(304),
        ],
    );
    let fetcher = fetcher(config());
    let first = body(&fetcher, &web.url("/feed")).await.validators;
    let Ok(Fetched::Unmodified {
        validators: second,
        hints,
        moved_to: None,
    }) = fetch_if(&fetcher, &web.url("/feed"), &first).await
    else {
        panic!("304 is no failure")
    };
    let Ok(Fetched::Unmodified {
        validators: third, ..
    }) = fetch_if(&fetcher, &web.url("/feed"), &second).await
    else {
        panic!("304 is no failure")
    };
    let sent = &web.requests()[2];
    assert_eq!(sent.bytes("if-none-match"), etag);
    assert_eq!(sent.bytes("if-modified-since"), b"tue, 24 nov 2026");
    assert_eq!(hints.max_age, Some(60));
    let renewed = Validators {
        etag: Some(b"\"2\"".to_vec()),
        last_modified: Some(b"tue, 24 nov 2026".to_vec()),
    };
    assert_eq!(second, renewed);
    assert_eq!(third, renewed);
}

#[tokio::test]
async fn a_source_behind_a_redirect_is_asked_conditionally_too() {
    let web = Web::start().await;
    web.on("/feed", [Answer::redirect(301, "/new")]);
    web.on(
        "/new",
        [Answer::ok("x").header("etag", "\"1\""), Answer::status(304)],
    );
    let fetcher = fetcher(config());
    let validators = body(&fetcher, &web.url("/feed")).await.validators;
    let outcome = fetch_if(&fetcher, &web.url("/feed"), &validators).await;
    assert!(
        matches!(outcome, Ok(Fetched::Unmodified { .. })),
        "{outcome:?}"
    );
    assert_eq!(
        web.requests().last().unwrap().header("if-none-match"),
        "\"1\""
    );
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_a_failure() {
    let web = Web::start().await;
    web.on("/feed", [Answer::status(304)]);
    let failure = failure(&fetcher(config()), &web.url("/feed")).await;
    assert_eq!(
        (failure.class, failure.detail.as_str()),
        (FailureClass::Status, "status 304")
    );
}

#[tokio::test]
async fn each_status_has_its_failure() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    for (status, expected) in [
        (201, FailureClass::Status),
        (202, FailureClass::Status),
        (204, FailureClass::Status),
        (205, FailureClass::Status),
        (206, FailureClass::Status),
        (300, FailureClass::Status),
        (400, FailureClass::Status),
        (401, FailureClass::LoginWall),
        (403, FailureClass::Status),
        (404, FailureClass::Status),
        (410, FailureClass::Gone),
        (418, FailureClass::Status),
        (429, FailureClass::Busy),
        (451, FailureClass::Status),
        (500, FailureClass::Status),
        (502, FailureClass::Status),
        (503, FailureClass::Busy),
        (599, FailureClass::Status),
    ] {
        web.on(
            "/feed",
            [Answer::new(status, if status == 204 { "" } else { "x" })],
        );
        let failure = failure(&fetcher, &web.url("/feed")).await;
        assert_eq!(failure.class, expected, "{status}");
        assert!(
            failure.detail.contains(&status.to_string()),
            "{}",
            failure.detail
        );
        assert_eq!(failure.retry_at, None);
    }
    web.on("/feed", [Answer::new(203, "x")]);
    assert_eq!(body(&fetcher, &web.url("/feed")).await.bytes, b"x");
}

const PLAIN: &[u8] = b"<rss>Lindemeer</rss>";

/// [`PLAIN`] as gzip made it.
const GZIP: [u8; 37] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 42, 46, 182, 243, 201, 204, 75, 73, 205, 77, 77, 45,
    178, 209, 7, 113, 1, 124, 94, 116, 15, 20, 0, 0, 0,
];

/// [`PLAIN`] as one uncompressed block of brotli (RFC 7932 section 9.2).
fn brotli() -> Vec<u8> {
    let header = ((PLAIN.len() as u32 - 1) << 4) | (1 << 20);
    [&header.to_le_bytes()[..3], PLAIN, &[3]].concat()
}

/// [`PLAIN`] as one raw block of zstd (RFC 8878 section 3.1.1).
fn zstd() -> Vec<u8> {
    let block = ((PLAIN.len() as u32) << 3) | 1;
    [
        &[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38],
        &block.to_le_bytes()[..3],
        PLAIN,
    ]
    .concat()
}

#[tokio::test]
async fn compressed_documents_are_unpacked() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    for (encoding, bytes) in [("gzip", GZIP.to_vec()), ("br", brotli()), ("zstd", zstd())] {
        web.on(
            "/feed",
            [Answer::ok(bytes).header("content-encoding", encoding)],
        );
        assert_eq!(
            body(&fetcher, &web.url("/feed")).await.bytes,
            PLAIN,
            "{encoding}"
        );
        assert!(
            web.requests()
                .last()
                .unwrap()
                .header("accept-encoding")
                .contains(encoding)
        );
    }
}

#[tokio::test]
async fn what_cannot_be_unpacked_has_its_own_class() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    for encoding in ["gzip", "br", "zstd"] {
        web.on(
            "/feed",
            [Answer::ok("<html>no such thing</html>").header("content-encoding", encoding)],
        );
        assert_eq!(
            class(&fetcher, &web.url("/feed")).await,
            FailureClass::ContentCoding,
            "{encoding}"
        );
    }
    web.on(
        "/feed",
        [Answer::ok(&GZIP[..20]).header("content-encoding", "gzip")],
    );
    assert_eq!(
        class(&fetcher, &web.url("/feed")).await,
        FailureClass::ContentCoding
    );
}

#[tokio::test]
async fn a_failure_never_tells_a_query_or_content() {
    let web = Web::start().await;
    web.on("/cut", [Answer::ok("geheim").cut_short()]);
    web.on("/raw", [Answer::raw("geheim geheim\r\n\r\n")]);
    web.on(
        "/away",
        [Answer::redirect(302, "http://10.0.0.1/x?q=geheim#geheim")],
    );
    web.on(
        "/back",
        [Answer::redirect(302, "http://jan:geheim@127.0.0.1/")],
    );
    web.on("/robots.txt", [Answer::ok("User-agent: *\nDisallow: /no")]);
    let fetcher = fetcher(config());
    for path in ["/cut", "/raw", "/away", "/back", "/missing", "/no"] {
        let url = web.url(&format!("{path}?q=geheim"));
        let error = fetch(&fetcher, &url).await.unwrap_err();
        let mut told = format!("{error}\n{}", error.failure().detail);
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            told += &format!("\n{error}");
            cause = error.source();
        }
        assert!(!told.contains("geheim"), "{path}: {told}");
    }
}
