//! robots.txt: asked first, obeyed, remembered for a while.

use std::time::Duration;

use luisterpost::fetch::Config;
use luisterpost::outcome::FailureClass;

use super::{body, class, config, failure, fetch, fetcher, now};
use crate::web::{Answer, Web};

/// Lets the time of the fetcher pass without waiting for it.
async fn later(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn robots_txt_comes_before_the_first_visit_and_only_then() {
    let web = Web::start().await;
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    for _ in 0..3 {
        body(&fetcher, &web.url("/feed")).await;
    }
    let targets: Vec<String> = web
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/robots.txt", "/feed", "/feed", "/feed"]);
}

#[tokio::test]
async fn a_forbidden_page_is_not_asked_for_and_the_rule_is_named() {
    let web = Web::start().await;
    web.on(
        "/robots.txt",
        [Answer::ok(
            "# Lindemeer\nUser-agent: luisterpost\nDisallow: /zoeken\nAllow: /zoeken/rss",
        )],
    );
    web.on("/zoeken/rss", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    let failure = failure(&fetcher, &web.url("/zoeken?q=x")).await;
    assert_eq!(failure.class, FailureClass::Robots);
    assert_eq!(
        failure.detail,
        format!(
            "robots.txt of http://{} line 3: Disallow: /zoeken",
            web.address
        )
    );
    assert_eq!(web.count("/zoeken"), 0);
    body(&fetcher, &web.url("/zoeken/rss")).await;
}

#[tokio::test]
async fn the_status_of_robots_txt_decides() {
    for (status, expected) in [
        (200, None),
        (204, None),
        (400, None),
        (404, None),
        (410, None),
        (401, Some(FailureClass::Robots)),
        (403, Some(FailureClass::Robots)),
        (304, Some(FailureClass::Robots)),
        (500, Some(FailureClass::Robots)),
        (502, Some(FailureClass::Robots)),
        (429, Some(FailureClass::Busy)),
        (503, Some(FailureClass::Busy)),
    ] {
        let web = Web::start().await;
        web.on("/robots.txt", [Answer::status(status)]);
        web.on("/feed", [Answer::ok("x")]);
        let outcome = fetch(&fetcher(config()), &web.url("/feed")).await;
        assert_eq!(
            outcome.err().map(|error| error.failure().class),
            expected,
            "{status}"
        );
        assert_eq!(
            web.count("/feed"),
            usize::from(expected.is_none()),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_robots_txt_may_stand_elsewhere() {
    let web = Web::start().await;
    let other = Web::start_at("127.0.0.2").await;
    web.on("/robots.txt", [Answer::redirect(301, other.url("/r"))]);
    other.on("/r", [Answer::ok("User-agent: *\nDisallow: /feed")]);
    assert_eq!(
        class(&fetcher(config()), &web.url("/feed")).await,
        FailureClass::Robots
    );
    assert_eq!(other.count("/robots.txt"), 0);
}

#[tokio::test]
async fn a_robots_txt_that_leads_astray_forbids_everything() {
    for (location, expected) in [
        ("/robots.txt", FailureClass::Robots),
        ("http://10.0.0.1/", FailureClass::BlockedAddress),
        ("", FailureClass::Robots),
    ] {
        let web = Web::start().await;
        web.on("/robots.txt", [Answer::redirect(302, location)]);
        assert_eq!(
            class(&fetcher(config()), &web.url("/feed")).await,
            expected,
            "{location}"
        );
        assert_eq!(web.count("/feed"), 0);
    }
}

#[tokio::test]
async fn an_answer_holds_a_day_and_no_answer_five_minutes() {
    let web = Web::start().await;
    web.on("/robots.txt", [Answer::status(500), Answer::status(404)]);
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    let mut check = Vec::new();
    for minutes in [0, 4, 1, 24 * 60 - 1, 1] {
        later(Duration::from_secs(60 * minutes)).await;
        let allowed = fetch(&fetcher, &web.url("/feed")).await.is_ok();
        check.push((allowed, web.count("/robots.txt")));
    }
    assert_eq!(
        check,
        [(false, 1), (false, 1), (true, 2), (true, 2), (true, 3)]
    );
}

#[tokio::test]
async fn a_hidden_robots_txt_is_not_knocked_at_again_for_a_day() {
    for status in [401, 403] {
        let web = Web::start().await;
        web.on("/robots.txt", [Answer::status(status)]);
        let fetcher = fetcher(config());
        for minutes in [0, 24 * 60 - 1] {
            later(Duration::from_secs(60 * minutes)).await;
            assert_eq!(
                class(&fetcher, &web.url("/feed")).await,
                FailureClass::Robots
            );
        }
        assert_eq!(web.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_was_learned_holds_in_another_fetcher_until_its_time() {
    let (open, closed, hidden) = (Web::start().await, Web::start().await, Web::start().await);
    open.on("/feed", [Answer::ok("x")]);
    closed.on(
        "/robots.txt",
        [Answer::ok("User-agent: *\n\nDisallow: /feed")],
    );
    hidden.on("/robots.txt", [Answer::status(403)]);
    let all = [&open, &closed, &hidden];
    let before = fetcher(config());
    let mut said = Vec::new();
    for web in all {
        said.push(
            fetch(&before, &web.url("/feed"))
                .await
                .err()
                .map(|e| e.failure()),
        );
    }
    let learned = before.learned();
    assert_eq!((learned.len(), before.learned().len()), (3, 0));

    for (hours, asked) in [(23, 1), (25, 2)] {
        let after = fetcher(config());
        after.remember(
            learned.clone(),
            now() + jiff::SignedDuration::from_hours(hours),
        );
        for (web, said) in all.iter().zip(&said) {
            let again = fetch(&after, &web.url("/feed")).await.err();
            assert_eq!(&again.map(|error| error.failure()), said);
            assert_eq!(web.count("/robots.txt"), asked, "after {hours} hours");
        }
    }
}

#[tokio::test]
async fn what_is_remembered_does_not_replace_what_was_just_learned() {
    let web = Web::start().await;
    let rules = |rules: &str| Answer::ok(format!("User-agent: *\nDisallow: {rules}"));
    web.on("/robots.txt", [rules("/old"), rules("/feed")]);
    let (before, after) = (fetcher(config()), fetcher(config()));
    class(&before, &web.url("/old")).await;
    class(&after, &web.url("/feed")).await;
    after.remember(before.learned(), now());
    assert_eq!(class(&after, &web.url("/feed")).await, FailureClass::Robots);
    assert_eq!(web.count("/robots.txt"), 2);
}

#[tokio::test]
async fn sources_of_one_host_share_one_robots_txt() {
    let web = Web::start().await;
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    let url = web.url("/feed");
    let outcomes = tokio::join!(
        fetch(&fetcher, &url),
        fetch(&fetcher, &url),
        fetch(&fetcher, &url)
    );
    assert!(outcomes.0.is_ok() && outcomes.1.is_ok() && outcomes.2.is_ok());
    assert_eq!(web.count("/robots.txt"), 1);
}

#[tokio::test]
async fn each_port_of_a_host_has_its_own_robots_txt() {
    let (closed, open) = (Web::start().await, Web::start().await);
    closed.on("/robots.txt", [Answer::ok("User-agent: *\nDisallow: /")]);
    open.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    assert_eq!(
        class(&fetcher, &closed.url("/feed")).await,
        FailureClass::Robots
    );
    body(&fetcher, &open.url("/feed")).await;
}

#[tokio::test]
async fn a_huge_robots_txt_is_read_to_its_limit() {
    let web = Web::start().await;
    web.on(
        "/robots.txt",
        [Answer::ok(format!(
            "User-agent: *\nDisallow: /feed\n{}",
            "#".repeat(1000)
        ))
        .endless()],
    );
    assert_eq!(
        class(&fetcher(config()), &web.url("/feed")).await,
        FailureClass::Robots
    );
}

#[tokio::test]
async fn a_silent_robots_txt_is_a_slow_host() {
    let web = Web::start().await;
    web.on("/robots.txt", [Answer::silent()]);
    let fetcher = fetcher(Config {
        timeout: Duration::from_millis(200),
        ..config()
    });
    assert_eq!(
        class(&fetcher, &web.url("/feed")).await,
        FailureClass::Timeout
    );
    assert_eq!(
        class(&fetcher, &web.url("/feed")).await,
        FailureClass::Timeout
    );
    assert_eq!(web.requests().len(), 1);
}

#[tokio::test]
async fn a_crawl_delay_is_kept_between_two_requests() {
    let web = Web::start().await;
    web.on(
        "/robots.txt",
        [Answer::ok("User-agent: *\nCrawl-delay: 0.2\nDisallow: /x")],
    );
    web.on("/feed", [Answer::ok("x")]);
    body(&fetcher(config()), &web.url("/feed")).await;
    let at: Vec<_> = web.requests().iter().map(|request| request.at).collect();
    assert!(
        at[1] - at[0] >= Duration::from_millis(200),
        "{:?}",
        at[1] - at[0]
    );
}

#[tokio::test]
async fn a_busy_robots_txt_says_when_to_come_back() {
    let web = Web::start().await;
    web.on(
        "/robots.txt",
        [
            Answer::status(503).header("retry-after", "600"),
            Answer::status(404),
        ],
    );
    web.on("/feed", [Answer::ok("x")]);
    let fetcher = fetcher(config());
    for _ in 0..2 {
        let failure = failure(&fetcher, &web.url("/feed")).await;
        assert_eq!(failure.class, FailureClass::Busy);
        let wait = failure.retry_at.unwrap().duration_since(now()).as_secs();
        assert!((600..610).contains(&wait), "{wait}");
    }
    later(Duration::from_secs(601)).await;
    body(&fetcher, &web.url("/feed")).await;
    assert_eq!(web.count("/robots.txt"), 2);
}
