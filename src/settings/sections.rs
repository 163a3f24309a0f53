//! The sections of `luisterpost.toml`, each into the type of the module that uses it.

mod alerting;
mod fetching;
mod mailing;
mod privacy;
mod relay;
mod rhythm;
mod visiting;

use std::path::{Component, Path, PathBuf};

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use url::Url;

use crate::accountability::Accountability;
use crate::alert::AlertRules;
use crate::fetch;
use crate::form::Form;
use crate::form::document::Document;
use crate::form::field::Field;
use crate::mail;
use crate::mistake::Findings;
use crate::recipient::Address;
use crate::schedule::{Bounds, DigestTimes};
use crate::settings::agent::user_agent;

/// Everything in `luisterpost.toml`; `None` where a mistake stands in the way.
#[derive(Debug)]
pub(crate) struct Sections {
    pub(crate) organisation: Organisation,
    pub(crate) accountability: Option<Accountability>,
    pub(crate) database: Option<PathBuf>,
    pub(crate) fetch: Option<fetch::Config>,
    pub(crate) first_visit_days: Option<u8>,
    pub(crate) allow_private: Option<Vec<IpNet>>,
    pub(crate) mail: Option<mail::Config>,
    pub(crate) allowed_domains: Option<Vec<String>>,
    pub(crate) rhythm: Option<Bounds>,
    pub(crate) digest: Option<DigestTimes>,
    pub(crate) alerts: Option<AlertRules>,
}

impl Sections {
    /// Reads the settings, each key with its default.
    pub(crate) fn read(document: &Document, now: Timestamp, findings: &Findings) -> Sections {
        let form = Form::open(document, findings);
        let organisation = Organisation::read(&form.field("organisation"));
        let tomorrow = now.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
        let accountability = privacy::read(&form.field("privacy"), tomorrow);
        let database = database(&form.field("storage"));
        let (fetch, first_visit_days, allow_private) =
            fetching::read(&form.field("fetch"), organisation.agent.clone());
        let (mail, allowed_domains) =
            mailing::read(&form.field("mail"), organisation.contact.as_ref());
        let rhythm = visiting::read(&form.field("rhythm"));
        let digest = rhythm::read(&form.field("digest"));
        let alerts = alerting::read(&form.field("alerts"));
        form.close();
        Sections {
            organisation,
            accountability,
            database,
            fetch,
            first_visit_days,
            allow_private,
            mail,
            allowed_domains,
            rhythm,
            digest,
            alerts,
        }
    }
}

/// Who listens.
#[derive(Debug, Default)]
pub(crate) struct Organisation {
    pub(crate) municipality: Option<String>,
    pub(crate) contact: Option<Address>,
    pub(crate) explanation: Option<Url>,
    pub(crate) operator: Option<Address>,
    pub(crate) agent: Option<String>,
}

impl Organisation {
    fn read(field: &Field<'_>) -> Organisation {
        let Some(form) = field.section() else {
            return Organisation::default();
        };
        let name = form.required("municipality", "\"Lindemeer\"");
        let municipality = name.line();
        let contact = address(&form.required("contact", "\"luisterpost@lindemeer.example\""));
        let explanation = form
            .required(
                "explanation",
                "\"https://www.lindemeer.example/luisterpost\"",
            )
            .url();
        let operator = address(&form.required("operator", "\"beheer@lindemeer.example\""));
        form.close();
        let agent = match (&municipality, &explanation, &contact) {
            (Some(municipality), Some(explanation), Some(contact)) => {
                let agent = user_agent(municipality, explanation, contact);
                if agent.is_none() {
                    name.refuse_value::<()>(municipality, "ascii_name");
                }
                agent
            }
            _ => None,
        };
        Organisation {
            municipality,
            contact,
            explanation,
            operator,
            agent,
        }
    }
}

/// An address; what was written is not repeated, because messages about settings go into logs.
fn address(field: &Field<'_>) -> Option<Address> {
    let text = field.text()?;
    let address = Address::parse(text.trim());
    if address.is_none() {
        field.refuse_value::<()>("…", "address");
    }
    address
}

fn database(section: &Field<'_>) -> Option<PathBuf> {
    let form = section.section()?;
    let field = form.field("database");
    let database = field.or(PathBuf::from("luisterpost.db"), |field| {
        field.parse("file_name", |text| {
            let mut parts = Path::new(text).components();
            let plain = matches!(parts.next(), Some(Component::Normal(_)));
            let plain = plain && parts.next().is_none() && !text.chars().any(char::is_control);
            plain.then(|| PathBuf::from(text))
        })
    });
    form.close();
    database
}
