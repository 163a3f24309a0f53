//! All files that people write, read and checked together.
//!
//! Every file is read, whatever is wrong in another, and all mistakes come back at once: a person
//! mends them in one go. Nothing here opens a connection or changes a file.

mod across;
mod templates;
mod agent;
pub mod files;
mod layers;
mod picture; // What is in force, as the audit log sees it.
mod sections;
pub mod tell;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::accountability::Accountability;
use crate::alert::AlertRules;
use crate::fetch;
use crate::form::document::Document;
use crate::keyword::WordLists;
use crate::mail;
use crate::mistake::{Fault, Findings, Mistake, Note};
use crate::place::Gazetteer;
use crate::recipient::{self, Address, Recipient};
use crate::render::own::OwnTemplate;
use crate::schedule::{Bounds, DigestTimes};
use crate::settings::files::{read, theme_files};
use crate::settings::sections::Sections;
use crate::source::Source;
use crate::source::reading::Surroundings;
use crate::theme::{Common, Theme, ThemeId};

/// Everything that people wrote, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the municipality.
    pub municipality: String,
    /// Who answers questions about the listening; stands in the user agent.
    pub contact: Address,
    /// The public page that explains the listening.
    pub explanation: Url,
    /// Who hears when something is broken.
    pub operator: Address,
    /// What the organisation decided before it began to listen.
    pub accountability: Accountability,
    /// The name of the database in the state directory, without a directory.
    pub database: PathBuf,
    /// How requests are made.
    pub fetch: fetch::Config,
    /// At a source's first visit, items older than this many days are marked seen, not mailed.
    pub first_visit_days: u8,
    /// How mail is sent.
    pub mail: mail::Config,
    /// The domains that may receive mail, in lower case.
    pub allowed_domains: Vec<String>,
    /// The limits of the rhythm of sources with `every = "auto"`.
    pub rhythm: Bounds,
    /// When overviews go out.
    pub digest: DigestTimes,
    /// What cannot wait for them.
    pub alerts: AlertRules,
    /// What is listened to.
    pub sources: Vec<Arc<Source>>,
    /// Who receives what.
    pub recipients: Vec<Recipient>,
    /// The places of the municipality.
    pub gazetteer: Gazetteer,
    /// What is listened for, enabled or not, by id.
    pub themes: Vec<Theme>,
    /// What holds for all themes.
    pub common: Common,
    /// Hashes of the files as they were read, by name, and of what the environment sets.
    pub files: BTreeMap<String, String>,
    /// Layouts and sentences in the place of shipped ones.
    pub templates: Vec<OwnTemplate>,
    /// What is allowed and yet worth a look.
    pub notes: Vec<Note>,
}

/// Where the files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The directory of `luisterpost.toml`, `sources.toml`, `recipients.toml` and `places.csv`.
    pub config: PathBuf,
    /// The directory of the keyword files.
    pub keywords: PathBuf,
}

/// Where the settings of an installed package are.
const INSTALLED: &str = "/etc/luisterpost/config";

impl Paths {
    /// What was given on the command line, else `./config` when it is there, else
    /// `/etc/luisterpost/config` when that is there, else `./config`, which is then reported as
    /// missing. Keyword files are in `keywords` beside that directory.
    pub fn find(config: Option<PathBuf>, keywords: Option<PathBuf>) -> Paths {
        let config = config.unwrap_or_else(|| {
            let here = PathBuf::from("config");
            let installed = PathBuf::from(INSTALLED);
            match !here.is_dir() && installed.is_dir() {
                true => installed,
                false => here,
            }
        });
        let keywords = keywords.unwrap_or_else(|| beside(&config));
        Paths { config, keywords }
    }
}

/// `keywords` beside a directory, also when that is written as `.` or `../config`.
fn beside(config: &Path) -> PathBuf {
    match (config.parent(), config.file_name()) {
        (Some(parent), Some(_)) => parent.join("keywords"),
        _ => config.join("../keywords"),
    }
}

/// Reads all files and lays the environment over the settings.
///
/// `now` tells whether a date has come yet; `check_selector` whether a text is a CSS selector.
///
/// # Errors
///
/// All mistakes of all files, sorted by file and line.
pub fn load(
    paths: &Paths,
    environment: impl Iterator<Item = (String, String)>,
    now: Timestamp,
    check_selector: impl Fn(&str) -> Result<(), String>,
) -> Result<Settings, Vec<Mistake>> {
    let findings = Findings::default();
    let settings = gather(paths, environment, now, &check_selector, &findings);
    let (mistakes, notes) = findings.into_sorted();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let settings = settings.expect("what could not be read has left a mistake");
    Ok(Settings { notes, ..settings })
}

/// Reads the word lists of `common.toml` and nothing else; none when there is no such file.
///
/// # Errors
///
/// All mistakes in that file.
pub fn load_words(paths: &Paths) -> Result<WordLists, Vec<Mistake>> {
    let file = paths.keywords.join("common.toml");
    let findings = Findings::default();
    let common = file.is_file().then(|| document(&file, &findings)).flatten();
    let common = common.map(|document| Common::read(&document, &findings));
    let (mistakes, _) = findings.into_sorted();
    match mistakes.is_empty() {
        true => Ok(common.unwrap_or_default().words),
        false => Err(mistakes),
    }
}

/// Reads one keyword file as if it stood beside the others, in the place of the theme of its name.
///
/// # Errors
///
/// All mistakes in it.
pub fn load_theme(path: &Path, settings: &Settings) -> Result<Theme, Vec<Mistake>> {
    let findings = Findings::default();
    let mut ids: Vec<ThemeId> = settings.themes.iter().map(|t| t.id.clone()).collect();
    ids.extend(ThemeId::of_file(&path.display().to_string()));
    let theme = document(path, &findings)
        .and_then(|document| Theme::read(&document, &settings.common, &ids, &findings));
    let (mistakes, _) = findings.into_sorted();
    theme.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

fn gather(
    paths: &Paths,
    environment: impl Iterator<Item = (String, String)>,
    now: Timestamp,
    check_selector: &dyn Fn(&str) -> Result<(), String>,
    findings: &Findings,
) -> Option<Settings> {
    if !paths.config.is_dir() {
        let directory = paths.config.display().to_string();
        let whole = Document::plain(&directory, "").whole();
        findings.mistake(whole, "", Fault::MissingDirectory);
        return None;
    }
    let (common, themes, ids) = read_themes(&paths.keywords, findings);
    let environment: Vec<(String, String)> = environment.collect();
    let mut hashes = BTreeMap::from([picture::of_environment(&environment)]);
    hashes.extend(common.as_ref().map(picture::of_common));
    let mut read_as = |document: &Document| {
        let (name, hash) = picture::of_file(&document.file, document.text());
        hashes.insert(name, hash);
    };

    let settings_file = paths.config.join("luisterpost.toml");
    let main = document(&settings_file, findings)
        .inspect(&mut read_as)
        .map(|document| layers::merge(document, environment.into_iter(), findings))
        .map(|document| Sections::read(&document, now, findings));
    let municipality = main
        .as_ref()
        .and_then(|m| m.organisation.municipality.clone());

    let places = paths.config.join("places.csv");
    let gazetteer = read(&places, findings).map(|text| {
        let document = Document::plain(&places.display().to_string(), &text);
        read_as(&document);
        Gazetteer::read(&document, municipality.as_deref(), findings)
    });

    let zone = main.as_ref().and_then(|main| main.digest.as_ref());
    let zone = zone.map_or(TimeZone::UTC, |digest| digest.zone.clone());
    let around = Surroundings {
        themes: &ids,
        today: now.to_zoned(zone).date(),
        allow_private: main.as_ref().and_then(|m| m.allow_private.as_deref()),
        has_places: gazetteer.as_ref().map(|g| !g.places.is_empty()),
        check_selector,
    };
    let sources_file = paths.config.join("sources.toml");
    let sources = document(&sources_file, findings)
        .inspect(&mut read_as)
        .map(|document| Source::read_all(&document, around, findings));

    let around = recipient::Surroundings {
        themes: &ids,
        gazetteer: gazetteer.as_ref(),
        allowed_domains: main.as_ref().and_then(|m| m.allowed_domains.as_deref()),
    };
    let recipients_file = paths.config.join("recipients.toml");
    let recipients = document(&recipients_file, findings)
        .inspect(&mut read_as)
        .map(|document| Recipient::read_all(&document, around, findings));

    let templates = templates::read_all(&paths.config.join("templates"), findings);

    let (main, sources, mut recipients) = (main?, sources?, recipients?);
    for recipient in &mut recipients {
        recipient.keep_to_its_roles(&themes, &recipients_file.display().to_string(), findings);
    }
    let files = across::Files {
        settings: &settings_file.display().to_string(),
        sources: &sources_file.display().to_string(),
        recipients: &recipients_file.display().to_string(),
        keywords: &paths.keywords.display().to_string(),
    };
    across::compare(&files, &themes, &sources, &recipients, findings);
    if let Some(accountability) = &main.accountability {
        across::open_points(&files, accountability, findings);
    }
    Some(Settings {
        municipality: municipality?,
        contact: main.organisation.contact?,
        explanation: main.organisation.explanation?,
        operator: main.organisation.operator?,
        accountability: main.accountability?,
        database: main.database?,
        fetch: main.fetch?,
        first_visit_days: main.first_visit_days?,
        mail: main.mail?,
        allowed_domains: main.allowed_domains?,
        rhythm: main.rhythm?,
        digest: main.digest?,
        alerts: main.alerts?,
        sources: sources.into_iter().map(Arc::new).collect(),
        recipients,
        gazetteer: gazetteer?,
        themes,
        common: common?,
        files: hashes,
        templates,
        notes: Vec::new(),
    })
}

/// Reads the keyword files: what holds for all, the themes, and the ids of all files, those that
/// could not be read too.
fn read_themes(
    directory: &Path,
    findings: &Findings,
) -> (Option<Common>, Vec<Theme>, Vec<ThemeId>) {
    if !directory.is_dir() {
        let name = directory.display().to_string();
        let whole = Document::plain(&name, "").whole();
        findings.mistake(whole, "", Fault::MissingDirectory);
        return (None, Vec::new(), Vec::new());
    }
    let common = document(&directory.join("common.toml"), findings);
    let common = common.map(|document| Common::read(&document, findings));

    let mut ids = Vec::new();
    let mut files = Vec::new();
    for path in theme_files(directory, findings) {
        let name = path.display().to_string();
        match ThemeId::of_file(&name) {
            Some(id) => {
                ids.push(id);
                files.push(path);
            }
            None => {
                let expected = "theme_file".to_owned();
                let found = crate::mistake::shown(&name);
                let whole = Document::plain(&name, "").whole();
                findings.mistake(whole, "", Fault::InvalidValue { found, expected });
            }
        }
    }
    let shared = common.clone().unwrap_or_default();
    let mut themes = Vec::new();
    // The largest files of all; on two processors they are read in little more than half the time.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        let readers: Vec<_> = files
            .chunks(files.len().div_ceil(threads).max(1))
            .map(|files| scope.spawn(|| read_theme_files(files, &shared, &ids)))
            .collect();
        for reader in readers {
            let (mut read, found) = reader
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            themes.append(&mut read);
            findings.absorb(found);
        }
    });
    (common, themes, ids)
}

/// Reads some theme files, with findings of their own.
fn read_theme_files(files: &[PathBuf], common: &Common, ids: &[ThemeId]) -> (Vec<Theme>, Findings) {
    let findings = Findings::default();
    let themes = files
        .iter()
        .filter_map(|path| document(path, &findings))
        .filter_map(|document| Theme::read(&document, common, ids, &findings))
        .collect();
    (themes, findings)
}

/// A TOML file; `None` when it cannot be read, with the reason in the findings.
fn document(path: &Path, findings: &Findings) -> Option<Document> {
    let text = read(path, findings)?;
    Document::parse(&path.display().to_string(), &text, findings)
}
