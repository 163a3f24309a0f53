//! A mailbox and what it receives.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::Time;

use crate::form::Form;
use crate::form::document::Document;
use crate::form::field::Field;
use crate::mistake::{Fault, Findings, Location, shown};
use crate::place::Gazetteer;
use crate::place::choice::PlaceChoice;
use crate::recipient::days::Days;
use crate::theme::{CONTROLLERS, Theme, ThemeChoice, ThemeId};

pub mod days; // Days of the week, as people write them.

/// A mailbox and what it receives, as a person described it in `recipients.toml`.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Its name for readers, and in `digest --to`.
    pub name: String,
    /// Where mail goes.
    pub address: Address,
    /// The themes it receives.
    pub themes: ThemeChoice,
    /// For which controllers it works, when that is written down: it receives no theme of another
    /// (purpose limitation, GDPR art. 5(1)(b)).
    pub roles: Option<Vec<String>>,
    /// The places it receives messages about.
    pub places: PlaceChoice,
    /// The local time of its overviews; `None` is that of all.
    pub at: Option<Time>,
    /// The days of its overviews; `None` are those of all.
    pub days: Option<Days>,
    /// How often it receives an overview.
    pub digest: DigestRhythm,
    /// Whether it receives mail outside the rhythm.
    pub alerts: bool,
    /// Whether an overview is sent when nothing was found.
    pub empty: bool,
    /// Line of its `[[recipient]]` in the file.
    pub line: u32,
}

/// What a recipient is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'s> {
    /// All themes.
    pub themes: &'s [ThemeId],
    /// The places; `None` when the table could not be read.
    pub gazetteer: Option<&'s Gazetteer>,
    /// Domains that may receive mail; `None` when the settings could not be read.
    pub allowed_domains: Option<&'s [String]>,
}

impl Recipient {
    /// Reads `recipients.toml`.
    pub fn read_all(
        document: &Document,
        around: Surroundings<'_>,
        findings: &Findings,
    ) -> Vec<Recipient> {
        let form = Form::open(document, findings);
        let mut names = HashMap::new();
        let mut addresses = HashMap::new();
        let mut recipients = Vec::new();
        for recipient in form.field("recipient").tables() {
            let line = recipient.line();
            let doubled = |seen: &mut HashMap<String, u32>, value: &str| {
                let value = value.to_lowercase();
                let first_line = seen.get(&value).copied();
                seen.entry(value).or_insert(line);
                first_line
            };
            let name_field = recipient.required("name", "\"Team Veiligheid\"");
            let name = name_field.line();
            if let Some(name) = &name
                && let Some(first_line) = doubled(&mut names, name)
            {
                let found = shown(name);
                name_field.refuse::<()>(Fault::Doubled { found, first_line });
            }
            let address_field = recipient.required("address", "\"veiligheid@lindemeer.example\"");
            let address = address_field.text().and_then(|text| {
                let address = Address::parse(text.trim());
                if address.is_none() {
                    address_field.refuse_value::<()>(&masked(&text), "address");
                }
                address
            });
            if let Some(address) = &address {
                let allowed = around.allowed_domains;
                if let Some(allowed) = allowed.filter(|all| !all.contains(&address.domain())) {
                    let (found, expected) = (address.domain(), allowed.to_vec());
                    address_field.refuse::<()>(Fault::ForeignDomain { found, expected });
                }
                if let Some(first_line) = doubled(&mut addresses, address.reveal()) {
                    let found = address.to_string();
                    address_field.refuse::<()>(Fault::Doubled { found, first_line });
                }
            }
            recipients.extend(Recipient::read(&recipient, name, address, around));
            recipient.close();
        }
        form.close();
        recipients
    }

    fn read(
        form: &Form<'_>,
        name: Option<String>,
        address: Option<Address>,
        around: Surroundings<'_>,
    ) -> Option<Recipient> {
        let themes = ThemeChoice::read(&form.field("themes"), around.themes);
        let roles = form.field("roles").or(None, |field| roles(field).map(Some));
        let digest_field = form.field("digest");
        let digest = digest_field.word(DigestRhythm::WORDS, DigestRhythm::from_word);
        let places = PlaceChoice::read(&form.field("places"), around.gazetteer);
        let at = form.field("at").time();
        let days = form.field("days").parse("days", days::parse);
        let alerts = form.field("alerts").boolean();
        let empty = form.field("empty").boolean();
        // Alerts are asked for, not given: they come at any hour.
        let alerts = alerts.unwrap_or(false);
        if digest == Some(DigestRhythm::None) && !alerts {
            digest_field.refuse::<()>(Fault::ReceivesNothing);
        }
        Some(Recipient {
            name: name?,
            address: address?,
            themes: themes?,
            roles: roles?,
            places: places?,
            at,
            days,
            digest: digest.unwrap_or(DigestRhythm::Daily),
            alerts,
            // "Nothing was found" is news too: silence looks like a machine that is broken.
            empty: empty.unwrap_or(true),
            line: form.line(),
        })
    }
}

impl Recipient {
    /// Leaves it the themes of the controllers that it works for. A theme that it names and that
    /// is another's is a mistake: a person must decide which of the two is wrong.
    pub fn keep_to_its_roles(&mut self, themes: &[Theme], file: &str, findings: &Findings) {
        let Some(roles) = &self.roles else {
            return;
        };
        let others = |theme: &&Theme| !roles.contains(&theme.controller);
        if self.themes == ThemeChoice::All {
            let own = themes.iter().filter(|theme| !others(theme));
            self.themes = ThemeChoice::Only(own.map(|theme| theme.id.clone()).collect());
            return;
        }
        let named = themes.iter().filter(|theme| self.themes.takes(&theme.id));
        for theme in named.filter(others) {
            let at = Location::File {
                file: file.into(),
                line: self.line,
                column: 0,
            };
            let fault = Fault::InvalidValue {
                found: theme.id.to_string(),
                expected: "own_theme".to_owned(),
            };
            findings.mistake(at, "themes", fault);
        }
    }
}

/// One or more controllers.
fn roles(field: &Field<'_>) -> Option<Vec<String>> {
    let read = |field: &Field<'_>| {
        field.word(&CONTROLLERS, |word| {
            CONTROLLERS.contains(&word).then(|| word.to_owned())
        })
    };
    let elements = field.list()?;
    match elements.is_empty() {
        true => field.refuse_value("[]", "roles"),
        false => elements.iter().map(read).collect(),
    }
}

/// A text that was meant as an address, with what may name a person left out.
fn masked(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, domain)) => format!("…@{domain}"),
        None => "…".to_owned(),
    }
}

/// A mail address, checked; printing it shows only its domain, so that no log can hold it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

impl Address {
    /// Checks and wraps `local@domain`; `None` when it is not one.
    ///
    /// The domain is ASCII: a name with other letters can be made to look like another one.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let legal_domain = domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        let legal_local = (1..=64).contains(&local.len())
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&b));
        (legal_local && legal_domain).then(|| Address(text.to_owned()))
    }

    /// The address itself, for the envelope and the `To` header only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The part after `@`, in lower case.
    pub fn domain(&self) -> String {
        self.0
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain)
            .to_ascii_lowercase()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…@{}", self.domain())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…@{}", self.domain())
    }
}

/// How often a recipient receives an overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestRhythm {
    /// Every digest day.
    Daily,
    /// The first digest day of the week.
    Weekly,
    /// Never.
    None,
}

impl DigestRhythm {
    /// All words, in the order of the manual.
    pub const WORDS: &'static [&'static str] = &["daily", "weekly", "none"];

    /// The word for this choice.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::None => "none",
        }
    }

    /// The choice for a word; `None` when it is not one of [`Self::WORDS`].
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "daily" => Some(Self::Daily),
            "weekly" => Some(Self::Weekly),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}
