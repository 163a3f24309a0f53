//! Cutting a keyword line into operators, brackets and terms.

use crate::keyword::expression::{Order, Term};
use crate::keyword::{Trouble, term};
use crate::mistake::Fault;

/// Most words that may stand between the two sides of NEAR: two long sentences. Beyond that the two
/// have nothing to do with each other, and AND says so more honestly.
pub(super) const MAX_WITHIN: u32 = 50;

/// A piece of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'l> {
    pub(super) kind: Kind<'l>,
    /// Column of its first character, counted from 1.
    pub(super) column: u32,
    /// As it was written.
    pub(super) written: &'l str,
}

/// A line, cut.
#[derive(Debug)]
pub(super) struct Cut<'l> {
    pub(super) tokens: Vec<Token<'l>>,
    /// One for each token that is a term, in the same order.
    pub(super) terms: Vec<Term>,
    /// The line without a comment.
    pub(super) text: &'l str,
}

/// What a piece is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'l> {
    Open,
    Close,
    And,
    Or,
    /// `,` between the entries of a word list.
    Comma,
    Not,
    Near {
        within: u32,
        order: Order,
    },
    Term,
    /// `$name`.
    Named(&'l str),
}

/// The tokens of a line.
pub(super) fn tokens(line: &str) -> Result<Cut<'_>, Trouble> {
    let cut = cut(line);
    // Told before anything else: whatever looks wrong beside it may come from it.
    let said = match &cut {
        Ok(Cut { text, .. }) => line.find(text).map_or(0, |start| start + text.len()),
        Err(_) => line.len(),
    };
    let mut characters = (1..).zip(line[..said].chars());
    match characters.find(|(_, c)| is_hidden(*c)) {
        Some((column, c)) => {
            let found = format!("U+{:04X}", u32::from(c));
            Err(Trouble::new(column, Fault::HiddenCharacter { found }))
        }
        None => cut,
    }
}

/// Whether a character cannot be seen and yet is no space: soft hyphen, zero-width characters and
/// the marks that turn the direction of writing. They come along with copied text, and a person
/// who reads the list cannot know that they are there.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

fn cut(line: &str) -> Result<Cut<'_>, Trouble> {
    let mut cutter = Cutter {
        rest: line,
        column: 1,
        terms: Vec::new(),
    };
    let mut tokens = Vec::new();
    loop {
        cutter.skip_space();
        if cutter.rest.is_empty() || (cutter.rest.starts_with('#') && cutter.after_space(line)) {
            break;
        }
        let column = cutter.column;
        let before = cutter.rest;
        let kind = cutter.next_kind()?;
        let written = &before[..before.len() - cutter.rest.len()];
        tokens.push(Token {
            kind,
            column,
            written,
        });
    }
    let text = &line[..line.len() - cutter.rest.len()];
    Ok(Cut {
        tokens,
        terms: cutter.terms,
        text: text.trim(),
    })
}

struct Cutter<'a> {
    rest: &'a str,
    column: u32,
    terms: Vec<Term>,
}

impl<'a> Cutter<'a> {
    /// Steps over the first `bytes` bytes and returns them.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        let characters = u32::try_from(taken.chars().count()).unwrap_or(u32::MAX);
        self.column = self.column.saturating_add(characters);
        self.rest = rest;
        taken
    }

    fn skip_space(&mut self) {
        let space = self.rest.len() - self.rest.trim_start().len();
        self.take(space);
    }

    /// Whether the rest begins at the start of the line or after a space.
    fn after_space(&self, line: &str) -> bool {
        let before = &line[..line.len() - self.rest.len()];
        before.chars().next_back().is_none_or(char::is_whitespace)
    }

    fn term(&mut self, term: Term) -> Kind<'a> {
        self.terms.push(term);
        Kind::Term
    }

    fn next_kind(&mut self) -> Result<Kind<'a>, Trouble> {
        let column = self.column;
        match self.rest.chars().next() {
            Some('(') => {
                self.take(1);
                Ok(Kind::Open)
            }
            Some(')') => {
                self.take(1);
                Ok(Kind::Close)
            }
            Some('"') => {
                let Some(phrase) = self.delimited('"') else {
                    return Err(Trouble::new(column, Fault::UnclosedQuote));
                };
                term::phrase(&phrase, column).map(|term| self.term(term))
            }
            Some('/') => {
                let Some(pattern) = self.delimited('/') else {
                    return Err(Trouble::new(column, Fault::UnclosedRegex));
                };
                term::regex(&pattern, column).map(|term| self.term(term))
            }
            Some(',') => {
                self.take(1);
                Ok(Kind::Comma)
            }
            _ => {
                let written = self.word()?;
                match operator(written, column)? {
                    Some(operator) => Ok(operator),
                    None => term::word(written, column).map(|term| self.term(term)),
                }
            }
        }
    }

    /// What stands between two delimiters, of which `\` before a delimiter makes a plain character.
    fn delimited(&mut self, delimiter: char) -> Option<String> {
        let mut inside = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, c)) = characters.next() {
            if c == delimiter {
                self.take(at + c.len_utf8());
                return Some(inside);
            }
            if c != '\\' {
                inside.push(c);
                continue;
            }
            let (_, escaped) = characters.next()?;
            if escaped != delimiter {
                inside.push('\\');
            }
            inside.push(escaped);
        }
        None
    }

    /// All up to a space, a bracket, a quote or a comma; between braces spaces belong to it.
    fn word(&mut self) -> Result<&'a str, Trouble> {
        let mut opened = None;
        let mut end = self.rest.len();
        for (index, (at, c)) in self.rest.char_indices().enumerate() {
            match c {
                '{' if opened.is_none() => opened = Some(index),
                '}' => opened = None,
                _ if opened.is_some() => {}
                '(' | ')' | '"' => {
                    end = at;
                    break;
                }
                ',' if !is_in_number(&self.rest[..at], &self.rest[at + 1..]) => {
                    end = at;
                    break;
                }
                _ if c.is_whitespace() => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        if let Some(index) = opened {
            let column = self
                .column
                .saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
            let found = "{".to_owned();
            return Err(Trouble::new(column, Fault::UnclosedBracket { found }));
        }
        Ok(self.take(end))
    }
}

/// Whether a comma between these two stands inside a number, as in *1,5*.
fn is_in_number(before: &str, after: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    before.ends_with(digit) && after.starts_with(digit)
}

/// The operator or the name of a word list that a word is, if it is one.
fn operator(written: &str, column: u32) -> Result<Option<Kind<'_>>, Trouble> {
    let (name, number) = match written.split_once('/') {
        Some((name, number)) => (name, Some(number)),
        None => (written, None),
    };
    let order = match name {
        "NEAR" | "NABIJ" => Order::Any,
        "BEFORE" | "VOOR" => Order::Given,
        _ => {
            return Ok(match written {
                "AND" | "EN" => Some(Kind::And),
                "OR" | "OF" => Some(Kind::Or),
                "NOT" | "NIET" => Some(Kind::Not),
                _ => written.strip_prefix('$').map(Kind::Named),
            });
        }
    };
    let digits = number.filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let Some(digits) = digits else {
        let found = written.to_owned();
        return Err(Trouble::new(column, Fault::NearWithoutNumber { found }));
    };
    match digits.parse() {
        Ok(within) if within <= MAX_WITHIN => Ok(Some(Kind::Near { within, order })),
        _ => Err(Trouble::new(
            column,
            Fault::NearTooFar {
                found: digits.to_owned(),
                limit: MAX_WITHIN,
            },
        )),
    }
}
