//! Size and time end, whatever a server does.

use std::time::Duration;

use luisterpost::fetch::Config;
use luisterpost::outcome::FailureClass;
use tokio::time::Instant;

use super::{body, class, config, failure, fetcher};
use crate::web::{Answer, Web};

const CAP: usize = 100_000;

fn capped() -> Config {
    Config {
        max_body: CAP as u64,
        ..config()
    }
}

#[tokio::test]
async fn a_body_is_read_to_the_cap_and_no_byte_further() {
    let web = Web::start().await;
    let fetcher = fetcher(capped());
    for (answer, cut) in [
        (Answer::ok(vec![b'x'; CAP]), false),
        (Answer::ok(vec![b'x'; CAP]).chunked(999), false),
        (Answer::ok(vec![b'x'; CAP + 1]), true),
        (Answer::ok(vec![b'x'; CAP + 1]).chunked(999), true),
        (Answer::ok(vec![b'x'; 999]).endless(), true),
    ] {
        web.on("/feed", [answer]);
        let body = body(&fetcher, &web.url("/feed")).await;
        assert_eq!((body.bytes.len(), body.cut), (CAP, cut));
    }
}

#[tokio::test]
async fn a_compression_bomb_stops_at_the_cap() {
    // Blocks of zstd that repeat one byte 131,072 times each (RFC 8878 section 3.1.1.2): 32 GiB in a megabyte.
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    bomb.extend([0x02, 0x00, 0x10, b'x'].repeat(250_000));
    let web = Web::start().await;
    web.on(
        "/feed",
        [Answer::ok(bomb).header("content-encoding", "zstd")],
    );
    let before = peak_memory();
    assert!(body(&fetcher(config()), &web.url("/feed")).await.cut);
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        assert!(
            after - before < 200_000,
            "{before} KiB before, {after} KiB after"
        );
    }
}

/// Peak memory of this process in KiB, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .trim()
        .strip_suffix(" kB")?
        .parse()
        .ok()
}

#[tokio::test]
async fn a_drip_ends_at_the_total() {
    let web = Web::start().await;
    web.on(
        "/feed",
        [Answer::ok(vec![b'x'; 10_000]).drip(Duration::from_millis(20))],
    );
    let fetcher = fetcher(Config {
        timeout: Duration::from_secs(1),
        ..config()
    });
    let failure = failure(&fetcher, &web.url("/feed")).await;
    assert_eq!(
        (failure.class, failure.detail.as_str()),
        (FailureClass::Timeout, "too slow: the request as a whole")
    );
}

#[tokio::test]
async fn redirects_share_one_total() {
    let web = Web::start().await;
    for hop in 0..5 {
        let answer =
            Answer::redirect(302, format!("/{}", hop + 1)).after(Duration::from_millis(400));
        web.on(&format!("/{hop}"), [answer]);
    }
    web.on("/5", [Answer::ok("x")]);
    let fetcher = fetcher(Config {
        timeout: Duration::from_secs(1),
        ..config()
    });
    assert_eq!(class(&fetcher, &web.url("/0")).await, FailureClass::Timeout);
    assert_eq!(
        web.count("/3"),
        0,
        "three hops of 400 ms do not fit into one second"
    );
}

#[tokio::test]
async fn silence_ends_after_fifteen_seconds() {
    for answer in [Answer::silent(), Answer::ok("x").silent_body()] {
        let web = Web::start().await;
        web.on("/feed", [answer]);
        let fetcher = fetcher(Config {
            timeout: Duration::from_secs(3600),
            ..config()
        });
        let url = web.url("/feed");
        let (failure, waited) = tokio::join!(failure(&fetcher, &url), async {
            web.arrived(2).await;
            // From here on the only thing that can happen is that the time passes.
            tokio::time::pause();
            Instant::now()
        });
        assert_eq!(
            (failure.class, failure.detail.as_str()),
            (FailureClass::Timeout, "too slow: nothing received")
        );
        assert!(
            (14..=16).contains(&waited.elapsed().as_secs()),
            "{:?}",
            waited.elapsed()
        );
        tokio::time::resume();
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_document() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    let gzip_head = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3];
    for answer in [
        Answer::ok("<rss>").cut_short(),
        Answer::ok(gzip_head)
            .cut_short()
            .header("content-encoding", "gzip"),
        Answer::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n<rss>\r\n"),
        Answer::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"),
        Answer::raw("HTTP/1.1 200 OK\r\ncontent-le"),
        Answer::raw("<rss/>"),
        Answer::raw(""),
    ] {
        web.on("/feed", [answer]);
        assert_eq!(
            class(&fetcher, &web.url("/feed")).await,
            FailureClass::Garbled
        );
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_has_its_own_class() {
    let web = Web::start().await;
    let fetcher = fetcher(config());
    let many = "x-y: z\r\n".repeat(10_000);
    let long = format!("x: {}\r\n", "y".repeat(2_000_000));
    for lines in [many, long] {
        let head = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
        web.on("/feed", [Answer::raw(head)]);
        let class = class(&fetcher, &web.url("/feed")).await;
        assert_eq!(class, FailureClass::HeaderTooLarge);
    }
}
