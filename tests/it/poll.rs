//! One source, visited once: what is stored of it, and what is not.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use luisterpost::item::{Excerpt, Withheld};
use luisterpost::outcome::{FailureClass, PollOutcome, PollState, Validators};
use luisterpost::poll::round::Round;
use tokio::sync::Notify;

use crate::web::Answer;
use crate::world::{DAY, HOUR, World, at, counts, dated, entry, failure, feed, morning, page};

const RED: &str = "Vannacht was er een inbraak in de Brinkstraat";

#[tokio::test]
async fn an_unmodified_feed_stores_nothing_and_keeps_its_validators_over_a_restart() {
    let world = World::new().await;
    world.feed("krant", "");
    let first = feed(&[entry("1", RED)]).header("etag", "W/\"a b\"");
    world.web.on("/krant", [first, Answer::status(304)]);
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("krant", morning()).await), (1, 0, 0));
    let before = post.state("krant").await;
    drop(post);

    let post = world.open(morning() + HOUR).await;
    let polled = post.poll("krant", morning() + HOUR).await;
    assert_eq!(polled.outcome, PollOutcome::Unmodified);
    assert!(polled.recorded.added.is_empty());
    let requests = world.web.requests();
    assert_eq!(
        requests.last().unwrap().header("if-none-match"),
        "W/\"a b\""
    );
    let after = post.state("krant").await;
    let validators = |state: &PollState| -> Vec<Validators> {
        (state.trail.0.values())
            .map(|page| page.validators.clone())
            .collect()
    };
    assert_eq!(validators(&after), validators(&before));
    assert_eq!(after.last_heard, Some(morning() + HOUR));
    assert_eq!(post.hits().await.len(), 1);
}

#[tokio::test]
async fn a_restart_asks_no_host_for_its_robots_txt_again_until_a_day_has_passed() {
    let world = World::new().await;
    world.feed("krant", "");
    world.feed("verboden", "");
    let rules = "User-agent: *\n\nDisallow: /verboden";
    world.web.on("/robots.txt", [Answer::ok(rules)]);
    world.web.on("/krant", [feed(&[entry("1", RED)])]);
    let mut asked = Vec::new();
    for hours in [0, 1, 23, 25] {
        let now = morning() + SignedDuration::from_hours(hours);
        let post = world.open(now).await;
        post.poll("krant", now).await;
        let PollOutcome::Failed(failure) = post.poll("verboden", now).await.outcome else {
            panic!("a forbidden source was visited");
        };
        assert!(failure.detail.ends_with("line 3: Disallow: /verboden"));
        post.store.forget(now).await.unwrap();
        asked.push(world.web.count("/robots.txt"));
    }
    assert_eq!(asked, [1, 1, 1, 2]);
}

#[tokio::test]
async fn of_a_document_that_is_too_large_the_beginning_is_read_and_reported_as_cut() {
    let world = World::new().await;
    world.settings("max_body = \"64 KiB\"");
    world.feed("krant", "");
    let filler = "Zondag rommelmarkt bij de zonnewijzer ".repeat(2000);
    world.web.on(
        "/krant",
        [
            feed(&[entry("1", RED), entry("2", &filler), entry("3", RED)]),
            Answer::ok([b"{\"version\":\"", "x".repeat(70_000).as_bytes()].concat()),
        ],
    );
    let post = world.open(morning()).await;
    let PollOutcome::Read(counts) = post.poll("krant", morning()).await.outcome else {
        panic!("not read");
    };
    assert!(counts.cut && counts.hits == 1, "{counts:?}");
    assert_eq!(
        failure(&post.poll("krant", morning() + HOUR).await),
        FailureClass::TooLarge
    );
    let id = post.source("krant").id.clone();
    let lines = post.store.reader().visits(&id, 9).await.unwrap();
    let cut: Vec<bool> = lines.iter().map(|line| line.counts.cut).collect();
    assert_eq!(cut, [false, true]);
}

#[tokio::test]
async fn a_feed_that_is_not_for_search_engines_is_read_and_that_is_kept() {
    let world = World::new().await;
    world.feed("krant", "");
    let answer = feed(&[entry("1", RED)]).header("x-robots-tag", "noindex");
    world.web.on("/krant", [answer]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let id = post.source("krant").id.clone();
    let lines = post.store.reader().visits(&id, 9).await.unwrap();
    assert_eq!((lines[0].counts.noindex, lines[0].counts.hits), (true, 1));
}

#[tokio::test]
async fn each_message_is_told_once_and_a_message_without_a_hit_leaves_no_words() {
    let world = World::new().await;
    world.feed("krant", "");
    let other = entry("2", "Zondag rommelmarkt bij de zonnewijzer");
    let third = entry("3", "Brand in de Molenbuurt");
    world.web.on(
        "/krant",
        [
            feed(&[entry("1", RED), other.clone()]),
            feed(&[third, entry("1", RED), other]),
        ],
    );
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("krant", morning()).await), (2, 0, 0));
    let again = post.poll("krant", morning() + HOUR).await;
    assert_eq!(counts(&again), (1, 0, 0));
    let [first, second] = &post.hits().await[..] else {
        panic!("two hits")
    };
    assert_eq!(first.hit.theme.as_str(), "woninginbraak");
    assert_eq!(
        first.hit.places,
        ["Brinkstraat", "Molenbuurt", "Lindemeer"][..first.hit.places.len()]
    );
    assert_eq!(second.hit.theme.as_str(), "brand");
    assert_eq!(second.hit.fetched_at, morning() + HOUR);
    assert!(world.files_with("zonnewijzer").is_empty());
    assert!(!world.files_with("inbraak").is_empty());
}

#[tokio::test]
async fn at_the_first_visit_what_is_older_than_a_week_is_seen_and_not_told() {
    let world = World::new().await;
    world.feed("krant", "");
    let old = dated("1", RED, "Mon, 16 Nov 2026 12:00:00 GMT");
    let words = format!("{RED} Ook bij ons.");
    let later = dated("2", &words, "Mon, 16 Nov 2026 13:00:00 GMT");
    world.web.on(
        "/krant",
        [feed(&[old.clone(), entry("3", RED)]), feed(&[later, old])],
    );
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("krant", morning()).await), (1, 0, 1));
    // From then on only retention is a limit.
    let second = post.poll("krant", morning() + HOUR).await;
    assert_eq!(counts(&second), (1, 0, 0));
    assert_eq!(post.hits().await.len(), 2);
}

#[tokio::test]
async fn a_message_older_than_the_longest_retention_is_never_a_hit_also_when_it_is_edited() {
    let world = World::new().await;
    world.feed("krant", "");
    let written = |text: &str| dated("1", text, "Thu, 01 Jan 1970 00:00:00 GMT");
    world.web.on(
        "/krant",
        [
            feed(&[entry("2", "niets")]),
            feed(&[written("inbraak"), entry("2", "niets")]),
            feed(&[written("inbraak, met een komma"), entry("2", "niets")]),
        ],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(counts(&post.poll("krant", morning()).await), (0, 0, 1));
    assert_eq!(counts(&post.poll("krant", morning()).await), (0, 1, 0));
    assert!(post.hits().await.is_empty());
}

#[tokio::test]
async fn a_message_from_2099_counts_as_published_now_and_goes_with_its_retention() {
    let world = World::new().await;
    world.feed("krant", "");
    let future = dated("1", RED, "Thu, 01 Jan 2099 00:00:00 GMT");
    world.web.on("/krant", [feed(&[future])]);
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let hit = post.hits().await.remove(0).hit;
    assert_eq!(hit.published_at, Some(morning()));
    assert_eq!(hit.expires_at, morning() + DAY * 28);
}

#[tokio::test]
async fn a_message_without_link_or_id_is_new_once() {
    let world = World::new().await;
    world.feed("krant", "");
    let bare = format!("<item><description>{RED}</description></item>");
    let more = entry("2", "De markt is weer open");
    let (first, then) = (feed(std::slice::from_ref(&bare)), feed(&[more, bare]));
    world.web.on("/krant", [first, then]);
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("krant", morning()).await), (1, 0, 0));
    let again = post.poll("krant", morning() + HOUR).await;
    assert_eq!(counts(&again), (1, 0, 0));
    assert_eq!(post.hits().await.len(), 1);
}

#[tokio::test]
async fn an_edited_message_gets_its_new_excerpt_and_goes_when_it_is_no_hit_any_more() {
    let world = World::new().await;
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [
            feed(&[entry("1", "Een inbraak, denk ik")]),
            feed(&[entry("1", "Een inbraak, zegt de wijkagent")]),
            feed(&[entry("1", "Het was toch niets")]),
        ],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let first = post.hits().await.remove(0);
    let edited = post.poll("krant", morning() + HOUR).await;
    assert_eq!(counts(&edited), (0, 1, 0));
    assert_eq!(
        (edited.recorded.updated, edited.recorded.added.len()),
        (1, 0)
    );
    assert_eq!(post.excerpts().await, ["Een inbraak, zegt de wijkagent"]);
    let second = post.hits().await.remove(0);
    assert_eq!(second.id, first.id);
    assert_eq!(second.hit.expires_at, first.hit.expires_at);
    let gone = post.poll("krant", morning() + HOUR * 2).await;
    assert_eq!(gone.recorded.removed, 1);
    assert!(post.hits().await.is_empty());
}

#[tokio::test]
async fn a_failing_source_keeps_its_trail_and_is_visited_later_and_later() {
    let world = World::new().await;
    world.feed("krant", "");
    let read = feed(&[entry("1", RED)]).header("etag", "\"1\"");
    world.web.on(
        "/krant",
        [
            read,
            Answer::status(500),
            Answer::status(500),
            Answer::status(304),
        ],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    let before = post.state("krant").await;
    let mut waits = Vec::new();
    for hours in [1, 2] {
        let now = morning() + HOUR * hours;
        let polled = post.poll("krant", now).await;
        assert_eq!(failure(&polled), FailureClass::Status);
        waits.push(polled.next_due.duration_since(now));
    }
    assert!(
        waits[0] >= SignedDuration::from_mins(5) && waits[1] > waits[0],
        "{waits:?}"
    );
    let state = post.state("krant").await;
    assert_eq!(state.trail, before.trail);
    assert_eq!(state.failing_since, Some(morning() + HOUR));
    assert_eq!((state.failures, state.last_heard), (2, before.last_heard));
    let polled = post.poll("krant", morning() + HOUR * 3).await;
    assert_eq!(polled.outcome, PollOutcome::Unmodified);
    assert_eq!(post.state("krant").await.failing_since, None);
}

#[tokio::test]
async fn each_way_to_fail_has_its_class_and_its_rhythm() {
    let world = World::new().await;
    for id in ["weg", "verboden", "inloggen", "leeg", "later"] {
        world.feed(id, "");
    }
    world.thread("thema", "");
    world.thread("voorbehouden", "");
    let reserved = "<!doctype html><html><meta name=robots content=noindex><p>Zoekt niet.</html>";
    world.web.on("/voorbehouden", [Answer::ok(reserved)]);
    world.web.on("/weg", [Answer::status(410)]);
    world.web.on(
        "/robots.txt",
        [Answer::ok("User-agent: *\nDisallow: /verboden\n")],
    );
    let login = "<!doctype html><html><title>Inloggen</title><form></form></html>";
    let html = || Answer::ok(login).header("content-type", "text/html");
    world.web.on("/inloggen", [html()]);
    world.web.on("/leeg", [Answer::ok("")]);
    world.web.on("/thema", [html()]);
    world.web.on(
        "/later",
        [Answer::status(429).header("retry-after", "7200")],
    );
    let post = world.open(morning()).await;
    let mut wait_of = Vec::new();
    for (id, class) in [
        ("weg", FailureClass::Gone),
        ("verboden", FailureClass::Robots),
        ("inloggen", FailureClass::NotAFeed),
        ("thema", FailureClass::NothingSelected),
        ("leeg", FailureClass::NotAFeed),
        ("voorbehouden", FailureClass::Reserved),
        ("later", FailureClass::Busy),
    ] {
        let polled = post.poll(id, morning()).await;
        assert_eq!(failure(&polled), class, "{id}");
        wait_of.push(polled.next_due.duration_since(morning()));
    }
    assert_eq!(world.web.count("/verboden"), 0);
    assert!(wait_of[0] >= DAY, "gone for good: {:?}", wait_of[0]);
    assert!(wait_of[6] >= HOUR * 2, "Retry-After: {:?}", wait_of[6]);
    let heard = post
        .store
        .reader()
        .heard(morning() - HOUR, morning() + HOUR)
        .await
        .unwrap();
    assert!(
        heard
            .iter()
            .all(|source| source.failing_since == Some(morning()))
    );
}

#[tokio::test]
async fn a_host_that_asked_for_rest_is_left_alone_by_its_other_sources_too() {
    let world = World::new().await;
    world.feed("een", "");
    world.feed("twee", "");
    world
        .web
        .on("/een", [Answer::status(503).header("retry-after", "600")]);
    world.web.on("/twee", [feed(&[])]);
    let post = world.open(morning()).await;
    assert_eq!(
        failure(&post.poll("een", morning()).await),
        FailureClass::Busy
    );
    let polled = post.poll("twee", morning()).await;
    assert_eq!(failure(&polled), FailureClass::Busy);
    assert!(polled.next_due >= morning() + SignedDuration::from_secs(590));
    assert_eq!(world.web.count("/twee"), 0);
}

#[tokio::test]
async fn the_account_of_a_failure_holds_no_words_of_the_document() {
    let world = World::new().await;
    world.thread("draad", "");
    world.feed("json", "");
    let broken = r#"{"version": "https://jsonfeed.org/version/1.1", "title": ["geheim gesprek"], "items": [{"id": "1", "content_text": "geheim gesprek"}]}"#;
    world.web.on("/draad", [page(&[], None)]);
    world.web.on(
        "/json",
        [Answer::ok(broken).header("content-type", "application/feed+json")],
    );
    let post = world.open(morning()).await;
    for id in ["draad", "json"] {
        let polled = post.poll(id, morning()).await;
        if let PollOutcome::Failed(failure) = &polled.outcome {
            assert!(!failure.detail.contains("buurman"), "{}", failure.detail);
            assert!(!failure.detail.contains("geheim"), "{}", failure.detail);
        }
    }
    assert_eq!(
        failure(&post.poll("draad", morning()).await),
        FailureClass::NothingSelected
    );
}

#[tokio::test]
async fn at_most_four_pages_of_a_thread_are_read() {
    let world = World::new().await;
    world.thread("draad", "");
    for (path, next) in [
        ("/draad", "p2"),
        ("/p2", "p3"),
        ("/p3", "p4"),
        ("/p4", "p5"),
        ("/p5", "p6"),
    ] {
        let text = format!("inbraak op {path}");
        world
            .web
            .on(path, [page(&[("1", text.as_str())], Some(next))]);
    }
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("draad", morning()).await), (4, 0, 0));
    assert_eq!(world.web.count("/p4"), 1);
    assert_eq!(world.web.count("/p5"), 0);
}

#[tokio::test]
async fn a_new_reply_on_the_last_page_is_found_when_the_first_page_is_unmodified() {
    let world = World::new().await;
    world.thread("draad", "");
    let first = page(&[("1", "Wat een weer")], Some("laatste")).header("etag", "\"een\"");
    world.web.on("/draad", [first, Answer::status(304)]);
    let last = page(&[("2", "Zeker")], None).header("etag", "\"twee\"");
    let longer = page(&[("2", "Zeker"), ("3", RED)], None).header("etag", "\"drie\"");
    world
        .web
        .on("/laatste", [last, longer, Answer::status(304)]);
    let post = world.open(morning()).await;
    assert_eq!(counts(&post.poll("draad", morning()).await), (2, 0, 0));
    let second = post.poll("draad", morning() + HOUR).await;
    assert_eq!(counts(&second), (1, 0, 0));
    assert_eq!(second.recorded.added.len(), 1);
    let third = post.poll("draad", morning() + HOUR * 2).await;
    assert_eq!(third.outcome, PollOutcome::Unmodified);
    let sent: Vec<String> = world
        .web
        .requests()
        .iter()
        .filter(|request| request.target == "/laatste")
        .map(|request| request.header("if-none-match"))
        .collect();
    assert_eq!(sent, ["", "\"twee\"", "\"drie\""]);
}

#[tokio::test]
async fn a_later_page_that_fails_takes_nothing_from_the_pages_that_were_read() {
    let world = World::new().await;
    world.thread("draad", "");
    world
        .web
        .on("/draad", [page(&[("1", RED)], Some("laatste"))]);
    world.web.on(
        "/laatste",
        [Answer::status(500), page(&[("2", "brand")], None)],
    );
    let post = world.open(morning()).await;
    let polled = post.poll("draad", morning()).await;
    assert_eq!(failure(&polled), FailureClass::Status);
    assert_eq!(polled.recorded.added.len(), 1);
    let reader = post.store.reader();
    let heard = reader.heard(morning(), morning() + HOUR).await.unwrap();
    assert_eq!((heard[0].counts.new, heard[0].failed), (1, 1));
    let second = post.poll("draad", morning() + HOUR).await;
    assert_eq!(counts(&second), (1, 0, 0));
    let themes: Vec<String> = post
        .hits()
        .await
        .iter()
        .map(|stored| stored.hit.theme.to_string())
        .collect();
    assert_eq!(themes, ["woninginbraak", "brand"]);
}

#[tokio::test]
async fn a_wide_source_is_only_heard_where_it_names_a_place_of_ours() {
    let world = World::new().await;
    world.feed("streek", "scope = \"wide\"");
    world.web.on(
        "/streek",
        [feed(&[
            entry("1", "Een inbraak in Verweggistan"),
            entry("2", "Een inbraak in de Molenbuurt"),
        ])],
    );
    let post = world.open(morning()).await;
    post.poll("streek", morning()).await;
    assert_eq!(post.excerpts().await, ["Een inbraak in de Molenbuurt"]);
}

#[tokio::test]
async fn a_theme_gives_no_hits_after_its_review_day_nor_in_a_source_that_leaves_it_out() {
    let world = World::new().await;
    world.theme("brand", "brand", "review_by = 2026-11-24");
    world.feed("krant", "");
    world.feed("anders", "themes = [\"brand\"]");
    let both = || feed(&[entry("1", "Een inbraak en een brand")]);
    world.web.on("/krant", [both()]);
    world.web.on("/anders", [both()]);
    let post = world.open(morning()).await;
    let themes = |polled: luisterpost::poll::Polled| {
        let mut themes: Vec<String> = polled
            .recorded
            .added
            .iter()
            .map(|stored| stored.hit.theme.to_string())
            .collect();
        themes.sort();
        themes
    };
    assert_eq!(themes(post.poll("anders", morning()).await), ["brand"]);
    // The review day itself still counts, in local time.
    let late = at("2026-11-24T23:00:00Z");
    assert_eq!(themes(post.poll("krant", late).await), ["woninginbraak"]);
}

#[tokio::test]
async fn a_withheld_hit_holds_no_words_and_no_link() {
    let world = World::new().await;
    world.feed("stil", "excerpt = \"none\"");
    world.feed("lang", "");
    world.web.on(
        "/stil",
        [feed(&[entry("kanarie", "Een inbraak bij de kanarie")])],
    );
    // A row of links that hide in each other, so that masking gives up.
    let hidden = format!("inbraak kanarie {}", "u/jan/".repeat(20));
    world.web.on("/lang", [feed(&[entry("kanarie", &hidden)])]);
    let post = world.open(morning()).await;
    for (id, reason) in [
        ("stil", Withheld::SourceSetting),
        ("lang", Withheld::MaskingFailed),
    ] {
        let polled = post.poll(id, morning()).await;
        let hit = &polled.recorded.added[0].hit;
        assert_eq!(hit.excerpt, Excerpt::Withheld { reason });
        assert_eq!(hit.link, None);
        assert_eq!(hit.theme.as_str(), "woninginbraak");
        assert!(!hit.evidence.is_empty());
        assert!(
            hit.evidence
                .iter()
                .all(|evidence| evidence.words.is_empty())
        );
    }
    assert!(world.files_with("kanarie").is_empty());
}

#[tokio::test]
async fn what_is_masked_is_nowhere_in_the_bytes_on_disk() {
    let world = World::new().await;
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [feed(&[entry(
            "1",
            "Inbraak gezien? Bel 06-12345678 of mail kees@post.example",
        )])],
    );
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    assert_eq!(post.mail(morning() + HOUR * 2).await, 1);
    assert!(post.excerpts().await[0].starts_with("Inbraak gezien? Bel"));
    for secret in ["12345678", "kees@", "kees", "post.example"] {
        assert!(world.files_with(secret).is_empty(), "{secret}");
    }
    drop(post);
    assert!(world.files_with("12345678").is_empty());
}

#[tokio::test]
async fn two_sources_of_one_host_are_never_visited_at_once() {
    let world = World::new().await;
    for id in ["een", "twee", "drie"] {
        world.feed(id, "");
        world.web.on(
            &format!("/{id}"),
            [feed(&[]).after(Duration::from_millis(20))],
        );
    }
    let post = world.open(morning()).await;
    let mut round = Round::default();
    post.app
        .sources
        .values()
        .for_each(|source| round.add(source));
    round.start(&post.app.listener, &post.store, morning());
    while round.finished().await.is_some() {}
    assert_eq!(world.web.most_at_once(), 1);
    assert_eq!(world.web.requests().len(), 4, "robots.txt and three feeds");
}

#[tokio::test]
async fn a_visit_that_waits_too_long_for_its_turn_is_given_up_as_too_slow() {
    let world = World::new().await;
    world.settings("min_gap = \"1h\"");
    world.thread("draad", "");
    world.web.on("/robots.txt", [Answer::status(404)]);
    world
        .web
        .on("/draad", [page(&[("1", RED)], Some("laatste"))]);
    let post = Arc::new(world.open(morning()).await);
    // The first request is that for robots.txt; the page then waits for an hour.
    let visit = tokio::spawn({
        let post = Arc::clone(&post);
        async move { post.poll("draad", morning()).await }
    });
    world.web.answered(1).await;
    // From here on time passes as soon as nobody has anything else to do.
    tokio::time::pause();
    let polled = visit.await.unwrap();
    assert_eq!(failure(&polled), FailureClass::Timeout);
    assert_eq!(world.web.count("/draad"), 0);
}

#[tokio::test]
async fn a_visit_that_is_broken_off_has_changed_nothing() {
    let world = World::new().await;
    world.feed("krant", "");
    let sign = Arc::new(Notify::new());
    world
        .web
        .on("/krant", [feed(&[entry("1", RED)]).held(&sign)]);
    let post = world.open(morning()).await;
    let before = post.state("krant").await;
    let waiting = world.web.arrived(2);
    tokio::select! {
        _ = post.poll("krant", morning()) => panic!("nothing was answered"),
        () = waiting => {}
    }
    assert_eq!(post.state("krant").await, before);
    assert!(post.hits().await.is_empty());
}
