//! The web server of Lindemeer: the sites of its papers, residents and authorities on one port.
//!
//! Its documents change once, at the second round: one feed then has two new messages and an
//! edited one. Everything else answers a conditional request with 304.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::demo::document::{self, Document, Entry, Publisher};
use crate::demo::message::{self, Message};

/// The town at one moment: what was written in the week before it.
#[derive(Debug)]
pub struct Town {
    messages: Vec<Message>,
    last_day: Date,
    zone: TimeZone,
    round: AtomicU8,
}

impl Town {
    /// The town as it is at `now`, with its clocks in `zone`.
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        let messages = message::messages();
        Town {
            last_day: message::last_day(&messages, now, &zone),
            messages,
            zone,
            round: AtomicU8::new(1),
        }
    }

    /// From here on the second round is served.
    pub fn start_second_round(&self) {
        self.round.store(2, Ordering::SeqCst);
    }

    /// All that is served, on a listener of the caller's.
    pub fn router(self: &Arc<Self>) -> Router {
        let robots = || async { "User-agent: *\nDisallow: /beheer/\n" };
        PAGES.iter().fold(
            Router::new().route("/robots.txt", get(robots)),
            |router, page| {
                let town = Arc::clone(self);
                let answer = move |headers: HeaderMap| async move { town.answer(page, &headers) };
                router.route(page.path, get(answer))
            },
        )
    }

    /// Answers a request for a page: 304 when the reader has it already.
    fn answer(&self, page: &Page, headers: &HeaderMap) -> Response {
        let document = self.document(page);
        let etag = etag(&document.body);
        let known = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .any(|value| names(value, &etag));
        let mut response = if known {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            let mut response = Response::new(Body::from(document.body));
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static(document.content_type),
            );
            response
        };
        let etag = HeaderValue::from_str(&etag).expect("quotes and hexadecimal digits are legal");
        response.headers_mut().insert(header::ETAG, etag);
        response
    }

    /// The page as it reads in this round.
    fn document(&self, page: &Page) -> Document {
        let publisher = Publisher {
            name: page.name,
            home: page.home,
        };
        let mut entries = self.entries(page);
        match page.shape {
            Shape::Rss => document::rss(publisher, &entries),
            Shape::RssCdata => document::rss_cdata(publisher, &entries),
            Shape::RssLatin1 => document::rss_latin1(publisher, &entries),
            Shape::RssBroken => document::rss_broken(publisher, &entries),
            Shape::Atom => document::atom(publisher, &entries),
            Shape::JsonFeed => document::json_feed(publisher, &entries),
            Shape::ForumPage { first, next } => {
                entries.reverse();
                let first = first.min(entries.len());
                let posts = &entries[first..entries.len().min(first + POSTS_PER_PAGE)];
                document::forum_page(publisher, posts, first, next)
            }
            Shape::Maintenance => document::maintenance(),
        }
    }

    /// The messages of a page in this round, the newest first.
    fn entries(&self, page: &Page) -> Vec<Entry> {
        let round = self.round.load(Ordering::SeqCst);
        let mut shown: Vec<_> = self
            .messages
            .iter()
            .filter(|message| message.source == page.source)
            .filter(|message| message.edits.is_none() && message.round <= round)
            .map(|message| (message.published(self.last_day, &self.zone), message))
            .collect();
        shown.sort_by_key(|(published, _)| std::cmp::Reverse(*published));
        shown
            .into_iter()
            .map(|(published, message)| {
                let link = format!("{}{}", page.home, message.id);
                let published = published.to_zoned(self.zone.clone());
                let text = self.edit_of(message, round).unwrap_or(message);
                Entry::new(&message.id, link, &text.title, text.html(), &published)
            })
            .collect()
    }

    /// The message that stands in the place of this one in this round.
    fn edit_of(&self, message: &Message, round: u8) -> Option<&Message> {
        self.messages
            .iter()
            .find(|edit| edit.round <= round && edit.edits.as_deref() == Some(&message.id))
    }
}

/// One page that is served.
#[derive(Debug)]
struct Page {
    /// Path on the town's server.
    path: &'static str,
    /// Id of the source whose messages stand there.
    source: &'static str,
    /// Name of the site for readers.
    name: &'static str,
    /// Where the site would stand if it existed; links to messages begin so.
    home: &'static str,
    /// How the messages are written.
    shape: Shape,
}

/// How a page is written.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Rss,
    RssCdata,
    RssLatin1,
    RssBroken,
    Atom,
    JsonFeed,
    ForumPage {
        /// How many posts stand on the pages before.
        first: usize,
        next: Option<&'static str>,
    },
    Maintenance,
}

/// Half of the thread, so that it takes two pages.
const POSTS_PER_PAGE: usize = 14;

const PAGES: [Page; 11] = [
    Page {
        path: "/prikbord/rss",
        source: "prikbord",
        name: "Prikbord Lindemeer",
        home: "https://prikbord.example/lindemeer/",
        shape: Shape::Rss,
    },
    Page {
        path: "/forum/wonen",
        source: "forum-wonen",
        name: "Lindemeer Forum",
        home: "https://forum-lindemeer.example/wonen/",
        shape: Shape::ForumPage {
            first: 0,
            next: Some("/forum/wonen/2"),
        },
    },
    Page {
        path: "/forum/wonen/2",
        source: "forum-wonen",
        name: "Lindemeer Forum",
        home: "https://forum-lindemeer.example/wonen/",
        shape: Shape::ForumPage {
            first: POSTS_PER_PAGE,
            next: None,
        },
    },
    Page {
        path: "/molenwiek/feed",
        source: "wijkkrant-molenwiek",
        name: "Wijkkrant De Molenwiek",
        home: "https://molenwiek.example/",
        shape: Shape::RssCdata,
    },
    Page {
        path: "/roderhout/feed.json",
        source: "dorpsraad-roderhout",
        name: "Dorpsraad Roderhout",
        home: "https://dorpsraad-roderhout.example/",
        shape: Shape::JsonFeed,
    },
    Page {
        path: "/wiekerdam/atom.xml",
        source: "weblog-wiekerdam",
        name: "Weblog Wiekerdam",
        home: "https://wiekerdam.example/",
        shape: Shape::Atom,
    },
    Page {
        path: "/winkeliers/rss",
        source: "winkeliers",
        name: "Winkeliersvereniging Oude Kern",
        home: "https://winkeliers-oudekern.example/",
        shape: Shape::RssBroken,
    },
    Page {
        path: "/streekbode/rss",
        source: "streekbode",
        name: "De Streekbode",
        home: "https://streekbode.example/",
        shape: Shape::Rss,
    },
    Page {
        path: "/gemeente/atom.xml",
        source: "gemeente",
        name: "Gemeente Lindemeer",
        home: "https://www.lindemeer.example/nieuws/",
        shape: Shape::Atom,
    },
    Page {
        path: "/politie/rss",
        source: "politie",
        name: "Politie Lindemeer en omstreken",
        home: "https://politie-lindemeer.example/",
        shape: Shape::RssLatin1,
    },
    Page {
        path: "/sportkrant/rss",
        source: "sportkrant",
        name: "Sportkrant Lindemeer",
        home: "https://sportkrant.example/",
        shape: Shape::Maintenance,
    },
];

/// A strong validator: the same bytes have the same tag.
fn etag(body: &[u8]) -> String {
    let hash = Sha256::digest(body);
    let digits: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// Whether a value of `If-None-Match` names this tag; the comparison is weak (RFC 9110, 13.1.2).
fn names(value: &HeaderValue, etag: &str) -> bool {
    // A tag of ours holds no comma, so splitting cannot cut one in two.
    value.to_str().is_ok_and(|list| {
        list.split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use scraper::{Html, Selector};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::demo::files;

    fn town() -> Town {
        let now = "2026-11-24T12:00:00+01:00".parse().unwrap();
        Town::new(now, TimeZone::get("Europe/Amsterdam").unwrap())
    }

    fn page(path: &str) -> &'static Page {
        PAGES.iter().find(|page| page.path == path).unwrap()
    }

    fn feed(town: &Town, page: &Page) -> feed_rs::model::Feed {
        feed_rs::parser::parse(town.document(page).body.as_slice()).unwrap()
    }

    fn ask(town: &Town, page: &Page, if_none_match: &str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, if_none_match.parse().unwrap());
        town.answer(page, &headers)
    }

    fn tag(response: &Response) -> String {
        response.headers()[header::ETAG]
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// How many messages of the first round a source has.
    fn count(town: &Town, source: &str) -> usize {
        town.messages
            .iter()
            .filter(|message| message.source == source && message.round == 1)
            .count()
    }

    #[test]
    fn every_source_of_the_demo_is_served_under_its_address() {
        let demo = files::demo(8080, jiff::civil::date(2026, 11, 24));
        let (_, sources) = demo
            .iter()
            .find(|(path, _)| *path == "config/sources.toml")
            .unwrap();
        let sources: toml::Table = toml::from_str(sources).unwrap();
        let mut expected = BTreeSet::new();
        for source in sources["source"].as_array().unwrap() {
            let url = source["url"].as_str().unwrap();
            let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
            expected.insert((path.to_owned(), source["id"].as_str().unwrap().to_owned()));
        }
        let served: BTreeSet<_> = PAGES
            .iter()
            .filter(|page| page.path != "/forum/wonen/2")
            .map(|page| (page.path.to_owned(), page.source.to_owned()))
            .collect();
        assert_eq!(served, expected);
    }

    #[test]
    fn every_right_feed_is_read_with_all_its_messages() {
        let town = town();
        let mut read = 0;
        for page in &PAGES {
            if matches!(
                page.shape,
                Shape::ForumPage { .. } | Shape::Maintenance | Shape::RssBroken
            ) {
                continue;
            }
            let feed = feed(&town, page);
            assert_eq!(
                feed.entries.len(),
                count(&town, page.source),
                "{}",
                page.path
            );
            let ids: BTreeSet<_> = feed.entries.iter().map(|entry| &entry.id).collect();
            assert_eq!(ids.len(), feed.entries.len(), "{}", page.path);
            read += 1;
        }
        assert_eq!(read, 7);
    }

    #[test]
    fn the_feeds_that_are_broken_on_purpose_are_not_read() {
        let town = town();
        for path in ["/winkeliers/rss", "/sportkrant/rss"] {
            let document = town.document(page(path));
            assert!(
                feed_rs::parser::parse(document.body.as_slice()).is_err(),
                "{path}"
            );
        }
        let broken = town.document(page("/winkeliers/rss"));
        assert!(String::from_utf8(broken.body).unwrap().contains(" & "));
    }

    #[test]
    fn the_thread_is_read_over_two_pages_with_the_selectors_of_the_demo() {
        let town = town();
        let demo = files::demo(8080, jiff::civil::date(2026, 11, 24));
        let sources: toml::Table = toml::from_str(
            &demo
                .iter()
                .find(|(path, _)| *path == "config/sources.toml")
                .unwrap()
                .1,
        )
        .unwrap();
        let forum = sources["source"]
            .as_array()
            .unwrap()
            .iter()
            .find(|source| source["id"].as_str() == Some("forum-wonen"))
            .unwrap();
        let select = |key: &str| Selector::parse(forum["select"][key].as_str().unwrap()).unwrap();
        let read = |path: &str| {
            let body = String::from_utf8(town.document(page(path)).body).unwrap();
            let html = Html::parse_document(&body);
            let posts: Vec<_> = html.select(&select("item")).collect();
            for post in &posts {
                for key in ["link", "text", "date"] {
                    assert_eq!(post.select(&select(key)).count(), 1, "{key}");
                }
            }
            let next = html
                .select(&select("next"))
                .next()
                .map(|link| link.attr("href").unwrap().to_owned());
            (posts.len(), next)
        };
        let (first, next) = read("/forum/wonen");
        assert_eq!(next.as_deref(), Some("/forum/wonen/2"));
        let (second, next) = read("/forum/wonen/2");
        assert_eq!(next, None);
        assert_eq!(first, POSTS_PER_PAGE);
        assert_eq!(first + second, count(&town, "forum-wonen"));
    }

    #[test]
    fn who_has_the_page_gets_304_with_the_tag_and_nothing_else() {
        let town = town();
        let page = page("/gemeente/atom.xml");
        let tag = tag(&town.answer(page, &HeaderMap::new()));
        let check = |if_none_match: &str, expected: StatusCode| {
            let response = ask(&town, page, if_none_match);
            assert_eq!(response.status(), expected, "{if_none_match}");
            assert_eq!(response.headers()[header::ETAG], tag.as_str());
            let typed = response.headers().contains_key(header::CONTENT_TYPE);
            assert_eq!(typed, expected == StatusCode::OK, "{if_none_match}");
        };
        check(&tag, StatusCode::NOT_MODIFIED);
        check(&format!("W/{tag}"), StatusCode::NOT_MODIFIED);
        check(&format!("\"x\", {tag}"), StatusCode::NOT_MODIFIED);
        check("*", StatusCode::NOT_MODIFIED);
        check("\"x\"", StatusCode::OK);
        check(tag.trim_matches('"'), StatusCode::OK);
        check("", StatusCode::OK);
    }

    #[test]
    fn the_second_round_changes_one_feed_and_no_other_page() {
        let town = town();
        let before: Vec<_> = PAGES
            .iter()
            .map(|page| tag(&town.answer(page, &HeaderMap::new())))
            .collect();
        town.start_second_round();
        for (page, tag) in PAGES.iter().zip(&before) {
            let expected = if page.source == "prikbord" {
                StatusCode::OK
            } else {
                StatusCode::NOT_MODIFIED
            };
            assert_eq!(ask(&town, page, tag).status(), expected, "{}", page.path);
        }
    }

    #[test]
    fn the_second_round_has_two_new_messages_and_one_edited_in_its_place() {
        let town = town();
        let texts = |feed: feed_rs::model::Feed| -> BTreeSet<(String, String)> {
            feed.entries
                .into_iter()
                .map(|entry| (entry.id, entry.summary.unwrap().content))
                .collect()
        };
        let first = texts(feed(&town, page("/prikbord/rss")));
        town.start_second_round();
        let second = texts(feed(&town, page("/prikbord/rss")));
        let ids = |texts: &BTreeSet<(String, String)>| -> BTreeSet<String> {
            texts.iter().map(|(id, _)| id.clone()).collect()
        };
        assert_eq!(ids(&second).difference(&ids(&first)).count(), 2);
        assert_eq!(ids(&first).difference(&ids(&second)).count(), 0);
        let changed: Vec<_> = first.difference(&second).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].0, "prik-07");
    }

    #[tokio::test]
    async fn the_router_serves_on_a_listener_and_knows_nothing_else() {
        let town = Arc::new(town());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = town.router();
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let get = async |path: &str| {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        };
        for page in &PAGES {
            let answer = get(page.path).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{}", page.path);
            assert!(answer.contains("\r\netag: \""), "{}", page.path);
        }
        assert!(get("/robots.txt").await.contains("User-agent: *"));
        assert!(get("/elders").await.starts_with("HTTP/1.1 404"));
        server.abort();
    }
}
