//! The piece of a message that may be kept: masked, around the words that were found.
//!
//! Here the original ends. What cannot be cut without doubt is withheld.

mod line;

use std::ops::Range;

use crate::excerpt::line::Line;
use crate::item::{Excerpt, Withheld};
use crate::mask::Masked;
use crate::mask::blank::{Tokens, blank};
use crate::source::ExcerptPolicy;
use crate::span::Span;

/// The longest excerpt, in characters: enough to understand the event, not enough to replace the message.
pub const MAX_EXCERPT: usize = 240;

/// What shows that something was left out.
const ELLIPSIS: &str = "…";

/// What stands between two pieces.
const BETWEEN: &str = " … ";

/// What may be used when both ends are cut.
const ROOM: usize = MAX_EXCERPT - 2;

/// What two pieces may use together when both outer ends are cut.
const ROOM_FOR_TWO: usize = ROOM - 3;

/// Words that lie within this many characters get one piece; further apart there would be no context left.
const TOGETHER: usize = 200;

/// A gap of more characters than this begins a new group of words: half a sentence.
const GAP: usize = 40;

/// The longest group of words, in characters, so that two groups fit with some context.
const MAX_GROUP: usize = 100;

/// A message and what was found in it; all spans are bytes of `text`.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Title, line break and body ([`crate::item::Item::message`]).
    pub text: &'a str,
    /// How many bytes of it are the title.
    pub title_len: usize,
    /// What must not be kept, sorted and apart, as [`crate::mask::Masker::find`] hands it out.
    pub masked: &'a [Masked],
    /// For each evidence: its words.
    pub words: &'a [Vec<Span>],
    /// How many of these, the first, say by themselves why the message is a hit: the piece is chosen
    /// by their words. With none, all are alike.
    pub telling: usize,
}

/// No piece at all, and no words of any evidence.
pub fn withheld(message: &Message<'_>, reason: Withheld) -> (Excerpt, Vec<Vec<Span>>) {
    let words = vec![Vec::new(); message.words.len()];
    (Excerpt::Withheld { reason }, words)
}

/// Cuts the piece that may be kept, and moves the words of each evidence into it. Words that were
/// cut off, or are longer than 100 characters, are left out; when withheld, all are.
///
/// Spans that do not fit the text, and a found word inside a masked passage, withhold the excerpt:
/// then masking or matching is wrong, and nothing it says can be trusted.
pub fn cut(
    message: &Message<'_>,
    policy: ExcerptPolicy,
    tokens: &Tokens,
) -> (Excerpt, Vec<Vec<Span>>) {
    let withhold = |reason| withheld(message, reason);
    let whole = match policy {
        ExcerptPolicy::None => return withhold(Withheld::SourceSetting),
        ExcerptPolicy::Title if message.title_len == 0 => return withhold(Withheld::NoTitle),
        ExcerptPolicy::Title => false,
        ExcerptPolicy::Fragment => true,
    };
    if !is_sound(message) {
        return withhold(Withheld::MaskingFailed);
    }
    let line = if whole {
        line_of(message, tokens)
    } else {
        line_of_title(message, tokens)
    };
    match line {
        None => withhold(Withheld::MaskingFailed),
        Some(line) if !whole && line.text.is_empty() => withhold(Withheld::NoTitle),
        Some(line) => shown(&line, message.telling),
    }
}

/// Whether all spans fit the text, and the masked ones are sorted and apart.
fn is_sound(message: &Message<'_>) -> bool {
    let fits = |span: Span| message.text.get(span.start..span.end).is_some();
    let mut end = 0;
    let masked = message.masked.iter().all(|masked| {
        let sorted = end <= masked.span.start && fits(masked.span);
        end = masked.span.end;
        sorted
    });
    masked
        && message.text.is_char_boundary(message.title_len)
        && message.words.iter().flatten().all(|word| fits(*word))
}

/// The whole message on one line; `None` when a word touches a masked passage.
fn line_of(message: &Message<'_>, tokens: &Tokens) -> Option<Line> {
    let blanked = blank(message.text, message.masked, tokens);
    let words = message
        .words
        .iter()
        .map(|words| words.iter().map(|word| blanked.moved(*word)).collect())
        .collect::<Option<Vec<Vec<Span>>>>()?;
    let has_both = message.title_len > 0
        && message.text[message.title_len..].starts_with('\n')
        && message.text.len() > message.title_len + 1;
    let border = has_both
        .then(|| {
            blanked.moved(Span {
                start: message.title_len,
                end: message.title_len + 1,
            })
        })
        .flatten();
    let tokens: Vec<Span> = blanked.tokens().collect();
    Some(Line::new(
        &blanked.text,
        &tokens,
        &words,
        border.map(|border| border.start),
    ))
}

/// The title as if it were the whole message.
fn line_of_title(message: &Message<'_>, tokens: &Tokens) -> Option<Line> {
    let end = message.title_len;
    let masked: Vec<Masked> = message
        .masked
        .iter()
        .filter(|masked| masked.span.start < end)
        .map(|masked| Masked {
            span: Span {
                start: masked.span.start,
                end: masked.span.end.min(end),
            },
            kind: masked.kind,
        })
        .collect();
    let words: Vec<Vec<Span>> = message
        .words
        .iter()
        .map(|words| {
            let in_title = words.iter().filter(|word| word.end <= end);
            in_title.copied().collect()
        })
        .collect();
    let title = Message {
        text: &message.text[..end],
        title_len: 0,
        masked: &masked,
        words: &words,
        telling: message.telling,
    };
    line_of(&title, tokens)
}

/// Writes the chosen pieces and moves the words into them.
fn shown(line: &Line, telling: usize) -> (Excerpt, Vec<Vec<Span>>) {
    let mut text = String::new();
    let mut words = vec![Vec::new(); line.words.len()];
    let pieces = pieces(line, telling);
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 {
            text.push_str(BETWEEN);
        } else if piece.start > 0 {
            text.push_str(ELLIPSIS);
        }
        let from = line.byte(piece.start)..line.byte(piece.end);
        let to = text.len();
        text.push_str(&line.text[from.clone()]);
        for (moved, found) in words.iter_mut().zip(&line.words) {
            let inside = found
                .iter()
                .filter(|word| from.start <= word.start && word.end <= from.end);
            moved.extend(inside.map(|word| Span {
                start: word.start - from.start + to,
                end: word.end - from.start + to,
            }));
        }
    }
    if pieces.last().is_some_and(|piece| piece.end < line.len()) {
        text.push_str(ELLIPSIS);
    }
    let marks = united(words.iter().flatten().copied().collect());
    (Excerpt::Shown { text, marks }, words)
}

/// Sorted, and one where they overlap.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut united: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match united.last_mut() {
            Some(last) if last.overlaps(span) => *last = last.join(span),
            _ => united.push(span),
        }
    }
    united
}

/// The pieces of the line to show, as ranges of its units: one or two.
fn pieces(line: &Line, telling: usize) -> Vec<Range<usize>> {
    let all = 0..line.len();
    if line.chars(&all) <= MAX_EXCERPT {
        return vec![all];
    }
    let mut found = line.found();
    let tells = |word: &line::Found| word.evidence.iter().any(|evidence| *evidence < telling);
    if found.iter().any(tells) {
        found.retain(tells);
    }
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return vec![trimmed(line, line.start(ROOM))];
    };
    let span = first.unit..last.unit + 1;
    if line.chars(&span) <= TOGETHER {
        return vec![trimmed(line, line.around(span, ROOM, all))];
    }
    let (one, two) = best_two(line, &found);
    let left = line.around(one.clone(), ROOM_FOR_TWO / 2, 0..two.start);
    let right = line.around(two, ROOM_FOR_TWO - line.chars(&left), left.end..line.len());
    let left = line.around(one, ROOM_FOR_TWO - line.chars(&right), 0..right.start);
    let (left, right) = (trimmed(line, left), trimmed(line, right));
    let meet = (left.end..right.start).all(|unit| line.is_space(unit));
    if meet {
        let both = left.start..right.end;
        return vec![both];
    }
    vec![left, right]
}

/// Takes the spaces off both ends.
fn trimmed(line: &Line, mut piece: Range<usize>) -> Range<usize> {
    while !piece.is_empty() && line.is_space(piece.start) {
        piece.start += 1;
    }
    while !piece.is_empty() && line.is_space(piece.end - 1) {
        piece.end -= 1;
    }
    piece
}

/// The two groups of words with the most evidence, in the order of the text. The words lie further
/// apart than one group may reach, so that there are at least two.
fn best_two(line: &Line, found: &[line::Found]) -> (Range<usize>, Range<usize>) {
    let mut groups: Vec<Group> = Vec::new();
    for word in found {
        let joins = groups.last().is_some_and(|group| {
            line.chars(&(group.units.end..word.unit)) <= GAP
                && line.chars(&(group.units.start..word.unit + 1)) <= MAX_GROUP
        });
        if !joins {
            groups.push(Group {
                units: word.unit..word.unit,
                evidence: Vec::new(),
            });
        }
        let group = groups
            .last_mut()
            .expect("one was pushed when there was none");
        group.units.end = word.unit + 1;
        group.evidence.extend(&word.evidence);
    }
    for group in &mut groups {
        group.evidence.sort_unstable();
        group.evidence.dedup();
    }
    // The sort is stable: of equal groups the earlier ones win.
    groups.sort_by_key(|group| std::cmp::Reverse(group.evidence.len()));
    groups.truncate(2);
    groups.sort_by_key(|group| group.units.start);
    let [one, two] = groups.as_slice() else {
        unreachable!("words more than {TOGETHER} characters apart are at least two groups");
    };
    (one.units.clone(), two.units.clone())
}

/// Words that stand together.
struct Group {
    units: Range<usize>,
    evidence: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mask::{MaskKind, Masker};

    /// The tokens as they are shipped.
    fn tokens() -> Tokens {
        let texts: toml::Table = include_str!("render/texts/mask.nl.toml").parse().unwrap();
        Tokens::new(|kind| texts["mask"][kind].as_str().unwrap().to_owned()).unwrap()
    }

    fn masker() -> &'static Masker {
        static MASKER: std::sync::LazyLock<Masker> = std::sync::LazyLock::new(Masker::new);
        &MASKER
    }

    /// Every place where a word stands.
    fn spans(text: &str, word: &str) -> Vec<Span> {
        text.match_indices(word)
            .map(|(start, word)| Span {
                start,
                end: start + word.len(),
            })
            .collect()
    }

    fn cut_words(title: &str, body: &str, words: &[&str], policy: ExcerptPolicy) -> Excerpt {
        let text = match (title, body) {
            ("", body) => body.to_owned(),
            (title, "") => title.to_owned(),
            (title, body) => format!("{title}\n{body}"),
        };
        let words: Vec<Vec<Span>> = words.iter().map(|word| spans(&text, word)).collect();
        let masked = masker().find(&text, &[]).unwrap();
        let message = Message {
            text: &text,
            title_len: title.len(),
            masked: &masked,
            words: &words,
            telling: 0,
        };
        cut(&message, policy, &tokens()).0
    }

    /// The excerpt with its marks as `<…>`.
    fn marked(excerpt: &Excerpt) -> String {
        let Excerpt::Shown { text, marks } = excerpt else {
            panic!("withheld: {excerpt:?}");
        };
        assert!(text.chars().count() <= MAX_EXCERPT, "{text}");
        let mut out = text.clone();
        for mark in marks.iter().rev() {
            out.insert(mark.end, '>');
            out.insert(mark.start, '<');
        }
        out
    }

    fn check(title: &str, body: &str, words: &[&str], expected: &str) {
        let excerpt = cut_words(title, body, words, ExcerptPolicy::Fragment);
        assert_eq!(marked(&excerpt), expected);
    }

    #[test]
    fn a_short_message_is_kept_whole_on_one_line() {
        check(
            "Inbraak",
            "Vannacht  bij\n de buren ingebroken.\n",
            &["ingebroken", "Inbraak"],
            "<Inbraak> · Vannacht bij de buren <ingebroken>.",
        );
        check("", "inbraak", &["inbraak", "inbraak"], "<inbraak>");
        check("Alleen titel", "", &["titel"], "Alleen <titel>");
        check("Titel", "\n\nbrand", &["brand"], "Titel · <brand>");
    }

    #[test]
    fn masked_passages_become_tokens_and_marks_move_along() {
        check(
            "",
            "Bel 06-12345678, er is ingebroken; of mail jan@post.example over de inbraak",
            &["ingebroken", "inbraak"],
            "Bel [telefoonnummer], er is <ingebroken>; of mail [e-mailadres] over de <inbraak>",
        );
        check(
            "Bel 06",
            "12345678 brand",
            &["brand"],
            "Bel [telefoonnummer] <brand>",
        );
    }

    #[test]
    fn direction_marks_and_control_characters_go() {
        check(
            "",
            "de \u{202e}brand\u{202c} in\u{7} het \u{200b}wo\u{ad}nhuis",
            &["brand", "wo\u{ad}nhuis"],
            "de <brand> in het <wonhuis>",
        );
        check("", "brand 👩‍👩‍👧‍👦 ❤️", &["brand"], "<brand> 👩‍👩‍👧‍👦 ❤️");
    }

    #[test]
    fn a_long_message_is_cut_at_words_around_the_found_words() {
        let filler = "zomaar woorden ".repeat(40);
        let body = format!("{filler}brand {filler}");
        let excerpt = cut_words("", &body, &["brand"], ExcerptPolicy::Fragment);
        let text = marked(&excerpt);
        assert!(text.starts_with("…zomaar ") || text.starts_with("…woorden "));
        assert!(text.ends_with("zomaar…") || text.ends_with("woorden…"));
        assert!(text.contains(" <brand> "));
        assert!(text.chars().count() > 220, "{text}");
        let at_start = cut_words(
            "",
            &format!("brand {filler}"),
            &["brand"],
            ExcerptPolicy::Fragment,
        );
        assert!(marked(&at_start).starts_with("<brand> zomaar"));
        let at_end = cut_words(
            "",
            &format!("{filler}brand"),
            &["brand"],
            ExcerptPolicy::Fragment,
        );
        assert!(marked(&at_end).ends_with(" <brand>"));
    }

    #[test]
    fn words_far_apart_get_two_pieces_and_the_best_two_win() {
        let filler = "zomaar woorden ".repeat(40);
        let body = format!("brand {filler}rook en vlam {filler}vuur met rook {filler}");
        let excerpt = cut_words(
            "",
            &body,
            &["brand", "vlam", "rook", "vuur"],
            ExcerptPolicy::Fragment,
        );
        let text = marked(&excerpt);
        assert!(!text.contains("<brand>"), "{text}");
        assert!(
            text.contains("<rook> en <vlam>") && text.contains("<vuur> met <rook>"),
            "{text}"
        );
        assert_eq!(text.matches(" … ").count(), 1, "{text}");
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
        let far = format!("brand {filler}vuur");
        let text = marked(&cut_words(
            "",
            &far,
            &["brand", "vuur"],
            ExcerptPolicy::Fragment,
        ));
        assert!(
            text.starts_with("<brand> ") && text.ends_with(" <vuur>"),
            "{text}"
        );
    }

    #[test]
    fn endless_words_are_cut_between_characters() {
        let endless = "x".repeat(500);
        let body = format!("{endless}brand{endless}");
        let text = marked(&cut_words("", &body, &["brand"], ExcerptPolicy::Fragment));
        assert!(text.starts_with("…xxx") && text.contains("x<brand>x") && text.ends_with("x…"));
        let whole = marked(&cut_words("", &body, &[&body], ExcerptPolicy::Fragment));
        assert!(whole.starts_with("xxx") && whole.ends_with("x…") && !whole.contains('<'));
        let family = "👩‍👩‍👧‍👦".repeat(100);
        let text = marked(&cut_words(&family, "", &[], ExcerptPolicy::Title));
        assert_eq!(text.trim_end_matches('…').len() % "👩‍👩‍👧‍👦".len(), 0);
        let zalgo = format!("brand e{}", "\u{301}".repeat(5000));
        assert!(
            marked(&cut_words("", &zalgo, &["brand"], ExcerptPolicy::Fragment))
                .starts_with("<brand> e")
        );
        let between = format!("{endless} brand {endless}");
        check("", &between, &["brand"], "…<brand>…");
    }

    #[test]
    fn the_policy_of_the_source_holds() {
        let withheld = |reason| Excerpt::Withheld { reason };
        let cut =
            |title, policy| cut_words(title, "er is brand bij 06-12345678", &["brand"], policy);
        assert_eq!(
            cut("T", ExcerptPolicy::None),
            withheld(Withheld::SourceSetting)
        );
        assert_eq!(cut("", ExcerptPolicy::Title), withheld(Withheld::NoTitle));
        assert_eq!(
            cut("\u{200b} ", ExcerptPolicy::Title),
            withheld(Withheld::NoTitle)
        );
        assert_eq!(
            marked(&cut("Grote brand", ExcerptPolicy::Title)),
            "Grote <brand>"
        );
        assert_eq!(marked(&cut("Bel 06", ExcerptPolicy::Title)), "Bel 06");
        let long = "woord ".repeat(60) + "brand";
        assert!(marked(&cut(&long, ExcerptPolicy::Title)).ends_with("woord <brand>"));
    }

    #[test]
    fn what_does_not_fit_is_withheld() {
        let text = "één brand bij 06-12345678";
        let masked = masker().find(text, &[]).unwrap();
        let check = |masked: &[Masked], title_len: usize, word: [usize; 2]| {
            let words = [vec![Span::from(word)]];
            let message = Message {
                text,
                title_len,
                masked,
                words: &words,
                telling: 0,
            };
            let reason = Withheld::MaskingFailed;
            let expected = (Excerpt::Withheld { reason }, vec![vec![]]);
            assert_eq!(cut(&message, ExcerptPolicy::Fragment, &tokens()), expected);
        };
        let at = masked[0].span;
        check(&masked, 0, [at.start, at.end]);
        check(&masked, 0, [at.start + 1, at.start + 2]);
        check(&masked, 0, [1, 5]);
        check(&masked, 0, [0, 999]);
        check(&masked, 1, [6, 11]);
        check(&masked, 999, [6, 11]);
        check(&[masked[0], masked[0]], 0, [6, 11]);
        let split = Masked {
            span: Span { start: 1, end: 3 },
            kind: MaskKind::Phone,
        };
        check(&[split], 0, [6, 11]);
    }

    /// What is left of a word when direction marks go and spaces become one.
    fn tidy(word: &str) -> String {
        let line = Line::new(
            word,
            &[],
            &[vec![Span {
                start: 0,
                end: word.len(),
            }]],
            None,
        );
        line.text
    }

    proptest! {
        #[test]
        fn any_cut_is_short_masked_and_marked_exactly(
            title in "(\\PC|[a-z]{1,12} ){0,30}",
            body in "(\\PC|[a-z]{1,12} |\n|brand |inbraak| 06-12345678 | @jan |\u{202e}|\u{200b}|👩‍👧|e\u{301}| {3}|x{90}){0,90}",
            policy in prop_oneof![Just(ExcerptPolicy::Fragment), Just(ExcerptPolicy::Title)],
            far in proptest::collection::vec((0usize..2000, 1usize..150), 0..6),
        ) {
            let text = format!("{title}\n{body}");
            let masked = masker().find(&text, &[]).unwrap();
            let free = |span: &Span| !masked.iter().any(|masked| masked.span.overlaps(*span));
            let mut words: Vec<Vec<Span>> = ["brand", "inbraak", "👩‍👧"]
                .map(|word| spans(&text, word)).to_vec();
            // Words anywhere, also overlapping ones and ones that are no words.
            words.push(far.iter().filter_map(|(start, len)| {
                let span = Span { start: *start, end: start + len };
                text.get(span.start..span.end).map(|_| span)
            }).collect());
            words.iter_mut().for_each(|words| words.retain(free));
            let message = Message { text: &text, title_len: title.len(), masked: &masked, words: &words, telling: 0 };
            let (excerpt, moved) = cut(&message, policy, &tokens());
            prop_assert_eq!(moved.len(), words.len());
            let Excerpt::Shown { text: shown, marks } = excerpt else {
                prop_assert!(policy == ExcerptPolicy::Title);
                return Ok(());
            };
            prop_assert!(shown.chars().count() <= MAX_EXCERPT);
            prop_assert!(!shown.contains("12345678") && !shown.contains("@jan"));
            let unwanted = shown.chars().any(|c| c.is_control() || c == '\u{202e}');
            prop_assert!(!unwanted);
            prop_assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
            for (moved, words) in moved.iter().zip(&words) {
                let originals: Vec<String> = words.iter()
                    .map(|word| tidy(&text[word.start..word.end])).collect();
                for word in moved {
                    prop_assert!(originals.iter().any(|original|
                        original.trim() == shown[word.start..word.end].trim()));
                    prop_assert!(marks.iter().any(|mark| mark.contains(*word)));
                }
            }
        }
    }
}
