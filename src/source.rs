//! A public address that is listened to.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::civil::Date;
use url::{Host, Url};

use crate::form::Form;
use crate::form::document::Document;
use crate::form::field::Field;
use crate::mistake::{Fault, Findings, Remark, shown};
use crate::theme::{ThemeChoice, ThemeId, is_identifier};

/// No source is visited more often: twelve visits an hour is what a polite reader does (R18).
const SHORTEST_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// No source is visited less often: messages would be gone before they were read.
const LONGEST_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A public address that is listened to, as a person described it in `sources.toml`.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in the database and in commands.
    pub id: SourceId,
    /// Its name for readers of the digest.
    pub name: String,
    /// How its documents are read.
    pub kind: SourceKind,
    /// Where it is fetched.
    pub url: Url,
    /// Who speaks there.
    pub voice: Voice,
    /// Whether everything there concerns us.
    pub scope: Scope,
    /// How often it is visited.
    pub every: Every,
    /// How much of a message may be kept and mailed.
    pub excerpt: ExcerptPolicy,
    /// When a person last checked that it is public and what its terms say.
    pub reviewed: Option<Date>,
    /// The themes that are listened for.
    pub themes: ThemeChoice,
    /// Line of its `[[source]]` in the file.
    pub line: u32,
}

/// What a source is checked against.
#[derive(Clone, Copy)]
pub struct Surroundings<'s> {
    /// All themes.
    pub themes: &'s [ThemeId],
    /// The day of today in the municipality.
    pub today: Date,
    /// Address ranges that may be visited although they are not public; `None` when the settings
    /// could not be read.
    pub allow_private: Option<&'s [IpNet]>,
    /// Whether the gazetteer has places; `None` when it could not be read.
    pub has_places: Option<bool>,
    /// Whether a text is a CSS selector, and if not, why not.
    pub check_selector: &'s dyn Fn(&str) -> Result<(), String>,
}

impl Source {
    /// Reads `sources.toml`.
    pub fn read_all(
        document: &Document,
        around: Surroundings<'_>,
        findings: &Findings,
    ) -> Vec<Source> {
        let form = Form::open(document, findings);
        let mut ids = HashMap::new();
        let mut urls = HashMap::new();
        let mut sources = Vec::new();
        for source in form.field("source").tables() {
            let line = source.line();
            let id_field = source.required("id", "\"wijkkrant-oost\"");
            let id = id_field.parse("identifier", SourceId::parse);
            if let Some(id) = &id {
                let first_line = *ids.entry(id.clone()).or_insert(line);
                if first_line != line {
                    let found = id.to_string();
                    id_field.refuse::<()>(Fault::Doubled { found, first_line });
                }
            }
            let url_field = source.required("url", "\"https://wijkkrant.example/feed\"");
            let url = url_field.url();
            if let Some(url) = &url {
                around.check_host(&url_field, url);
                let first_line = *urls.entry(url.clone()).or_insert(line);
                if first_line != line {
                    url_field.note(Remark::DoubledUrl { first_line });
                }
            }
            sources.extend(Source::read(&source, id, url, around));
            source.close();
        }
        form.close();
        sources
    }

    fn read(
        form: &Form<'_>,
        id: Option<SourceId>,
        url: Option<Url>,
        around: Surroundings<'_>,
    ) -> Option<Source> {
        let name = form.required("name", "\"Wijkkrant Oost\"").line();
        let kind = SourceKind::read(form, around);
        let voice = form
            .required("voice", "\"residents\"")
            .word(Voice::WORDS, Voice::from_word);
        let scope_field = form.required("scope", "\"local\"");
        let scope = scope_field.word(Scope::WORDS, Scope::from_word);
        if scope == Some(Scope::Wide) && around.has_places == Some(false) {
            scope_field.refuse::<()>(Fault::WideWithoutPlaces);
        }
        let every = Every::read(&form.field("every"));
        let excerpt = form
            .field("excerpt")
            .word(ExcerptPolicy::WORDS, ExcerptPolicy::from_word);
        let reviewed_field = form.field("reviewed");
        let reviewed = reviewed_field.date();
        if let Some(date) = reviewed.filter(|date| *date > around.today) {
            let found = date.to_string();
            reviewed_field.refuse::<()>(Fault::FutureDate { found });
        }
        if !reviewed_field.is_present() {
            form.note(Remark::NotReviewed);
        }
        let themes = ThemeChoice::read(&form.field("themes"), around.themes);
        Some(Source {
            id: id?,
            name: name?,
            kind: kind?,
            url: url?,
            voice: voice?,
            scope: scope?,
            every,
            excerpt: excerpt.unwrap_or(ExcerptPolicy::Fragment),
            reviewed,
            themes: themes?,
            line: form.line(),
        })
    }
}

impl Surroundings<'_> {
    /// Refuses an address that is literally in a private network. A name that leads to one is
    /// refused when it is looked up.
    fn check_host(&self, field: &Field<'_>, url: &Url) {
        let Some(allowed) = self.allow_private else {
            return;
        };
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => address.to_canonical(),
            Some(Host::Domain(name)) if name == "localhost" || name.ends_with(".localhost") => {
                IpAddr::V4(Ipv4Addr::LOCALHOST)
            }
            _ => return,
        };
        if is_private(address) && !allowed.iter().any(|range| range.contains(&address)) {
            let found = shown(url.host_str().unwrap_or_default());
            field.refuse::<()>(Fault::PrivateAddress { found });
        }
    }

    /// Reads a CSS selector.
    fn selector(&self, field: &Field<'_>) -> Option<String> {
        let selector = field.line()?;
        match (self.check_selector)(&selector) {
            Ok(()) => Some(selector),
            Err(reason) => field.refuse(Fault::BadSelector {
                found: shown(&selector),
                reason,
            }),
        }
    }

    /// Reads the selectors of what is left out; quoted posts when nothing is written.
    fn drop(&self, field: &Field<'_>) -> Vec<String> {
        match field.list() {
            Some(elements) => elements.iter().filter_map(|e| self.selector(e)).collect(),
            None => vec!["blockquote".to_owned()],
        }
    }
}

/// Whether an address is plainly not of the public internet. The guard of every request knows all
/// ranges; this is for telling a person early.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
            let own = v4.is_loopback() || v4.is_private() || v4.is_link_local();
            own || shared || v4.is_unspecified() || v4.is_broadcast()
        }
        IpAddr::V6(v6) => {
            let own = v6.is_unique_local() || v6.is_unicast_link_local();
            own || v6 == Ipv6Addr::LOCALHOST || v6.is_unspecified()
        }
    }
}

/// Identifies a source: lower-case ASCII letters, digits and hyphens, starting with a letter or digit, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(Arc<str>);

impl SourceId {
    /// Checks and wraps an id; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        is_identifier(text).then(|| SourceId(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the documents of a source are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// RSS, Atom or JSON Feed.
    Feed {
        /// CSS selectors of what is left out of each message's HTML.
        drop: Vec<String>,
    },
    /// A page in HTML, read with CSS selectors.
    Page(Select),
}

impl SourceKind {
    /// All words, in the order of the manual.
    pub const WORDS: &'static [&'static str] = &["feed", "page"];

    /// The word for this kind.
    pub fn as_str(&self) -> &'static str {
        match self {
            SourceKind::Feed { .. } => "feed",
            SourceKind::Page(_) => "page",
        }
    }

    /// Reads `kind` and the `select` that belongs to it.
    fn read(form: &Form<'_>, around: Surroundings<'_>) -> Option<SourceKind> {
        let known = |word: &str| Self::WORDS.iter().find(|known| **known == word);
        let kind = form
            .required("kind", "\"feed\"")
            .word(Self::WORDS, |word| known(word).copied());
        let select_field = form.field("select");
        let select = select_field.table();
        match kind? {
            "feed" => {
                let Some(select) = select else {
                    let drop = vec!["blockquote".to_owned()];
                    return (!select_field.is_present()).then_some(SourceKind::Feed { drop });
                };
                for key in ["item", "link", "title", "text", "date", "next"] {
                    let field = select.field(key);
                    if field.is_present() {
                        let because = "kind = \"feed\"".to_owned();
                        field.refuse::<()>(Fault::NotWith { because });
                    }
                }
                let drop = around.drop(&select.field("drop"));
                select.close();
                Some(SourceKind::Feed { drop })
            }
            _ => {
                if !select_field.is_present() {
                    return select_field.refuse(Fault::MissingBecause {
                        because: "kind = \"page\"".to_owned(),
                        example: "{ item = \"article\", text = \".body\" }".to_owned(),
                    });
                }
                Some(SourceKind::Page(Select::read(select?, around)?))
            }
        }
    }
}

/// Where things stand in a page: CSS selectors, checked when the file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// Each message.
    pub item: String,
    /// In a message: the link to the message itself (`href`). Without it a message has no link.
    pub link: Option<String>,
    /// In a message: its title.
    pub title: Option<String>,
    /// In a message: its text.
    pub text: String,
    /// In a message: its date (`datetime` attribute, else text).
    pub date: Option<String>,
    /// In the page: the link to the next page (`href`).
    pub next: Option<String>,
    /// In a message: what is left out, by default `blockquote`.
    pub drop: Vec<String>,
}

impl Select {
    fn read(form: Form<'_>, around: Surroundings<'_>) -> Option<Select> {
        let item = around.selector(&form.required("item", "\"article\""));
        let text = around.selector(&form.required("text", "\".body\""));
        let optional = |key| around.selector(&form.field(key));
        let [link, title] = [optional("link"), optional("title")];
        let [date, next] = [optional("date"), optional("next")];
        let drop = around.drop(&form.field("drop"));
        form.close();
        Some(Select {
            item: item?,
            link,
            title,
            text: text?,
            date,
            next,
            drop,
        })
    }
}

/// Who speaks in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Voice {
    /// Residents.
    Residents,
    /// Press.
    Press,
    /// An authority: municipality, police, fire service.
    Authority,
}

/// Which messages of a source concern us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything there concerns us.
    Local,
    /// Only what names a place of ours.
    Wide,
}

/// How often a source is visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// By what the source shows.
    Auto,
    /// At this interval.
    Fixed(SignedDuration),
}

impl Every {
    /// Reads `"auto"` or a duration; automatic when it is left out or wrong.
    fn read(field: &Field<'_>) -> Every {
        match field.text().as_deref() {
            None | Some("auto") => Every::Auto,
            Some(_) => field
                .duration(SHORTEST_EVERY..=LONGEST_EVERY)
                .map_or(Every::Auto, Every::Fixed),
        }
    }
}

/// How much of a message may be kept and mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExcerptPolicy {
    /// The words around the evidence.
    Fragment,
    /// The title only.
    Title,
    /// Nothing: the hit is counted with theme, place, time, source and keyword line.
    None,
}

/// The words used for these choices in files, templates and the database.
macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// All words, in the order of the manual.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for this choice.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The choice for a word; `None` when it is not one of [`Self::WORDS`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(Voice { Residents = "residents", Press = "press", Authority = "authority" });
words!(Scope { Local = "local", Wide = "wide" });
words!(ExcerptPolicy { Fragment = "fragment", Title = "title", None = "none" });
