//! The forms of a verb without its particle: prefix, then table or rule.

use crate::dutch::verb::spelling;
use crate::dutch::verb::table::{self, IRREGULAR, Irregular, LOANS, Loan};

/// The forms of a verb without its particle, each with its alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paradigm {
    /// *ik*, *hij* and *wij*; the first is also the imperative.
    pub(super) present: Vec<String>,
    /// Singular and plural.
    pub(super) past: Vec<String>,
    /// With *ge* where the verb takes it.
    pub(super) participles: Vec<String>,
}

/// Prefixes that are never stressed: no *ge* in the participle, whatever follows.
const UNSTRESSED: [&str; 5] = ["be", "ge", "her", "ont", "ver"];

/// Prefixes that are unstressed in a verb written without a bar.
const INSEPARABLE: [&str; 9] = [
    "achter", "door", "mis", "om", "onder", "over", "vol", "voor", "weer",
];

/// Verbs with *aan* that are not separable.
const INSEPARABLE_AAN: [&str; 3] = ["aanbidden", "aanschouwen", "aanvaarden"];

/// Particles that are always separable, so that a verb which begins with one and has no bar is a
/// mistake. Particles that are also prefixes (*over*, *door*) are not here, nor are those with
/// which many other verbs begin.
const SEPARABLE: [&str; 35] = [
    "achteruit",
    "tegemoet",
    "vooruit",
    "overeen",
    "aaneen",
    "bijeen",
    "uiteen",
    "ineen",
    "opeen",
    "omver",
    "terug",
    "kapot",
    "lastig",
    "samen",
    "plaats",
    "thuis",
    "klaar",
    "vast",
    "rond",
    "neer",
    "open",
    "dicht",
    "voort",
    "leeg",
    "stuk",
    "dood",
    "aan",
    "uit",
    "toe",
    "mee",
    "weg",
    "los",
    "af",
    "in",
    "op",
];

/// Particles of few letters that other verbs begin with too, so that they count only before an
/// irregular verb: *nakomen* lacks a bar, *nagelen* does not.
const SEPARABLE_BEFORE_IRREGULAR: [&str; 2] = ["bij", "na"];

/// From this many letters on, anything before an irregular verb is taken for a particle
/// (*zwartrijden*); fewer are mostly a part of the word (*zweten*, *slopen*).
const MIN_UNKNOWN_PARTICLE: usize = 3;

/// What a Dutch syllable may begin with, besides a single consonant or a vowel.
const ONSETS: [&str; 49] = [
    "dj", "gn", "ph", "sw", "tj", "wh", "zw", "bl", "br", "ch", "chl", "chr", "cl", "cr", "dr",
    "dw", "fl", "fr", "gl", "gr", "kl", "kn", "kr", "kw", "pl", "pr", "ps", "sc", "sch", "schr",
    "sf", "sh", "sj", "sk", "sl", "sm", "sn", "sp", "spl", "spr", "st", "str", "th", "tr", "ts",
    "tw", "vl", "vr", "wr",
];

/// Whether a text ends as a Dutch infinitive does.
pub(super) fn is_infinitive(verb: &str) -> bool {
    let body = verb.strip_suffix("en").or_else(|| verb.strip_suffix("ën"));
    let regular = body.is_some_and(|body| {
        body.contains(spelling::is_vowel) && body.chars().count() >= 2 || body == "et"
    });
    regular || irregular(verb).is_some()
}

/// Makes the forms of an infinitive.
pub(super) fn conjugate(verb: &str) -> Paradigm {
    if let Some((prefix, infinitive, found)) = irregular(verb) {
        return from_irregular(verb, prefix, infinitive, found);
    }
    if let Some((prefix, loan)) = loan(verb) {
        return from_loan(verb, prefix, loan);
    }
    let (prefix, rest) = without_prefixes(verb);
    let root = spelling::stem(rest);
    let stem = format!("{prefix}{root}");
    let participle = format!("{prefix}{}", spelling::weak_participle(rest, &root));
    let mut participles = Vec::new();
    if prefix.is_empty() || table::has_false_prefix("either", verb) {
        participles.push(spelling::with_ge(&participle));
    }
    if !prefix.is_empty() {
        participles.push(participle);
    }
    Paradigm {
        present: vec![stem.clone(), spelling::third_person(&stem), verb.into()],
        past: spelling::weak_past(rest, &stem).into(),
        participles,
    }
}

/// The verb with its bar, when it was forgotten: `inbreken` gives `in|breken`.
pub(super) fn missing_bar(verb: &str) -> Option<String> {
    let is_listed = ["particle", "prefix"]
        .into_iter()
        .any(|list| table::has_false_prefix(list, verb));
    if is_listed || irregular(verb).is_some() || loan(verb).is_some() {
        return None;
    }
    let known = SEPARABLE.into_iter().filter(|particle| {
        verb.strip_prefix(particle).is_some_and(|rest| {
            // Verbs in -eren that begin so are mostly Latin: informeren, opteren.
            let is_latin = rest.ends_with("eren") || rest.ends_with("ëren");
            irregular(rest).is_some() || (begins_a_word(rest) && !is_latin)
        })
    });
    let short = SEPARABLE_BEFORE_IRREGULAR.into_iter().filter(|particle| {
        let rest = verb.strip_prefix(particle);
        rest.is_some_and(|rest| irregular(rest).is_some())
    });
    let at = known.chain(short).map(str::len).next();
    let (particle, rest) = verb.split_at(at.or_else(|| unknown_particle(verb))?);
    Some(format!("{particle}|{rest}"))
}

/// How long the part is that stands before an irregular verb and is no prefix.
fn unknown_particle(verb: &str) -> Option<usize> {
    let cuts = verb
        .char_indices()
        .map(|(at, _)| at)
        .skip(MIN_UNKNOWN_PARTICLE);
    let mut cuts = cuts.filter(|&at| {
        let (particle, rest) = verb.split_at(at);
        particle.contains(spelling::is_vowel)
            && !rest.starts_with(spelling::is_vowel) // groeten is not gro|eten
            && IRREGULAR.contains_key(rest)
    });
    cuts.next().filter(|_| prefix(verb).is_none())
}

/// The irregular verb that a verb is, or has as its base, with the prefix before it.
fn irregular(verb: &str) -> Option<(&str, &str, &'static Irregular)> {
    bases(verb).find_map(|(prefix, base)| Some((prefix, base, IRREGULAR.get(base)?)))
}

fn loan(verb: &str) -> Option<(&str, &'static Loan)> {
    bases(verb).find_map(|(prefix, base)| Some((prefix, LOANS.get(base)?)))
}

/// A verb split into prefix and base, the longest base first.
fn bases(verb: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut cut = Some(0);
    std::iter::from_fn(move || {
        let at = cut?;
        cut = prefix(&verb[at..]).map(|prefix| at + prefix.len());
        Some(verb.split_at(at))
    })
}

fn without_prefixes(verb: &str) -> (&str, &str) {
    bases(verb).last().unwrap_or(("", verb))
}

/// The inseparable prefix that a verb begins with.
fn prefix(verb: &str) -> Option<&'static str> {
    if table::has_false_prefix("prefix", verb) {
        return None;
    }
    if table::has_false_prefix("er", verb) {
        return Some("er");
    }
    if INSEPARABLE_AAN.contains(&verb) {
        return Some("aan");
    }
    UNSTRESSED
        .into_iter()
        .chain(INSEPARABLE)
        .find(|prefix| match verb.strip_prefix(prefix) {
            // Dutch writes beïnvloeden and geëerd, so a plain vowel belongs to the same syllable.
            Some(rest) if prefix.ends_with('e') && rest.starts_with(['e', 'i', 'u']) => false,
            Some(rest) => begins_a_word(rest),
            None => false,
        })
}

/// Whether a text can be a verb of its own: it has a vowel before its -en, and begins like a syllable.
fn begins_a_word(rest: &str) -> bool {
    let Some(first_vowel) = rest.find(spelling::is_vowel) else {
        return false;
    };
    let onset = &rest[..first_vowel];
    let body = rest.strip_suffix("en").or_else(|| rest.strip_suffix("ën"));
    (onset.len() <= 1 || ONSETS.contains(&onset))
        && (body.is_some_and(|body| body.contains(spelling::is_vowel))
            || IRREGULAR.contains_key(rest))
}

fn from_irregular(verb: &str, prefix: &str, base: &str, found: &Irregular) -> Paradigm {
    let prefixed = |form: &&str| format!("{prefix}{form}");
    let mut present: Vec<String> = found.present.iter().map(prefixed).collect();
    if present.is_empty() {
        let (inner, root) = without_prefixes(base); // bevelen: be, velen
        let stem = format!("{inner}{}", spelling::stem(root));
        let third = spelling::third_person(&stem);
        present = vec![format!("{prefix}{stem}"), format!("{prefix}{third}")];
    }
    present.push(verb.into());
    // A base that takes ge- itself loses it behind a prefix: gebroken, verbroken.
    let has_own_prefix = self::prefix(base).is_some();
    let participle = |form: &&str| match form.strip_prefix("ge") {
        Some(rest) if !prefix.is_empty() && !has_own_prefix => format!("{prefix}{rest}"),
        _ => format!("{prefix}{form}"),
    };
    Paradigm {
        present,
        past: found.past.iter().map(prefixed).collect(),
        participles: found.participles.iter().map(participle).collect(),
    }
}

fn from_loan(verb: &str, prefix: &str, loan: &Loan) -> Paradigm {
    let [first, third] = loan.present;
    let participle = match loan.participle.strip_prefix("ge") {
        Some(rest) if !prefix.is_empty() => rest,
        _ => loan.participle,
    };
    Paradigm {
        present: vec![
            format!("{prefix}{first}"),
            format!("{prefix}{third}"),
            verb.into(),
        ],
        past: vec![
            format!("{prefix}{}", loan.past),
            format!("{prefix}{}n", loan.past),
        ],
        participles: vec![format!("{prefix}{participle}")],
    }
}
