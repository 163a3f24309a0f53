//! `try`: a changed list beside the one in force, against a local web server and what was stored.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use luisterpost::store::StateDirectory;
use tempfile::TempDir;
use tokio::process::Command;

use crate::web::{Answer, Web};

/// A municipality with one source and one theme that looks for `inbraak`.
struct Town {
    root: TempDir,
    web: Web,
}

const THEME: &str = r#"
title = "Woninginbraak"
purpose = "Zien waar wordt ingebroken."
legal_task = "Gemeentewet art. 172"
controller = "burgemeester"
retention_days = 28
review_by = 2099-06-01
enabled = true
"#;

impl Town {
    /// The source carries these messages.
    async fn new(messages: &[&str]) -> Town {
        let town = Town {
            root: tempfile::tempdir().unwrap(),
            web: Web::start().await,
        };
        town.carries(messages);
        town.write(
            "config/luisterpost.toml",
            r#"
            [organisation]
            municipality = "Lindemeer"
            contact = "luisterpost@lindemeer.example"
            explanation = "https://www.lindemeer.example/luisterpost"
            operator = "beheer@lindemeer.example"
            [fetch]
            allow_private = ["127.0.0.0/8"]
            min_gap = "0s"
            [mail]
            via = "directory"
            directory = "outbox"
            from = "Luisterpost <luisterpost@lindemeer.example>"
            allowed_domains = ["lindemeer.example"]
            "#,
        );
        town.sources("");
        town.write("config/recipients.toml", "");
        town.write("config/places.csv", "kind,name,aliases,parent,needs_cue\n");
        town.write("keywords/common.toml", "");
        town.write("keywords/woninginbraak.toml", &list("inbraak", ""));
        town
    }

    fn carries(&self, messages: &[&str]) {
        let item = |(number, text): (usize, &&str)| {
            format!(
                "<item><guid>{number}</guid><link>https://forum.example/{number}-{}</link><description>{text}</description></item>",
                text.len()
            )
        };
        let items: String = messages.iter().enumerate().map(item).collect();
        let feed = format!("<rss version='2.0'><channel><title>x</title>{items}</channel></rss>");
        let answer = Answer::ok(feed).header("content-type", "application/rss+xml");
        self.web.on("/feed", [answer]);
    }

    /// The source, with more lines of its own, and a second source when `more` holds one.
    fn sources(&self, more: &str) {
        let url = self.web.url("/feed");
        self.write(
            "config/sources.toml",
            &format!(
                "[[source]]\nid='forum'\nname='Forum'\nkind='feed'\nurl='{url}'\nvoice='residents'\n\
                 scope='local'\nreviewed=2026-11-01\n{more}"
            ),
        );
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_luisterpost"))
            .args(arguments)
            .args(["--config".into(), self.path("config")])
            .args(["--state".into(), self.path("state")])
            .env_remove("RUST_BACKTRACE")
            .output()
            .await
            .unwrap()
    }

    /// Tries a list as that of the theme; the exit code, standard output, standard error.
    async fn try_list(&self, text: &str, options: &[&str]) -> (i32, String, String) {
        self.write("new/woninginbraak.toml", text);
        let file = self.path("new/woninginbraak.toml");
        let arguments = [&["try", file.to_str().unwrap()], options].concat();
        let output = self.run(&arguments).await;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

/// A keyword file with these strong lines and more lists.
fn list(strong: &str, more: &str) -> String {
    format!("{THEME}strong = '''\n{strong}\n'''\n{more}\n")
}

#[tokio::test]
async fn what_a_changed_list_finds_and_loses_is_shown_and_nothing_is_recorded() {
    let town = Town::new(&[
        "Vannacht weer een inbraak, bel 06-12345678",
        "Een insluiper gezien door @jandeboer",
        "Mooi weer vandaag",
        "Tips tegen inbraak in het dorpshuis",
    ])
    .await;
    let new = list("inbraak\ninsluiper", "vetoes = '\"tegen inbraak\"'");
    let (code, shown, _) = town.try_list(&new, &[]).await;
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(
        lines,
        [
            "Woninginbraak: +1 / −1 op 4 berichten (4 nu bij de bronnen, 0 alleen nog bewaard).",
            "+ Forum: Een *insluiper* gezien door [naam] (insluiper, regel 11)",
            "− Forum: Tips tegen *inbraak* in het dorpshuis (inbraak, regel 10) \
             weg door \"tegen inbraak\", regel 13",
        ]
    );
    assert_eq!(code, 0);
    assert_eq!(town.web.count("/feed"), 1);
    assert!(!town.path("state").exists());
}

#[tokio::test]
async fn stored_excerpts_are_tried_without_a_visit_and_stay_as_they_are() {
    let town = Town::new(&["Een inbraak bij de insluiper", "Een inbraakje"]).await;
    town.write(
        "keywords/woninginbraak.toml",
        &list("=inbraak\n=inbraakje", ""),
    );
    assert!(town.run(&["poll", "--all"]).await.status.success());
    let visits = town.web.count("/feed");
    let database = fs::read(town.path("state/luisterpost.db")).unwrap();

    let (code, shown, _) = town.try_list(&list("insluiper", ""), &["--stored"]).await;
    assert_eq!(code, 0);
    assert_eq!(
        shown.lines().collect::<Vec<_>>(),
        [
            "Woninginbraak: +0 / −1 op 2 berichten (0 nu bij de bronnen, 2 alleen nog bewaard).",
            "− Forum (bewaard): Een *inbraakje* (=inbraakje, regel 11)",
        ]
    );
    assert_eq!(town.web.count("/feed"), visits);
    assert_eq!(
        fs::read(town.path("state/luisterpost.db")).unwrap(),
        database
    );
}

#[tokio::test]
async fn a_stored_message_that_is_still_carried_is_one_message() {
    let town = Town::new(&["Een inbraak"]).await;
    assert!(town.run(&["poll", "--all"]).await.status.success());
    let (_, shown, _) = town.try_list(&list("insluiper", ""), &[]).await;
    assert!(shown.contains("+0 / −1 op 1 bericht (1 nu"), "{shown}");
    town.carries(&["Een andere"]);
    let (_, shown, _) = town.try_list(&list("insluiper", ""), &[]).await;
    assert!(shown.contains("+0 / −1 op 2 berichten (1 nu"), "{shown}");
}

#[tokio::test]
async fn a_list_can_be_tried_beside_a_daemon() {
    let town = Town::new(&["Een inbraak"]).await;
    assert!(town.run(&["poll", "--all"]).await.status.success());
    let directory = StateDirectory::existing(&town.path("state")).unwrap();
    let _lock = directory.lock().unwrap();
    let (code, shown, complaint) = town.try_list(&list("inbraak", ""), &[]).await;
    assert_eq!(code, 0, "{complaint}");
    assert!(shown.contains("+0 / −0"), "{shown}");
}

#[tokio::test]
async fn differences_are_data_too() {
    let town = Town::new(&["Een inbraak", "Een insluiper"]).await;
    let (_, shown, _) = town.try_list(&list("insluiper", ""), &["--json"]).await;
    let lines: Vec<serde_json::Value> = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let changes: Vec<_> = lines.iter().map(|line| &line["change"]).collect();
    assert_eq!(changes, ["added", "removed"]);
    assert_eq!(lines[0]["theme"], "woninginbraak");
    assert_eq!(lines[0]["source"], "forum");
    assert_eq!(lines[0]["excerpt"]["shown"]["text"], "Een insluiper");
    assert_eq!(lines[0]["evidence"][0]["line"], 10);
}

#[tokio::test]
async fn every_mistake_in_the_list_is_shown() {
    let town = Town::new(&[]).await;
    let wrong = list("raam NEAR open\n(kapot\n", "");
    let (code, shown, complaint) = town.try_list(&wrong, &[]).await;
    assert_eq!((code, shown.as_str()), (2, ""));
    for place in ["woninginbraak.toml:10:6: ", "woninginbraak.toml:11:1: "] {
        assert!(complaint.contains(place), "{complaint}");
    }
    let (code, _, complaint) = town.try_list(&list("\"Jan de Boer\"", ""), &[]).await;
    assert_eq!(code, 2);
    assert!(
        complaint.contains("Jan de Boer lijkt de naam"),
        "{complaint}"
    );
    assert_eq!(town.web.requests().len(), 0);
}

#[tokio::test]
async fn a_failing_example_is_told_and_the_list_is_tried() {
    let town = Town::new(&["Een insluiper"]).await;
    let new = list(
        "insluiper",
        "examples = [{ text = 'Een inbraak', hit = true }]",
    );
    let (code, shown, complaint) = town.try_list(&new, &[]).await;
    assert_eq!(code, 1);
    assert!(
        complaint.contains("woninginbraak.toml:12: examples: "),
        "{complaint}"
    );
    assert!(shown.contains("+1 / −0"), "{shown}");
}

#[tokio::test]
async fn a_source_that_fails_is_told_and_the_others_are_compared() {
    let town = Town::new(&["Een insluiper"]).await;
    let gone = town.web.url("/gone");
    town.sources(&format!(
        "[[source]]\nid='weg'\nname='Weg'\nkind='feed'\nurl='{gone}'\nvoice='press'\nscope='local'\n"
    ));
    let (code, shown, complaint) = town.try_list(&list("insluiper", ""), &[]).await;
    assert_eq!(code, 1);
    assert!(complaint.starts_with("weg: niet gehoord"), "{complaint}");
    assert!(shown.contains("+1 / −0"), "{shown}");
}

#[tokio::test]
async fn a_source_that_forbids_robots_is_not_visited() {
    let town = Town::new(&["Een insluiper"]).await;
    let robots = Answer::ok("User-agent: *\nDisallow: /\n").header("content-type", "text/plain");
    town.web.on("/robots.txt", [robots]);
    let (code, _, complaint) = town.try_list(&list("insluiper", ""), &[]).await;
    assert_eq!(code, 1);
    assert!(complaint.contains("robots.txt"), "{complaint}");
    assert_eq!(town.web.count("/feed"), 0);
}

#[tokio::test]
async fn a_source_without_excerpts_shows_no_words() {
    let town = Town::new(&["Een insluiper in de Brinkstraat"]).await;
    town.sources("excerpt='none'\n");
    let (_, shown, _) = town.try_list(&list("insluiper", ""), &[]).await;
    assert!(shown.contains("+1 / −0"), "{shown}");
    assert!(!shown.contains("Brinkstraat"), "{shown}");
}

#[tokio::test]
async fn the_list_in_force_is_not_compared_with_itself() {
    let town = Town::new(&[]).await;
    let file = town.path("keywords/woninginbraak.toml");
    let output = town.run(&["try", file.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(town.web.requests().len(), 0);
}
