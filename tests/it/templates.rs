//! Layouts and sentences of the municipality's own.

use crate::cli::luisterpost;
use crate::world::{Mail, World, entry, feed, morning, slot};

async fn mail_with(files: &[(&str, &str)]) -> Mail {
    let world = World::new().await;
    world.feed("krant", "");
    world
        .web
        .on("/krant", [feed(&[entry("1", "Een inbraak, merel een")])]);
    for (name, text) in files {
        world.write(&format!("config/templates/{name}"), text);
    }
    let post = world.open(morning()).await;
    post.poll("krant", morning()).await;
    post.mail(slot()).await;
    world.outbox().pop().unwrap()
}

#[tokio::test]
async fn an_own_layout_and_an_own_sentence_take_the_place_of_the_shipped_ones() {
    let mail = mail_with(&[
        (
            "digest.txt",
            "Goedemorgen {{ recipient }}, {{ totals.hits }} treffer.\n",
        ),
        (
            "texts.toml",
            "[digest]\nsubject = \"Ochtendpost {{ municipality }}\"\n",
        ),
    ])
    .await;
    assert_eq!(mail.subject, "Ochtendpost Lindemeer");
    assert_eq!(mail.text.trim(), "Goedemorgen Team Veiligheid, 1 treffer.");
    assert!(mail.html.contains("merel een"));
}

#[tokio::test]
async fn a_broken_one_gives_the_shipped_one_that_says_so() {
    let endless =
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ a * b }}{% endfor %}{% endfor %}";
    for text in ["{% if %}", "{{ no_such_value }}", endless] {
        let mail = mail_with(&[("digest.txt", text)]).await;
        assert!(mail.text.contains("merel een"), "{text}: {}", mail.text);
        assert!(
            mail.text.contains("opmaak van deze mail is stuk"),
            "{text}: {}",
            mail.text
        );
        assert!(!mail.html.contains("is stuk"), "the other part is well");
    }
}

#[tokio::test]
async fn check_names_the_line_of_a_broken_one_and_refuses_what_is_none() {
    let world = World::today().await;
    world.write("config/templates/digest.html", "<p>\n{% if %}\n");
    let output = luisterpost(&world, &["check"]).await;
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && text.contains("digest.html:2"),
        "{text}"
    );

    world.write("config/templates/digets.html", "");
    world.write(
        "config/templates/texts.toml",
        "[digest]\nsubjekt = \"x\"\nsubject = \"{{ x\"\n",
    );
    let output = luisterpost(&world, &["check"]).await;
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    for wrong in ["digets.html", "texts.toml:2", "digest.subject"] {
        assert!(text.contains(wrong), "{wrong}: {text}");
    }
}

#[tokio::test]
async fn each_shipped_one_can_be_shown_and_is_its_own_replacement() {
    let world = World::today().await;
    let names = luisterpost(&world, &["templates"]).await;
    let names = String::from_utf8(names.stdout).unwrap();
    for name in names.lines() {
        let shown = luisterpost(&world, &["templates", name]).await;
        assert!(shown.status.success(), "{name}");
        world.write(&format!("config/templates/{name}"), shown.stdout);
    }
    assert_eq!(names.lines().count(), 8);
    let output = luisterpost(&world, &["check"]).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && !text.contains("sjabloon"),
        "{text}"
    );
    let unknown = luisterpost(&world, &["templates", "report.html"]).await;
    assert!(!unknown.status.success());
}
