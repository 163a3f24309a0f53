//! Sources that are read through the public API of a platform.

use std::path::PathBuf;

use url::{Host, Url};

use crate::form::Form;
use crate::form::field::Field;
use crate::mistake::Fault;

/// A source that is read through an API, with what a person wrote besides its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Which API.
    pub kind: ApiKind,
    /// The file with the token that is sent, when one is; never the token itself.
    pub token_file: Option<PathBuf>,
}

/// The APIs that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKind {
    /// What Mastodon says under a hashtag: `https://mastodon.example/tags/lindemeer`.
    MastodonTag,
    /// The account of an organisation on Mastodon: `https://mastodon.example/@wijkraad`.
    MastodonAccount,
    /// The account of an organisation on Bluesky: `https://bsky.app/profile/wijkraad.example`.
    BlueskyAccount,
    /// A community on Lemmy: `https://lemmy.example/c/lindemeer`.
    Lemmy,
    /// A forum on Discourse: `https://forum.example/`.
    Discourse,
    /// A website on `WordPress`: `https://wijkblad.example/`.
    Wordpress,
}

impl ApiKind {
    /// All of them, in the order of the manual.
    pub const ALL: [Self; 6] = [
        Self::MastodonTag,
        Self::MastodonAccount,
        Self::BlueskyAccount,
        Self::Lemmy,
        Self::Discourse,
        Self::Wordpress,
    ];

    /// Its word in `sources.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MastodonTag => "mastodon-tag",
            Self::MastodonAccount => "mastodon-account",
            Self::BlueskyAccount => "bluesky-account",
            Self::Lemmy => "lemmy",
            Self::Discourse => "discourse",
            Self::Wordpress => "wordpress",
        }
    }

    /// Whether it needs the name of the organisation whose account it is: nobody follows a person.
    fn is_account(self) -> bool {
        matches!(self, Self::MastodonAccount | Self::BlueskyAccount)
    }

    /// Whether the same message reaches many servers, under one address.
    pub fn is_federated(self) -> bool {
        matches!(
            self,
            Self::MastodonTag | Self::MastodonAccount | Self::Lemmy
        )
    }

    /// Whether a token may be sent along.
    fn takes_token(self) -> bool {
        matches!(self, Self::MastodonTag | Self::MastodonAccount)
    }

    /// Whether an address is one that this kind reads.
    fn reads(self, url: &Url) -> bool {
        match self {
            Self::MastodonTag => below(url, &["tags", "tag"]).is_some(),
            Self::MastodonAccount => account(url).is_some(),
            Self::BlueskyAccount => below(url, &["profile"]).is_some(),
            Self::Lemmy => below(url, &["c"]).is_some(),
            // The home page, which may be a directory.
            Self::Discourse | Self::Wordpress => {
                let file = url.path().rsplit('/').next().unwrap_or_default();
                url.query().is_none() && !file.contains('.')
            }
        }
    }

    /// The text key of what its address must look like.
    fn expected(self) -> &'static str {
        match self {
            Self::MastodonTag => "address_mastodon_tag",
            Self::MastodonAccount => "address_mastodon_account",
            Self::BlueskyAccount => "address_bluesky_account",
            Self::Lemmy => "address_lemmy",
            Self::Discourse | Self::Wordpress => "address_home",
        }
    }
}

/// The one segment below one of these words: `lindemeer` of `/tags/lindemeer`.
pub fn below<'u>(url: &'u Url, words: &[&str]) -> Option<&'u str> {
    let mut segments = url.path_segments()?;
    let word = segments.next()?;
    let name = segments.next().filter(|name| !name.is_empty())?;
    let ends = segments.all(str::is_empty);
    (ends && words.contains(&word)).then_some(name)
}

/// The account of an address: `wijkraad` of `/@wijkraad`.
pub fn account(url: &Url) -> Option<&str> {
    let mut segments = url.path_segments()?;
    let name = segments.next()?.strip_prefix('@')?;
    let ends = segments.all(str::is_empty);
    (ends && !name.is_empty() && !name.ends_with(".rss")).then_some(name)
}

/// Whether what is sent to an address can be read on the way: plain http, but not on this machine.
fn is_unprotected(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => url.host_str() == Some("localhost"),
    };
    url.scheme() == "http" && !is_here
}

impl Api {
    /// Reads the keys that belong to a kind; `url` is the field of the address.
    pub(super) fn read(kind: ApiKind, form: &Form<'_>, url: &Field<'_>) -> Option<Api> {
        let text = url.node.and(url.text());
        let address = text.as_deref().and_then(|text| Url::parse(text).ok());
        let fits = match (&text, &address) {
            (Some(text), Some(address)) if !kind.reads(address) => {
                url.refuse_value::<()>(text, kind.expected());
                false
            }
            _ => true,
        };
        let because = || format!("kind = \"{}\"", kind.as_str());
        let not_with =
            |field: &Field<'_>| field.refuse::<()>(Fault::NotWith { because: because() });
        let organisation = form.field("organisation");
        let named = match (kind.is_account(), organisation.is_present()) {
            (true, true) => organisation.line().map(drop),
            (true, false) => organisation.refuse(Fault::MissingBecause {
                because: because(),
                example: "\"Wijkraad Oost\"".to_owned(),
            }),
            (false, true) => not_with(&organisation),
            (false, false) => Some(()),
        };
        let token = form.field("token_file");
        let token_file = match (kind.takes_token(), token.is_present()) {
            (_, false) => Some(None),
            (false, true) => not_with(&token).map(|()| None),
            // Whoever is on the way would read it.
            (true, true) if address.as_ref().is_some_and(is_unprotected) => {
                let because = "url = \"http://…\"".to_owned();
                token.refuse(Fault::NotWith { because })
            }
            (true, true) => token
                .parse("absolute_path", |text| {
                    let path = PathBuf::from(text);
                    path.is_absolute().then_some(path)
                })
                .map(Some),
        };
        named?;
        let token_file = token_file?;
        fits.then_some(Api { kind, token_file })
    }
}
