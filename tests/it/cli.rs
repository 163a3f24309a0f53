//! The commands, as a person or a script calls them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use luisterpost::app::{App, Examples, Origin, open_store};
use luisterpost::demo::message;
use luisterpost::render::Texts;
use luisterpost::settings::Paths;
use serde_json::{Value, json};

use crate::web::Answer;
use crate::world::{HOUR, World, entry, feed, now, page, undated};

const COMMANDS: [&str; 14] = [
    "demo", "init", "check", "run", "poll", "digest", "status", "match", "read", "forget",
    "explain", "try", "sources", "discover",
];

/// The program in the directory of a world, without the settings of whoever runs the tests.
pub(crate) fn program(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luisterpost"));
    command.current_dir(world.path(""));
    for name in [
        "STATE_DIRECTORY",
        "NOTIFY_SOCKET",
        "RUST_LOG",
        "NO_COLOR",
        "JOURNAL_STREAM",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs it beside the world's web server.
pub(crate) async fn run(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that does not read its input closes it.
    let writing = tokio::task::spawn_blocking(move || stdin.write_all(input.as_bytes()));
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    let output = output.await.unwrap();
    let _ = writing.await.unwrap();
    output
}

pub(crate) async fn luisterpost(world: &World, arguments: &[&str]) -> Output {
    let mut command = program(world);
    command.args(arguments);
    run(command, "").await
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn lines(output: &Output) -> Vec<Value> {
    let text = out(output);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
pub(crate) fn ended(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}{}",
        out(output),
        err(output)
    );
}

/// The keys of an object, in the order of the alphabet.
fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// A town with a feed that shows a burglary and one that is broken, visited once.
async fn town() -> World {
    let world = World::today().await;
    world.feed("krant", "");
    world.web.on(
        "/krant",
        [feed(&[undated("1", "Een inbraak in de Brinkstraat")])],
    );
    world
}

#[tokio::test]
async fn every_command_has_help_with_an_example() {
    let world = World::today().await;
    for command in COMMANDS {
        let output = luisterpost(&world, &[command, "--help"]).await;
        ended(&output, 0);
        assert!(
            out(&output).contains(&format!("luisterpost {command}")),
            "{command}"
        );
        assert!(out(&output).contains("Example"), "{command}");
    }
}

#[tokio::test]
async fn wrong_use_ends_with_two() {
    let world = town().await;
    for arguments in [
        &["luister"][..],
        &[],
        &["poll", "--alles"],
        &["poll", "--all", "krant"],
        &["poll", "courant"],
        &["digest", "--to", "Niemand"],
        &["digest", "--preview", "--test"],
        &["read", "--kind", "brief", "config/sources.toml"],
        &["read", "--source", "courant", "config/sources.toml"],
        &["explain", "drie"],
        &["match", "--scope", "landelijk"],
    ] {
        let output = luisterpost(&world, arguments).await;
        ended(&output, 2);
        assert!(out(&output).is_empty(), "{arguments:?}");
        assert!(!err(&output).is_empty(), "{arguments:?}");
    }
    let unknown = luisterpost(&world, &["poll", "courant"]).await;
    assert!(
        err(&unknown).contains("krant"),
        "it names those that are there"
    );
    assert_eq!(world.web.requests().len(), 0);
}

#[tokio::test]
async fn without_configuration_every_command_says_how_to_begin() {
    let world = World::today().await;
    std::fs::remove_dir_all(world.path("config")).unwrap();
    for command in [
        "check", "run", "poll", "digest", "status", "match", "forget",
    ] {
        let output = luisterpost(&world, &[command, "--config", "config"]).await;
        ended(&output, 2);
        assert!(
            err(&output).contains("luisterpost init"),
            "{command}: {}",
            err(&output)
        );
    }
    assert!(!world.path("state").exists());
}

#[tokio::test]
async fn init_writes_a_start_that_check_accepts_and_leaves_what_is_there_alone() {
    let world = World::today().await;
    let directory = world.path("nieuw");
    let directory = directory.to_str().unwrap();
    world.write(
        "nieuw/config/places.csv",
        "kind,name,aliases,parent,needs_cue\n",
    );
    let output = luisterpost(&world, &["init", directory]).await;
    ended(&output, 0);
    assert!(err(&output).contains("places.csv"));
    let kept = std::fs::read_to_string(world.path("nieuw/config/places.csv")).unwrap();
    assert_eq!(kept, "kind,name,aliases,parent,needs_cue\n");
    let config = format!("{directory}/config");
    let output = luisterpost(&world, &["check", "--config", &config]).await;
    ended(&output, 0);
    let sources = std::fs::read(world.path("nieuw/config/sources.toml")).unwrap();
    ended(&luisterpost(&world, &["init", directory]).await, 0);
    assert_eq!(
        std::fs::read(world.path("nieuw/config/sources.toml")).unwrap(),
        sources
    );
}

#[tokio::test]
async fn check_tells_all_mistakes_for_people_and_as_data() {
    let world = town().await;
    ended(&luisterpost(&world, &["check"]).await, 0);
    assert!(out(&luisterpost(&world, &["check", "--json"]).await).is_empty());
    world.theme(
        "brand",
        "brand",
        "examples = [{ text = \"een brand\", hit = false }]",
    );
    let failing = luisterpost(&world, &["check"]).await;
    ended(&failing, 2);
    assert!(err(&failing).contains("brand.toml:"), "{}", err(&failing));
    world.append("config/sources.toml", "[[source]]\nid = \"half\"\n");
    let output = luisterpost(&world, &["check", "--json"]).await;
    ended(&output, 2);
    assert!(err(&output).is_empty());
    for line in lines(&output) {
        assert_eq!(keys(&line), ["at", "fault", "key", "message"]);
    }
    assert!(lines(&output).len() >= 4);
}

#[tokio::test]
async fn poll_is_silent_in_a_pipe_unless_something_failed_or_data_was_asked() {
    let world = town().await;
    let first = luisterpost(&world, &["poll"]).await;
    ended(&first, 0);
    assert_eq!((out(&first), err(&first)), (String::new(), String::new()));
    let nothing_due = luisterpost(&world, &["poll"]).await;
    ended(&nothing_due, 0);
    assert_eq!(world.web.count("/krant"), 1);
    let output = luisterpost(&world, &["poll", "--all", "--json"]).await;
    ended(&output, 0);
    let [line] = &lines(&output)[..] else {
        panic!("{}", out(&output))
    };
    assert_eq!(
        (&line["source"], &line["outcome"]),
        (&json!("krant"), &json!("unmodified"))
    );
    assert_eq!(
        (&line["items"], &line["new"], &line["hits"]),
        (&json!(0), &json!(0), &json!(0))
    );

    world.feed("stuk", "");
    world.web.on("/stuk", [Answer::status(500)]);
    let output = luisterpost(&world, &["poll", "stuk", "krant"]).await;
    ended(&output, 1);
    assert!(err(&output).contains("stuk"), "{}", err(&output));
    assert!(out(&output).is_empty());
    assert_eq!(world.web.count("/krant"), 3);
}

#[tokio::test]
async fn status_is_a_line_for_each_source_and_one_for_the_rest() {
    let world = town().await;
    let empty = luisterpost(&world, &["status"]).await;
    ended(&empty, 1);
    world.feed("stuk", "");
    world.web.on("/stuk", [Answer::status(500)]);
    luisterpost(&world, &["poll"]).await;
    let output = luisterpost(&world, &["status", "--json"]).await;
    ended(&output, 0);
    let [krant, stuk, rest] = &lines(&output)[..] else {
        panic!("{}", out(&output))
    };
    assert_eq!(
        (&krant["source"], &krant["health"]),
        (&json!("krant"), &json!("healthy"))
    );
    assert_eq!(
        (&stuk["health"], &stuk["failure"]),
        (&json!("failing"), &json!("status"))
    );
    assert_eq!(
        (&krant["visits_24h"], &krant["new_items_24h"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        keys(rest),
        [
            "canary",
            "database_bytes",
            "hits",
            "next_digest",
            "next_expiry",
            "queue",
            "trust"
        ]
    );
    let output = luisterpost(&world, &["status"]).await;
    ended(&output, 0);
    assert!(out(&output).contains("niet gehoord"), "{}", out(&output));
}

#[tokio::test]
async fn a_source_that_is_gone_is_stopped_until_a_person_tries_it() {
    let world = town().await;
    world.feed("weg", "");
    let back = feed(&[entry("1", "De markt is weer open")]);
    world.web.on("/weg", [Answer::status(410), back]);
    ended(&luisterpost(&world, &["poll"]).await, 1);
    ended(&luisterpost(&world, &["poll"]).await, 0);
    assert_eq!(world.web.count("/weg"), 1);
    let output = luisterpost(&world, &["status", "weg"]).await;
    ended(&output, 0);
    let advice = "Doe dan: luisterpost poll weg";
    assert!(out(&output).contains(advice), "{}", out(&output));

    ended(&luisterpost(&world, &["poll", "weg"]).await, 0);
    let output = luisterpost(&world, &["status", "weg", "--json"]).await;
    let [source, last, first] = &lines(&output)[..] else {
        panic!("{}", out(&output))
    };
    assert_eq!(source["health"], json!("healthy"));
    assert_eq!(
        (&last["outcome"], &last["new"]),
        (&json!("read"), &json!(1))
    );
    assert_eq!(first["outcome"], json!("gone"));
    ended(&luisterpost(&world, &["status", "onbekend"]).await, 2);
}

#[tokio::test]
async fn match_answers_each_line_with_spans_in_bytes_of_the_text_as_given() {
    let world = World::today().await;
    world.theme(
        "woninginbraak",
        "inbraak",
        "vetoes = \'\'\'\n\"inbraak in de film\"\n\'\'\'",
    );
    let text = "Één 😀 INBRAAK bij de Brinkstraat";
    let input = [
        json!({ "id": 7, "text": text }),
        json!({ "id": "b", "text": "niets" }),
        json!({ "id": "c", "text": "een inbraak in de film" }),
    ];
    let input: String = input.iter().map(|line| format!("{line}\n")).collect();
    let mut command = program(&world);
    command.args(["match", "--json"]);
    let output = run(command, &input).await;
    ended(&output, 0);
    let answers = lines(&output);
    assert_eq!(answers.len(), 3);
    for answer in &answers {
        assert_eq!(
            keys(answer),
            ["evidence", "id", "places", "themes", "vetoed"]
        );
    }
    let first = &answers[0];
    assert_eq!(
        (&first["id"], &first["themes"]),
        (&json!(7), &json!(["woninginbraak"]))
    );
    assert_eq!(first["places"][0], json!("Brinkstraat"));
    let evidence = &first["evidence"][0];
    assert_eq!(
        (&evidence["theme"], &evidence["keyword"]),
        (&json!("woninginbraak"), &json!("inbraak"))
    );
    let span = |index: usize| usize::try_from(evidence["span"][index].as_u64().unwrap()).unwrap();
    assert_eq!(&text[span(0)..span(1)], "INBRAAK");
    assert_eq!(evidence["words"], json!("INBRAAK"));
    assert_eq!(
        (&answers[1]["themes"], &answers[1]["id"]),
        (&json!([]), &json!("b"))
    );
    assert_eq!(answers[2]["themes"], json!([]));
    assert_eq!(
        answers[2]["vetoed"][0]["veto"],
        json!("\"inbraak in de film\"")
    );

    let mut command = program(&world);
    command.args(["match", "--json", "--scope", "wide"]);
    let output = run(command, "{\"id\":1,\"text\":\"een inbraak ergens\"}\n").await;
    assert_eq!(lines(&output)[0]["themes"], json!([]));
}

#[tokio::test]
async fn a_bad_line_for_match_costs_only_its_own_answer_and_is_named() {
    let world = World::today().await;
    let mut command = program(&world);
    command.args(["match", "--json"]);
    let input =
        "{\"id\":1,\"text\":\"inbraak\"}\nkapot\n{\"id\":2}\n\n{\"id\":3,\"text\":\"brand\"}";
    let output = run(command, input).await;
    ended(&output, 1);
    let ids: Vec<Value> = lines(&output)
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    assert_eq!(ids, [json!(1), json!(3)]);
    let told = err(&output);
    assert!(
        told.contains("Regel 2 ") && told.contains("Regel 3 "),
        "{told}"
    );
}

#[tokio::test]
async fn match_shows_a_person_the_words_and_the_line_of_the_list() {
    let world = World::today().await;
    let mut command = program(&world);
    command.arg("match");
    let output = run(command, "Vannacht een inbraak\nniets\n").await;
    ended(&output, 0);
    assert!(
        out(&output).contains("woninginbraak.toml"),
        "{}",
        out(&output)
    );
    assert!(!out(&output).contains('\u{1b}'), "no colours in a pipe");
}

#[tokio::test]
async fn read_gives_a_line_for_each_message_and_the_page_title_when_it_cannot() {
    let world = World::today().await;
    let document = |answer: Answer| answer.body().to_vec();
    world.write("feed.xml", document(feed(&[entry("1", "Een inbraak")])));
    let output = luisterpost(
        &world,
        &[
            "read",
            "--kind",
            "feed",
            "--url",
            "https://wijkkrant.example/feed",
            "feed.xml",
        ],
    )
    .await;
    ended(&output, 0);
    let line = &lines(&output)[0];
    let mut expected = ["id", "link", "title", "text", "published", "updated"];
    expected.sort_unstable();
    assert_eq!(keys(line), expected);
    assert_eq!(
        (&line["id"], &line["text"]),
        (&json!("1"), &json!("Een inbraak"))
    );
    assert_eq!(line["published"], json!("2026-11-24T04:00:00Z"));

    world.thread("draad", "");
    world.write("draad.html", document(page(&[("1", "hallo")], None)));
    let output = luisterpost(&world, &["read", "--source", "draad", "draad.html"]).await;
    ended(&output, 0);
    assert_eq!(lines(&output)[0]["text"], json!("hallo"));
    world.write("leeg.html", document(page(&[], None)));
    let output = luisterpost(&world, &["read", "--source", "draad", "leeg.html"]).await;
    ended(&output, 1);
    assert!(
        err(&output).contains("Draad over de buurman"),
        "{}",
        err(&output)
    );
    ended(
        &luisterpost(&world, &["read", "--kind", "feed", "weg.xml"]).await,
        1,
    );
}

#[tokio::test]
async fn digest_previews_tests_and_sends_and_explain_and_forget_do_the_rest() {
    let world = town().await;
    // Somebody who has been there for an hour.
    drop(world.open(now() - HOUR).await);
    ended(&luisterpost(&world, &["poll"]).await, 0);
    let preview = luisterpost(&world, &["digest", "--preview", "--html", "overzicht.html"]).await;
    ended(&preview, 0);
    assert!(out(&preview).contains("Brinkstraat"));
    assert!(world.path("overzicht.html").exists());
    assert!(world.outbox().is_empty());
    ended(&luisterpost(&world, &["digest", "--test"]).await, 0);
    assert_eq!(world.outbox().len(), 1);
    let sent = luisterpost(&world, &["digest", "--to", "Team Veiligheid"]).await;
    ended(&sent, 0);
    assert_eq!(world.outbox().len(), 2);
    assert!(
        world
            .outbox()
            .iter()
            .any(|mail| mail.text.contains("Brinkstraat"))
    );

    let output = luisterpost(&world, &["explain", "1", "--json"]).await;
    ended(&output, 0);
    let explained = &lines(&output)[0];
    assert_eq!(explained["theme"], json!("woninginbraak"));
    assert_eq!(explained["evidence"][0]["words"], json!(["inbraak"]));
    let output = luisterpost(&world, &["explain", "1"]).await;
    ended(&output, 0);
    assert!(out(&output).contains("inbraak"));
    ended(&luisterpost(&world, &["explain", "99"]).await, 1);

    ended(&luisterpost(&world, &["forget"]).await, 0);
    let link = "https://wijkkrant.example/1";
    ended(&luisterpost(&world, &["forget", "--link", link]).await, 0);
    ended(&luisterpost(&world, &["forget", "--link", link]).await, 1);
    ended(&luisterpost(&world, &["explain", "1"]).await, 1);
}

#[tokio::test]
async fn a_relay_that_does_not_answer_makes_digest_fail_and_keeps_the_mail() {
    let world = town().await;
    let path = world.path("config/luisterpost.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text
        .replace("via = \"directory\"", "via = \"smtp\"")
        .replace("directory = \"outbox\"", "");
    // Nothing listens on this port: it was given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let smtp = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n");
    std::fs::write(path, text + &smtp).unwrap();
    drop(world.open(now() - HOUR).await);
    ended(&luisterpost(&world, &["poll"]).await, 0);
    let output = luisterpost(&world, &["digest"]).await;
    ended(&output, 1);
    assert!(err(&output).contains("Team Veiligheid"));
    let output = luisterpost(&world, &["status", "--json"]).await;
    let rest = lines(&output).pop().unwrap();
    assert_eq!(rest["queue"][0]["attempts"], json!(1));
}

#[tokio::test]
async fn the_state_directory_is_the_option_else_the_variable_else_state() {
    let world = town().await;
    let mut command = program(&world);
    command
        .arg("poll")
        .env("STATE_DIRECTORY", world.path("van-systemd"));
    ended(&run(command, "").await, 0);
    assert!(world.path("van-systemd/luisterpost.db").exists());
    let mut command = program(&world);
    command
        .args(["poll", "--state", "gekozen"])
        .env("STATE_DIRECTORY", world.path("van-systemd"));
    ended(&run(command, "").await, 0);
    assert!(world.path("gekozen/luisterpost.db").exists());
    assert!(!world.path("state").exists());
}

#[tokio::test]
async fn the_environment_overrides_a_setting_and_is_told_when_it_is_wrong() {
    let world = town().await;
    let mut command = program(&world);
    command
        .arg("check")
        .env("LUISTERPOST__FETCH__PARALLEL", "veel");
    let output = run(command, "").await;
    ended(&output, 2);
    assert!(
        err(&output).contains("LUISTERPOST__FETCH__PARALLEL"),
        "{}",
        err(&output)
    );
}

/// A shell pipeline whose reader goes away at once.
async fn into_closed_pipe(world: &World, line: &str) -> Output {
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_luisterpost");
    let line = line.replace("luisterpost", program);
    command
        .args(["-c", &line])
        .current_dir(world.path(""))
        .env_remove("STATE_DIRECTORY");
    run(command, "").await
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_reason_to_complain() {
    let world = World::today().await;
    let many: String = (0..20_000)
        .map(|id| format!("{{\"id\":{id},\"text\":\"inbraak\"}}\n"))
        .collect();
    world.write("teksten.jsonl", many);
    world.append(
        "config/sources.toml",
        &"[[source]]\nid = \"half\"\n".repeat(300),
    );
    let output = into_closed_pipe(&world, "luisterpost check 2>&1 >/dev/null | true").await;
    assert_eq!(err(&output), "");
    world.write("config/sources.toml", "");
    let output = into_closed_pipe(
        &world,
        "{ luisterpost match --json < teksten.jsonl; echo $? > code; } | head -n 1",
    )
    .await;
    assert_eq!(err(&output), "");
    assert_eq!(std::fs::read_to_string(world.path("code")).unwrap(), "0\n");
    // A standard error that nobody reads must not stop a command either.
    let output = into_closed_pipe(
        &world,
        "{ luisterpost poll courant 2>&1 >/dev/null; echo $? > code; } | true",
    )
    .await;
    assert_eq!(err(&output), "");
    let code = std::fs::read_to_string(world.path("code")).unwrap();
    assert_eq!(code, "2\n");
}

#[tokio::test]
async fn demo_recognises_each_message_of_the_town_for_the_themes_written_beside_it() {
    let world = World::today().await;
    ended(&luisterpost(&world, &["demo"]).await, 0);
    let origin = Origin {
        paths: Paths {
            config: world.path("demo/config"),
            keywords: world.path("demo/keywords"),
        },
        state: world.path("demo/state"),
        environment: Vec::new(),
    };
    let texts = Arc::new(Texts::new());
    let app = App::load(&origin, &texts, None, Examples::Skip, now()).unwrap();
    let store = open_store(&origin, &app, now()).await.unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for stored in store.reader().recent_hits(1000).await.unwrap() {
        // The address of a message ends with its id.
        let link = stored.hit.link.unwrap();
        let (_, id) = link.rsplit_once('/').unwrap();
        let themes = found.entry(id.to_owned()).or_default();
        themes.insert(stored.hit.theme.as_str().to_owned());
    }
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for message in message::messages() {
        if !message.expected.is_empty() {
            let id = message.edits.unwrap_or(message.id);
            expected.entry(id).or_default().extend(message.expected);
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn demo_shows_the_whole_job_and_starts_clean_the_second_time() {
    let world = World::today().await;
    for _ in 0..2 {
        let output = luisterpost(&world, &["demo"]).await;
        ended(&output, 0);
        assert!(out(&output).contains(".eml"), "{}", out(&output));
        assert!(!out(&output).contains('\u{1b}'), "no colours in a pipe");
        assert!(err(&output).is_empty(), "{}", err(&output));
    }
    // What no demo made is not removed.
    let output = luisterpost(&world, &["demo", "--directory", "config"]).await;
    ended(&output, 1);
    assert!(world.path("config/places.csv").exists());
}
