//! The overview as people see it, and its delivery.

use insta::assert_snapshot;
use luisterpost::digest::{Gathered, compose};
use luisterpost::render::{Rendered, Texts};

mod delivery;
mod message;
mod relay;
mod town;

fn rendered(day: Gathered) -> Rendered {
    Texts::new().digest(&compose(day)).unwrap()
}

fn golden(name: &str, day: Gathered) {
    let mail = rendered(day);
    assert_snapshot!(
        format!("{name}-text"),
        format!("{}\n\n{}", mail.subject, mail.text)
    );
    assert_snapshot!(format!("{name}-html"), mail.html);
}

#[test]
fn a_quiet_day_looks_like_this() {
    golden("quiet", town::quiet());
}

#[test]
fn a_normal_day_looks_like_this() {
    golden("normal", town::normal());
}

#[test]
fn a_busy_day_looks_like_this() {
    golden("busy", town::busy());
}

#[test]
fn a_day_on_which_nothing_was_heard_looks_like_this() {
    golden("deaf", town::deaf());
}

#[test]
fn a_week_looks_like_this() {
    golden("weekly", town::weekly());
}

#[test]
fn the_first_overview_after_an_outage_looks_like_this() {
    golden("outage", town::outage());
}

#[test]
fn the_first_overview_of_all_looks_like_this() {
    golden("first", town::first());
}

#[test]
fn an_alert_looks_like_this() {
    let mail = Texts::new().alert(&town::alert()).unwrap();
    assert_snapshot!("alert-text", format!("{}\n\n{}", mail.subject, mail.text));
    assert_snapshot!("alert-html", mail.html);
}
