//! What readers answer from the mail, and what the keyword lines are worth by it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use luisterpost::feedback::{TakenIn, lay_down, subjects_at, take_in};
use luisterpost::store::WHOLE_THEME;
use luisterpost::worth::{Share, suggested_vetoes};

use crate::world::{HOUR, World, entry, feed, morning, slot};

/// The subjects of the answers that a mail offers: first that a story is right, then that it is not.
fn offered(text: &str) -> Vec<String> {
    let links = text
        .split_whitespace()
        .filter(|word| word.starts_with("mailto:"));
    links
        .map(|link| link.split_once("subject=").unwrap().1.replace("%20", " "))
        .collect()
}

#[tokio::test]
async fn an_answer_from_the_mail_counts_for_the_lines_that_found_the_message_and_the_last_one_holds()
 {
    let world = World::new().await;
    world.feed("forum", "");
    let texts = [
        "Een inbraak bij de overburen, merel",
        "Een inbraak in het gesprek, zwam ertussen",
        "Wéér een inbraak in het gesprek, wat een zwam",
    ];
    let entries: Vec<String> = (1..)
        .zip(texts)
        .map(|(id, text)| entry(&format!("{id}"), text))
        .collect();
    world.web.on("/forum", [feed(&entries)]);
    let post = world.open(morning()).await;
    post.poll("forum", morning()).await;
    assert_eq!(post.mail(slot()).await, 1);
    let mail = world.outbox().remove(0);
    let subjects = offered(&mail.text);
    assert_eq!(subjects.len(), 6);
    let of = |words: &str, right: bool| {
        let at = mail.text.find(words).unwrap();
        offered(&mail.text[at..])[usize::from(!right)].clone()
    };

    // As mails that a program wrote: encoded, in a Maildir, with others beside them.
    let maildir = world.path("answers-in");
    for folder in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(folder)).unwrap();
    }
    let answers = [
        of("merel", true),
        of("ertussen", true),
        of("ertussen", false),
        of("wat een", false),
        "Luisterpost raak 1-000000000000".to_owned(),
        "Factuur november".to_owned(),
    ];
    for (number, subject) in answers.iter().enumerate() {
        let folder = maildir.join(["new", "cur"][number % 2]);
        let mail = format!("From: x@lindemeer.example\r\nSubject: Re: {subject}\r\n\r\nGroet\r\n");
        fs::write(folder.join(format!("{number}")), mail).unwrap();
    }
    let mut subjects = subjects_at(&maildir).unwrap();
    assert_eq!(subjects.len(), 6);
    // In the order in which they were sent.
    subjects.sort_by_key(|subject| {
        answers
            .iter()
            .position(|answer| subject.ends_with(answer.as_str()))
    });
    let state = world.origin().state;
    lay_down(&state, &subjects).unwrap();
    for entry in fs::read_dir(state.join("answers")).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "for others to read");
    }
    let taken = take_in(&post.store, &state, slot() + HOUR).await.unwrap();
    assert_eq!(
        taken,
        TakenIn {
            kept: 4,
            gone: 0,
            foreign: 1
        }
    );
    assert_eq!(
        take_in(&post.store, &state, slot() + HOUR).await.unwrap(),
        TakenIn::default()
    );

    let counts = post.store.reader().keyword_counts().await.unwrap();
    let whole = counts
        .iter()
        .find(|count| count.keyword == WHOLE_THEME)
        .unwrap();
    assert_eq!((whole.hits, whole.right, whole.wrong), (3, 1, 2));
    let line = counts
        .iter()
        .find(|count| count.hits == 3)
        .expect("a line that found all three");
    assert_eq!((line.right, line.wrong), (1, 2));
    assert!(Share::of(line.right, line.wrong).unwrap().high < 0.9);
    let answered = post.store.reader().answered_hits().await.unwrap();
    let vetoes = suggested_vetoes(&answered);
    let words: Vec<&str> = vetoes.values().flatten().map(String::as_str).collect();
    assert!(
        words.contains(&"zwam") && !words.contains(&"merel"),
        "{words:?}"
    );

    // What was counted stays when the messages are gone; an answer then comes too late.
    let later = morning() + HOUR * 24 * 40;
    post.store.forget(later).await.unwrap();
    assert_eq!(post.store.reader().keyword_counts().await.unwrap(), counts);
    lay_down(&state, &[of("merel", false)]).unwrap();
    let taken = take_in(&post.store, &state, later).await.unwrap();
    assert_eq!(
        taken,
        TakenIn {
            kept: 0,
            gone: 1,
            foreign: 0
        }
    );
}
