//! A file that people write, as a tree in which every value knows where it stands.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use crate::mistake::{Fault, Findings, Location};

/// A file with its text, and what stands in it.
#[derive(Debug)]
pub struct Document {
    /// The file as the person gave it.
    pub file: Arc<str>,
    /// Where each line begins, for finding a line by its byte.
    line_starts: Vec<usize>,
    /// The text without byte-order mark.
    text: String,
    /// The table that the file is.
    pub(crate) root: Node,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: At,
    pub(crate) value: Value,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum At {
    /// Nowhere in particular: the file as a whole.
    Whole,
    /// From this byte of the file.
    Byte(usize),
    /// In an environment variable.
    Variable(Arc<str>),
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Text, and the line of the file that its first line stands on.
    Text { text: String, first_line: u32 },
    /// Text from an environment variable: it becomes what is expected. As a list it is cut at its
    /// commas.
    Loose { text: String, parts: Vec<Node> },
    /// A whole number, or one that does not fit (as written).
    Integer(Result<i64, String>),
    /// A number with a point.
    Float,
    /// True or false.
    Boolean(bool),
    /// A date, a time, or both.
    Datetime(Datetime),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: At,
    pub(crate) node: Node,
}

impl Node {
    /// Whether there is a number in it that does not fit in 64 bits.
    pub(crate) fn holds_number_too_large(&self) -> bool {
        match &self.value {
            Value::Integer(number) => number.is_err(),
            Value::List(nodes) => nodes.iter().any(Node::holds_number_too_large),
            Value::Table(entries) => entries.iter().any(|e| e.node.holds_number_too_large()),
            _ => false,
        }
    }
}

/// How many syntax errors of one file are told: after an error the parser guesses where the next
/// thing begins, and after a bracket that is not closed it guesses wrong at every line.
const MAX_SYNTAX_ERRORS: usize = 5;

impl Document {
    /// Reads TOML. When it is not TOML, the first errors are added to `findings`, one a line, and
    /// there is no document.
    pub fn parse(file: &str, text: &str, findings: &Findings) -> Option<Document> {
        let mut document = Document::plain(file, text);
        let (table, errors) = DeTable::parse_recoverable(&document.text);
        let root = errors
            .is_empty()
            .then(|| document.table(table.get_ref(), table.span()));
        let mut told = Vec::new();
        for error in &errors {
            let line = error.span().map_or(0, |span| document.line_of(span.start));
            if told.len() == MAX_SYNTAX_ERRORS {
                break;
            }
            if told.contains(&line) {
                continue;
            }
            told.push(line);
            let at = match error.span() {
                Some(span) => document.location(&At::Byte(span.start)),
                None => document.location(&At::Whole),
            };
            let reason = error.message().to_owned();
            let sort = syntax(&reason).to_owned();
            findings.mistake(at, "", Fault::NotToml { sort, reason });
        }
        document.root = root?;
        Some(document)
    }

    /// A file that is not TOML: a text whose lines can be pointed at.
    pub fn plain(file: &str, text: &str) -> Document {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let line_starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        Document {
            file: file.into(),
            line_starts,
            text,
            root: Node {
                at: At::Whole,
                value: Value::Table(Vec::new()),
            },
        }
    }

    /// Whether the outermost keys are plain words, which mean the same to every reader.
    pub(crate) fn has_plain_keys(&self) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
        match &self.root.value {
            Value::Table(entries) => entries.iter().all(|entry| entry.key.bytes().all(plain)),
            _ => false,
        }
    }

    /// The text without byte-order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file as a whole.
    pub fn whole(&self) -> Location {
        self.location(&At::Whole)
    }

    /// The place of a byte.
    pub fn byte(&self, byte: usize) -> Location {
        self.location(&At::Byte(byte))
    }

    /// A line, without column.
    pub fn line(&self, line: u32) -> Location {
        Location::File {
            file: self.file.clone(),
            line,
            column: 0,
        }
    }

    /// Line and column of a place.
    pub(crate) fn location(&self, at: &At) -> Location {
        let byte = match at {
            At::Variable(variable) => {
                return Location::Environment {
                    variable: variable.to_string(),
                };
            }
            At::Whole => return self.line(0),
            At::Byte(byte) => *byte,
        };
        let line = self.line_of(byte);
        let start = self.line_starts[line as usize - 1];
        let before = self.text.get(start..byte).unwrap_or_default();
        Location::File {
            file: self.file.clone(),
            line,
            column: number(before.chars().count() + 1),
        }
    }

    /// The line of a place, 0 for the file as a whole or another place.
    pub(crate) fn line_at(&self, at: &At) -> u32 {
        match at {
            At::Byte(byte) => self.line_of(*byte),
            At::Whole | At::Variable(_) => 0,
        }
    }

    fn line_of(&self, byte: usize) -> u32 {
        number(self.line_starts.partition_point(|start| *start <= byte))
    }

    fn table(&self, table: &DeTable<'_>, span: Range<usize>) -> Node {
        let entries = table.iter().map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            at: At::Byte(key.span().start),
            node: self.node(value),
        });
        Node {
            at: At::Byte(span.start),
            value: Value::Table(entries.collect()),
        }
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let span = value.span();
        let at = At::Byte(span.start);
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text {
                text: text.to_string(),
                first_line: self.first_line(span),
            },
            DeValue::Integer(integer) => Value::Integer(
                i64::from_str_radix(integer.as_str(), integer.radix())
                    .map_err(|_| integer.as_str().to_owned()),
            ),
            DeValue::Float(_) => Value::Float,
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(datetime) => Value::Datetime(*datetime),
            DeValue::Array(items) => Value::List(items.iter().map(|i| self.node(i)).collect()),
            DeValue::Table(table) => return self.table(table, span),
        };
        Node { at, value }
    }

    /// The line that the first line of a text value stands on: a line break straight after three
    /// quotes is not part of the value.
    fn first_line(&self, span: Range<usize>) -> u32 {
        let line = self.line_of(span.start);
        let written = self.text.get(span).unwrap_or_default();
        let opening = written
            .strip_prefix("'''")
            .or_else(|| written.strip_prefix("\"\"\""));
        match opening {
            Some(rest) if rest.starts_with('\n') || rest.starts_with("\r\n") => line + 1,
            _ => line,
        }
    }
}

/// Counts in files fit: a file has at most a few mebibytes.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How what the parser says begins, and the sort of error that it is, as a text key of the section
/// `toml`. The parser speaks English; what is not in this list is `other` and told in its words.
pub(crate) const SYNTAX: &[(&str, &str)] = &[
    ("duplicate key", "doubled_key"),
    ("cannot extend", "doubled_key"),
    ("missing assignment", "missing_equals"),
    ("key with no value", "missing_equals"),
    ("extra assignment", "extra_equals"),
    ("extra `=`", "extra_equals"),
    ("missing value", "missing_value"),
    ("string values must be quoted", "missing_quotes"),
    ("missing opening quote", "missing_quotes"),
    ("invalid basic string", "unclosed_text"),
    ("invalid literal string", "unclosed_text"),
    ("invalid multi-line", "unclosed_text"),
    ("unclosed", "unclosed_bracket"),
    ("missing comma", "missing_comma"),
    ("extra comma", "extra_comma"),
    ("missing escaped value", "bad_escape"),
    ("too few unicode", "bad_escape"),
    ("invalid unquoted key", "bad_key"),
    ("unquoted keys", "bad_key"),
    ("keys cannot be", "bad_key"),
    ("unexpected leading zero", "bad_number"),
    ("unexpected sign", "bad_number"),
    ("redundant", "bad_number"),
    ("invalid date", "bad_date"),
    ("invalid time", "bad_date"),
    ("invalid datetime", "bad_date"),
    ("radix must", "bad_number"),
    ("integers with a radix", "bad_number"),
    ("`_` may only", "bad_number"),
    ("cannot recurse", "too_deep"),
    ("recursion limit", "too_deep"),
    ("carriage return", "bad_line_end"),
    ("unexpected", "unexpected"),
];

/// The sort of a syntax error, from what the parser says.
fn syntax(reason: &str) -> &'static str {
    SYNTAX
        .iter()
        .find(|(start, _)| reason.starts_with(start))
        .map_or("other", |(_, sort)| sort)
}

#[cfg(test)]
mod tests {
    use super::{Document, syntax};
    use crate::form::Form;
    use crate::mistake::{Findings, Location};

    #[test]
    fn the_first_line_of_a_text_is_where_its_first_line_stands() {
        let check = |text: &str, expected: (&str, u32)| {
            let findings = Findings::default();
            let document = Document::parse("keywords/x.toml", text, &findings).unwrap();
            let form = Form::open(&document, &findings);
            let (text, line) = form.field("list").located_text().unwrap();
            assert_eq!((text.as_str(), line), expected);
        };
        check("list = 'a'", ("a", 1));
        check("\n\nlist = \"a\"", ("a", 3));
        check("list = '''a\nb'''", ("a\nb", 1));
        check("list = '''\na\nb'''", ("a\nb", 2));
        check("list = \"\"\"\na\n\"\"\"", ("a\n", 2));
        check("list = '''\r\na\r\n'''", ("a\r\n", 2));
        check("list = '''\n\na'''", ("\na", 2));
        check("list = ''", ("", 1));
        check("\u{feff}list = 'é'", ("é", 1));
    }

    #[test]
    fn a_byte_has_its_line_and_its_column_in_characters() {
        let document = Document::plain("x", "\u{feff}één\r\n  twee\n");
        let check = |byte: usize, line: u32, column: u32| {
            let file = "x".into();
            let expected = Location::File { file, line, column };
            assert_eq!(document.byte(byte), expected, "byte {byte}");
        };
        check(0, 1, 1);
        check(4, 1, 3);
        check(7, 2, 1);
        check(9, 2, 3);
        check(14, 3, 1);
    }

    #[test]
    fn what_the_parser_says_has_a_dutch_sort() {
        let check = |text: &str, expected: &str| {
            let (_, errors) = toml::de::DeTable::parse_recoverable(text);
            let first = errors.first().unwrap().message();
            assert_eq!(syntax(first), expected, "{text}: {first}");
        };
        check("a = 1\na = 2", "doubled_key");
        check("a", "missing_equals");
        check("a = b", "missing_quotes");
        check("a = \"b", "unclosed_text");
        check("a = 'b", "unclosed_text");
        check("a = [\"b\" \"c\"]", "missing_comma");
        check("a = [1", "unclosed_bracket");
        check("a = \"C:\\Users\"", "bad_escape");
        check("a = 01", "bad_number");
        check("a = 2026-02-30", "bad_date");
        check("één = 1", "bad_key");
    }
}
