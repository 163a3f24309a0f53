//! Dozens of broken, slow, hostile and huge sources beside twenty healthy ones, each on a host of its
//! own, visited by the program itself.

use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use jiff::SignedDuration;
use luisterpost::outcome::FailureClass;
use luisterpost::render::Texts;
use luisterpost::store::Heard;

use crate::cli::{luisterpost, out, program};
use crate::web::{Answer, Web};
use crate::world::{World, dated, feed, now};

mod behaviours; // What each of the hosts does.

/// For one request. What is slow for ever ends here.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Longer than all of it takes on a slow machine: whatever is not done by then hangs.
const HANGS: Duration = Duration::from_secs(100);

/// Most of a document that is read. What is larger is cut here.
const MAX_BODY: usize = 1024 * 1024;

/// Most memory of the program, in KiB, unoptimised and with all of this under way at once.
const MOST_MEMORY: u64 = 200 * 1024;

const HEALTHY: usize = 20;

/// A source that behaves in its own way.
struct Fault {
    id: &'static str,
    outcome: Outcome,
}

/// What must come of it.
enum Outcome {
    /// It is not heard, for this reason and no other.
    Fails(FailureClass, &'static str),
    /// It is heard nevertheless.
    Reads {
        items: u64,
        cut: bool,
        repaired: bool,
    },
}

/// Hosts on addresses of their own.
struct Hosts {
    world: World,
    webs: HashMap<&'static str, Web>,
    faults: Vec<Fault>,
}

impl Hosts {
    /// The next free address.
    async fn host(&self) -> Web {
        Web::start_at(&format!("127.1.0.{}", self.webs.len() + 1)).await
    }

    /// A feed at `/feed` of a host of its own.
    async fn add(&mut self, id: &'static str, answer: Answer, outcome: Outcome) -> &Web {
        let web = self.host().await;
        web.on("/feed", [answer]);
        self.at(id, web.url("/feed").as_str(), outcome);
        self.webs.entry(id).or_insert(web)
    }

    /// A healthy feed behind a robots.txt that is not.
    async fn robots(&mut self, id: &'static str, robots: Answer, outcome: Outcome) {
        let web = self.add(id, healthy(id), outcome).await;
        web.on("/robots.txt", [robots]);
    }

    /// A feed at any address.
    fn at(&mut self, id: &'static str, url: &str, outcome: Outcome) {
        self.world.add_source(id, "feed", url, "");
        self.faults.push(Fault { id, outcome });
    }
}

/// Three messages, one of them a hit.
fn healthy(id: &str) -> Answer {
    let yesterday = now() - SignedDuration::from_hours(20);
    let date = jiff::fmt::rfc2822::to_string(&yesterday.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    let entry = |n: usize, text: &str| dated(&format!("{id}-{n}"), text, &date);
    feed(&[
        entry(1, "Grote brand in de Brinkstraat"),
        entry(2, "Markt op zaterdag"),
        entry(3, "Fiets gevonden"),
    ])
}

/// The most memory that a process had so far, in KiB; none when it has ended or the system does not
/// tell.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Runs `poll --all`, which must end with `code`; its standard error, and the most memory that it had.
async fn poll_all(world: &World, code: i32) -> (String, u64) {
    let mut command = tokio::process::Command::from(program(world));
    command.args(["poll", "--all"]).kill_on_drop(true);
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = child.id().unwrap();
    let mut most = 0;
    let mut ended = std::pin::pin!(tokio::time::timeout(HANGS, child.wait_with_output()));
    loop {
        tokio::select! {
            output = &mut ended => {
                let output = output.expect("a visit hangs").unwrap();
                let told = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(code), "{told}");
                return (told, most);
            }
            () = tokio::time::sleep(Duration::from_millis(20)) => {
                most = most.max(peak_memory(process).unwrap_or_default());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn healthy_sources_are_read_and_each_faulty_one_is_named_with_its_own_reason() {
    let world = World::today().await;
    let (seconds, mebibytes) = (TIMEOUT.as_secs(), MAX_BODY / (1024 * 1024));
    world.settings(&format!(
        "timeout = \"{seconds}s\"\nmax_body = \"{mebibytes} MiB\""
    ));
    let mut hosts = Hosts {
        world,
        webs: HashMap::new(),
        faults: Vec::new(),
    };
    behaviours::add_all(&mut hosts).await;
    let Hosts {
        world,
        webs,
        faults,
    } = hosts;
    let mut healthy_webs = Vec::new();
    for n in 1..=HEALTHY {
        let web = Web::start_at(&format!("127.2.0.{n}")).await;
        // The last in the alphabet, and so the last to be visited.
        let id = format!("zz-gezond-{n:02}");
        web.on("/feed", [healthy(&id)]);
        world.add_source(&id, "feed", web.url("/feed").as_str(), "");
        healthy_webs.push(web);
    }

    let started = std::time::Instant::now();
    let (told, memory) = poll_all(&world, 1).await;
    println!(
        "{} faults in {:?}, {} MiB\n{told}",
        faults.len(),
        started.elapsed(),
        memory / 1024
    );
    let post = world.open(now()).await;
    let all = SignedDuration::from_hours(24);
    let heard = post.store.reader().heard(now() - all, now()).await.unwrap();
    let heard: HashMap<&str, &Heard> = heard
        .iter()
        .map(|heard| (heard.source.as_str(), heard))
        .collect();

    let texts = Texts::new();
    let mut wrong = Vec::new();
    for Fault { id, outcome } in &faults {
        let line = told
            .lines()
            .find(|line| line.starts_with(&format!("{id}: ")));
        let heard = heard[id];
        let right = match outcome {
            Outcome::Fails(class, detail) => {
                let reason = texts.say(&format!("class.{}", class.as_str()), ());
                heard.failure == Some(*class)
                    && line.is_some_and(|line| line.contains(&reason) && line.contains(detail))
            }
            Outcome::Reads {
                items,
                cut,
                repaired,
            } => {
                let counts = &heard.counts;
                line.is_none()
                    && heard.failure.is_none()
                    && (counts.items, counts.cut, !counts.repaired.is_empty())
                        == (*items, *cut, *repaired)
            }
        };
        if !right {
            wrong.push(format!("{id}: {line:?} {heard:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    let silent = webs["stil"].requests()[1].at;
    for (n, web) in (1..).zip(&healthy_webs) {
        let heard = heard[format!("zz-gezond-{n:02}").as_str()];
        assert_eq!(
            (heard.failure, heard.counts.items, heard.counts.hits),
            (None, 3, 1)
        );
        // Before it was given up to wait for the silent one.
        assert!(
            web.requests()[1].at < silent + TIMEOUT,
            "zz-gezond-{n:02} had to wait"
        );
    }
    assert!(memory < MOST_MEMORY, "{} MiB", memory / 1024);
    drop(post);

    let overview = out(&luisterpost(&world, &["digest", "--preview"]).await);
    for Fault { id, outcome } in &faults {
        let name = format!("Bron {id} ");
        let line = overview.lines().find(|line| line.contains(&name));
        match outcome {
            Outcome::Fails(class, _) => {
                let sentence = texts.say(
                    &format!("failure.{}", class.as_str()),
                    minijinja::context! { lasting => "sinds kort" },
                );
                assert!(
                    line.is_some_and(|line| line.contains(&sentence)),
                    "{id}: {overview}"
                );
            }
            Outcome::Reads { .. } => {}
        }
    }

    // What stands between us and a recovered source is only what it said itself: its robots.txt.
    let mut deaf = Vec::new();
    for Fault { id, outcome } in &faults {
        match webs.get(id) {
            Some(web)
                if !["robots-", "pagina-", "zonder-tls", "vreemd-"]
                    .iter()
                    .any(|kind| id.starts_with(kind)) =>
            {
                web.on("/feed", [healthy(id)]);
            }
            _ if matches!(outcome, Outcome::Fails(..)) => deaf.push(*id),
            _ => {}
        }
    }
    let (told, _) = poll_all(&world, 1).await;
    let named: Vec<&str> = told
        .lines()
        .filter_map(|line| line.split(": ").next())
        .collect();
    deaf.sort_unstable();
    assert_eq!(named, deaf, "every other source is heard again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_documents_at_once_do_not_fill_the_memory() {
    let world = World::today().await;
    world.settings("max_body = \"1 MiB\"");
    let item =
        |n| format!("<item><guid>{n}</guid><title>Markt &amp;amp; kermis {n}</title></item>");
    let items: String = (0..5_000).map(item).collect();
    let large = Answer::ok(format!("<rss version='2.0'><channel>{items}"));
    let mut webs = Vec::new();
    for n in 1..=48 {
        let web = Web::start_at(&format!("127.4.0.{n}")).await;
        web.on("/feed", [large.clone().filled(MAX_BODY)]);
        world.add_source(&format!("groot-{n}"), "feed", web.url("/feed").as_str(), "");
        webs.push(web);
    }
    let (told, memory) = poll_all(&world, 0).await;
    println!("{} MiB", memory / 1024);
    assert_eq!(told, "");
    assert!(memory < MOST_MEMORY, "{} MiB", memory / 1024);
}
