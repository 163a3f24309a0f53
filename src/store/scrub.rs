//! Copies of rows in the unused bytes of pages are wiped.
//!
//! `secure_delete` zeroes a deleted row and a freed page, but when SQLite splits or joins pages it
//! leaves copies of rows between the pointers and the cells of a page, and those stay. Writing the
//! whole database anew (`VACUUM`) takes them away too, but holds the one writer as long as that
//! takes. Here each page is looked at, and those with something in their gap are written again with
//! zeros, some pages in a transaction: a visit that waits to be recorded comes between.
//!
//! The format of a page: <https://sqlite.org/fileformat2.html>, section 1.6.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, named_params};

use crate::store::StoreError;

/// How many pages are looked at in one transaction. At four kilobytes a page this is two
/// megabytes, which are read in some milliseconds and, all written again, in less than 100.
const PAGES_A_TURN: u32 = 512;

/// Length of the header of the database, before the first page's own.
const FILE_HEADER: usize = 100;

/// Whether the pages can be reached, and have no pages of pointers among them, which databases of
/// before version 1 had and which cannot be told from others.
pub(crate) fn is_possible(connection: &Connection) -> Result<bool, StoreError> {
    let select = "SELECT sqlite_compileoption_used('ENABLE_DBPAGE_VTAB') AND auto_vacuum = 0
                  FROM pragma_auto_vacuum";
    Ok(connection.query_row(select, (), |row| row.get(0))?)
}

/// Wipes the pages from number `from` on, and says where to go on; `None` after the last.
///
/// In a transaction of the writer.
///
/// # Errors
///
/// [`StoreError::Corrupt`] when the header of a page cannot be.
pub(crate) fn turn(connection: &Connection, from: u32) -> Result<Option<u32>, StoreError> {
    let last: u32 =
        connection.query_row("SELECT page_count FROM pragma_page_count", (), |row| {
            row.get(0)
        })?;
    // A database that is guarded against damage by statements does not let its pages be written.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let end = last.min(from.saturating_add(PAGES_A_TURN - 1));
    let wiped = (from..=end).try_for_each(|number| wipe_page(connection, number));
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    wiped?;
    Ok((end < last).then_some(end + 1))
}

fn wipe_page(connection: &Connection, number: u32) -> Result<(), StoreError> {
    let mut page: Vec<u8> = connection
        .prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = :number")?
        .query_row(named_params! { ":number": number }, |row| row.get(0))?;
    let start = if number == 1 { FILE_HEADER } else { 0 };
    if wipe(&mut page, start).ok_or_else(|| StoreError::corrupt("a page"))? {
        connection
            .prepare_cached("UPDATE sqlite_dbpage SET data = :page WHERE pgno = :number")?
            .execute(named_params! { ":number": number, ":page": page })?;
    }
    Ok(())
}

/// Zeroes the gap of a page of a b-tree whose header begins at `start`, and says whether there was
/// anything in it; `None` when the header cannot be.
///
/// Pages of other kinds stay as they are. The first byte of an overflow page or a free one belongs
/// to the number of the next and is zero, because a database of ours has no 2^24 pages; what
/// follows a row's last byte there was zeroed when the page was taken or freed.
fn wipe(page: &mut [u8], start: usize) -> Option<bool> {
    let header = match page.get(start)? {
        2 | 5 => 12,
        10 | 13 => 8,
        _ => return Some(false),
    };
    let number = |at: usize| -> Option<usize> {
        let bytes = page.get(start + at..start + at + 2)?;
        Some(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
    };
    let cells = number(3)?;
    let content = match number(5)? {
        0 => 1 << 16,
        content => content,
    };
    let gap = page.get_mut(start + header + 2 * cells..content)?;
    let used = gap.iter().any(|byte| *byte != 0);
    gap.fill(0);
    Some(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bytes_between_pointers_and_cells_are_wiped() {
        // A leaf with two cells of two bytes each at its end, and something left between.
        let mut page = vec![
            13, 0, 0, 0, 2, 0, 16, 0, 0, 18, 0, 16, 7, 7, 0, 0, 1, 2, 3, 4,
        ];
        assert_eq!(wipe(&mut page, 0), Some(true));
        let clean = [
            13, 0, 0, 0, 2, 0, 16, 0, 0, 18, 0, 16, 0, 0, 0, 0, 1, 2, 3, 4,
        ];
        assert_eq!(page, clean);
        assert_eq!(wipe(&mut page, 0), Some(false));
    }

    #[test]
    fn a_page_of_another_kind_stays_and_one_that_cannot_be_is_told() {
        let mut overflow = vec![0, 0, 0, 9, 1, 2, 3];
        assert_eq!(wipe(&mut overflow, 0), Some(false));
        assert_eq!(overflow, [0, 0, 0, 9, 1, 2, 3]);
        let mut broken = vec![13, 0, 0, 0, 200, 0, 4, 0, 0, 0];
        assert_eq!(wipe(&mut broken, 0), None);
        assert_eq!(wipe(&mut [], 0), None);
    }
}
