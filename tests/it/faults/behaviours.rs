//! What each of the hosts does.

use std::time::Duration;

use luisterpost::outcome::FailureClass::{
    BlockedAddress, Broken, Busy, Connect, ContentCoding, Garbled, Gone, HeaderTooLarge, LoginWall,
    Name, NotAFeed, NothingSelected, Redirects, Robots, Status, Timeout, Tls, TooLarge,
};
use tokio::net::TcpListener;

use super::Outcome::{Fails, Reads};
use super::{Fault, Hosts, Outcome, healthy};
use crate::fetch::tls;
use crate::web::Answer;
use crate::world::{feed, page};

/// Longer than the machine under test has memory, and than the limit of a document.
const HUGE: usize = 200_000_000;

const WELL: Outcome = Reads {
    items: 3,
    cut: false,
    repaired: false,
};

const MENDED: Outcome = Reads {
    items: 3,
    cut: false,
    repaired: true,
};

/// Slow enough never to end, quick enough never to be silent.
const DRIP: Duration = Duration::from_millis(300);

pub(super) async fn add_all(hosts: &mut Hosts) {
    connections(hosts).await;
    heads(hosts).await;
    bodies(hosts).await;
    redirects(hosts).await;
    statuses(hosts).await;
    not_feeds(hosts).await;
    feeds(hosts).await;
    robots(hosts).await;
    pages(hosts).await;
}

fn text() -> String {
    String::from_utf8(healthy("x").body().to_vec()).unwrap()
}

fn raw(head: &str, body: &str) -> Answer {
    Answer::raw(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"))
}

fn html(body: &str) -> Answer {
    Answer::ok(format!("<!doctype html><title>Pagina</title>{body}"))
        .header("content-type", "text/html")
}

async fn connections(hosts: &mut Hosts) {
    let refusing = TcpListener::bind("127.3.0.1:0").await.unwrap();
    let port = refusing.local_addr().unwrap().port();
    drop(refusing);
    hosts.at(
        "geweigerd",
        &format!("http://127.3.0.1:{port}/feed"),
        Fails(Connect, "refused"),
    );
    hosts.at(
        "onvindbaar",
        "http://bestaat-niet.invalid/feed",
        Fails(Name, "bestaat-niet.invalid does not resolve"),
    );
    hosts
        .add("stil", Answer::silent(), Fails(Timeout, "too slow"))
        .await;
    hosts
        .add(
            "hangt-op",
            Answer::raw(""),
            Fails(Garbled, "connection closed"),
        )
        .await;
    hosts
        .add(
            "ander-protocol",
            Answer::raw("SSH-2.0-OpenSSH_9.9\r\n"),
            Fails(Garbled, ""),
        )
        .await;

    let web = hosts.host().await;
    let plain = web.url("/feed").as_str().replace("http:", "https:");
    hosts.webs.insert("zonder-tls", web);
    hosts.at("zonder-tls", &plain, Fails(Tls, ""));
    let web = tls::server(&tls::authority("Elders"), "127.0.0.1", 2090).await;
    hosts.at(
        "vreemd-certificaat",
        web.url("/feed").as_str(),
        Fails(Tls, "UnknownIssuer"),
    );
    hosts.webs.insert("vreemd-certificaat", web);
}

async fn heads(hosts: &mut Hosts) {
    hosts
        .add(
            "kop-druppelt",
            healthy("x").drip_all(DRIP),
            Fails(Timeout, ""),
        )
        .await;
    hosts
        .add(
            "kop-half",
            Answer::raw("HTTP/1.1 200 OK\r\ncontent-le"),
            Fails(Garbled, ""),
        )
        .await;
    let long = format!("x: {}", "y".repeat(2_000_000));
    hosts
        .add("kop-groot", raw(&long, &text()), Fails(HeaderTooLarge, ""))
        .await;
    let many = "x-y: z\r\n".repeat(10_000);
    hosts
        .add(
            "kop-vele-regels",
            raw(many.trim_end(), &text()),
            Fails(HeaderTooLarge, ""),
        )
        .await;
    hosts
        .add(
            "kop-onzin",
            Answer::raw("HTTP/9.9 abc\r\n\r\n"),
            Fails(Garbled, ""),
        )
        .await;
    hosts
        .add(
            "twee-lengtes",
            raw("content-length: 5\r\ncontent-length: 9", &text()),
            Fails(Garbled, ""),
        )
        .await;
    hosts
        .add(
            "koekjes",
            healthy("x")
                .header("set-cookie", "a=b")
                .header("etag", "x".repeat(5000)),
            WELL,
        )
        .await;
}

async fn bodies(hosts: &mut Hosts) {
    hosts
        .add("druppelt", healthy("x").drip(DRIP), Fails(Timeout, ""))
        .await;
    hosts
        .add("valt-stil", healthy("x").silent_body(), Fails(Timeout, ""))
        .await;
    hosts
        .add(
            "eindeloos",
            Answer::ok("x".repeat(1000)).endless(),
            Fails(TooLarge, ""),
        )
        .await;
    hosts
        .add(
            "eindeloze-feed",
            Answer::ok(text() + &" ".repeat(5000)).endless(),
            Reads {
                items: 3,
                cut: true,
                repaired: true,
            },
        )
        .await;
    hosts
        .add(
            "groot",
            healthy("x").filled(HUGE),
            Reads {
                items: 3,
                cut: true,
                repaired: false,
            },
        )
        .await;
    hosts
        .add("grote-pagina", html("").filled(HUGE), Fails(TooLarge, ""))
        .await;
    // Blocks of zstd that repeat one byte 131,072 times each (RFC 8878 section 3.1.1.2): 32 GiB in a megabyte.
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    bomb.extend([0x02, 0x00, 0x10, b'x'].repeat(250_000));
    hosts
        .add(
            "inpakbom",
            Answer::ok(bomb).header("content-encoding", "zstd"),
            Fails(TooLarge, ""),
        )
        .await;
    hosts
        .add(
            "slecht-ingepakt",
            healthy("x").header("content-encoding", "gzip"),
            Fails(ContentCoding, "decompressed"),
        )
        .await;
    hosts
        .add(
            "onbekend-ingepakt",
            healthy("x").header("content-encoding", "x-geheim"),
            WELL,
        )
        .await;
    // An empty file, packed once: what is named twice is not undone at all.
    let once = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    hosts
        .add(
            "dubbel-ingepakt",
            Answer::ok(once).header("content-encoding", "gzip, gzip"),
            Fails(ContentCoding, "gzip, gzip"),
        )
        .await;
    hosts
        .add("te-kort", healthy("x").cut_short(), Fails(Garbled, ""))
        .await;
    let chunked = |chunks: &str| raw("transfer-encoding: chunked", chunks);
    hosts
        .add("afgebroken", chunked("5\r\n<rss>\r\n"), Fails(Garbled, ""))
        .await;
    hosts
        .add(
            "slechte-brokken",
            chunked("xyz\r\n<rss>\r\n"),
            Fails(Garbled, ""),
        )
        .await;
    hosts
        .add(
            "reuzenbrok",
            chunked("ffffffffffffffff\r\n<rss>"),
            Fails(Garbled, ""),
        )
        .await;
    hosts
        .add("leeg", Answer::ok(""), Fails(NotAFeed, "an empty document"))
        .await;
    hosts
        .add("nullen", Answer::ok(vec![0; 5000]), Fails(NotAFeed, ""))
        .await;
}

async fn redirects(hosts: &mut Hosts) {
    let to = |address: &str| Answer::redirect(302, address);
    hosts
        .add("rondje", to("/feed"), Fails(Redirects, "more than five"))
        .await;
    let web = hosts
        .add("keten", to("/1"), Fails(Redirects, "more than five"))
        .await;
    for hop in 1..9 {
        web.on(&format!("/{hop}"), [to(&format!("/{}", hop + 1))]);
    }
    hosts
        .add(
            "nergensheen",
            Answer::status(302),
            Fails(Redirects, "without an address"),
        )
        .await;
    hosts
        .add(
            "onzin-adres",
            to("http://["),
            Fails(Redirects, "no address"),
        )
        .await;
    for (id, address, part) in [
        ("naar-prive", "http://10.0.0.1/feed", "10.0.0.1"),
        (
            "naar-vermomd",
            "http://[::ffff:192.168.1.1]/",
            "192.168.1.1",
        ),
        ("naar-getal", "http://2852039166/", "169.254.169.254"),
        ("naar-bestand", "file:///etc/passwd", "file"),
        ("naar-gopher", "gopher://krant.example/", "gopher"),
        ("naar-poort", "http://127.1.0.1:22/", "port 22"),
        (
            "naar-naam",
            "http://jan:geheim@127.1.0.1:8080/",
            "user name",
        ),
    ] {
        hosts
            .add(id, to(address), Fails(BlockedAddress, part))
            .await;
    }
    let web = hosts
        .add(
            "naar-inlog",
            to("/inloggen"),
            Fails(LoginWall, "an HTML page"),
        )
        .await;
    web.on("/inloggen", [html("<form><input type=password></form>")]);
}

async fn statuses(hosts: &mut Hosts) {
    for (id, status, part) in [
        ("status-204", 204, "status 204"),
        ("status-206", 206, "status 206"),
        ("status-300", 300, "status 300"),
        ("status-304", 304, "status 304"),
        ("status-400", 400, "status 400"),
        ("status-403", 403, "status 403"),
        ("status-404", 404, "status 404"),
        ("status-451", 451, "status 451"),
        ("status-500", 500, "status 500"),
        ("status-502", 502, "status 502"),
        ("status-999", 999, "status 999"),
    ] {
        hosts
            .add(id, Answer::new(status, text()), Fails(Status, part))
            .await;
    }
    hosts
        .add(
            "status-401",
            Answer::status(401),
            Fails(LoginWall, "status 401"),
        )
        .await;
    hosts
        .add("status-410", Answer::status(410), Fails(Gone, "410"))
        .await;
    hosts
        .add(
            "status-429",
            Answer::status(429).header("retry-after", "9".repeat(40)),
            Fails(Busy, "429"),
        )
        .await;
    hosts
        .add(
            "status-503",
            Answer::status(503).header("retry-after", "gisteren"),
            Fails(Busy, "503"),
        )
        .await;
}

async fn not_feeds(hosts: &mut Hosts) {
    let challenge = "<title>Even geduld</title><script>location.reload()</script>";
    hosts
        .add("controle", html(challenge), Fails(NotAFeed, "an HTML page"))
        .await;
    hosts
        .add(
            "json",
            Answer::ok("{\"error\":\"nee\"}"),
            Fails(NotAFeed, "JSON"),
        )
        .await;
    hosts
        .add(
            "xml",
            Answer::ok("<opml version='2.0'/>"),
            Fails(NotAFeed, "XML"),
        )
        .await;
    hosts
        .add("tekst", Answer::ok("Welkom"), Fails(NotAFeed, "plain text"))
        .await;
    hosts
        .add(
            "plaatje",
            Answer::ok(b"\x89PNG\r\n\x1a\n"),
            Fails(NotAFeed, "an image"),
        )
        .await;
    hosts
        .add("pdf", Answer::ok("%PDF-1.7"), Fails(NotAFeed, "binary"))
        .await;
}

async fn feeds(hosts: &mut Hosts) {
    let item = "<item><guid>1</guid><title>&z;</title></item>";
    let rss = |before: &str, items: &str| {
        Answer::ok(format!(
            "<?xml version='1.0'?>{before}<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        ))
    };
    let read = |items, repaired| Reads {
        items,
        cut: false,
        repaired,
    };
    let mut entities = "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'>".to_owned();
    for (name, of) in ('b'..='z').zip('a'..='y') {
        entities.push_str(&format!(
            "<!ENTITY {name} '{}'>",
            format!("&{of};").repeat(10)
        ));
    }
    hosts
        .add(
            "entiteiten",
            rss(&format!("{entities}]>"), item),
            read(1, false),
        )
        .await;
    let outside = "<!DOCTYPE rss [<!ENTITY z SYSTEM 'file:///etc/passwd'>]>";
    hosts
        .add("entiteit-van-buiten", rss(outside, item), read(1, false))
        .await;
    let deep = format!("<item><title>a</title></item>{}", "<a>".repeat(100_000));
    hosts.add("diep", rss("", &deep), read(1, true)).await;
    let attributes: String = (0..20_000).map(|n| format!(" a{n}='x'")).collect();
    hosts
        .add(
            "attributen",
            rss("", &format!("<item{attributes}><title>a</title></item>")),
            read(1, true),
        )
        .await;
    let many: String = (0..20_000)
        .map(|n| format!("<item><guid>{n}</guid></item>"))
        .collect();
    hosts
        .add(
            "veel",
            rss("", &many),
            Reads {
                items: 5_000,
                cut: true,
                repaired: false,
            },
        )
        .await;
    let same = "<item><guid>1</guid><title>a</title></item>".repeat(50);
    hosts
        .add("zelfde-ids", rss("", &same), read(1, false))
        .await;
    hosts.add("geen-berichten", feed(&[]), read(0, false)).await;
    let long = format!("<item><title>{}</title></item>", "brand ".repeat(100_000));
    hosts
        .add("lang-bericht", rss("", &long), read(1, false))
        .await;

    let whole = text();
    hosts
        .add(
            "half",
            Answer::ok(&whole[..whole.rfind("<description>").unwrap() + 15]),
            Reads {
                items: 2,
                cut: false,
                repaired: true,
            },
        )
        .await;
    hosts
        .add(
            "losse-tekens",
            Answer::ok(whole.replace("Markt", "Markt & <br> \u{1}kermis")),
            MENDED,
        )
        .await;
    hosts
        .add(
            "rommel-vooraf",
            Answer::ok(format!("<br/><b>Warning</b>: x.php{whole}")),
            MENDED,
        )
        .await;
    let latin = whole
        .replace("Markt", "Caf\u{e9}")
        .chars()
        .map(|c| c as u8)
        .collect::<Vec<u8>>();
    hosts
        .add(
            "latin-1",
            Answer::ok(latin).header("content-type", "text/xml; charset=utf-8"),
            MENDED,
        )
        .await;
    let wide: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    hosts.add("utf-16", Answer::ok(wide), WELL).await;
    hosts
        .add(
            "vreemde-tekenset",
            healthy("x").header("content-type", "text/xml; charset=klingon"),
            WELL,
        )
        .await;
    hosts.add("kapotte-json", Answer::ok("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":1},{\"id\":2},{\"id"), Reads { items: 2, cut: false, repaired: true }).await;
    hosts
        .add(
            "diepe-json",
            Answer::ok(format!(
                "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}",
                "[".repeat(500_000)
            )),
            Fails(Broken, ""),
        )
        .await;
}

async fn robots(hosts: &mut Hosts) {
    let rules = |text: &str| Answer::ok(format!("User-agent: *\n{text}"));
    hosts
        .robots(
            "robots-verbod",
            rules("Disallow: /feed"),
            Fails(Robots, "line 2: Disallow: /feed"),
        )
        .await;
    hosts
        .robots(
            "robots-403",
            Answer::status(403),
            Fails(Robots, "status 403"),
        )
        .await;
    hosts
        .robots(
            "robots-500",
            Answer::status(500),
            Fails(Robots, "status 500"),
        )
        .await;
    hosts
        .robots("robots-429", Answer::status(429), Fails(Busy, "robots.txt"))
        .await;
    hosts
        .robots(
            "robots-stil",
            Answer::silent(),
            Fails(Timeout, "robots.txt"),
        )
        .await;
    hosts
        .robots(
            "robots-druppelt",
            rules("Disallow:").drip(DRIP),
            Fails(Timeout, "robots.txt"),
        )
        .await;
    hosts
        .robots(
            "robots-kort",
            rules("").cut_short(),
            Fails(Garbled, "robots.txt"),
        )
        .await;
    hosts
        .robots(
            "robots-rondje",
            Answer::redirect(302, "/robots.txt"),
            Fails(Robots, "five"),
        )
        .await;
    hosts
        .robots(
            "robots-prive",
            Answer::redirect(302, "http://10.0.0.1/"),
            Fails(BlockedAddress, "robots.txt"),
        )
        .await;
    hosts
        .robots("robots-eindeloos", rules("Disallow: /x\n").endless(), WELL)
        .await;
    hosts
        .robots("robots-groot", rules("Disallow: /x\n").filled(HUGE), WELL)
        .await;
    let stars = format!("Disallow: /{}x\n", "*a".repeat(500)).repeat(400);
    hosts.robots("robots-sterren", rules(&stars), WELL).await;
    hosts
        .robots("robots-pagina", html("Disallow: /"), WELL)
        .await;
    hosts.robots("robots-404", Answer::status(404), WELL).await;
    hosts
        .robots("robots-wacht", rules("Crawl-delay: 1"), WELL)
        .await;
}

async fn pages(hosts: &mut Hosts) {
    for (id, answer, outcome) in [
        (
            "pagina-anders",
            html("<p>Nieuw ontwerp"),
            Fails(NothingSelected, "select.item"),
        ),
        (
            "pagina-diep",
            html(&"<div class=post>".repeat(60_000)),
            Fails(Broken, "nested too deeply"),
        ),
        (
            "pagina-rond",
            page(&[("1", "een")], Some("/thread")),
            Reads {
                items: 1,
                cut: false,
                repaired: false,
            },
        ),
    ] {
        let web = hosts.host().await;
        web.on("/thread", [answer]);
        let select =
            "select = { item = \".post\", link = \"a.link\", text = \".body\", next = \"a.next\" }";
        hosts
            .world
            .add_source(id, "page", web.url("/thread").as_str(), select);
        hosts.webs.insert(id, web);
        hosts.faults.push(Fault { id, outcome });
    }
}
