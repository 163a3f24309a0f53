//! The settings and keyword lists that `demo` and `init` write, embedded in the program.
//!
//! The keyword lists and the places are the shipped ones of `keywords/` and `config/`, so that
//! what a person sees in the demo is what a person can read in the repository.

use jiff::SignedDuration;
use jiff::civil::Date;

/// A file to write: its path below the directory chosen, and its text.
pub type File = (&'static str, String);

/// What holds for all themes.
pub const COMMON: (&str, &str) = (
    "keywords/common.toml",
    include_str!("../../keywords/common.toml"),
);

/// The shipped themes.
pub const THEMES: [(&str, &str); 18] = [
    (
        "keywords/afval-verloedering.toml",
        include_str!("../../keywords/afval-verloedering.toml"),
    ),
    (
        "keywords/beroving-overval.toml",
        include_str!("../../keywords/beroving-overval.toml"),
    ),
    (
        "keywords/brand-explosie.toml",
        include_str!("../../keywords/brand-explosie.toml"),
    ),
    (
        "keywords/diefstal-overig.toml",
        include_str!("../../keywords/diefstal-overig.toml"),
    ),
    (
        "keywords/drugsoverlast.toml",
        include_str!("../../keywords/drugsoverlast.toml"),
    ),
    (
        "keywords/fietsdiefstal.toml",
        include_str!("../../keywords/fietsdiefstal.toml"),
    ),
    (
        "keywords/geweld.toml",
        include_str!("../../keywords/geweld.toml"),
    ),
    (
        "keywords/jeugdoverlast.toml",
        include_str!("../../keywords/jeugdoverlast.toml"),
    ),
    (
        "keywords/onveilige-plek.toml",
        include_str!("../../keywords/onveilige-plek.toml"),
    ),
    (
        "keywords/oplichting.toml",
        include_str!("../../keywords/oplichting.toml"),
    ),
    (
        "keywords/ordeverstoring.toml",
        include_str!("../../keywords/ordeverstoring.toml"),
    ),
    (
        "keywords/straatintimidatie.toml",
        include_str!("../../keywords/straatintimidatie.toml"),
    ),
    (
        "keywords/verkeersonveiligheid.toml",
        include_str!("../../keywords/verkeersonveiligheid.toml"),
    ),
    (
        "keywords/vernieling.toml",
        include_str!("../../keywords/vernieling.toml"),
    ),
    (
        "keywords/voertuigcriminaliteit.toml",
        include_str!("../../keywords/voertuigcriminaliteit.toml"),
    ),
    (
        "keywords/vuurwerkoverlast.toml",
        include_str!("../../keywords/vuurwerkoverlast.toml"),
    ),
    (
        "keywords/woninginbraak.toml",
        include_str!("../../keywords/woninginbraak.toml"),
    ),
    (
        "keywords/woonoverlast.toml",
        include_str!("../../keywords/woonoverlast.toml"),
    ),
];

/// The files of the demo, with its sources on `port` of this machine.
///
/// `today` is the day that its sources and themes were last looked at, so that they have not
/// expired whenever the demo is run.
pub fn demo(port: u16, today: Date) -> Vec<File> {
    let sources = fill_in(include_str!("config/sources.toml"), port, today);
    let mut files = vec![
        (
            "config/luisterpost.toml",
            include_str!("config/luisterpost.toml").to_owned(),
        ),
        ("config/sources.toml", sources),
        (
            "config/recipients.toml",
            include_str!("config/recipients.toml").to_owned(),
        ),
        (
            "config/places.csv",
            include_str!("../../config/places.csv").to_owned(),
        ),
        (COMMON.0, COMMON.1.to_owned()),
    ];
    files.extend(THEMES.map(|(path, text)| (path, reviewed_on(text, today))));
    files
}

/// The files of a first own configuration: one theme on, no source yet, a made-up municipality.
///
/// They hold no mistake, so that `check` shows a newcomer a clean start; nothing is visited
/// because there is no source, and mail goes into a directory, so nothing can reach a stranger.
/// `today` is the day on which the person begins.
pub fn init(today: Date) -> Vec<File> {
    let mut files = vec![
        (
            "config/luisterpost.toml",
            include_str!("../../config/luisterpost.toml")
                .replace(SHIPPED_FOR, START_HERE)
                .replace(DECIDED, UNDECIDED)
                .replace("Lindemeer", "Voorbeeldgemeente")
                .replace("lindemeer", "voorbeeldgemeente"),
        ),
        (
            "config/sources.toml",
            fill_in(include_str!("init/sources.toml"), 0, today),
        ),
        (
            "config/recipients.toml",
            include_str!("init/recipients.toml").to_owned(),
        ),
        (
            "config/places.csv",
            include_str!("init/places.csv").to_owned(),
        ),
        (COMMON.0, COMMON.1.to_owned()),
    ];
    files.extend(THEMES.map(|(path, text)| {
        let text = reviewed_on(text, today);
        let text = match path {
            FIRST_THEME => text,
            _ => text.replace("\nenabled        = true\n", "\nenabled        = false\n"),
        };
        (path, text)
    }));
    files
}

/// Fills in the port and the day in a file of sources.
fn fill_in(template: &str, port: u16, today: Date) -> String {
    let mut environment = minijinja::Environment::new();
    // What a person appends must start on a line of its own.
    environment.set_syntax(
        minijinja::syntax::SyntaxConfig::builder()
            .keep_trailing_newline(true)
            .build()
            .expect("the usual delimiters are a syntax"),
    );
    environment
        .render_str(
            template,
            minijinja::context! { port => port, today => today.to_string() },
        )
        .expect("the templates are part of the program and tested")
}

/// A theme that was looked at today: the shipped date would end it one day, unnoticed.
fn reviewed_on(theme: &str, today: Date) -> String {
    let review_by = today.saturating_add(REVIEW_AFTER);
    theme.replace(
        "\nreview_by      = 2027-06-01\n",
        &format!("\nreview_by      = {review_by}\n"),
    )
}

/// Half a year: long enough to learn from, short enough to remember why.
const REVIEW_AFTER: SignedDuration = SignedDuration::from_hours(182 * 24);

/// What the fictional municipality decided; a real one has not, and must not begin with a made-up
/// reference.
const DECIDED: &str = r#"
dpia    = "Z-2026-0417, DPIA luisterpost"
# De dag waarop de functionaris gegevensbescherming (FG) daarover advies gaf.
advice  = 2026-10-14
# Hoe inwoners de FG bereiken. Dit adres staat op de uitlegpagina.
officer = "fg@lindemeer.example"
"#;

/// The same, still to be filled in.
const UNDECIDED: &str = r#"
# dpia    = "Z-2026-0417, DPIA luisterpost"
# De dag waarop de functionaris gegevensbescherming (FG) daarover advies gaf.
# advice  = 2026-10-14
# Hoe inwoners de FG bereiken. Dit adres staat op de uitlegpagina.
# officer = "fg@voorbeeldgemeente.example"
"#;

/// What the shipped settings say about themselves, and what the first own settings say instead.
const SHIPPED_FOR: &str = "hier voor de verzonnen gemeente Lindemeer.";
const START_HERE: &str = "met voorbeelden erin. Vervang overal Voorbeeldgemeente door uw gemeente.";

/// The theme that `init` switches on: common, well understood, and residents tell of it.
pub const FIRST_THEME: &str = "keywords/woninginbraak.toml";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::theme::ThemeId;

    const TODAY: Date = jiff::civil::date(2031, 2, 3);

    fn repository() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// The shipped configuration, from the disk.
    fn shipped() -> Vec<File> {
        [
            "config/luisterpost.toml",
            "config/sources.toml",
            "config/recipients.toml",
            "config/places.csv",
        ]
        .map(|path| {
            (
                path,
                std::fs::read_to_string(repository().join(path)).unwrap(),
            )
        })
        .into()
    }

    #[test]
    fn what_a_person_appends_to_a_file_stands_on_a_line_of_its_own() {
        for (path, text) in init(TODAY).into_iter().chain(demo(1, TODAY)) {
            assert!(text.ends_with('\n'), "{path}");
        }
    }

    fn all() -> Vec<File> {
        [shipped(), demo(8080, TODAY), init(TODAY)].concat()
    }

    fn table(text: &str) -> toml::Table {
        toml::from_str(text).unwrap()
    }

    fn text<'a>(files: &'a [File], path: &str) -> &'a str {
        &files.iter().find(|(found, _)| *found == path).unwrap().1
    }

    fn theme_id(path: &str) -> &str {
        path.strip_prefix("keywords/")
            .and_then(|file| file.strip_suffix(".toml"))
            .unwrap()
    }

    #[test]
    fn every_toml_file_is_toml_and_every_csv_file_has_the_columns_of_the_design() {
        for (path, text) in all() {
            if path.ends_with(".toml") {
                toml::from_str::<toml::Table>(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
                continue;
            }
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            assert_eq!(
                reader.headers().unwrap(),
                vec!["kind", "name", "aliases", "parent", "needs_cue"]
            );
            assert!(reader.records().all(|record| record.is_ok()), "{path}");
        }
    }

    #[test]
    fn every_place_lies_in_a_place_that_stands_above_it() {
        const KINDS: [&str; 6] = [
            "municipality",
            "town",
            "district",
            "neighbourhood",
            "street",
            "spot",
        ];
        for files in [shipped(), init(TODAY)] {
            let mut names = BTreeSet::new();
            let mut reader = csv::Reader::from_reader(text(&files, "config/places.csv").as_bytes());
            for record in reader.records() {
                let record = record.unwrap();
                let name = record[1].to_owned();
                assert!(KINDS.contains(&&record[0]), "{name}");
                assert!(["ja", "nee"].contains(&&record[4]), "{name}");
                let parent = &record[3];
                assert_eq!(parent.is_empty(), &record[0] == "municipality", "{name}");
                assert!(parent.is_empty() || names.contains(parent), "{name}");
                assert!(names.insert(name.clone()), "{name} stands twice");
            }
        }
    }

    #[test]
    fn lindemeer_has_forty_streets_of_which_some_are_ordinary_words() {
        let shipped = shipped();
        let mut reader = csv::Reader::from_reader(text(&shipped, "config/places.csv").as_bytes());
        let places: Vec<_> = reader.records().map(Result::unwrap).collect();
        let count = |kind: &str| places.iter().filter(|place| &place[0] == kind).count();
        assert_eq!(count("municipality"), 1);
        assert_eq!(count("town"), 3);
        assert!(count("neighbourhood") >= 15);
        assert!(count("street") >= 40);
        assert!(count("spot") >= 20);
        for name in ["Brink", "Markt", "Haven", "Park", "Kade"] {
            let place = places.iter().find(|place| &place[1] == name).unwrap();
            assert_eq!(&place[4], "ja", "{name}");
        }
    }

    #[test]
    fn every_theme_file_of_the_repository_is_embedded() {
        let on_disk: BTreeSet<PathBuf> = std::fs::read_dir(repository().join("keywords"))
            .unwrap()
            .map(|entry| PathBuf::from("keywords").join(entry.unwrap().file_name()))
            .collect();
        let embedded: BTreeSet<PathBuf> = THEMES
            .iter()
            .chain([&COMMON])
            .map(|(path, _)| PathBuf::from(path))
            .collect();
        assert_eq!(embedded, on_disk);
    }

    #[test]
    fn every_theme_has_its_accounts_and_at_least_twelve_examples_of_each_sort() {
        for (path, text) in THEMES {
            assert!(ThemeId::parse(theme_id(path)).is_some(), "{path}");
            let theme = table(text);
            for key in ["title", "purpose", "legal_task", "controller"] {
                assert!(!theme[key].as_str().unwrap().is_empty(), "{path}: {key}");
            }
            let days = theme["retention_days"].as_integer().unwrap();
            assert!((1..=90).contains(&days), "{path}");
            assert!(theme["review_by"].is_datetime(), "{path}");
            assert!(theme["police_codes"].is_array(), "{path}");
            let examples = theme["examples"].as_array().unwrap();
            let hits = examples
                .iter()
                .filter(|example| example["hit"].as_bool().unwrap())
                .count();
            assert!(hits >= 12, "{path}: {hits} hits");
            assert!(examples.len() - hits >= 12, "{path}: {hits} hits");
            let texts: BTreeSet<_> = examples
                .iter()
                .map(|example| example["text"].as_str().unwrap())
                .collect();
            assert_eq!(
                texts.len(),
                examples.len(),
                "{path}: an example stands twice"
            );
        }
    }

    #[test]
    fn themes_named_in_routes_and_recipients_exist() {
        let known: BTreeSet<_> = THEMES.iter().map(|(path, _)| theme_id(path)).collect();
        for (path, text) in THEMES {
            let theme = table(text);
            let routes = theme.get("routes").and_then(|routes| routes.as_array());
            for route in routes.into_iter().flatten() {
                assert!(known.contains(route["to"].as_str().unwrap()), "{path}");
            }
        }
        for (path, text) in all() {
            if path != "config/recipients.toml" {
                continue;
            }
            for recipient in table(&text)["recipient"].as_array().unwrap() {
                for theme in recipient["themes"].as_array().unwrap() {
                    let theme = theme.as_str().unwrap();
                    assert!(theme == "*" || known.contains(theme), "{theme}");
                }
            }
        }
    }

    #[test]
    fn mail_goes_to_invented_domains_only() {
        let everything: Vec<(String, String)> = all()
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text))
            .chain([("town.toml".to_owned(), include_str!("town.toml").to_owned())])
            .collect();
        let mut addresses = 0;
        for (path, text) in everything {
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "@.-".contains(c)));
            for word in words.filter(|word| word.contains('@')) {
                let (local, domain) = word.split_once('@').unwrap();
                if local.is_empty() {
                    continue; // a handle, not an address
                }
                assert!(
                    domain.trim_end_matches('.').ends_with(".example"),
                    "{path}: {word}"
                );
                addresses += 1;
            }
        }
        assert!(addresses > 5, "{addresses}");
    }

    #[test]
    fn init_switches_one_theme_on_and_names_no_source() {
        let files = init(TODAY);
        let enabled: Vec<_> = files
            .iter()
            .filter(|(path, _)| path.starts_with("keywords/") && *path != COMMON.0)
            .filter(|(_, text)| table(text)["enabled"].as_bool().unwrap())
            .map(|(path, _)| *path)
            .collect();
        assert_eq!(enabled, ["keywords/woninginbraak.toml"]);
        assert!(table(text(&files, "config/sources.toml")).is_empty());
        assert!(text(&files, "config/luisterpost.toml").contains(START_HERE));
        for (path, text) in &files {
            if path.starts_with("config/") {
                assert!(!text.to_lowercase().contains("lindemeer"), "{path}");
            }
        }
    }

    #[test]
    fn the_sources_that_init_shows_are_right_once_uncommented() {
        let files = init(TODAY);
        let uncommented: String = text(&files, "config/sources.toml")
            .lines()
            .skip_while(|line| *line != "# [[source]]")
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.starts_with("[[") || line.contains(" = "))
            .flat_map(|line| [line, "\n"])
            .collect();
        assert_eq!(table(&uncommented)["source"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn the_demo_listens_only_to_this_machine_and_mails_into_a_directory() {
        let files = demo(4321, TODAY);
        let settings = table(text(&files, "config/luisterpost.toml"));
        assert_eq!(settings["fetch"]["min_gap"].as_str(), Some("0s"));
        assert_eq!(settings["mail"]["via"].as_str(), Some("directory"));
        let sources = table(text(&files, "config/sources.toml"));
        for source in sources["source"].as_array().unwrap() {
            let url = source["url"].as_str().unwrap();
            assert!(url.starts_with("http://127.0.0.1:4321/"), "{url}");
        }
    }

    #[test]
    fn nothing_that_demo_and_init_write_has_expired_or_lies_in_the_future() {
        for files in [demo(8080, TODAY), init(TODAY)] {
            for (path, text) in &files {
                if let Some((_, id)) = path.split_once('/')
                    && path.starts_with("keywords/")
                    && id != "common.toml"
                {
                    let review_by = table(text)["review_by"].to_string();
                    assert_eq!(review_by, "2031-08-04", "{path}");
                }
            }
            assert!(text(&files, "config/sources.toml").contains("reviewed = 2031-02-03"));
            assert!(!text(&files, "config/sources.toml").contains("{{"));
        }
    }
}
