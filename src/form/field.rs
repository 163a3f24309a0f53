//! One value in a table, read as the type that is expected.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use url::Url;

use crate::form::Form;
use crate::form::document::{At, Document, Node, Value};
use crate::form::measure::{parse_duration, parse_size, show_duration, show_size};
use crate::form::nearest::nearest;
use crate::mistake::{Fault, Findings, Location, Remark, shown};

/// A value in a table, present or not.
///
/// Every reading gives `None` when the value is absent or wrong; what is wrong has then been added
/// to the findings.
#[derive(Clone, Debug)]
pub struct Field<'t> {
    pub(crate) document: &'t Document,
    pub(crate) findings: &'t Findings,
    pub(crate) node: Option<&'t Node>,
    /// Where the key stands; where the table begins when the key is absent.
    pub(crate) at: At,
    pub(crate) path: String,
}

impl<'t> Field<'t> {
    /// Whether it was written at all.
    pub fn is_present(&self) -> bool {
        self.node.is_some()
    }

    /// Any text, several lines too.
    pub fn text(&self) -> Option<String> {
        match &self.node?.value {
            Value::Text { text, .. } | Value::Loose { text, .. } => Some(text.clone()),
            _ => self.wrong_type("text"),
        }
    }

    /// Text with something in it, on one line: it is shown in a sentence or in a mail header.
    pub fn line(&self) -> Option<String> {
        /// A mail header and a line on a screen stay readable.
        const LONGEST: usize = 200;
        self.parse("one_line", |text| {
            let text = text.trim();
            let fits = !text.is_empty() && text.chars().count() <= LONGEST;
            (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
        })
    }

    /// Text with something in it, several lines too.
    pub fn prose(&self) -> Option<String> {
        self.parse("not_empty", |text| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        })
    }

    /// Text with the line of the file that its first line stands on.
    pub fn located_text(&self) -> Option<(String, u32)> {
        match &self.node?.value {
            Value::Text { text, first_line } => Some((text.clone(), *first_line)),
            _ => self.wrong_type("text"),
        }
    }

    /// Text that `parse` makes something of; else it is refused with the text key `expected`.
    pub fn parse<T>(&self, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text()?;
        let value = parse(&text);
        if value.is_none() {
            self.refuse_value::<T>(&text, expected);
        }
        value
    }

    /// One of some words.
    pub fn word<T>(&self, words: &[&str], from_word: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text()?;
        let value = from_word(&text);
        if value.is_none() {
            self.refuse::<T>(Fault::UnknownWord {
                found: shown(&text),
                nearest: nearest(&text, words.iter().copied()),
                expected: words.iter().map(|word| (*word).to_owned()).collect(),
            });
        }
        value
    }

    /// A whole number in a range.
    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let (number, found) = match &self.node?.value {
            Value::Integer(Ok(number)) => (Some(*number), number.to_string()),
            Value::Integer(Err(found)) => (None, found.clone()),
            Value::Loose { text, .. } => match text.trim().parse() {
                Ok(number) => (Some(number), text.clone()),
                Err(_) => return self.refuse_value(text, "number"),
            },
            _ => return self.wrong_type("number"),
        };
        let shown = |bound: &i64| bound.to_string();
        self.in_range(number, &found, &range, shown)
    }

    /// True or false.
    pub fn boolean(&self) -> Option<bool> {
        match &self.node?.value {
            Value::Boolean(value) => Some(*value),
            Value::Loose { text, .. } => match text.trim() {
                "true" => Some(true),
                "false" => Some(false),
                _ => self.refuse_value(text, "boolean"),
            },
            _ => self.wrong_type("boolean"),
        }
    }

    /// A date, written without quotes: `2026-11-01`.
    pub fn date(&self) -> Option<Date> {
        let Value::Datetime(found) = &self.node?.value else {
            return self.wrong_type("date");
        };
        let date = match (found.date, found.time, found.offset) {
            (Some(date), None, None) => {
                let part = |number: u8| i8::try_from(number).ok();
                part(date.month)
                    .zip(part(date.day))
                    .zip(i16::try_from(date.year).ok())
                    .and_then(|((month, day), year)| Date::new(year, month, day).ok())
            }
            _ => None,
        };
        if date.is_none() {
            self.refuse_value::<Date>(&found.to_string(), "date");
        }
        date
    }

    /// A time of the day in hours and minutes: `"07:30"`.
    pub fn time(&self) -> Option<Time> {
        self.parse("time", |text| {
            let digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            let (hour, minute) = text.split_once(':')?;
            if !digits(hour) || !digits(minute) {
                return None;
            }
            Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
        })
    }

    /// A duration in a range: `"2s"`, `"15m"`, `"1h"`, `"1d"`.
    pub fn duration(&self, range: RangeInclusive<SignedDuration>) -> Option<SignedDuration> {
        let duration = self.parse("duration", parse_duration)?;
        let found = show_duration(duration);
        self.in_range(Some(duration), &found, &range, |bound| {
            show_duration(*bound)
        })
    }

    /// A size in bytes in a range: `"5 MiB"`.
    pub fn size(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let size = self.parse("size", parse_size)?;
        self.in_range(Some(size), &show_size(size), &range, |bound| {
            show_size(*bound)
        })
    }

    /// An address on the web, without a name or password in it.
    pub fn url(&self) -> Option<Url> {
        let text = self.text()?;
        let Ok(url) = Url::parse(&text) else {
            return self.refuse_value(&text, "url");
        };
        if !matches!(url.scheme(), "http" | "https") {
            let found = shown(url.scheme());
            return self.refuse(Fault::NotHttp { found });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return self.refuse(Fault::UserinfoInUrl);
        }
        Some(url)
    }

    /// A list, as its elements.
    pub fn list(&self) -> Option<Vec<Field<'t>>> {
        let elements = match &self.node?.value {
            Value::List(elements) => elements,
            Value::Loose { parts, .. } => parts,
            _ => return self.wrong_type("list"),
        };
        let field = |(index, node): (usize, &'t Node)| Field {
            document: self.document,
            findings: self.findings,
            node: Some(node),
            at: node.at.clone(),
            path: format!("{}[{}]", self.path, index + 1),
        };
        Some(elements.iter().enumerate().map(field).collect())
    }

    /// A list of texts, each on one line.
    pub fn lines(&self) -> Option<Vec<String>> {
        let elements = self.list()?;
        Some(elements.iter().filter_map(Field::line).collect())
    }

    /// A table.
    pub fn table(&self) -> Option<Form<'t>> {
        let node = self.node?;
        let form = Form::table(self.document, self.findings, node, self.path.clone());
        if form.is_none() {
            self.wrong_type::<()>("table");
        }
        form
    }

    /// A table whose keys all have defaults: an empty one when it was left out.
    pub fn section(&self) -> Option<Form<'t>> {
        match self.is_present() {
            true => self.table(),
            false => Some(Form::empty(self.document, self.findings, self.path.clone())),
        }
    }

    /// What `read` makes of it, the default when it was left out.
    pub fn or<T>(&self, default: T, read: impl FnOnce(&Self) -> Option<T>) -> Option<T> {
        match self.is_present() {
            true => read(self),
            false => Some(default),
        }
    }

    /// A list of tables, such as `[[source]]`; empty when absent.
    pub fn tables(&self) -> Vec<Form<'t>> {
        match self.node.map(|node| &node.value) {
            None => Vec::new(),
            Some(Value::List(_)) => {
                let elements = self.list().unwrap_or_default();
                elements.iter().filter_map(Field::table).collect()
            }
            Some(_) => {
                self.wrong_type::<()>("tables");
                Vec::new()
            }
        }
    }

    /// Reports a fault of this value and gives nothing.
    pub fn refuse<T>(&self, fault: Fault) -> Option<T> {
        // Counting columns in a line of megabytes takes its time; not for what nobody is told.
        if !self.findings.is_full() {
            self.findings
                .mistake(self.location(), self.path.clone(), fault);
        }
        None
    }

    /// Reports that the value cannot be; `expected` is a text key.
    pub fn refuse_value<T>(&self, found: &str, expected: &str) -> Option<T> {
        self.refuse(Fault::InvalidValue {
            found: shown(found),
            expected: expected.to_owned(),
        })
    }

    /// Adds a note about this value.
    pub fn note(&self, remark: Remark) {
        if !self.findings.is_full_of_notes() {
            self.findings
                .note(self.location(), self.path.clone(), remark);
        }
    }

    /// The line it stands on, 0 when it stands on none.
    pub fn line_number(&self) -> u32 {
        self.document
            .line_at(self.node.map_or(&self.at, |node| &node.at))
    }

    fn location(&self) -> Location {
        match self.node {
            Some(node) => self.document.location(&node.at),
            // An absent key of the file itself is nowhere; of a table, where the table begins.
            None if !self.path.contains('.') => self.document.whole(),
            None => self.document.location(&self.at),
        }
    }

    fn in_range<T: PartialOrd>(
        &self,
        value: Option<T>,
        found: &str,
        range: &RangeInclusive<T>,
        shown: impl Fn(&T) -> String,
    ) -> Option<T> {
        match value {
            Some(value) if range.contains(&value) => Some(value),
            _ => self.refuse(Fault::OutOfRange {
                found: found.to_owned(),
                lowest: shown(range.start()),
                highest: shown(range.end()),
            }),
        }
    }

    fn wrong_type<T>(&self, expected: &str) -> Option<T> {
        let found = match &self.node?.value {
            Value::Text { .. } | Value::Loose { .. } => "text",
            Value::Integer(_) => "number",
            Value::Float => "fraction",
            Value::Boolean(_) => "boolean",
            Value::Datetime(_) => "date",
            Value::List(_) => "list",
            Value::Table(_) => "table",
        };
        self.refuse(Fault::WrongType {
            found: found.to_owned(),
            expected: expected.to_owned(),
        })
    }
}
