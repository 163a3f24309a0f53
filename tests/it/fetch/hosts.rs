//! One request per host at a time, and room for all hosts.

use std::sync::Arc;
use std::time::Duration;

use luisterpost::fetch::Config;
use luisterpost::outcome::FailureClass;
use tokio::sync::Notify;

use super::{body, class, config, failure, fetch, fetcher, now};
use crate::web::{Answer, Web};

#[tokio::test]
async fn a_host_is_asked_one_request_at_a_time_with_a_gap() {
    let gap = Duration::from_millis(50);
    let web = Web::start().await;
    web.on("/feed", [Answer::ok("abc").drip(Duration::from_millis(10))]);
    let fetcher = fetcher(Config {
        min_gap: gap,
        ..config()
    });
    let url = web.url("/feed");
    let outcomes = tokio::join!(
        fetch(&fetcher, &url),
        fetch(&fetcher, &url),
        fetch(&fetcher, &url)
    );
    assert!(outcomes.0.is_ok() && outcomes.1.is_ok() && outcomes.2.is_ok());
    assert_eq!(web.most_at_once(), 1);
    let at: Vec<_> = web.requests().iter().map(|request| request.at).collect();
    assert_eq!(at.len(), 4);
    assert!(at.windows(2).all(|pair| pair[1] - pair[0] >= gap), "{at:?}");
}

#[tokio::test]
async fn a_redirect_to_the_same_host_keeps_the_gap_too() {
    let gap = Duration::from_millis(50);
    let web = Web::start().await;
    web.on("/feed", [Answer::redirect(302, "/new")]);
    web.on("/new", [Answer::ok("x")]);
    body(
        &fetcher(Config {
            min_gap: gap,
            ..config()
        }),
        &web.url("/feed"),
    )
    .await;
    let at: Vec<_> = web.requests().iter().map(|request| request.at).collect();
    assert!(
        at.len() == 3 && at.windows(2).all(|pair| pair[1] - pair[0] >= gap),
        "{at:?}"
    );
}

#[tokio::test]
async fn never_more_requests_than_allowed_at_one_time() {
    // One server for all of loopback: every address of it is a host of its own.
    let web = Web::start_at("0.0.0.0").await;
    web.on("/feed", [Answer::ok("x").after(Duration::from_millis(100))]);
    let fetcher = Arc::new(fetcher(Config {
        parallel: 2,
        ..config()
    }));
    let mut running = tokio::task::JoinSet::new();
    for host in 1..=6 {
        let (fetcher, url) = (
            fetcher.clone(),
            web.url_as(&format!("127.0.0.{host}"), "/feed"),
        );
        running.spawn(async move { fetch(&fetcher, &url).await.is_ok() });
    }
    assert_eq!(running.join_all().await, [true; 6]);
    assert_eq!(web.most_at_once(), 2);
}

#[tokio::test]
async fn those_who_wait_for_a_slow_host_leave_room_for_others() {
    let (slow, quick) = (Web::start().await, Web::start_at("127.0.0.2").await);
    let sign = Arc::new(Notify::new());
    slow.on("/feed", [Answer::ok("x").held(&sign)]);
    quick.on("/feed", [Answer::ok("x")]);
    let fetcher = Arc::new(fetcher(Config {
        parallel: 2,
        ..config()
    }));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (fetcher, url) = (fetcher.clone(), slow.url("/feed"));
        waiting.spawn(async move { fetch(&fetcher, &url).await.is_ok() });
    }
    slow.arrived(2).await;
    body(&fetcher, &quick.url("/feed")).await;
    assert_eq!(slow.count("/feed"), 1);
    for _ in 0..10 {
        sign.notify_one();
        assert!(waiting.join_next().await.unwrap().unwrap());
    }
}

#[tokio::test]
async fn waiting_for_a_turn_costs_nothing_of_the_total() {
    let web = Web::start().await;
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(Config {
        min_gap: Duration::from_millis(400),
        timeout: Duration::from_secs(1),
        ..config()
    });
    let url = web.url("/feed");
    let fetches = || fetch(&fetcher, &url);
    let outcomes = tokio::join!(fetches(), fetches(), fetches(), fetches());
    assert!(
        outcomes.0.is_ok() && outcomes.1.is_ok() && outcomes.2.is_ok() && outcomes.3.is_ok(),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_host_that_asks_for_rest_gets_it_from_every_source() {
    let (web, other) = (Web::start().await, Web::start_at("127.0.0.2").await);
    web.on(
        "/busy",
        [Answer::status(429).header("retry-after", "Tue, 24 Nov 2026 10:05:00 GMT")],
    );
    web.on("/feed", [Answer::ok("x")]);
    other.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    let five_past = "2026-11-24T10:05:00Z".parse().unwrap();
    let first = failure(&fetcher, &web.url("/busy")).await;
    assert_eq!(
        (first.class, first.retry_at),
        (FailureClass::Busy, Some(five_past))
    );
    let second = failure(&fetcher, &web.url("/feed")).await;
    assert_eq!(
        (second.class, second.retry_at),
        (FailureClass::Busy, Some(five_past))
    );
    assert_eq!(web.count("/feed"), 0);
    body(&fetcher, &other.url("/feed")).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(301)).await;
    tokio::time::resume();
    body(&fetcher, &web.url("/feed")).await;
}

#[tokio::test]
async fn a_wish_to_stay_away_for_a_year_is_heard_for_a_day() {
    let web = Web::start().await;
    web.on(
        "/feed",
        [Answer::status(503).header("retry-after", "31536000")],
    );
    let wait = failure(&fetcher(config()), &web.url("/feed"))
        .await
        .retry_at
        .unwrap()
        .duration_since(now());
    assert!((86_400..86_410).contains(&wait.as_secs()), "{wait}");
}

#[tokio::test]
async fn a_fetch_that_is_given_up_leaves_its_host_free() {
    let web = Web::start().await;
    web.on("/silent", [Answer::silent()]);
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = Arc::new(fetcher(Config {
        parallel: 1,
        ..config()
    }));
    let (running, url) = (fetcher.clone(), web.url("/silent"));
    let task = tokio::spawn(async move { class(&running, &url).await });
    web.arrived(2).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    body(&fetcher, &web.url("/feed")).await;
}

#[tokio::test]
async fn a_silent_host_gives_up_its_place_and_another_is_read_meanwhile() {
    let web = Web::start().await;
    web.on("/silent", [Answer::silent()]);
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = Arc::new(fetcher(Config {
        parallel: 1,
        ..config()
    }));
    let (running, url) = (fetcher.clone(), web.url("/silent"));
    let silent = tokio::spawn(async move { class(&running, &url).await });
    web.arrived(2).await;
    body(&fetcher, &web.url_as("localhost", "/feed")).await;
    assert!(!silent.is_finished());
}
