//! A mailbox and what it receives.

use std::fmt;

use crate::theme::ThemeChoice;

/// A mailbox and what it receives, as a person described it in `recipients.toml`.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Its name for readers, and in `digest --to`.
    pub name: String,
    /// Where mail goes.
    pub address: Address,
    /// The themes it receives.
    pub themes: ThemeChoice,
    /// How often it receives an overview.
    pub digest: DigestRhythm,
    /// Whether it receives mail outside the rhythm.
    pub alerts: bool,
    /// Whether an overview is sent when nothing was found.
    pub empty: bool,
    /// Line of its `[[recipient]]` in the file.
    pub line: u32,
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
