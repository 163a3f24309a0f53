//! Reading `sources.toml`.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::civil::Date;
use url::{Host, Url};

use crate::form::Form;
use crate::form::document::Document;
use crate::form::field::Field;
use crate::form::measure::parse_duration;
use crate::mistake::{Fault, Findings, Remark, shown};
use crate::source::api::{Api, ApiKind};
use crate::source::drop::DropFolder;
use crate::source::refused::{refused_kind, refused_site};
use crate::source::{Every, ExcerptPolicy, Scope, Select, Source, SourceId, SourceKind, Voice};
use crate::theme::{ThemeChoice, ThemeId};

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

/// No source is visited more often: twelve visits an hour is what a polite reader does (R18).
const SHORTEST_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// No source is visited less often: messages would be gone before they were read.
const LONGEST_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);

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
                if let Some(first_line) = ids.get(id).copied() {
                    let found = id.to_string();
                    id_field.refuse::<()>(Fault::Doubled { found, first_line });
                } else {
                    ids.insert(id.clone(), line);
                }
            }
            let folder = source.field("folder");
            let (url_field, url) = match folder.is_present() {
                true => {
                    let url = DropFolder::address(&folder);
                    (folder, url)
                }
                false => {
                    let field = source.required("url", "\"https://wijkkrant.example/feed\"");
                    let url = field.url();
                    (field, url)
                }
            };
            if let Some(url) = &url {
                around.check_host(&url_field, url);
                if let Some(first_line) = urls.get(url).copied() {
                    url_field.note(Remark::DoubledUrl { first_line });
                } else {
                    urls.insert(url.clone(), line);
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
        if let (Some(url), Some(kind)) = (&url, &kind)
            && let Some(place) = refused_site(url, Some(kind.as_str()))
        {
            form.field("url").refuse::<()>(place.fault());
        }
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

impl SourceKind {
    /// Reads `kind` and the `select` that belongs to it.
    fn read(form: &Form<'_>, around: Surroundings<'_>) -> Option<SourceKind> {
        let known = |word: &str| Self::WORDS.iter().find(|known| **known == word);
        let kind_field = form.required("kind", "\"feed\"");
        let kind = match kind_field.text().as_deref().map(refused_kind) {
            Some(Some(place)) => kind_field.refuse(place.fault()),
            Some(None) => kind_field.word(Self::WORDS, |word| known(word).copied()),
            None => None,
        };
        let select_field = form.field("select");
        let select = select_field.table();
        let kind = kind?;
        if kind == "drop" {
            return DropFolder::read(form).map(SourceKind::Drop);
        }
        let folder = form.field("folder");
        if folder.is_present() {
            let because = format!("kind = \"{kind}\"");
            folder.refuse::<()>(Fault::NotWith { because })?;
        }
        if let Some(kind) = ApiKind::ALL.into_iter().find(|api| api.as_str() == kind) {
            if select_field.is_present() {
                let because = format!("kind = \"{}\"", kind.as_str());
                select_field.refuse::<()>(Fault::NotWith { because })?;
            }
            return Api::read(kind, form, &form.field("url")).map(SourceKind::Api);
        }
        match kind {
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

impl Every {
    /// Reads `"auto"` or a duration; automatic when it is left out or wrong.
    fn read(field: &Field<'_>) -> Every {
        match field.text().as_deref() {
            None | Some("auto") => Every::Auto,
            Some(text) if parse_duration(text).is_none() => {
                field.refuse_value::<()>(text, "every");
                Every::Auto
            }
            Some(_) => field
                .duration(SHORTEST_EVERY..=LONGEST_EVERY)
                .map_or(Every::Auto, Every::Fixed),
        }
    }
}
