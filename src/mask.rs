//! Where personal data stands in a text, as spans, and the text with those spans blanked.
//!
//! Masking does not rewrite what is matched: it says where handles, addresses and numbers stand.
//! What it finds, it finds by format. Names after cues and special categories are not its work yet.

pub mod blank;
mod bsn;
mod contact;
mod digits;
mod iban;
mod name;
mod phone;
mod plate;
mod profile;
mod signs;
mod spelled;
mod street;
mod trace;
mod view;

use std::borrow::Cow;

use crate::mask::contact::Contacts;
use crate::mask::name::Names;
use crate::mask::profile::Profiles;
use crate::mask::signs::Signs;
use crate::mask::spelled::Spelled;
use crate::mask::street::Addresses;
use crate::mask::trace::Traces;
use crate::mask::view::View;
use crate::span::Span;
use crate::text::fold::Folded;

/// The longest text that is masked, in bytes. A message is a few kilobytes; folding a hostile text may
/// need fifty times its size, and with this cap that stays far below what the machine has. A longer
/// single message is no message, and its words are not kept.
pub const MAX_TEXT: usize = 1024 * 1024;

/// How often a text is read again after something was found. What is masked may free its neighbour
/// (`06-12345678@jan`: the handle stands alone once the number is gone); more than a few such links
/// in a row is an attempt to wear us out.
const MAX_ROUNDS: usize = 8;

/// Finds personal data. Its patterns are compiled once; share it.
#[derive(Debug)]
pub struct Masker {
    contacts: Contacts,
    profiles: Profiles,
    addresses: Addresses,
    traces: Traces,
    names: Names,
}

/// A passage that must not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masked {
    /// Where it stands: bytes of the text as given, on character borders.
    pub span: Span,
    /// What it is.
    pub kind: MaskKind,
}

/// Sorts of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MaskKind {
    /// `@jan`, `@jan@instance.example`, `u/jan`.
    Handle,
    /// An address that leads to somebody's profile.
    Profile,
    /// An e-mail address.
    Email,
    /// A telephone number, except those of services (112, 0800, 0900).
    Phone,
    /// A bank account number.
    Iban,
    /// A citizen service number.
    Bsn,
    /// A licence plate.
    Plate,
    /// A postcode with its house number.
    Address,
    /// A house number behind a street name or the word for it; the street itself stays.
    HouseNumber,
    /// A date of birth.
    BirthDate,
    /// An internet address.
    Ip,
    /// A position on the map.
    Coordinates,
    /// The name of a person.
    Name,
    /// The name of somebody who holds an office: the office stays, the name goes.
    Official,
}

impl MaskKind {
    /// Every kind.
    pub const ALL: [MaskKind; 14] = [
        MaskKind::Handle,
        MaskKind::Profile,
        MaskKind::Email,
        MaskKind::Phone,
        MaskKind::Iban,
        MaskKind::Bsn,
        MaskKind::Plate,
        MaskKind::Address,
        MaskKind::HouseNumber,
        MaskKind::BirthDate,
        MaskKind::Ip,
        MaskKind::Coordinates,
        MaskKind::Name,
        MaskKind::Official,
    ];

    /// The key of its token in section `[mask]` of `render/texts/`.
    pub fn as_str(self) -> &'static str {
        match self {
            MaskKind::Handle => "handle",
            MaskKind::Profile => "profile",
            MaskKind::Email => "email",
            MaskKind::Phone => "phone",
            MaskKind::Iban => "iban",
            MaskKind::Bsn => "bsn",
            MaskKind::Plate => "plate",
            MaskKind::Address => "address",
            MaskKind::HouseNumber => "house_number",
            MaskKind::BirthDate => "birth_date",
            MaskKind::Ip => "ip",
            MaskKind::Coordinates => "coordinates",
            MaskKind::Name => "name",
            MaskKind::Official => "official",
        }
    }

    /// Whether a name of the gazetteer inside such a passage is still the name of a place. In an
    /// e-mail address or a handle it is a part of somebody's name for himself.
    fn yields_to_places(self) -> bool {
        matches!(
            self,
            MaskKind::Address | MaskKind::HouseNumber | MaskKind::Name | MaskKind::Official
        )
    }
}

/// Why a text could not be masked. No word of such a text may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// The text is longer than [`MAX_TEXT`].
    #[error("the text has {0} bytes, more than can be masked")]
    TooLong(usize),
    /// A span to keep does not lie on character borders of the text.
    #[error("a span to keep does not fit the text")]
    BadKeep,
    /// Eight readings in a row each found something new.
    #[error("the text holds more hidden passages than can be followed")]
    Unstable,
    /// A found span does not fit the text: a mistake of ours.
    #[error("a masked span does not fit the text")]
    Invariant,
}

impl Default for Masker {
    fn default() -> Self {
        Masker::new()
    }
}

impl Masker {
    /// Compiles all patterns.
    pub fn new() -> Self {
        Masker {
            contacts: Contacts::new(),
            profiles: Profiles::new(),
            addresses: Addresses::new(),
            traces: Traces::new(),
            names: Names::new(),
        }
    }

    /// Finds what must not be kept: sorted and without overlap. `keep` are the names of places in
    /// the text; an address leaves them standing.
    ///
    /// The text is read folded, so that full-width digits and invisible characters hide nothing,
    /// and as given, so that an invisible character between two words does not join them. It is
    /// read again until nothing new is found: what is left holds nothing more to mask.
    pub fn find(&self, text: &str, keep: &[Span]) -> Result<Vec<Masked>, MaskError> {
        if text.len() > MAX_TEXT {
            return Err(MaskError::TooLong(text.len()));
        }
        if !keep.iter().all(|span| fits(text, *span)) {
            return Err(MaskError::BadKeep);
        }
        let mut found = Vec::new();
        let mut rest = Cow::Borrowed(text);
        for _ in 0..MAX_ROUNDS {
            let new = self.read(&rest, keep)?;
            if new.is_empty() {
                check(text, &found)?;
                return Ok(found);
            }
            rest = Cow::Owned(hide(&rest, &new));
            found.extend(new);
            found = merge(found);
        }
        Err(MaskError::Unstable)
    }

    /// One reading of the text, in the forms in which it may say something else.
    fn read(&self, text: &str, keep: &[Span]) -> Result<Vec<Masked>, MaskError> {
        let folded = Folded::new(text);
        let view = View::folded(&folded, text);
        let words = self.names.words(view.text);
        let mut found = Vec::new();
        let signs = Signs::of(view.text, words.union());
        self.look(&view, signs, &mut found);
        self.names.find(&view, &words, &mut found);
        for masked in &mut found {
            masked.span = view.original(masked.span);
        }
        if let Some(spelled) = Spelled::new(view.text, signs) {
            self.look_again(&View::spelled(&spelled, &folded, text), &mut found);
        }
        if !text.is_ascii() && !text.chars().all(folds_alone) {
            let small = text.to_ascii_lowercase();
            self.look_again(&View::given(&small, text), &mut found);
        }
        if !found.iter().all(|masked| fits(text, masked.span)) {
            return Err(MaskError::Invariant);
        }
        Ok(leave(merge(found), keep))
    }

    /// Looks at a reading whose words are not known.
    fn look_again(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        let from = found.len();
        self.look(view, Signs::of(view.text, name::ANY), found);
        for masked in &mut found[from..] {
            masked.span = view.original(masked.span);
        }
    }

    /// Looks for what its signs say may be there.
    fn look(&self, view: &View<'_>, signs: Signs, found: &mut Vec<Masked>) {
        self.contacts.find(view, signs, found);
        if signs.may_hold_path() {
            self.profiles.find(view, found);
        }
        self.traces.find(view, signs, found);
        if !signs.may_hold_number() {
            return;
        }
        let groups = digits::groups(view.text);
        if signs.may_hold_phone() {
            phone::find(view, &groups, found);
        }
        if signs.may_hold_account() {
            bsn::find(view, &groups, found);
            iban::find(view, found);
        }
        if signs.holds_vehicle() || plate::is_likely(view, &groups) {
            plate::find(view, found);
        }
        self.addresses.find(view, signs, &groups, found);
    }
}

/// Whether folding a character neither takes it away nor makes more of it, so that the text as given says
/// nothing else than the folded one: letters of Europe, the quotes and dashes of print, pictures.
fn folds_alone(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{C0}'..='\u{24F}' | '\u{370}'..='\u{52F}' | '‘' | '’' | '“' | '”' | '„' | '–' | '—'
            | '…' | '€' | '•' | '·' | '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Sorts, and makes one of passages that overlap; the kind of the longer one stays.
fn merge(mut found: Vec<Masked>) -> Vec<Masked> {
    found.sort_by_key(|masked| (masked.span.start, std::cmp::Reverse(masked.span.end)));
    let mut merged: Vec<Masked> = Vec::with_capacity(found.len());
    for masked in found {
        match merged.last_mut() {
            Some(last) if last.span.overlaps(masked.span) => {
                let longer = masked.span.end - masked.span.start > last.span.end - last.span.start;
                if longer {
                    last.kind = masked.kind;
                }
                last.span = last.span.join(masked.span);
            }
            _ => merged.push(masked),
        }
    }
    merged
}

/// Takes the names of places out of the passages that yield to them.
fn leave(found: Vec<Masked>, keep: &[Span]) -> Vec<Masked> {
    let mut keep = keep.to_vec();
    keep.sort();
    let mut left = Vec::with_capacity(found.len());
    let mut first = 0;
    for masked in found {
        if !masked.kind.yields_to_places() {
            left.push(masked);
            continue;
        }
        // Spans that end before this passage cannot meet a later one unless they are very long.
        while keep
            .get(first)
            .is_some_and(|place| place.end <= masked.span.start)
        {
            first += 1;
        }
        let mut start = masked.span.start;
        for place in &keep[first..] {
            if place.start >= masked.span.end {
                break;
            }
            if place.start > start {
                left.push(piece(masked, start, place.start));
            }
            start = start.max(place.end);
        }
        if start < masked.span.end {
            left.push(piece(masked, start, masked.span.end));
        }
    }
    left
}

fn piece(masked: Masked, start: usize, end: usize) -> Masked {
    Masked {
        span: Span { start, end },
        kind: masked.kind,
    }
}

/// Overwrites the passages with brackets, which no pattern and no cue reaches across. Every other
/// byte stays at its place.
fn hide(text: &str, found: &[Masked]) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut at = 0;
    for masked in found {
        hidden.push_str(&text[at..masked.span.start]);
        hidden.extend(std::iter::repeat_n(
            ']',
            masked.span.end - masked.span.start,
        ));
        at = masked.span.end;
    }
    hidden.push_str(&text[at..]);
    hidden
}

/// The last look: what is handed out is sorted, apart, not empty and on character borders.
fn check(text: &str, found: &[Masked]) -> Result<(), MaskError> {
    let apart = found
        .windows(2)
        .all(|pair| pair[0].span.end <= pair[1].span.start);
    let fitting = found
        .iter()
        .all(|masked| fits(text, masked.span) && masked.span.start < masked.span.end);
    if apart && fitting {
        Ok(())
    } else {
        Err(MaskError::Invariant)
    }
}

fn fits(text: &str, span: Span) -> bool {
    text.get(span.start..span.end).is_some()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::*;
    use crate::mask::blank::{Tokens, blank};

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// The tokens as they are shipped.
    fn tokens() -> Tokens {
        let texts: toml::Table = include_str!("render/texts/mask.nl.toml").parse().unwrap();
        Tokens::new(|kind| texts["mask"][kind].as_str().unwrap().to_owned()).unwrap()
    }

    /// One for all cases of a property.
    fn masker() -> &'static Masker {
        static MASKER: std::sync::LazyLock<Masker> = std::sync::LazyLock::new(Masker::new);
        &MASKER
    }

    fn found(masker: &Masker, text: &str) -> Vec<(String, String)> {
        let found = masker.find(text, &[]).unwrap();
        found
            .iter()
            .map(|masked| {
                let words = &text[masked.span.start..masked.span.end];
                (masked.kind.as_str().to_owned(), words.to_owned())
            })
            .collect()
    }

    /// The lines of a corpus that is not part of the repository; empty when it is not there.
    fn corpus(file: &str) -> Vec<String> {
        let path: PathBuf = root().join("../shared/corpus").join(file);
        let Ok(lines) = fs::read_to_string(&path) else {
            println!("{file} is not here; nothing was tried on it");
            return Vec::new();
        };
        let text = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["text"].as_str().unwrap().to_owned()
        };
        lines.lines().map(text).collect()
    }

    #[test]
    fn ordinary_dutch_is_left_alone() {
        // The sentences are of newspapers and an encyclopedia, full of names that are rightly masked.
        let counts = |file: &str, kind: &str| {
            file.starts_with("posts") || !matches!(kind, "name" | "official")
        };
        let masker = Masker::new();
        for file in [
            "posts-nl-dev.jsonl",
            "dutch-sentences/nl_alpino-ud-dev.jsonl",
            "dutch-sentences/nl_lassysmall-ud-dev.jsonl",
        ] {
            let lines = corpus(file);
            let mut touched = 0;
            for text in &lines {
                let found = found(&masker, text);
                touched += usize::from(found.iter().any(|(kind, _)| counts(file, kind)));
                found.iter().for_each(|mask| println!("{file}: {mask:?}"));
            }
            println!("{file}: {touched} of {} texts have a mask", lines.len());
            assert!(touched * 100 <= lines.len() * 2, "{file}");
        }
    }

    #[test]
    fn names_of_places_stay_in_addresses_but_not_in_identifiers() {
        let masker = Masker::new();
        let check = |text: &str, place: &str, expected: &str| {
            let start = text.find(place).unwrap();
            let end = start + place.len();
            let found = masker.find(text, &[Span { start, end }]).unwrap();
            assert_eq!(blank(text, &found, &tokens()).text, expected);
        };
        check(
            "Brinkstraat 12 leeg.",
            "Brinkstraat",
            "Brinkstraat 12 leeg.",
        );
        check(
            "Brinkstraat 12.",
            "Brinkstraat",
            "Brinkstraat [huisnummer].",
        );
        check("Op 7411 AB 12 dus", "7411 AB", "Op 7411 AB[adres] dus");
        check("@molenbuurt_jan", "molenbuurt", "[naam]");
        check("jan@brink.example", "brink", "[e-mailadres]");
    }

    #[test]
    fn what_cannot_be_masked_is_an_error() {
        let masker = Masker::new();
        let long = "a".repeat(MAX_TEXT + 1);
        assert_eq!(
            masker.find(&long, &[]),
            Err(MaskError::TooLong(MAX_TEXT + 1))
        );
        let split = Span { start: 1, end: 2 };
        assert_eq!(masker.find("één", &[split]), Err(MaskError::BadKeep));
        let outside = Span { start: 0, end: 9 };
        assert_eq!(masker.find("één", &[outside]), Err(MaskError::BadKeep));
    }

    #[test]
    fn hostile_texts_end() {
        let masker = Masker::new();
        for seed in [
            "1",
            "1 ",
            "06",
            "06-",
            "@a",
            "@a.",
            "a@",
            "a.",
            "aa11",
            "aa11 ",
            "12-",
            "1a",
            "7411 ab ",
            "brinkstraat 1",
            "+31 ",
            "x.com/",
            "::",
            "1.1",
            "geboren ",
            "]",
            "\u{200b}",
            "ﷺ",
            "a(at)b ",
            "06-12345678@jan ",
            "jan ",
            "jan van ",
            "van ",
            "meneer ",
            "J. ",
            "nul ",
            "een twee ",
            "nulzes",
            "o0 ",
            "u/",
            "€1 ",
        ] {
            let text = seed.repeat(20_000 / seed.len());
            // An answer or a refusal; both are fine, and what is not fine is never coming back.
            if let Ok(found) = masker.find(&text, &[]) {
                check(&text, &found).unwrap();
            }
        }
    }

    #[test]
    fn a_name_behind_what_is_masked_is_found_at_the_first_look() {
        for text in ["bsn \n00000000J. Bakker ", "bsn 00000000J. Bakker "] {
            let masker = masker();
            let found = masker.find(text, &[]).unwrap();
            let blanked = blank(text, &found, &tokens());
            assert_eq!(
                masker.find(&blanked.text, &[]),
                Ok(vec![]),
                "{}",
                blanked.text
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_masked_with_sound_spans_and_blanking_is_final(
            text in "(\\PC|[0-9@. +/-]|[0-9]{2,9}|@[a-z]{1,3}|06-?|-|bsn |kenteken |auto |NL91 ?ABNA ?|[A-Z]{1,3}|7411 ?AB ?|\u{200b}|Brinkstraat |\n|meneer |Jan |Van |der |Bakker |J\\. |heet |buurman |wethouder |nul |zes |twaalf |О|Х| op |\\.nl){0,40}"
        ) {
            let masker = masker();
            let found = masker.find(&text, &[]);
            prop_assert!(found.is_ok());
            let found = found.unwrap();
            prop_assert_eq!(check(&text, &found), Ok(()));
            let blanked = blank(&text, &found, &tokens());
            prop_assert_eq!(masker.find(&blanked.text, &[]), Ok(vec![]), "{:?}", blanked.text);
        }
    }
}
