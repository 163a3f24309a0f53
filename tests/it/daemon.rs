//! The timer around the flows: in this process where time must be moved, else the program itself.

use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use luisterpost::daemon;
use luisterpost::store::{StateDirectory, Store};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::web::Answer;
use crate::world::{DAY, HOUR, Post, World, feed, now, undated};

/// Long enough for a slow machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program as a service manager runs it.
struct Service {
    child: Child,
    socket: tokio::net::UnixDatagram,
    log: Arc<Mutex<String>>,
    logging: tokio::task::JoinHandle<()>,
    told: Vec<String>,
}

impl Service {
    fn start(world: &World) -> Service {
        let path = world.path("notify");
        let _ = std::fs::remove_file(&path);
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_nonblocking(true).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_luisterpost"))
            .arg("run")
            .current_dir(world.path(""))
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "600000")
            .env_remove("RUST_LOG")
            .env_remove("STATE_DIRECTORY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        let logging = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut log = written.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let socket = tokio::net::UnixDatagram::from_std(socket).unwrap();
        Service {
            child,
            socket,
            log,
            logging,
            told: Vec::new(),
        }
    }

    fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits until the service manager is told something with these words.
    async fn tells(&mut self, words: &str) {
        let mut bytes = [0; 1024];
        loop {
            let received = tokio::time::timeout(PATIENCE, self.socket.recv(&mut bytes)).await;
            let length = received.unwrap_or_else(|_| panic!("not told {words}: {:?}", self.told));
            let told = String::from_utf8_lossy(&bytes[..length.unwrap()]).into_owned();
            let found = told.contains(words);
            self.told.push(told);
            if found {
                return;
            }
        }
    }

    /// Waits for the end: the exit code, and all that was logged.
    async fn end(mut self) -> (Option<i32>, String) {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        self.logging.await.unwrap();
        let log = self.log.lock().unwrap().clone();
        (status.unwrap().unwrap().code(), log)
    }

    /// Waits until these words are logged.
    async fn logs(&self, words: &str) {
        until(|| self.log.lock().unwrap().contains(words)).await;
    }
}

/// A town looked at today, with one feed that shows one burglary.
async fn town() -> World {
    let world = World::today().await;
    world.append("config/luisterpost.toml", "[digest]\ndays = \"ma-zo\"\n");
    world.feed("krant", "");
    let shown = feed(&[undated("1", "Een inbraak bij de kanarie")]);
    world.web.on("/krant", [shown]);
    world
}

#[tokio::test]
async fn it_visits_what_is_due_tells_the_service_manager_and_stops_when_told() {
    let world = town().await;
    let mut service = Service::start(&world);
    service.tells("READY=1").await;
    service.tells("STATUS=listening to 1 sources").await;
    world.web.arrived(2).await;
    for _ in 0..3 {
        service.tells("WATCHDOG=1").await;
    }
    service.signal(Signal::TERM);
    service.tells("STOPPING=1").await;
    let (code, log) = service.end().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("source.id=krant"), "{log}");
    assert!(
        !log.contains("kanarie") && !log.contains("@lindemeer"),
        "{log}"
    );
    let post = world.open(now()).await;
    assert_eq!(post.hits().await.len(), 1);
}

#[tokio::test]
async fn a_restart_neither_visits_nor_mails_again() {
    let world = town().await;
    // Somebody who was told nothing since two days ago: the slot of this morning was missed.
    let before = now() - DAY * 2;
    let post = world.open(before).await;
    post.poll("krant", before).await;
    drop(post);
    for round in 0..2 {
        let mut service = Service::start(&world);
        service.tells("READY=1").await;
        world.web.arrived(3).await;
        for _ in 0..3 {
            service.tells("WATCHDOG=1").await;
        }
        until(|| world.outbox().len() == 1).await;
        service.signal(if round == 0 {
            Signal::KILL
        } else {
            Signal::TERM
        });
        service.end().await;
    }
    assert_eq!(
        world.web.count("/krant"),
        2,
        "one by hand, one by the first daemon"
    );
    assert_eq!(world.outbox().len(), 1);
    assert!(world.outbox()[0].text.contains("kanarie"));
}

#[tokio::test]
async fn a_wrong_new_configuration_is_refused_with_the_reason_and_a_right_one_is_taken() {
    let world = town().await;
    let mut service = Service::start(&world);
    service.tells("READY=1").await;
    world.web.arrived(2).await;
    let right = std::fs::read(world.path("config/sources.toml")).unwrap();
    world.append("config/sources.toml", "[[source]]\nid = \"half\"\n");
    service.signal(Signal::HUP);
    service.tells("the files are wrong").await;

    world.write("config/sources.toml", right);
    world.theme(
        "brand",
        "brand",
        "examples = [{ text = \"een brand\", hit = false }]",
    );
    service.signal(Signal::HUP);
    service.logs("brand.toml:").await;

    world.theme("brand", "brand", "");
    world.feed("nieuw", "");
    world.web.on("/nieuw", [feed(&[])]);
    service.signal(Signal::HUP);
    service.tells("STATUS=listening to 2 sources").await;
    until(|| world.web.count("/nieuw") == 1).await;
    service.signal(Signal::TERM);
    let (code, log) = service.end().await;
    assert_eq!(code, Some(0));
    assert!(log.contains("the old one stays in force"), "{log}");
    assert!(log.contains("sources.toml:"), "{log}");
    assert!(log.contains("the new configuration is in force"), "{log}");
}

#[tokio::test]
async fn a_visit_under_way_is_finished_before_it_stops() {
    let world = town().await;
    let sign = Arc::new(Notify::new());
    let shown = feed(&[undated("1", "Een inbraak")]).held(&sign);
    world.web.on("/krant", [shown]);
    let mut service = Service::start(&world);
    world.web.arrived(2).await;
    service.signal(Signal::TERM);
    service.tells("STOPPING=1").await;
    sign.notify_one();
    let (code, log) = service.end().await;
    assert_eq!(code, Some(0), "{log}");
    let post = world.open(now()).await;
    assert_eq!(post.hits().await.len(), 1);
}

#[tokio::test]
async fn a_second_instance_is_refused_with_the_process_of_the_first() {
    let world = town().await;
    let mut first = Service::start(&world);
    first.tells("READY=1").await;
    let (code, log) = Service::start(&world).end().await;
    assert_eq!(code, Some(1));
    assert!(log.contains(&first.pid().to_string()), "{log}");
}

#[tokio::test]
async fn a_document_that_makes_the_parser_panic_ends_nothing_and_leaves_no_words_in_the_log() {
    let world = town().await;
    world.feed("raar", "");
    let hostile = "<?xml version=\"1.0\"?><rss version=\"2.0\" \
        xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel><title>x</title><item>\
        <guid>kanarie</guid><title>kanarie</title>\
        <itunes:duration>99999999999999999999999</itunes:duration>\
        </item></channel></rss>";
    world.web.on("/raar", [Answer::ok(hostile)]);
    let mut service = Service::start(&world);
    service.tells("READY=1").await;
    until(|| world.web.count("/raar") == 1).await;
    for _ in 0..3 {
        service.tells("WATCHDOG=1").await;
    }
    service.signal(Signal::TERM);
    let (code, log) = service.end().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(
        !log.contains("kanarie") && !log.contains("99999999"),
        "{log}"
    );
    assert!(log.contains("source.id=raar"), "{log}");
    assert!(log.contains("panic.place"), "it must have panicked: {log}");
}

/// The daemon in this process, so that its time can be moved.
struct Inside {
    running: tokio::task::JoinHandle<anyhow::Result<()>>,
    stop: oneshot::Sender<()>,
    _reload: mpsc::Sender<()>,
}

impl Inside {
    fn start(world: &World, post: Post) -> Inside {
        let (stop, stopped) = oneshot::channel();
        let (reload, reloads) = mpsc::channel(1);
        let shutdown = async {
            let _ = stopped.await;
        };
        let running = daemon::run(world.origin(), post.app, post.store, reloads, shutdown);
        Inside {
            running: tokio::spawn(running),
            stop,
            _reload: reload,
        }
    }
}

/// Moves the time on at one stroke. It stands still only for that moment: otherwise a request that
/// waits for an answer would find its time passed at once.
async fn advance(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_visit_that_hangs_is_broken_off_twenty_seconds_after_the_signal() {
    let world = town().await;
    // Slow enough to outlast the drain, and not so silent that the request gives up before.
    let slow = feed(&[undated("1", "Een inbraak")]).drip(Duration::from_secs(1));
    world.web.on("/krant", [slow]);
    let post = world.open(now()).await;
    let daemon = Inside::start(&world, post);
    world.web.arrived(2).await;
    daemon.stop.send(()).unwrap();
    tokio::task::yield_now().await;
    let told = tokio::time::Instant::now();
    tokio::time::pause();
    daemon.running.await.unwrap().unwrap();
    let waited = told.elapsed();
    assert!(
        waited >= Duration::from_secs(19) && waited < Duration::from_secs(25),
        "{waited:?}"
    );
    tokio::time::resume();
    // What was broken off lets go of the store.
    settle().await;
    let post = world.open(now()).await;
    assert_eq!(post.state("krant").await.last_visit, None);
}

#[tokio::test]
async fn a_store_that_cannot_write_makes_it_pause_longer_and_longer_and_ends_nothing() {
    let world = town().await;
    let many: Vec<String> = (0..400)
        .map(|number| {
            undated(
                &number.to_string(),
                "Een inbraak en een brand in de Molenbuurt",
            )
        })
        .collect();
    world.web.on("/krant", [feed(&many)]);
    drop(world.open(now()).await);
    // As large as it is now, and no larger.
    let app = world.load(now());
    let mut config = app.store_config();
    config.max_bytes = std::fs::metadata(world.path("state/luisterpost.db"))
        .unwrap()
        .len();
    let directory = StateDirectory::open(&world.path("state")).unwrap();
    let store = Arc::new(Store::open(&directory, &config).unwrap().store);
    let daemon = Inside::start(&world, Post { app, store });
    world.web.arrived(2).await;
    for (seconds, visits) in [(50, 1), (15, 2), (100, 2), (25, 3)] {
        settle().await;
        advance(Duration::from_secs(seconds)).await;
        until(|| world.web.count("/krant") >= visits).await;
        settle().await;
        assert_eq!(world.web.count("/krant"), visits, "after {seconds} s more");
    }
    daemon.stop.send(()).unwrap();
    daemon.running.await.unwrap().unwrap();
}

#[tokio::test]
async fn it_visits_again_when_the_time_has_come() {
    let world = town().await;
    let post = world.open(now() - HOUR * 3).await;
    post.poll("krant", now() - HOUR * 3).await;
    let daemon = Inside::start(&world, post);
    world.web.arrived(3).await;
    assert_eq!(world.web.count("/krant"), 2);
    daemon.stop.send(()).unwrap();
    daemon.running.await.unwrap().unwrap();
}

/// Waits for what can only be waited for: that something does not happen, or has ended where nobody
/// tells.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Waits until something is so.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
}
