//! E-mail addresses and handles.

use regex::Regex;

use crate::mask::signs::Signs;
use crate::mask::view::{View, masked};
use crate::mask::{MaskKind, Masked};

/// Top-level domains that end an address whose dots stand apart or are written as words. With any
/// other two letters a sentence would be one (`jan @ werk . nu`).
const SPACED_ENDINGS: &str = "nl|com|net|org|be|de|eu|info|example|online|frl|amsterdam|email";

/// The part before the sign, in an address that is written apart.
const LOCAL: &str = r"(?:[0-9a-z_-]+\s?(?:[(\[{]\s?(?:punt|dot)\s?[)\]}]|(?-u:\b)(?:punt|dot)(?-u:\b))\s?){0,3}[0-9a-z_.%+-]*[0-9a-z_]";

/// One part of a host name.
const LABEL: &str = "[0-9a-z_-]+";

/// The sign, or what people write to hide it from machines.
const AT: &str = r"(?:@|[(\[{<]\s?(?:at|a|ad|apenstaart(?:je)?)\s?[)\]}>]|(?-u:\b)apen-?\s?staart(?:je)?(?-u:\b))";

/// A bare *at*, which is also the past of *eten*: only before a host whose dots are words too.
const WORD_AT: &str = r"\sat\s";

/// A dot as a word.
const WORD_DOT: &str = r"\s(?:dot|punt)\s";

/// A dot, or what people write for it.
const DOT: &str = r"(?:\s?\.\s?|\s?[(\[{]\s?(?:dot|punt|\.)\s?[)\]}]\s?|\s(?:dot|punt)\s)";

/// Patterns for e-mail addresses and handles.
#[derive(Debug)]
pub(super) struct Contacts {
    email: Regex,
    spaced_email: Regex,
    handle: Regex,
    user: Regex,
}

impl Contacts {
    pub(super) fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("the pattern is fixed and tested");
        Contacts {
            email: compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+"),
            spaced_email: compile(&format!(
                r"{LOCAL}(?:\s?{AT}\s?{LABEL}(?:{DOT}{LABEL}){{0,3}}?{DOT}|{WORD_AT}{LABEL}(?:{WORD_DOT}{LABEL}){{0,3}}?{WORD_DOT})(?:{SPACED_ENDINGS})(?-u:\b)"
            )),
            handle: compile(r"@\w+(?:[.-]+\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?"),
            user: compile(r"/?(?-u:\b)u/[a-z0-9_-]{3,}"),
        }
    }

    /// Finds e-mail addresses, also with spaces or words for the signs, and handles.
    pub(super) fn find(&self, view: &View<'_>, signs: Signs, found: &mut Vec<Masked>) {
        if signs.may_hold_spaced_email() {
            self.find_spaced(view, found);
        }
        if signs.may_hold_contact() {
            self.find_plain(view, found);
        }
        if signs.may_hold_path() {
            self.find_users(view, found);
        }
    }

    fn find_plain(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for email in self.email.find_iter(view.text) {
            found.push(masked(MaskKind::Email, email.start(), email.end()));
        }
        let mut last = None;
        for handle in self.handle.find_iter(view.text) {
            // `9u@brink` and what is left of an e-mail address are no handles, and `@20` is a price;
            // but two handles may stand against each other.
            let apart = !view
                .before(handle.start())
                .is_some_and(char::is_alphanumeric);
            let opens = apart || last == Some(handle.start());
            if opens && handle.as_str().chars().any(char::is_alphabetic) {
                found.push(masked(MaskKind::Handle, handle.start(), handle.end()));
                last = Some(handle.end());
            }
        }
    }

    fn find_spaced(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for email in self.spaced_email.find_iter(view.text) {
            if !is_mention(email.as_str()) {
                found.push(masked(MaskKind::Email, email.start(), email.end()));
            }
        }
    }

    fn find_users(&self, view: &View<'_>, found: &mut Vec<Masked>) {
        for user in self.user.find_iter(view.text) {
            // `per u/jij` and `50 km/u/…` are no names.
            let opens = !view
                .before(user.start())
                .is_some_and(|c| c.is_alphanumeric() || c == '/');
            if opens && !matches!(user.as_str(), "u/jij" | "u/jou" | "u/jullie" | "u/jouw") {
                found.push(masked(MaskKind::Handle, user.start(), user.end()));
            }
        }
    }
}

/// `inbraak @wijkagent.example` is a word and a handle; in `jan.bakker @post.example` the first part
/// is plainly no word.
fn is_mention(email: &str) -> bool {
    email.split_once('@').is_some_and(|(local, domain)| {
        local.ends_with(char::is_whitespace)
            && !domain.starts_with(char::is_whitespace)
            && local.trim_end().chars().all(char::is_alphabetic)
    })
}
