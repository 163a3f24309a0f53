//! Mastodon: hashtags and accounts of organisations, against a stand-in of an instance.

mod instance;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use jiff::{SignedDuration, Timestamp};
use luisterpost::outcome::{FailureClass, PollOutcome};
use serde_json::{Value, json};

use crate::web::Answer;
use crate::world::{Post, World, counts, failure, morning};
use instance::{Instance, status};

const TAG: &str = "/tags/Lindemeer";

async fn world(kind: &str, path: &str, more: &str) -> (World, Instance) {
    let world = World::new().await;
    let instance = Instance::serve(&world.web);
    let url = world.web.url(path).to_string();
    world.add_source("toet", kind, &url, more);
    (world, instance)
}

fn hour(n: i64) -> Timestamp {
    morning() + SignedDuration::from_hours(n)
}

/// The paths with queries that were asked, robots.txt left out.
fn asked(world: &World) -> Vec<String> {
    let all = world
        .web
        .requests()
        .into_iter()
        .map(|request| request.target);
    all.filter(|target| target != "/robots.txt").collect()
}

async fn state(post: &Post) -> String {
    let state = post.state("toet").await;
    state
        .trail
        .0
        .into_values()
        .filter_map(|page| page.cursor)
        .collect()
}

#[tokio::test]
async fn a_tag_is_read_on_from_where_it_was_over_restarts_and_without_gaps() {
    let (world, instance) = world("mastodon-tag", TAG, "").await;
    for number in 0..50 {
        instance.says(number, "Weer een inbraak");
    }
    let post = world.open(morning()).await;
    // The first visit takes the newest page and leaves history alone.
    let first = post.poll("toet", morning()).await;
    assert_eq!(counts(&first), (40, 0, 0));
    // A busy hour: more than three pages, every message once, equal words or not.
    for number in 50..175 {
        instance.says(number, "Weer een inbraak");
    }
    drop(post);
    let post = world.open(hour(1)).await;
    let second = post.poll("toet", hour(1)).await;
    assert_eq!(counts(&second), (125, 0, 0));
    let third = post.poll("toet", hour(2)).await;
    assert_eq!(counts(&third), (0, 0, 0));
    assert_eq!(post.hits().await.len(), 165);

    let id = |number: u64| (116_220_000_000_000_000 + number).to_string();
    let timeline = "/api/v1/timelines/tag/lindemeer?limit=40";
    let page = |number| format!("{timeline}&min_id={}", id(number));
    let expected = [
        "/api/v2/instance".to_owned(),
        timeline.to_owned(),
        page(49),
        page(89),
        page(129),
        page(169),
        timeline.to_owned(), // looks back for edits
        page(174),
        timeline.to_owned(),
    ];
    assert_eq!(asked(&world), expected);
    assert_eq!(instance.with(|state| state.wrong.clone()), [""; 0]);
}

#[tokio::test]
async fn an_edited_message_is_heard_again() {
    let (world, instance) = world("mastodon-tag", TAG, "").await;
    instance.says(1, "Er was brand");
    let post = world.open(morning()).await;
    post.poll("toet", morning()).await;
    assert_eq!(post.hits().await.len(), 1);
    let edited = status(1, "Er was een vals alarm");
    instance.with(|state| state.statuses[0] = edited);
    let polled = post.poll("toet", hour(1)).await;
    assert_eq!(counts(&polled), (0, 1, 0));
    assert_eq!(post.hits().await.len(), 0);
}

#[tokio::test]
async fn what_its_writer_takes_away_or_closes_goes_here_too() {
    let (world, instance) = world("mastodon-tag", TAG, "").await;
    for number in 1..=4 {
        let mut status = status(number, "Er was brand");
        status["created_at"] = json!(format!("2026-11-24T04:1{number}:00.000Z"));
        instance.with(|state| state.statuses.push(status));
    }
    let post = world.open(morning()).await;
    post.poll("toet", morning()).await;
    assert_eq!(post.hits().await.len(), 4);
    instance.with(|state| {
        state.statuses.remove(1);
        state.statuses[1]["visibility"] = json!("private");
    });
    let polled = post.poll("toet", hour(1)).await;
    assert_eq!(polled.recorded.removed, 2);
    let links: Vec<_> = post
        .hits()
        .await
        .into_iter()
        .map(|hit| hit.hit.link.unwrap())
        .collect();
    assert!(
        links[0].ends_with('4') && links[1].ends_with('1') && links.len() == 2,
        "{links:?}"
    );
    // An instance that shows nothing at all has taken nothing away.
    instance.with(|state| state.statuses.clear());
    post.poll("toet", hour(2)).await;
    assert_eq!(post.hits().await.len(), 2);
}

#[tokio::test]
async fn one_message_on_two_instances_is_told_once() {
    let (world, instance) = world("mastodon-tag", TAG, "").await;
    let url = world.web.url_as("localhost", TAG).to_string();
    world.add_source("ander", "mastodon-tag", &url, "");
    instance.says(1, "Er was brand");
    let post = world.open(morning()).await;
    for source in ["toet", "ander"] {
        assert_eq!(counts(&post.poll(source, morning()).await), (1, 0, 0));
    }
    assert_eq!(post.hits().await.len(), 1);
}

#[tokio::test]
async fn only_what_is_public_and_whose_writer_allows_it_is_read() {
    let (world, instance) = world("mastodon-tag", TAG, "").await;
    let changed = |number: u64, pointer: &str, value: Value| {
        let mut status = status(number, "Weer een inbraak");
        *status.pointer_mut(pointer).unwrap() = value;
        instance.with(|state| state.statuses.push(status));
    };
    changed(1, "/visibility", json!("unlisted"));
    changed(2, "/visibility", Value::Null);
    changed(3, "/account/indexable", json!(false));
    changed(4, "/account/noindex", json!(true));
    changed(
        5,
        "/account/note",
        json!("<p>Fietser #<span>NoBot</span></p>"),
    );
    changed(6, "/account", Value::Null);
    changed(7, "/reblog", status(1, "Weer een inbraak"));
    instance.says(8, "Nog een inbraak");
    // Missing fields, numbers for ids, null for lists.
    let sparse = json!({"id": 116_220_000_000_000_009_u64, "uri": "https://klein.example/9", "visibility": "public",
                        "content": "<p>brand</p>", "account": {"id": 5}, "tags": null});
    instance.with(|state| state.statuses.push(sparse));
    let post = world.open(morning()).await;
    let polled = post.poll("toet", morning()).await;
    assert_eq!(counts(&polled), (2, 0, 0));
    let hits = post.hits().await;
    let links: Vec<_> = hits
        .iter()
        .map(|hit| hit.hit.link.as_deref().unwrap())
        .collect();
    assert_eq!(
        links,
        [
            "https://klein.example/9",
            "https://mastodon.example/@bewoner/116220000000000008"
        ]
    );
    // Nobody who wrote is kept, in clear or in the excerpt.
    assert!(world.files_with("Een Bewoner").is_empty());
}

#[tokio::test]
async fn the_instance_decides_what_is_shown() {
    for (access, expected) in [
        (Some(("public", "authenticated")), Ok("&local=true")),
        (None, Ok("")),
        (Some(("disabled", "disabled")), Err(FailureClass::Denied)),
        (
            Some(("authenticated", "authenticated")),
            Err(FailureClass::Denied),
        ),
    ] {
        let (world, instance) = world("mastodon-tag", TAG, "").await;
        instance.with(|state| state.access = access);
        let post = world.open(morning()).await;
        let polled = post.poll("toet", morning()).await;
        match expected {
            Err(class) => assert_eq!(failure(&polled), class),
            Ok(more) => assert_eq!(
                asked(&world)[1],
                format!("/api/v1/timelines/tag/lindemeer?limit=40{more}")
            ),
        }
    }
}

#[tokio::test]
async fn whatever_goes_wrong_is_told_and_nothing_is_skipped() {
    let json = |status: u16, body: &str| {
        Answer::new(status, body).header("content-type", "application/json")
    };
    let whole = json!([status(7, "inbraak")]).to_string();
    let old = json!([status(1, "inbraak")]).to_string();
    let cases = [
        (
            json(
                401,
                r#"{"error":"This method requires an authenticated user"}"#,
            ),
            FailureClass::LoginWall,
        ),
        (json(403, "{}"), FailureClass::Denied),
        (
            json(404, r#"{"error":"Record not found"}"#),
            FailureClass::Status,
        ),
        (json(410, ""), FailureClass::Gone),
        (
            json(429, r#"{"error":"Too many requests"}"#)
                .header("x-ratelimit-reset", "2026-11-24T09:00:00.000Z"),
            FailureClass::Busy,
        ),
        (
            json(429, "").header("retry-after", "60"),
            FailureClass::Busy,
        ),
        (json(500, "oeps"), FailureClass::Status),
        (
            json(200, "<!DOCTYPE html><html><body>Even wachten</body></html>"),
            FailureClass::NotAFeed,
        ),
        (json(200, &whole[..whole.len() / 2]), FailureClass::Broken),
        (json(200, r#"{"error":"raar"}"#), FailureClass::Broken),
        (json(200, ""), FailureClass::NotAFeed),
        (json(200, &old), FailureClass::Broken), // the same page again
        (
            Answer::redirect(302, "https://elders.example/api"),
            FailureClass::Redirects,
        ),
    ];
    for (answer, expected) in cases {
        let (world, instance) = world("mastodon-tag", TAG, "").await;
        instance.says(1, "Een inbraak");
        let post = world.open(morning()).await;
        post.poll("toet", morning()).await;
        let before = state(&post).await;
        instance.says(2, "Nog een inbraak");
        instance.with(|state| state.faults.push_back(answer));
        let polled = post.poll("toet", hour(1)).await;
        assert_eq!(failure(&polled), expected);
        assert_eq!(state(&post).await, before, "{expected:?}");
        // A new process: what a host asked of the old one holds in its own memory only.
        drop(post);
        let post = world.open(hour(30)).await;
        let polled = post.poll("toet", hour(30)).await;
        assert_eq!(counts(&polled), (1, 0, 0), "{expected:?}");
    }
}

#[tokio::test]
async fn a_page_that_fails_takes_nothing_away_from_the_pages_before_it() {
    let (world, instance) = world("mastodon-tag", TAG, "").await;
    instance.says(0, "Een inbraak");
    let post = world.open(morning()).await;
    post.poll("toet", morning()).await;
    for number in 1..=60 {
        instance.says(number, "Een inbraak");
    }
    // The limit is reached after the first page: the host is left alone at once.
    instance.with(|state| state.remaining = 1);
    let polled = post.poll("toet", hour(1)).await;
    assert_eq!(failure(&polled), FailureClass::Busy);
    assert_eq!(post.hits().await.len(), 41);
    assert_eq!(instance.with(|state| state.wrong.clone()), [""; 0]);
    let PollOutcome::Failed(failure) = &polled.outcome else {
        unreachable!()
    };
    assert_eq!(
        failure.retry_at,
        Some("2026-11-24T10:15:00Z".parse().unwrap())
    );
    drop(post);
    instance.with(|state| state.remaining = 300);
    let post = world.open(hour(4)).await;
    assert_eq!(counts(&post.poll("toet", hour(4)).await), (20, 0, 0));
}

#[tokio::test]
async fn a_refused_token_stops_the_source_until_the_file_holds_another() {
    let world = World::new().await;
    let instance = Instance::serve(&world.web);
    let file = world.path("sleutel");
    let url = world.web.url(TAG).to_string();
    let more = format!("token_file = {:?}", file.display().to_string());
    world.add_source("toet", "mastodon-tag", &url, &more);
    world
        .web
        .on("/robots.txt", [Answer::ok("User-agent: *\nDisallow: /api")]);
    instance.with(|state| state.token = Some("nieuw-geheim"));
    instance.says(1, "Een inbraak");
    let write = |text: &str| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    };
    let post = world.open(morning()).await;
    let detail = |polled: &luisterpost::poll::Polled| match &polled.outcome {
        PollOutcome::Failed(failure) => (failure.class, failure.detail.clone()),
        other => panic!("{other:?}"),
    };
    let (class, said) = detail(&post.poll("toet", morning()).await);
    assert_eq!(class, FailureClass::Token);
    assert!(said.contains("sleutel: No such file"), "{said}");

    write("oud-geheim\n");
    let (class, said) = detail(&post.poll("toet", hour(1)).await);
    assert_eq!(class, FailureClass::Token);
    assert!(
        said.contains("sleutel is refused (status 401): renew it"),
        "{said}"
    );
    assert!(!said.contains("geheim"));
    let requests = world.web.requests().len();
    let said = crate::cli::out(&crate::cli::luisterpost(&world, &["status"]).await);
    assert!(
        said.contains("sleutel is refused (status 401): renew it"),
        "{said}"
    );
    let (class, _) = detail(&post.poll("toet", hour(2)).await);
    assert_eq!(
        (class, world.web.requests().len()),
        (FailureClass::Token, requests)
    );

    write("nieuw-geheim\n");
    assert_eq!(counts(&post.poll("toet", hour(3)).await), (1, 0, 0));
    // With a token the contract of the API governs, not robots.txt.
    assert_eq!(world.web.count("/robots.txt"), 0);
    assert_eq!(world.files_with("geheim"), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn an_account_is_looked_up_once_and_must_be_open() {
    let more = "organisation = \"Wijkraad Oost\"";
    let (world, instance) = world("mastodon-account", "/@wijkraad", more).await;
    instance.says(1, "Er was een inbraak");
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("toet", morning()).await), (1, 0, 0));
    post.poll("toet", hour(1)).await;
    let statuses = "/api/v1/accounts/12/statuses?exclude_reblogs=true&limit=40";
    let expected = [
        "/api/v1/accounts/lookup?acct=wijkraad".to_owned(),
        statuses.to_owned(),
        format!("{statuses}&min_id=116220000000000001"),
        statuses.to_owned(),
    ];
    assert_eq!(asked(&world), expected);
    assert_eq!(instance.with(|state| state.wrong.clone()), [""; 0]);

    let (world, instance) = self::world("mastodon-account", "/@wijkraad", more).await;
    instance.with(|state| state.account = json!({"indexable": false}));
    let post = world.open(morning()).await;
    let polled = post.poll("toet", morning()).await;
    assert_eq!(failure(&polled), FailureClass::Reserved);
}

#[tokio::test]
async fn robots_txt_counts_for_an_api_that_asks_for_no_token() {
    let (world, _instance) = world("mastodon-tag", TAG, "").await;
    world
        .web
        .on("/robots.txt", [Answer::ok("User-agent: *\nDisallow: /api")]);
    let post = world.open(morning()).await;
    assert_eq!(
        failure(&post.poll("toet", morning()).await),
        FailureClass::Robots
    );
    assert_eq!(asked(&world), [""; 0]);
}
