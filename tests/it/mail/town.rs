//! Days in the fictional municipality of Lindemeer, as they are gathered for an overview.

use jiff::tz::TimeZone;
use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use luisterpost::alert::{Alert, AlertRules, Heading, Situation};
use luisterpost::answer::{self, Stamps};
use luisterpost::digest::hearing::SourceState;
use luisterpost::digest::rising::{Activity, Rising};
use luisterpost::digest::week::{self, SourceWeek};
use luisterpost::digest::{Gathered, Note, ThemeTold};
use luisterpost::form::document::Document;
use luisterpost::item::{Excerpt, HitId, KeptEvidence, KeptHit, StoredHit, Withheld};
use luisterpost::keyword::KeywordLine;
use luisterpost::mistake::Findings;
use luisterpost::outcome::canary::Canary;
use luisterpost::outcome::{FailureClass, Recovery};
use luisterpost::place::Map;
use luisterpost::place::choice::PlaceChoice;
use luisterpost::recipient::{Address, DigestRhythm, Recipient};
use luisterpost::seen::Secret;
use luisterpost::source::{SourceId, Voice};
use luisterpost::span::Span;
use luisterpost::story;
use luisterpost::theme::{Common, Theme, ThemeChoice, ThemeId};
use luisterpost::trend::{Rise, Window};
use luisterpost::worth::{LineWorth, ThemeWorth};

pub(crate) fn at(text: &str) -> Timestamp {
    format!("{text}+01[Europe/Amsterdam]")
        .parse::<jiff::Zoned>()
        .unwrap()
        .timestamp()
}

pub(crate) fn recipient() -> Recipient {
    Recipient {
        name: "Team Veiligheid".to_owned(),
        address: Address::parse("veiligheid@lindemeer.example").unwrap(),
        themes: ThemeChoice::All,
        places: PlaceChoice::All,
        at: None,
        days: None,
        roles: None,
        digest: DigestRhythm::Daily,
        alerts: true,
        empty: true,
        line: 1,
    }
}

const SOURCES: [(&str, &str, Voice); 6] = [
    ("wijkkrant-oost", "Wijkkrant Oost", Voice::Residents),
    ("forum-wonen", "Lindemeer Forum, Wonen", Voice::Residents),
    ("dorpsplein-west", "Dorpsplein West", Voice::Residents),
    ("lindemeer-nieuws", "Lindemeer Nieuws", Voice::Press),
    ("politie-lindemeer", "Politie Lindemeer", Voice::Authority),
    ("brandweer-meerland", "Brandweer Meerland", Voice::Authority),
];

/// A day without hits, on which everything was heard.
pub(crate) fn quiet() -> Gathered {
    Gathered {
        municipality: "Lindemeer".to_owned(),
        recipient: "Team Veiligheid".to_owned(),
        from: at("2026-11-23T07:30"),
        to: at("2026-11-24T07:30"),
        zone: TimeZone::get("Europe/Amsterdam").unwrap(),
        hits: Vec::new(),
        alerted: BTreeSet::new(),
        answers: Some(answers()),
        themes: [
            ("overlast", "Overlast"),
            ("woninginbraak", "Woninginbraak"),
            ("brand", "Brand"),
        ]
        .map(|(id, title)| ThemeTold {
            id: ThemeId::parse(id).unwrap(),
            title: title.to_owned(),
            stories: story::Theme {
                seen_by_many: id == "brand",
            },
        })
        .to_vec(),
        places: Map {
            spots: ["Brinkstraat", "Brink"].map(str::to_owned).into(),
            ..Map::default()
        },
        activity: Activity::default(),
        sources: SOURCES
            .map(|(id, name, _)| SourceState {
                source: SourceId::parse(id).unwrap(),
                name: name.to_owned(),
                last_heard: Some(at("2026-11-24T07:12")),
                failing: None,
                stopped: false,
                fell_quiet: None,
                recovered: None,
            })
            .to_vec(),
        canary: None,
        week: None,
        read: 143,
        lost: 0,
        next: Some(at("2026-11-25T07:30")),
        notes: Vec::new(),
        open_points: Vec::new(),
        holds: Vec::new(),
    }
}

/// One hit; the words between asterisks are marked, and belong to the keyword.
pub(crate) fn hit(
    (theme, source): (&str, &str),
    time: &str,
    text: &str,
    places: &[&str],
    keyword: &str,
) -> KeptHit {
    let mut marks = Vec::new();
    let mut plain = String::new();
    for (number, piece) in text.split('*').enumerate() {
        let start = plain.len();
        plain.push_str(piece);
        if number % 2 == 1 {
            let end = plain.len();
            marks.push(Span { start, end });
        }
    }
    let known = SOURCES.iter().find(|(id, ..)| *id == source);
    let fetched_at = at("2026-11-24T06:40");
    KeptHit {
        source: SourceId::parse(source).unwrap(),
        voice: known.map_or(Voice::Residents, |(_, _, voice)| *voice),
        theme: ThemeId::parse(theme).unwrap(),
        theme_version: "0a1b2c".to_owned(),
        fetched_at,
        published_at: Some(at(time)),
        expires_at: fetched_at + jiff::SignedDuration::from_hours(28 * 24),
        link: Some(format!("https://{source}.example/bericht/{}", text.len())),
        excerpt: Excerpt::Shown {
            text: plain,
            marks: marks.clone(),
        },
        places: places.iter().map(|&place| place.to_owned()).collect(),
        evidence: vec![KeptEvidence {
            keyword: KeywordLine {
                file: format!("keywords/{theme}.toml"),
                line: 14,
                list: "strong".to_owned(),
                text: keyword.to_owned(),
            },
            words: marks,
        }],
        vetoes_tested: 2,
        urgent: false,
    }
}

/// The hits as the store gives them, numbered from 101.
fn stored(kept: Vec<KeptHit>) -> Vec<StoredHit> {
    let ids = (101..).map(HitId);
    let numbered = ids.zip(kept);
    numbered.map(|(id, hit)| StoredHit { id, hit }).collect()
}

/// A day with eight hits, of which two tell one story and two have no words, and a source that fails.
pub(crate) fn normal() -> Gathered {
    let mut day = quiet();
    let burglary = |source| ("woninginbraak", source);
    let nuisance = |source| ("overlast", source);
    let mut hits = vec![
        hit(
            burglary("wijkkrant-oost"),
            "2026-11-24T06:12",
            "Vannacht is er bij de buren *ingebroken*. De achterdeur stond open en in de schuur lag alles overhoop. Heeft iemand in de Brinkstraat iets gezien?",
            &["Brinkstraat", "Molenbuurt"],
            "=ingebroken",
        ),
        hit(
            burglary("lindemeer-nieuws"),
            "2026-11-23T21:40",
            "Tweede *inbraak* in een week in de Molenbuurt",
            &["Molenbuurt"],
            "*inbraak",
        ),
        hit(
            burglary("forum-wonen"),
            "2026-11-23T17:05",
            "Bij ons is ook een *raam* aan de achterkant *ingeslagen*, gelukkig ging het alarm af … de wijkagent is langs geweest.",
            &[],
            "raam NEAR/8 (geforceerd OR ingeslagen OR ingetikt)",
        ),
        hit(
            nuisance("dorpsplein-west"),
            "2026-11-23T23:55",
            "Weer de hele avond *scooters* die rondjes *scheuren* om het winkelcentrum. Wie doet hier wat aan?",
            &["Winkelcentrum Westhof", "Westwijk"],
            "scooter* NEAR/6 (scheuren OR racen)",
        ),
        hit(
            nuisance("forum-wonen"),
            "2026-11-23T12:20",
            "*Geluidsoverlast* van de feesttent op de Brink, tot ver na middernacht 😡",
            &["Brink"],
            "*overlast",
        ),
    ];
    hits.push(hit(
        burglary("lindemeer-nieuws"),
        "2026-11-24T06:31",
        "Inbraak in de Brinkstraat: daders kwamen binnen door de *achterdeur* en haalden ook de schuur overhoop. De politie zoekt getuigen.",
        &["Brinkstraat", "Molenbuurt"],
        "*inbraak",
    ));
    hits[2].published_at = None;
    let mut untold = hit(
        nuisance("dorpsplein-west"),
        "2026-11-23T20:00",
        "x",
        &["Westwijk"],
        "vechtpartij",
    );
    untold.link = None;
    untold.evidence[0].words.clear();
    untold.excerpt = Excerpt::Withheld {
        reason: Withheld::SourceSetting,
    };
    hits.push(untold.clone());
    untold.theme = ThemeId::parse("woninginbraak").unwrap();
    untold.places.clear();
    untold.excerpt = Excerpt::Withheld {
        reason: Withheld::MaskingFailed,
    };
    hits.push(untold);
    day.hits = stored(hits);
    day.sources[5].last_heard = Some(at("2026-11-22T05:50"));
    day.sources[5].failing = Some((at("2026-11-22T06:20"), FailureClass::Timeout));
    day
}

/// New Year's Day: more than anybody reads.
pub(crate) fn busy() -> Gathered {
    let mut day = normal();
    day.lost = 2;
    day.notes = vec![Note::ThemeExpired {
        title: "Brand".to_owned(),
        review_by: "2026-11-01".parse().unwrap(),
    }];
    let last = jiff::civil::date(2026, 11, 23);
    let overlast = ThemeId::parse("overlast").unwrap();
    let rising = |place: Option<&str>, window, count, usual| Rising {
        theme: overlast.clone(),
        title: "Overlast".to_owned(),
        place: place.map(str::to_owned),
        rise: Rise {
            window,
            count,
            usual,
            weeks: 12,
            goes_on: false,
        },
        day: last,
    };
    let counts = [3, 0, 1, 2, 4, 0, 1, 2, 0, 0, 3, 1, 1, 180].map(Some);
    let mut days: Vec<_> = (0..14i64)
        .rev()
        .map(|back| last - back.days())
        .zip(counts)
        .collect();
    days[5].1 = None;
    day.activity.days.insert(overlast.clone(), days);
    day.activity.rising = vec![
        rising(None, Window::Week, 187, 8.25),
        rising(Some("Westwijk"), Window::Day, 180, 0.04),
    ];
    for number in 0..180 {
        let minute = number % 60;
        let hour = 8 + number / 60 * 4;
        let mut one = hit(
            ("overlast", SOURCES[number % 3].0),
            &format!("2026-11-23T{hour:02}:{minute:02}"),
            "Weer *vuurwerk* in de straat, de hond durft niet meer naar buiten en de kinderen slapen niet. Het begint elke dag vroeger, en niemand treedt op … *knallen* tot diep in de nacht.",
            &[&format!("{number}e Dwarsstraat"), "Westwijk"],
            "vuurwerk",
        );
        day.places.spots.insert(one.places[0].clone());
        one.link = Some(format!("https://forum.example/overlast/{number}"));
        one.urgent = number == 179;
        let id = HitId(201 + number as i64);
        day.hits.push(StoredHit { id, hit: one });
    }
    day
}

/// A day on which the way out was closed.
pub(crate) fn deaf() -> Gathered {
    let mut day = quiet();
    day.read = 0;
    let classes = [
        FailureClass::Connect,
        FailureClass::Name,
        FailureClass::Tls,
        FailureClass::NothingSelected,
        FailureClass::Robots,
    ];
    for (source, class) in day.sources.iter_mut().zip(classes) {
        source.last_heard = Some(at("2026-11-22T16:05"));
        source.failing = Some((at("2026-11-22T16:20"), class));
    }
    day.sources[0].last_heard = None;
    day.sources[5].last_heard = None;
    day
}

/// What cannot wait, on the evening of the normal day.
pub(crate) fn alert() -> Alert {
    let day = normal();
    let mut hits = day.hits.clone();
    hits[3].hit.urgent = true;
    let theme = |id: &str, title: &str| {
        let text = format!(
            "title = \"{title}\"\npurpose = \"Zien wat inwoners melden.\"\n\
             legal_task = \"Gemeentewet art. 172\"\ncontroller = \"burgemeester\"\n\
             retention_days = 28\nreview_by = 2027-06-01\nenabled = true\nstrong = \"{id}\"\n"
        );
        let findings = Findings::default();
        let document = Document::parse(&format!("keywords/{id}.toml"), &text, &findings).unwrap();
        Theme::read(&document, &Common::default(), &[], &findings).unwrap()
    };
    let themes = [
        theme("overlast", "Overlast"),
        theme("woninginbraak", "Woninginbraak"),
    ];
    let rules = AlertRules {
        stories: 2,
        within: jiff::SignedDuration::from_hours(12),
        ..AlertRules::default()
    };
    let sources = day.sources.iter();
    let sources = sources
        .map(|source| (source.source.clone(), source.name.clone()))
        .collect();
    let heading = Heading {
        municipality: &day.municipality,
        recipient: &day.recipient,
        sources: &sources,
        answers: &answers(),
    };
    let situation = Situation {
        hits: &hits,
        told: &BTreeSet::new(),
        past: &[],
        places: &day.places,
        zone: &day.zone,
        now: at("2026-11-24T07:00"),
    };
    let (alert, _) =
        luisterpost::alert::compose(&rules, themes.iter(), heading, situation).unwrap();
    alert
}

/// Where answers go.
fn answers() -> answer::Desk {
    answer::Desk {
        to: Address::parse("luisterpost@lindemeer.example").unwrap(),
        stamps: Stamps::new(&Secret::new([7; 32])),
    }
}

/// A week in one overview, with what readers answered about it.
pub(crate) fn weekly() -> Gathered {
    let mut week = normal();
    week.from = at("2026-11-16T07:30");
    week.next = Some(at("2026-11-30T07:30"));
    let hits = |theme: &str, count| (ThemeId::parse(theme).unwrap(), count);
    let source = |name: &str, voice, messages, counts: [(ThemeId, u64); 2]| SourceWeek {
        name: name.to_owned(),
        voice,
        messages,
        hits: counts.into(),
    };
    let of = |found, other| [hits("woninginbraak", found), hits("overlast", other)];
    let worth =
        |keyword: &str, all, right, wrong| LineWorth::new(keyword.to_owned(), all, right, wrong);
    let theme = |title: &str, whole: LineWorth, missing, vetoes: &[&str]| ThemeWorth {
        title: title.to_owned(),
        hits: whole.hits,
        answers: whole.right + whole.wrong,
        share: whole.share,
        busiest: Vec::new(),
        missing,
        never: 12,
        lines: 80,
        vetoes: vetoes.iter().map(|word| (*word).to_owned()).collect(),
    };
    week.week = Some(week::Gathered {
        sources: vec![
            source("Lindemeer Forum", Voice::Residents, 412, of(3, 9)),
            source("Prikbord Lindemeer", Voice::Residents, 96, of(1, 0)),
            source("De Streekbode", Voice::Press, 300, of(8, 8)),
        ],
        keywords: vec![
            theme(
                "Overlast",
                worth("", 40, 12, 8),
                vec![worth("herrie NEAR/6 {buren, buurman}", 9, 1, 6)],
                &["carnaval", "kermis"],
            ),
            theme("Woninginbraak", worth("", 11, 5, 0), Vec::new(), &[]),
        ],
    });
    week
}

/// The first overview after three days without the service: one mail, and a source that is back.
pub(crate) fn outage() -> Gathered {
    let mut days = normal();
    days.from = at("2026-11-20T07:30");
    days.sources[0].recovered = Some(Recovery {
        from: at("2026-11-19T22:10"),
        at: at("2026-11-23T16:02"),
    });
    days.sources[1].failing = Some((at("2026-11-22T03:00"), FailureClass::Gone));
    days.sources[1].stopped = true;
    days.canary = Some(Canary {
        at: at("2026-11-24T07:02"),
        tested: 17,
        missed: Vec::new(),
        broke: None,
    });
    days
}

/// The first overview of all: nothing is known of what is usual, and nothing was found yet.
pub(crate) fn first() -> Gathered {
    let mut day = quiet();
    day.from = at("2026-11-24T06:50");
    day.read = 412;
    day.canary = Some(Canary {
        at: at("2026-11-24T07:02"),
        tested: 17,
        missed: vec!["Brand".to_owned()],
        broke: None,
    });
    day
}
