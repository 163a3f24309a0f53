//! Words planted where no word may come out: in every kind of source, as author and in the text, and
//! then looked for in every byte on disk, in all logs at their most talkative, and in all mails.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use luisterpost::forget;
use luisterpost::source::SourceKind;
use serde_json::{Value, json};

use crate::cli::{ended, err, out, program, run};
use crate::web::{Answer, Recorded};
use crate::world::{DAY, World, now};

/// Who wrote a message: name, account, picture, description.
const AUTHOR: [&str; 4] = [
    "Kwintelbaas",
    "kwintelaccount",
    "kwintelplaatje",
    "kwintelverhaal",
];

/// Personal data in a text, as it is written there.
const PERSONAL: [&str; 7] = [
    "kwintel@post.example",
    "06-48159273",
    "NL91 ABNA 0417 1643 00",
    "123456782",
    "KX-482-N",
    "@kwintelvink",
    "Brinkstraat 4821",
];

/// A word of a message that is no hit.
const UNHEARD: &str = "zwijgkanarie";

/// A word of a hit, which is kept for as long as the hit.
const HEARD: &str = "meldkanarie";

/// An account in the link of a hit, where the platform has no other link.
const LINKED: &str = "kwintellink";

fn hit() -> String {
    let data = PERSONAL.join(", ");
    format!("Er was een inbraak, zag {HEARD}. Bel of mail: {data}")
}

fn miss() -> String {
    format!("Gezellige markt met {UNHEARD} en {}", PERSONAL[0])
}

fn time() -> String {
    now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn account() -> Value {
    json!({"id": "77", "username": AUTHOR[1], "acct": AUTHOR[1], "display_name": AUTHOR[0],
           "avatar": format!("https://beeld.example/{}.png", AUTHOR[2]), "note": AUTHOR[3],
           "url": format!("https://mastodon.example/@{}", AUTHOR[1]),
           "bot": false, "discoverable": true, "indexable": true, "noindex": false})
}

fn mastodon() -> Value {
    let status = |id: &str, text: String| {
        json!({"id": id, "uri": format!("https://mastodon.example/users/{LINKED}/statuses/{id}"),
               "url": format!("https://mastodon.example/@{LINKED}/{id}"), "created_at": time(),
               "edited_at": null, "in_reply_to_id": null, "sensitive": false, "spoiler_text": "",
               "visibility": "public", "language": "nl", "content": format!("<p>{text}</p>"),
               "reblog": null, "account": account(), "media_attachments": [],
               "mentions": [{"username": AUTHOR[1], "acct": AUTHOR[1]}],
               "tags": [{"name": "lindemeer"}]})
    };
    json!([status("2", hit()), status("1", miss())])
}

/// What every site at once answers; each kind of source asks for its own paths.
fn answer(request: &Recorded) -> Answer {
    let path = request.target.split('?').next().unwrap();
    let json = |value: Value| {
        Answer::ok(value.to_string()).header("content-type", "application/json; charset=utf-8")
    };
    let creator = json!({"name": AUTHOR[1], "display_name": AUTHOR[0], "bio": AUTHOR[3]});
    if request.target.contains("min_id=") {
        return json(json!([]));
    }
    match path {
        "/feed" => {
            let item = |id: u8, text: String| {
                format!(
                    "<item><guid>https://wijkkrant.example/{id}</guid><link>https://wijkkrant.example/{id}</link>\
                     <author>{}@post.example ({})</author><dc:creator>{}</dc:creator>\
                     <description>{text}</description></item>",
                    AUTHOR[1], AUTHOR[0], AUTHOR[0]
                )
            };
            let items = item(1, hit()) + &item(2, miss());
            Answer::ok(format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
                 <channel><title>Wijkkrant</title><managingEditor>{}</managingEditor>{items}</channel></rss>",
                AUTHOR[0]
            ))
            .header("content-type", "application/rss+xml")
        }
        "/pagina" => {
            let post = |id: u8, text: String| {
                format!(
                    "<div class=post><span class=author>{}</span><img alt='{}'><a class=link href='#p{id}'>{id}</a>\
                     <div class=body>{text}</div></div>",
                    AUTHOR[0], AUTHOR[2]
                )
            };
            let posts = post(1, hit()) + &post(2, miss());
            Answer::ok(format!(
                "<!doctype html><title>{}</title>{posts}",
                AUTHOR[3]
            ))
            .header("content-type", "text/html; charset=utf-8")
        }
        "/api/v1/timelines/tag/lindemeer" | "/api/v1/accounts/77/statuses" => json(mastodon()),
        "/api/v1/accounts/lookup" => json(account()),
        "/posts.json" => {
            let post = |id: u8, text: String| {
                json!({"id": id, "username": AUTHOR[1], "name": AUTHOR[0], "created_at": time(),
                       "updated_at": time(), "cooked": format!("<p>{text}</p>"), "post_number": 2,
                       "post_type": 1, "topic_id": 512, "topic_slug": "buurt",
                       "topic_title": "Buurt", "category_id": 4,
                       "avatar_template": format!("/{}.png", AUTHOR[2])})
            };
            json(json!({"latest_posts": [post(2, hit()), post(1, miss())]}))
        }
        "/blog/wp-json/wp/v2/posts" => {
            let post = |id: u8, text: String| {
                json!({"id": id, "date": &time()[..19], "date_gmt": &time()[..19],
                       "modified": &time()[..19], "modified_gmt": &time()[..19],
                       "link": format!("https://wijkblad.example/?p={id}"), "author": 77,
                       "author_name": AUTHOR[0], "title": {"rendered": "Nieuws"},
                       "content": {"rendered": format!("<p>{text}</p>"), "protected": false}})
            };
            json(json!([post(2, hit()), post(1, miss())]))
        }
        "/blog/wp-json/wp/v2/comments" => json(json!([])),
        "/api/v3/post/list" => {
            let post = |id: u8, text: String| {
                json!({"post": {"id": id, "name": "Vraagje", "body": text, "published": time(),
                       "deleted": false, "removed": false,
                       "ap_id": format!("https://lemmy.example/post/{id}")}, "creator": creator})
            };
            json(json!({"posts": [post(2, hit()), post(1, miss())], "next_page": null}))
        }
        "/api/v3/comment/list" => json(json!({"comments": []})),
        "/xrpc/app.bsky.feed.getAuthorFeed" => {
            let post = |id: u8, text: String| {
                json!({"post": {"uri": format!("at://did:plc:demo/app.bsky.feed.post/{id}"),
                       "author": {"did": "did:plc:demo", "handle": format!("{}.example", AUTHOR[1]),
                                  "displayName": AUTHOR[0], "labels": []},
                       "record": {"$type": "app.bsky.feed.post", "text": text,
                                  "createdAt": time(), "langs": ["nl"]}, "indexedAt": time()}})
            };
            json(json!({"feed": [post(2, hit()), post(1, miss())]}))
        }
        _ => Answer::status(404),
    }
}

/// A source of every kind that there is.
async fn town() -> World {
    let world = World::today().await;
    world.web.serve_by(answer);
    let url = |path: &str| world.web.url(path).to_string();
    let organisation = "organisation = \"Wijkraad\"";
    world.feed("feed", "");
    let select = "select = { item = \".post\", link = \"a.link\", text = \".body\" }";
    world.add_source("page", "page", &url("/pagina"), select);
    world.add_source("mastodon-tag", "mastodon-tag", &url("/tags/lindemeer"), "");
    world.add_source(
        "mastodon-account",
        "mastodon-account",
        &url("/@wijkraad"),
        organisation,
    );
    world.add_source(
        "bluesky-account",
        "bluesky-account",
        &url("/profile/wijkraad.example"),
        organisation,
    );
    world.add_source("lemmy", "lemmy", &url("/c/lindemeer"), "");
    world.add_source("discourse", "discourse", &url("/"), "");
    world.add_source("wordpress", "wordpress", &url("/blog"), "");
    let table = format!(
        "Nummer;Melder;Omschrijving\n1;{0};\"{1}\"\n2;{0};\"{2}\"\n",
        AUTHOR[0],
        hit(),
        miss()
    );
    world.write("state/drop/a.csv", table);
    // A file is read when nobody wrote to it for some seconds.
    let file = fs::File::options()
        .write(true)
        .open(world.path("state/drop/a.csv"));
    file.unwrap().set_modified((now() - DAY).into()).unwrap();
    let folder = world.path("state/drop").display().to_string();
    world.append(
        "config/sources.toml",
        &format!(
            "[[source]]\nid = \"drop\"\nname = \"Meldingen\"\nkind = \"drop\"\nfolder = {folder:?}\n\
             voice = \"residents\"\nscope = \"local\"\nreviewed = 2026-11-01\n\
             columns = {{ id = \"Nummer\", text = \"Omschrijving\" }}\n"
        ),
    );
    world
}

async fn talkative(world: &World, arguments: &[&str]) -> Output {
    let mut command = program(world);
    command.args(arguments).env("RUST_LOG", "trace");
    run(command, "").await
}

/// The files below the state directory that hold a text, in UTF-8 or UTF-16 of either order.
fn files_with(world: &World, text: &str) -> Vec<PathBuf> {
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect();
    let forms: [Vec<u8>; 3] = [
        text.as_bytes().to_vec(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ];
    let mut found = Vec::new();
    let mut directories = vec![world.path("state")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let holds = |form: &Vec<u8>| bytes.windows(form.len()).any(|part| part == form);
            if forms.iter().any(holds) {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn what_was_planted_comes_out_nowhere_and_what_was_kept_goes_with_its_retention() {
    let world = town().await;
    let mut logs = String::new();
    for arguments in [
        &["poll", "--all"][..],
        &["poll", "--all"],
        &["digest"],
        &["report", "--json"],
        &["status"],
        &["audit", "show"],
        &["register"],
        &["forget"],
    ] {
        let output = talkative(&world, arguments).await;
        ended(&output, 0);
        logs += &err(&output);
        logs += &out(&output);
    }
    assert!(
        logs.contains("TRACE"),
        "the logs are at their most talkative"
    );

    // The file that arrived is somebody else's, and is put away for a week.
    fs::remove_dir_all(world.path("state/drop")).unwrap();
    let post = world.open(now()).await;
    // The account and the hashtag tell the same, which is told once: by the one that was first.
    let of_platform = |kind: &str| kind.split("-tag").next().unwrap().replace("-account", "");
    let heard = post.hits().await.into_iter();
    let heard: BTreeSet<String> = heard
        .map(|hit| of_platform(hit.hit.source.as_str()))
        .collect();
    let kinds = SourceKind::WORDS
        .iter()
        .map(|kind| of_platform(kind))
        .collect();
    assert_eq!(heard, kinds, "a hit of every kind of source");
    assert!(!files_with(&world, HEARD).is_empty());

    let mails = || {
        world
            .outbox()
            .into_iter()
            .map(|mail| mail.subject + &mail.text + &mail.html)
    };
    for planted in AUTHOR.iter().chain(&PERSONAL).chain([&UNHEARD]) {
        assert_eq!(
            files_with(&world, planted),
            Vec::<PathBuf>::new(),
            "{planted}"
        );
        assert!(
            !logs.contains(planted),
            "{planted} in a log: {}",
            around(&logs, planted)
        );
        assert!(
            mails().all(|mail| !mail.contains(planted)),
            "{planted} in a mail"
        );
    }
    // The link of a hit stands with the hit and in the mail that tells of it, and nowhere else.
    for word in [LINKED, HEARD] {
        assert!(
            !logs.contains(word),
            "{word} in a log: {}",
            around(&logs, word)
        );
        let log = fs::read_to_string(world.path("state/audit.jsonl")).unwrap();
        assert!(!log.contains(word), "{word} in the audit log");
        for paper in fs::read_dir(world.path("papieren")).unwrap() {
            let text = fs::read_to_string(paper.unwrap().path()).unwrap();
            assert!(!text.contains(word), "{word} in a paper");
        }
    }

    let (store, mailer) = (&post.store, &post.app.desk.mailer);
    forget::forget(store, mailer, now() + 29 * DAY)
        .await
        .unwrap();
    drop(post);
    for word in [LINKED, HEARD] {
        assert_eq!(
            files_with(&world, word),
            Vec::<PathBuf>::new(),
            "{word} after its retention"
        );
    }
}

/// A log line with the word, for who must mend it.
fn around(logs: &str, word: &str) -> String {
    let line = logs.lines().find(|line| line.contains(word));
    line.unwrap_or_default().chars().take(400).collect()
}
