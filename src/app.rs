//! The parts, assembled from the files that people write.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};

use crate::canary::Chain;
use crate::connector::check_selector;
use crate::deliver::Desk;
use crate::fetch::{Fetcher, SetupError};
use crate::lint;
use crate::mail::{self, Mailer, Via};
use crate::mask::Masker;
use crate::mask::blank::Tokens;
use crate::matching::Matcher;
use crate::mistake::{Fault, Location, Mistake, Note, Remark};
use crate::outcome::canary::Canary;
use crate::poll::Listener;
use crate::poll::listening::Ears;
use crate::render::Texts;
use crate::render::own::Broken;
use crate::settings::{self, Paths, Settings};
use crate::source::{Source, SourceId};
use crate::store::{self, Configured, StateDirectory, Store};
use crate::theme::Theme;
use crate::withhold::Withholder;

/// Where the files are, and what lies over them.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Where the files are.
    pub paths: Paths,
    /// The directory of the data.
    pub state: PathBuf,
    /// The environment, which may override settings.
    pub environment: Vec<(String, String)>,
}

/// What follows from the files; made anew when they change.
#[derive(Debug)]
pub struct App {
    /// What people wrote.
    pub settings: Settings,
    /// The texts shipped with the program; mails use [`Desk::texts`].
    pub texts: Arc<Texts>,
    /// What is listened to, by id.
    pub sources: BTreeMap<SourceId, Arc<Source>>,
    /// Listens.
    pub listener: Listener,
    /// Mails.
    pub desk: Desk,
}

/// Whether a keyword list whose examples do not come out as they say is a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examples {
    /// Yes: to listen with it would be to trust it.
    Run,
    /// No: a person is finding out what is wrong with it.
    Skip,
}

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// People wrote something wrong.
    #[error("{} mistakes in the configuration", .0.len())]
    Mistakes(Vec<Mistake>),
    /// The client for requests cannot be made.
    #[error("requests cannot be prepared")]
    Fetch(#[from] SetupError),
}

impl App {
    /// Reads all files, runs the examples of the keyword lists when asked, and assembles the parts.
    ///
    /// `before` is what was in force until now: when the settings of requests did not change, its
    /// connections and the pace of its hosts stay.
    ///
    /// # Errors
    ///
    /// [`LoadError::Mistakes`] with all mistakes of all files, the examples included.
    pub fn load(
        origin: &Origin,
        texts: &Arc<Texts>,
        before: Option<&App>,
        examples: Examples,
        now: Timestamp,
    ) -> Result<App, LoadError> {
        let environment = origin.environment.iter().cloned();
        let mut settings = settings::load(&origin.paths, environment, now, check_selector)
            .map_err(LoadError::Mistakes)?;
        let gazetteer = settings
            .gazetteer
            .clone()
            .with_municipality(&settings.municipality);
        let kept = before.filter(|before| before.settings.fetch == settings.fetch);
        let fetch = || match kept {
            Some(before) => Ok(Arc::clone(&before.listener.fetcher)),
            None => Fetcher::new(settings.fetch.clone()).map(Arc::new),
        };
        // Side by side: a person who tries a keyword waits for all of them.
        let (matcher, fetcher, masker, withholder, mut mistakes) = std::thread::scope(|scope| {
            let fetcher = scope.spawn(fetch);
            let masker = scope.spawn(Masker::new);
            let withholder = scope.spawn(Withholder::new);
            let refused = scope.spawn(|| lint::refused(&settings.themes));
            let matcher = Matcher::compile(&settings.themes, &settings.common, &gazetteer);
            (
                matcher,
                join(fetcher),
                join(masker),
                join(withholder),
                join(refused),
            )
        });
        if examples == Examples::Run {
            mistakes.extend(failing_examples(&matcher, &settings.themes));
        }
        if !mistakes.is_empty() {
            return Err(LoadError::Mistakes(mistakes));
        }
        if let Via::Directory(directory) = &mut settings.mail.via {
            *directory = origin.state.join(&*directory);
        }
        let fetcher = fetcher?;
        let readers = before.map(|before| before.listener.readers.clone());
        let readers = readers.unwrap_or_default();
        let ears = Ears {
            masker,
            tokens: Tokens::new(|kind| texts.say(&format!("mask.{kind}"), ()))
                .expect("the shipped texts hold a token for each kind; a test reads them"),
            matcher,
            withholder: Arc::new(withholder),
            themes: settings
                .themes
                .iter()
                .map(|theme| (theme.id.clone(), theme.clone()))
                .collect(),
            first_visit: SignedDuration::from_hours(24 * i64::from(settings.first_visit_days)),
            zone: settings.digest.zone.clone(),
        };
        let sources = settings
            .sources
            .iter()
            .map(|source| (source.id.clone(), Arc::clone(source)))
            .collect();
        let own = own_texts(&mut settings, texts);
        let desk = desk(&settings, own);
        Ok(App {
            texts: Arc::clone(texts),
            sources,
            listener: Listener {
                fetcher,
                ears: Arc::new(ears),
                readers,
                bounds: settings.rhythm,
            },
            desk,
            settings,
        })
    }

    /// Tells the store what is listened to and who receives what, and the fetcher what the store
    /// remembers of robots.txt files.
    pub async fn introduce(&self, store: &Store, now: Timestamp) -> Result<(), store::StoreError> {
        let sources = self.settings.sources.iter().map(|source| Configured {
            id: source.id.clone(),
            url: source.url.clone(),
            block: source.fingerprint(),
        });
        for moved in store.sync_sources(sources.collect(), now).await? {
            tracing::info!(source.id = %moved.to, from = %moved.from, "a known address under another id: what was remembered goes with it");
        }
        let remembered = store.reader().robots(now).await?;
        self.listener.fetcher.remember(remembered, now);
        let enabled = self.settings.themes.iter().filter(|theme| theme.enabled);
        let themes: Vec<_> = enabled.map(|theme| theme.id.clone()).collect();
        store
            .sync_recipients(&self.settings.recipients, &themes, now)
            .await?;
        let picture = self.settings.picture();
        store.audit_configuration(picture, now).await;
        Ok(())
    }

    /// Sends an own message for each theme through the whole chain. `state` is the state directory.
    pub async fn canary(&self, state: &Path, now: Timestamp) -> Canary {
        let chain = Chain {
            listener: &self.listener,
            desk: &self.desk,
            fetch: &self.settings.fetch,
            store: &self.store_config(),
        };
        chain.test(state, now).await
    }

    /// Settings of the store.
    pub fn store_config(&self) -> store::Config {
        store::Config {
            database: self.settings.database.clone(),
            ..store::Config::default()
        }
    }
}

/// Opens the state directory and the store in it, for a command that may change it.
pub async fn open_store(origin: &Origin, app: &App, now: Timestamp) -> anyhow::Result<Arc<Store>> {
    let directory = StateDirectory::open(&origin.state)?;
    let opened = Store::open(&directory, &app.store_config())?;
    if opened.secret_lost {
        tracing::warn!(
            "the key of the seen hashes was lost or replaced: every source counts as never visited"
        );
    }
    app.introduce(&opened.store, now)
        .await
        .context("telling the store what is configured")?;
    Ok(Arc::new(opened.store))
}

/// The texts of mails: the municipality's own in the place of shipped ones. Those that are no
/// template are noted.
fn own_texts(settings: &mut Settings, shipped: &Arc<Texts>) -> Arc<Texts> {
    if settings.templates.is_empty() {
        return Arc::clone(shipped);
    }
    let (texts, broken) = Texts::with_own(&settings.templates);
    let note = |broken: Broken<'_>| Note {
        at: Location::File {
            file: broken.template.file.as_str().into(),
            line: broken.line,
            column: 0,
        },
        key: String::new(),
        remark: Remark::BrokenTemplate {
            reason: broken.reason,
        },
    };
    settings.notes.extend(broken.into_iter().map(note));
    Arc::new(texts)
}

fn desk(settings: &Settings, texts: Arc<Texts>) -> Desk {
    Desk {
        municipality: settings.municipality.clone(),
        recipients: settings.recipients.clone(),
        themes: settings.themes.clone(),
        sources: settings
            .sources
            .iter()
            .map(|source| (source.id.clone(), source.name.clone()))
            .collect(),
        voices: (settings.sources.iter())
            .map(|source| (source.id.clone(), source.voice))
            .collect(),
        places: settings.gazetteer.map(),
        areas: settings.gazetteer.areas(),
        open_points: settings.accountability.open_points(),
        operator: settings.operator.clone(),
        times: settings.digest.clone(),
        alerts: settings.alerts.clone(),
        texts,
        mailer: Mailer::new(mail::Config::clone(&settings.mail)),
    }
}

/// What a thread made; its panic goes on here.
fn join<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The examples that do not come out as their lists say, as mistakes in those lists.
pub(crate) fn failing_examples(matcher: &Matcher, themes: &[Theme]) -> Vec<Mistake> {
    let of_theme = |theme: &Theme| -> Vec<Mistake> {
        let mistake = |example: &crate::theme::Example| Mistake {
            at: Location::File {
                file: Arc::clone(&theme.file),
                line: example.line,
                column: 0,
            },
            key: "examples".to_owned(),
            fault: Fault::FailingExample {
                text: example.text.clone(),
                expected: example.hit,
            },
        };
        matcher
            .failing_examples(theme)
            .into_iter()
            .map(mistake)
            .collect()
    };
    themes.iter().flat_map(of_theme).collect()
}
