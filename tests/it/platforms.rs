//! Discourse, `WordPress`, Lemmy and Bluesky, each against a stand-in that checks what it is asked and
//! answers in the documented shape.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use luisterpost::outcome::FailureClass;
use serde_json::{Value, json};
use url::Url;

use crate::web::{Answer, Recorded};
use crate::world::{Post, World, counts, failure, morning};

type Query = HashMap<String, String>;

/// What a stand-in answers to a path with its parameters; a parameter it does not know stops the test.
type Service = fn(&Forum, &str, &Query) -> Value;

/// What a stand-in holds: numbered messages, the newest with the highest number.
#[derive(Default)]
struct Forum {
    messages: Vec<(u64, &'static str)>,
    comments: Vec<(u64, &'static str)>,
    faults: VecDeque<Answer>,
    wrong: Vec<String>,
}

#[derive(Clone)]
struct Site {
    forum: Arc<Mutex<Forum>>,
}

impl Site {
    fn serve(world: &World, service: Service) -> Site {
        let forum = Arc::new(Mutex::new(Forum::default()));
        let shared = Arc::clone(&forum);
        world.web.serve_by(move |request: &Recorded| {
            let mut forum = shared.lock().unwrap();
            for header in ["cookie", "referer", "authorization"] {
                if !request.header(header).is_empty() {
                    forum.wrong.push(format!("sends {header}"));
                }
            }
            if let Some(fault) = forum.faults.pop_front() {
                return fault;
            }
            let url = Url::parse("http://site.example").unwrap();
            let url = url.join(&request.target).unwrap();
            let query = url.query_pairs().into_owned().collect();
            let body = service(&forum, url.path(), &query);
            if body.is_null() {
                return Answer::new(404, "{\"code\":\"rest_no_route\"}");
            }
            Answer::ok(body.to_string()).header("content-type", "application/json")
        });
        Site { forum }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Forum) -> T) -> T {
        change(&mut self.forum.lock().unwrap())
    }

    fn says(&self, numbers: std::ops::RangeInclusive<u64>, text: &'static str) {
        self.with(|forum| forum.messages.extend(numbers.map(|number| (number, text))));
    }
}

fn only(query: &Query, known: &[&str]) {
    let unknown = |name: &&String| !known.contains(&name.as_str());
    let unknown: Vec<_> = query.keys().filter(unknown).collect();
    assert!(unknown.is_empty(), "asked with {unknown:?}");
}

/// Ten minutes for each number, before the morning of the tests.
fn time(number: u64) -> Timestamp {
    "2026-11-20T00:00:00Z".parse::<Timestamp>().unwrap()
        + SignedDuration::from_mins(10 * i64::try_from(number).unwrap())
}

fn hour(n: i64) -> Timestamp {
    morning() + SignedDuration::from_hours(n)
}

fn asked(world: &World) -> Vec<String> {
    let all = world
        .web
        .requests()
        .into_iter()
        .map(|request| request.target);
    all.filter(|target| target != "/robots.txt").collect()
}

/// Every kind, with the address of its source below the web server.
const KINDS: [(&str, &str, &str, Service); 4] = [
    ("discourse", "/", "", discourse),
    ("wordpress", "/blog", "", wordpress),
    ("lemmy", "/c/lindemeer", "", lemmy),
    (
        "bluesky-account",
        "/profile/wijkraad.example",
        "organisation = \"Wijkraad\"",
        bluesky,
    ),
];

async fn world(kind: usize) -> (World, Site) {
    let (word, path, more, service) = KINDS[kind];
    let world = World::new().await;
    let site = Site::serve(&world, service);
    let url = world.web.url(path).to_string();
    world.add_source("plek", word, &url, more);
    (world, site)
}

async fn poll(post: &Post, now: Timestamp) -> (u64, u64, u64) {
    counts(&post.poll("plek", now).await)
}

#[tokio::test]
async fn what_is_new_is_read_once_over_pages_and_restarts() {
    for (kind, (word, ..)) in KINDS.iter().enumerate() {
        let (world, site) = world(kind).await;
        site.says(1..=40, "Weer een inbraak");
        let post = world.open(morning()).await;
        let first = poll(&post, morning()).await;
        assert_eq!((first.0.min(20), first.1), (20, 0), "{word}");
        drop(post);
        site.says(101..=230, "Weer een inbraak");
        let post = world.open(hour(1)).await;
        assert_eq!(poll(&post, hour(1)).await, (130, 0, 0), "{word}");
        let requests = asked(&world).len();
        assert_eq!(poll(&post, hour(2)).await, (0, 0, 0), "{word}");
        assert!(
            asked(&world).len() <= requests + 2,
            "{word}: {:?}",
            asked(&world)
        );
        assert_eq!(site.with(|forum| forum.wrong.clone()), [""; 0], "{word}");
    }
}

#[tokio::test]
async fn a_visit_that_ends_on_its_way_is_taken_up_where_it_was() {
    for (kind, (word, ..)) in KINDS.iter().enumerate() {
        let (world, site) = world(kind).await;
        site.says(1..=5, "Weer een inbraak");
        let post = world.open(morning()).await;
        poll(&post, morning()).await;
        // More than one visit reads.
        site.says(1001..=1450, "Weer een inbraak");
        let mut found = 0;
        for visit in 1..=4 {
            found += poll(&post, hour(visit)).await.0;
            if visit == 1 {
                site.says(1451..=1460, "Nog een inbraak");
            }
        }
        assert_eq!(found, 460, "{word}");
    }
}

#[tokio::test]
async fn whatever_goes_wrong_is_told_and_nothing_is_skipped() {
    let json = |status: u16, body: &str| {
        Answer::new(status, body).header("content-type", "application/json")
    };
    let cases = [
        (json(401, "{}"), FailureClass::LoginWall),
        (
            json(403, "<html><body>Just a moment</body></html>"),
            FailureClass::Denied,
        ),
        (json(404, "{}"), FailureClass::Status),
        (json(410, ""), FailureClass::Gone),
        (
            json(429, "{\"error_type\":\"rate_limit\"}").header("retry-after", "10"),
            FailureClass::Busy,
        ),
        (
            json(429, "").header("ratelimit-reset", "1795510800"),
            FailureClass::Busy,
        ),
        (json(500, "oeps"), FailureClass::Status),
        (
            json(200, "<!DOCTYPE html><html><body>Inloggen</body></html>"),
            FailureClass::NotAFeed,
        ),
        (
            json(200, "{\"latest_posts\":[{\"id\":1,"),
            FailureClass::Broken,
        ),
        (json(200, "{\"error\":\"raar\"}"), FailureClass::Broken),
        (
            Answer::redirect(302, "https://elders.example/"),
            FailureClass::Redirects,
        ),
    ];
    for (kind, (word, ..)) in KINDS.iter().enumerate() {
        let (world, site) = world(kind).await;
        site.says(1..=1, "Een inbraak");
        let mut post = world.open(morning()).await;
        poll(&post, morning()).await;
        for (number, (answer, expected)) in (2..).zip(cases.clone()) {
            site.says(number..=number, "Nog een inbraak");
            site.with(|forum| forum.faults.push_back(answer));
            let now = hour(i64::try_from(number).unwrap());
            let polled = post.poll("plek", now).await;
            assert_eq!(failure(&polled), expected, "{word}");
            // A new process: what a host asked of the old one holds in its own memory only.
            drop(post);
            post = world.open(now).await;
            assert_eq!(poll(&post, now).await.0, 1, "{word}: {expected:?}");
        }
    }
}

/// `posts.json`: fifty posts below `before`, exclusive.
fn discourse(forum: &Forum, path: &str, query: &Query) -> Value {
    if path != "/posts.json" {
        return Value::Null;
    }
    only(query, &["before"]);
    let before: u64 = query
        .get("before")
        .map_or(u64::MAX, |id| id.parse().unwrap());
    let mut ids: Vec<_> = forum
        .messages
        .iter()
        .filter(|(id, _)| *id < before)
        .collect();
    ids.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    let post = |(id, text): &&(u64, &str)| {
        json!({"id": id, "username": "buurman", "name": "Buur Man", "created_at": time(*id).to_string(),
            "updated_at": time(*id).to_string(), "cooked": format!("<aside class=\"quote\">Oude inbraak</aside><p>{text}</p>"),
            "post_number": if id % 7 == 0 { 1 } else { 2 }, "post_type": 1, "topic_id": 512, "topic_slug": "buurt",
            "topic_title": "Brand in de Bloemenbuurt", "category_id": 4})
    };
    json!({"latest_posts": ids.iter().take(50).map(post).collect::<Vec<_>>()})
}

#[tokio::test]
async fn of_a_forum_topic_and_reply_are_told_apart_and_what_is_not_for_everybody_is_left_out() {
    let (world, site) = world(0).await;
    let post = |id: u64, more: Value| {
        let mut post = json!({"id": id, "created_at": "2026-11-24T06:00:00Z", "cooked": "<p>Een inbraak</p>",
            "post_number": 2, "post_type": 1, "topic_id": 512, "topic_slug": "buurt", "topic_title": "Brand"});
        for (key, value) in more.as_object().unwrap() {
            post[key] = value.clone();
        }
        post
    };
    let posts = json!({"latest_posts": [
        post(9, json!({"post_number": 1})),
        post(8, json!({"topic_slug": null, "updated_at": 5})),
        post(7, json!({"hidden": true})), post(6, json!({"user_deleted": true})),
        post(5, json!({"post_type": 4})), post(4, json!({"cooked": null})),
        post(3, json!({"cooked": "<blockquote>een inbraak</blockquote><p>Echt waar</p>"})), null,
    ]});
    site.with(|forum| forum.faults.push_back(Answer::ok(posts.to_string())));
    let opened = world.open(morning()).await;
    assert_eq!(poll(&opened, morning()).await, (4, 0, 0));
    let told = opened.hits().await.into_iter().map(|hit| {
        let link = hit.hit.link.unwrap();
        (
            hit.hit.theme.to_string(),
            Url::parse(&link).unwrap().path().to_owned(),
        )
    });
    let mut told = told.collect::<Vec<_>>();
    told.sort();
    assert_eq!(
        told,
        [
            ("brand".to_owned(), "/t/buurt/512/1".to_owned()),
            ("woninginbraak".to_owned(), "/t/-/512/2".to_owned()),
            ("woninginbraak".to_owned(), "/t/buurt/512/1".to_owned()),
        ]
    );
}

/// An old version pages over ids: fifty of them, of which a visitor may see none.
#[tokio::test]
async fn a_forum_that_pages_over_hidden_ids_is_read_to_the_end() {
    fn by_id(forum: &Forum, path: &str, query: &Query) -> Value {
        let newest = forum.messages.iter().map(|(id, _)| *id).max().unwrap_or(0);
        let before: u64 = query.get("before").map_or(newest, |id| id.parse().unwrap());
        let seen = |(id, _): &&(u64, &str)| *id <= before && *id + 50 > before;
        let part = Forum {
            messages: forum.messages.iter().filter(seen).copied().collect(),
            ..Forum::default()
        };
        discourse(&part, path, &Query::new())
    }
    let world = World::new().await;
    let site = Site::serve(&world, by_id);
    world.add_source("plek", "discourse", world.web.url("/").as_str(), "");
    site.says(1..=10, "Een inbraak");
    let post = world.open(morning()).await;
    poll(&post, morning()).await;
    site.says(11..=20, "Een inbraak");
    site.says(250..=260, "Een inbraak");
    assert_eq!(poll(&post, hour(1)).await, (21, 0, 0));
}

/// `wp/v2/posts` and `comments`: later than a local time, upwards; or the newest.
fn wordpress(forum: &Forum, path: &str, query: &Query) -> Value {
    let (list, after, order) = match path {
        "/blog/wp-json/wp/v2/posts" => (&forum.messages, "modified_after", "modified"),
        "/blog/wp-json/wp/v2/comments" => (&forum.comments, "after", "date"),
        _ => return Value::Null,
    };
    only(
        query,
        &["per_page", "orderby", "order", "page", "_fields", after],
    );
    assert_eq!(query["orderby"], order);
    assert!(!query["_fields"].contains("author"));
    // The website keeps the time of the Netherlands, in winter.
    let local = |id: u64| {
        (time(id) + SignedDuration::from_hours(1))
            .to_string()
            .replace('Z', "")
    };
    let least = query.get(after).cloned().unwrap_or_default();
    let mut found: Vec<_> = list.iter().filter(|(id, _)| local(*id) > least).collect();
    found.sort_by_key(|(id, _)| *id);
    if query["order"] == "desc" {
        found.reverse();
    }
    let size: usize = query["per_page"].parse().unwrap();
    let page: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
    let gmt = |id: u64| time(id).to_string().replace('Z', "");
    let one = |(id, text): &&(u64, &str)| {
        let mut message = json!({"id": id, "date": local(*id), "date_gmt": gmt(*id), "link": format!("https://wijkblad.example/?p={id}"),
            "content": {"rendered": format!("<p>{text}</p>"), "protected": false}});
        if order == "modified" {
            message["modified"] = json!(local(*id));
            message["modified_gmt"] = json!(gmt(*id));
            message["title"] = json!({"rendered": "Nieuws &amp; meer"});
        }
        message
    };
    Value::Array(
        found
            .iter()
            .skip(size * (page - 1))
            .take(size)
            .map(one)
            .collect(),
    )
}

#[tokio::test]
async fn a_website_tells_its_articles_its_reactions_and_its_edits() {
    let (world, site) = world(1).await;
    site.with(|forum| {
        forum.messages = vec![(1, "Feest in het dorp"), (2, "Er was brand")];
        forum.comments = vec![(3, "Bij ons was een inbraak")];
    });
    let post = world.open(morning()).await;
    assert_eq!(poll(&post, morning()).await, (3, 0, 0));
    assert_eq!(post.hits().await.len(), 2);
    // Reactions that are closed to us take no article away.
    site.with(|forum| {
        forum.messages.push((70, "Alweer brand"));
        let articles = wordpress(
            forum,
            "/blog/wp-json/wp/v2/posts",
            &Query::from([
                ("per_page".to_owned(), "20".to_owned()),
                ("orderby".to_owned(), "modified".to_owned()),
                ("order".to_owned(), "desc".to_owned()),
                ("_fields".to_owned(), String::new()),
            ]),
        );
        forum
            .faults
            .push_back(Answer::ok(json!([articles[0]]).to_string()));
        forum
            .faults
            .push_back(Answer::new(403, "{\"code\":\"rest_forbidden\"}"));
    });
    assert_eq!(poll(&post, hour(1)).await, (1, 0, 0));
    // A website that knows no `modified_after` gives its oldest articles again and again.
    let oldest = json!([{"id": 1, "date": "2020-01-01T00:00:00", "modified": "2020-01-01T00:00:00", "link": "https://wijkblad.example/?p=1",
        "title": {"rendered": "Oud"}, "content": {"rendered": "<p>Oud</p>"}}]);
    site.with(|forum| forum.faults.push_back(Answer::ok(oldest.to_string())));
    assert_eq!(
        failure(&post.poll("plek", hour(2)).await),
        FailureClass::Broken
    );
}

/// `post/list` and `comment/list` of version 3: newest first under what is pinned.
fn lemmy(forum: &Forum, path: &str, query: &Query) -> Value {
    assert_eq!(
        (query["sort"].as_str(), query["type_"].as_str()),
        ("New", "All")
    );
    assert_eq!(query["community_name"], "lindemeer");
    let limit: usize = query["limit"].parse().unwrap();
    assert!(limit <= 50);
    let message = |(id, text): &(u64, &str)| {
        json!({"id": id, "name": "Vraagje", "body": text, "content": text, "published": time(*id).to_string(), "deleted": false,
            "removed": false, "ap_id": format!("https://lemmy.example/x/{id}"), "language_id": 0})
    };
    let newest = |list: &[(u64, &'static str)], skip: usize| {
        let mut list = list.to_vec();
        list.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        list.into_iter().skip(skip).take(limit).collect::<Vec<_>>()
    };
    match path {
        "/api/v3/post/list" => {
            only(
                query,
                &["sort", "type_", "limit", "community_name", "page_cursor"],
            );
            let skip: usize = query
                .get("page_cursor")
                .map_or(0, |cursor| cursor[1..].parse().unwrap());
            let mut posts: Vec<_> = newest(&forum.messages, skip)
                .iter()
                .map(|m| json!({"post": message(m), "creator": {"name": "bewoner"}}))
                .collect();
            let full = posts.len() == limit;
            if skip == 0 {
                posts.insert(0, json!({"post": {"ap_id": "https://lemmy.example/x/regels", "name": "Huisregels", "published": "2020-01-01T00:00:00", "featured_community": true}}));
            }
            json!({"posts": posts, "next_page": full.then(|| format!("P{}", skip + limit))})
        }
        "/api/v3/comment/list" => {
            only(query, &["sort", "type_", "limit", "community_name", "page"]);
            let page: usize = query.get("page").map_or(1, |page| page.parse().unwrap());
            let comments: Vec<_> = newest(&forum.comments, (page - 1) * limit).iter()
                .map(|m| json!({"comment": message(m), "post": message(&(1, "brand")), "creator": {"name": "bewoner"}})).collect();
            json!({"comments": comments})
        }
        _ => Value::Null,
    }
}

#[tokio::test]
async fn a_community_tells_posts_and_comments_and_what_was_taken_away_is_not_told() {
    let (world, site) = world(2).await;
    site.with(|forum| {
        forum.messages = vec![(1, "Er was een inbraak")];
        forum.comments = vec![(2, "Bij ons ook een inbraak"), (3, "Sterkte")];
    });
    let post = world.open(morning()).await;
    // The rules of the house are old.
    assert_eq!(poll(&post, morning()).await, (3, 0, 1));
    assert_eq!(post.hits().await.len(), 2);
    let removed = json!({"posts": [{"post": {"ap_id": "https://lemmy.example/x/9", "body": "inbraak", "published": "2026-11-24T06:00:00", "removed": true}}, null]});
    site.with(|forum| forum.faults.push_back(Answer::ok(removed.to_string())));
    assert_eq!(poll(&post, hour(1)).await, (0, 0, 0));
}

/// `getAuthorFeed`: newest first, the cursor is the time of the last.
fn bluesky(forum: &Forum, path: &str, query: &Query) -> Value {
    if path != "/xrpc/app.bsky.feed.getAuthorFeed" {
        return Value::Null;
    }
    only(query, &["actor", "filter", "limit", "cursor"]);
    assert_eq!(
        (query["actor"].as_str(), query["filter"].as_str()),
        ("wijkraad.example", "posts_no_replies")
    );
    let limit: usize = query["limit"].parse().unwrap();
    let below: Timestamp = query
        .get("cursor")
        .map_or(hour(900), |cursor| cursor.parse().unwrap());
    let mut posts: Vec<_> = forum
        .messages
        .iter()
        .filter(|(id, _)| time(*id) < below)
        .collect();
    posts.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    posts.truncate(limit);
    let post = |(id, text): &&(u64, &str)| {
        json!({"post": {"uri": format!("at://did:plc:demo/app.bsky.feed.post/{id}"), "author": {"did": "did:plc:demo", "handle": "wijkraad.example", "labels": []},
            "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": time(*id).to_string(), "langs": ["nl"]}, "indexedAt": time(*id).to_string()}})
    };
    let cursor = posts.last().map(|(id, _)| time(*id).to_string());
    json!({"feed": posts.iter().map(post).collect::<Vec<_>>(), "cursor": cursor})
}

#[tokio::test]
async fn of_an_account_only_its_own_words_are_read_and_only_when_it_allows_that() {
    let (world, site) = world(3).await;
    let entry = |id: u64, more: Value| {
        let mut entry = json!({"post": {"uri": format!("at://did:plc:demo/app.bsky.feed.post/{id}"), "author": {"labels": null},
            "record": {"text": "Er was een inbraak", "createdAt": "2026-11-24T06:00:00Z"}, "indexedAt": "2026-11-24T06:00:00Z"}});
        for (key, value) in more.as_object().unwrap() {
            entry[key] = value.clone();
        }
        entry
    };
    let feed = json!({"feed": [
        entry(1, json!({})), entry(2, json!({"reason": {"$type": "app.bsky.feed.defs#reasonRepost"}})), entry(3, json!({"post": null})),
    ]});
    site.with(|forum| forum.faults.push_back(Answer::ok(feed.to_string())));
    let post = world.open(morning()).await;
    assert_eq!(poll(&post, morning()).await, (1, 0, 0));
    let links: Vec<_> = post
        .hits()
        .await
        .into_iter()
        .map(|hit| hit.hit.link.unwrap())
        .collect();
    assert_eq!(links, ["https://bsky.app/profile/did:plc:demo/post/1"]);

    let mut closed = entry(4, json!({}));
    closed["post"]["author"]["labels"] = json!([{"val": "!no-unauthenticated"}]);
    site.with(|forum| {
        forum
            .faults
            .push_back(Answer::ok(json!({"feed": [closed]}).to_string()))
    });
    assert_eq!(
        failure(&post.poll("plek", hour(1)).await),
        FailureClass::Reserved
    );
}
