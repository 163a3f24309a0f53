//! Sources that are a folder in which files arrive.

use std::path::PathBuf;

use url::Url;

use crate::form::Form;
use crate::form::field::Field;

/// A folder, and what the columns of its tables are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropFolder {
    /// Where files arrive.
    pub folder: PathBuf,
    /// What the columns of a table, or the fields of a line in JSON, are called.
    pub columns: Columns,
}

/// What the columns of a table are called; capitals do not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// What tells a message from all others.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text: the only one that must be there.
    pub text: String,
    /// When it was written.
    pub date: String,
    /// Where it stands on the web.
    pub link: String,
}

impl Default for Columns {
    fn default() -> Columns {
        let [id, title, text, date, link] =
            ["id", "title", "text", "date", "link"].map(str::to_owned);
        Columns {
            id,
            title,
            text,
            date,
            link,
        }
    }
}

impl DropFolder {
    /// The address by which such a source is known: that of its folder.
    pub(super) fn address(field: &Field<'_>) -> Option<Url> {
        field.parse("absolute_path", |text| Url::from_directory_path(text).ok())
    }

    /// Reads the keys that belong to this kind.
    pub(super) fn read(form: &Form<'_>) -> Option<DropFolder> {
        let folder = form.required("folder", "\"/var/lib/luisterpost/drop/meldingen\"");
        let columns = match form.field("columns").section() {
            None => None,
            Some(table) => {
                let usual = Columns::default();
                let name = |key, usual| {
                    table
                        .field(key)
                        .or(Some(usual), |field| field.line().map(Some))
                };
                let read = (
                    name("id", usual.id),
                    name("title", usual.title),
                    name("text", usual.text),
                    name("date", usual.date),
                    name("link", usual.link),
                );
                table.close();
                match read {
                    (Some(id), Some(title), Some(text), Some(date), Some(link)) => Some(Columns {
                        id: id?,
                        title: title?,
                        text: text?,
                        date: date?,
                        link: link?,
                    }),
                    _ => None,
                }
            }
        };
        Some(DropFolder {
            folder: PathBuf::from(folder.text()?),
            columns: columns?,
        })
    }
}
