//! Files that arrive in a folder: tables (CSV), a JSON object a line, and mails.
//!
//! A row that cannot be read takes nothing away from the others; it is told by its line. Who sent a
//! mail is not read.

use std::collections::HashMap;

use mail_parser::MessageParser;
use serde_json::Value;
use url::Url;

use crate::connector::{Document, dates, encoding, identity, links};
use crate::item::Item;
use crate::source::drop::Columns;
use crate::text::html::{html_to_text, text_to_line};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Its messages.
    pub items: Vec<Item>,
    /// What could not be read: the line, and why; no words of the file.
    pub wrong: Vec<(u64, &'static str)>,
}

/// The ways to write a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A table with commas, semicolons or tabs, under a row of names.
    Csv,
    /// A JSON object a line.
    JsonLines,
    /// A mail.
    Mail,
}

impl Written {
    /// What a file is by the end of its name; `None` for files that are left alone.
    pub fn of_name(name: &str) -> Option<Written> {
        let (_, end) = name.rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "eml" => Some(Self::Mail),
            _ => None,
        }
    }
}

/// Reads a document of which only the bytes are known.
pub fn sniffed(columns: &Columns, document: &Document<'_>) -> Contents {
    let text = String::from_utf8_lossy(document.bytes);
    let head = text.lines().next().unwrap_or_default();
    let is_header = |name: &str| {
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || ",;".contains(c))
    };
    let written = match head.split_once(": ") {
        _ if head.starts_with('{') => Written::JsonLines,
        Some((name, _)) if is_header(name) => Written::Mail,
        _ => Written::Csv,
    };
    read(columns, written, document.bytes, document.url)
}

/// Reads a file.
pub fn read(columns: &Columns, written: Written, bytes: &[u8], folder: &Url) -> Contents {
    let mut contents = match written {
        Written::Csv => csv(columns, &encoding::decode(bytes, None).text),
        Written::JsonLines => json_lines(columns, &encoding::decode(bytes, None).text),
        Written::Mail => mail(bytes),
    };
    contents.items = identity::identify(contents.items, folder).items;
    contents
}

fn csv(columns: &Columns, text: &str) -> Contents {
    let mut contents = Contents::default();
    // The parser counts the line end of Windows with the row after it, and would name the wrong line.
    let text = text.replace("\r\n", "\n");
    let head = text.lines().next().unwrap_or_default();
    let most = |sign: &u8| head.bytes().filter(|byte| byte == sign).count();
    let delimiter = *b",;\t"
        .iter()
        .max_by_key(|sign| most(sign))
        .unwrap_or(&b',');
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let names: Vec<String> = match rows.headers() {
        Ok(names) => names.iter().map(key).collect(),
        Err(_) => Vec::new(),
    };
    if !names.contains(&key(&columns.text)) {
        contents.wrong.push((1, "there is no column with the text"));
        return contents;
    }
    for row in rows.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                contents.wrong.push((line, "this is no row"));
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        if row.len() != names.len() {
            contents
                .wrong
                .push((line, "more or fewer cells than names"));
            continue;
        }
        let cells = names.iter().cloned().zip(row.iter().map(str::to_owned));
        take(&mut contents, columns, line, cells.collect());
    }
    contents
}

fn json_lines(columns: &Columns, text: &str) -> Contents {
    let mut contents = Contents::default();
    for (line, row) in (1..).zip(text.lines()) {
        if row.trim().is_empty() {
            continue;
        }
        let Ok(Value::Object(fields)) = serde_json::from_str(row) else {
            contents.wrong.push((line, "this is no object in JSON"));
            continue;
        };
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let cells = fields
            .into_iter()
            .filter_map(|(name, value)| Some((key(&name), text(value)?)));
        take(&mut contents, columns, line, cells.collect());
    }
    contents
}

fn mail(bytes: &[u8]) -> Contents {
    let mut contents = Contents::default();
    let parsed = MessageParser::default().parse(bytes);
    let text = parsed.as_ref().and_then(|mail| mail.body_text(0));
    match (&parsed, text) {
        (Some(mail), Some(text)) if !text.trim().is_empty() => contents.items.push(Item {
            id: mail.message_id().unwrap_or_default().to_owned(),
            link: None,
            title: text_to_line(mail.subject().unwrap_or_default()),
            text: html_to_text(&text.replace('<', "&lt;"), &[]),
            published: mail
                .date()
                .and_then(|date| dates::parse(&date.to_rfc3339())),
            updated: None,
        }),
        _ => contents.wrong.push((1, "this is no mail with a text")),
    }
    contents
}

/// A name as it is compared.
fn key(name: &str) -> String {
    name.trim().trim_start_matches('\u{feff}').to_lowercase()
}

fn take(contents: &mut Contents, columns: &Columns, line: u64, mut cells: HashMap<String, String>) {
    let mut cell = |name: &str| cells.remove(&key(name)).unwrap_or_default();
    let text = html_to_text(&cell(&columns.text), &[]);
    let title = text_to_line(&cell(&columns.title));
    if text.is_empty() && title.is_empty() {
        contents.wrong.push((line, "there is no text"));
        return;
    }
    let date = cell(&columns.date);
    let published = dates::parse(&date);
    if published.is_none() && !date.trim().is_empty() {
        contents.wrong.push((
            line,
            "the date cannot be read; the message is taken without it",
        ));
    }
    let link = cell(&columns.link);
    let link = Url::parse(link.trim())
        .ok()
        .and_then(|url| links::clean(url.as_str(), &url));
    contents.items.push(Item {
        id: cell(&columns.id).trim().to_owned(),
        link,
        title,
        text,
        published,
        updated: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(written: Written, bytes: &[u8]) -> (Vec<(String, String, String)>, Vec<u64>) {
        let columns = Columns {
            text: "Omschrijving".to_owned(),
            id: "nr".to_owned(),
            ..Columns::default()
        };
        let folder = Url::parse("file:///drop/").unwrap();
        let contents = read(&columns, written, bytes, &folder);
        let told = contents.items.into_iter().map(|item| {
            let date = item.published.map(|at| at.to_string()).unwrap_or_default();
            (item.id, item.text, date)
        });
        let wrong = contents.wrong.into_iter().map(|(line, _)| line);
        (told.collect(), wrong.collect())
    }

    fn told(id: &str, text: &str, date: &str) -> (String, String, String) {
        (id.to_owned(), text.to_owned(), date.to_owned())
    }

    #[test]
    fn a_table_is_read_row_by_row_whatever_its_signs_and_letters() {
        let table = b"\xef\xbb\xbfNr;omschrijving;date\r\n1;\"Lantaarn kapot;\ndonker\";14-03-2026 09:00\r\n2;Ruit in\r\n3;;\r\n4;Caf\xc3\xa9 open;ooit\r\n";
        assert_eq!(
            contents(Written::Csv, table),
            (
                vec![
                    told("1", "Lantaarn kapot;\ndonker", "2026-03-14T08:00:00Z"),
                    told("4", "Café open", "")
                ],
                vec![4, 5, 6]
            )
        );
        assert_eq!(
            contents(Written::Csv, b"nummer,tekst\n1,hallo\n"),
            (vec![], vec![1])
        );
        assert_eq!(contents(Written::Csv, b""), (vec![], vec![1]));
        let old = contents(Written::Csv, b"nr,omschrijving\n1,Caf\xe9\n");
        assert_eq!(old.0, vec![told("1", "Café", "")]);
    }

    #[test]
    fn a_line_that_is_no_json_is_told_and_the_others_are_read() {
        let lines = b"{\"nr\":7,\"omschrijving\":\"Ruit ingegooid\",\"date\":\"2026-03-14T08:00:00Z\"}\n\n{\"nr\":8\n[1]\n{\"nr\":9,\"omschrijving\":null}\n";
        assert_eq!(
            contents(Written::JsonLines, lines),
            (
                vec![told("7", "Ruit ingegooid", "2026-03-14T08:00:00Z")],
                vec![3, 4, 5]
            )
        );
    }

    #[test]
    fn of_a_mail_only_subject_text_and_date_are_read() {
        let mail = b"From: Een Bewoner <bewoner@lindemeer.example>\r\nSubject: Overlast\r\nMessage-ID: <1@lindemeer.example>\r\nDate: Sat, 14 Mar 2026 09:00:00 +0100\r\nContent-Type: text/html\r\n\r\n<p>Weer lawaai</p>\r\n";
        let (told_items, wrong) = contents(Written::Mail, mail);
        assert_eq!(
            told_items,
            vec![told(
                "1@lindemeer.example",
                "Weer lawaai",
                "2026-03-14T08:00:00Z"
            )]
        );
        assert_eq!(wrong, [0_u64; 0]);
        assert_eq!(contents(Written::Mail, b"\xff\xfe"), (vec![], vec![1]));
    }
}
