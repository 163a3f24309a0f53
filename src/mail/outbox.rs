//! Messages as files: `<Message-ID>.eml` in a directory, readable for the owner only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use jiff::Timestamp;

use crate::mail::MailError;

/// Longest file name made from a Message-ID: file systems stop at 255 bytes, and ours has 60.
const LONGEST_NAME: usize = 120;

/// Writes a message; a message that already lies there, byte for byte, counts as written.
///
/// The file appears whole or not at all, and never takes the place of another message.
pub(crate) fn store(directory: &Path, message: &[u8]) -> Result<(), MailError> {
    let name = file_name(message)
        .ok_or_else(|| MailError::refused("the message has no usable Message-ID"))?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| judge(&error))?;
    match write_new(directory, &name, message) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            match fs::read(directory.join(&name)) {
                Ok(earlier) if earlier == message => Ok(()),
                _ => Err(MailError::misconfigured(format!(
                    "another file lies at {name} in the outbox directory"
                ))),
            }
        }
        Err(error) => Err(judge(&error)),
    }
}

fn write_new(directory: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    let target = directory.join(name);
    let part = directory.join(format!("{name}.part"));
    // What a crash left half-written is ours to replace.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)?;
    let linked = file
        .write_all(message)
        .and_then(|()| file.sync_all())
        // A link is refused where a file lies; a rename would replace it.
        .and_then(|()| fs::hard_link(&part, &target));
    fs::remove_file(&part)?;
    linked?;
    File::open(directory)?.sync_all()
}

/// Removes the messages whose `Expires` has passed, and says how many.
pub(crate) fn clear(directory: &Path, now: Timestamp) -> Result<usize, MailError> {
    remove(directory, |message| has_expired(message, now))
}

/// Removes the messages in which an address stands, and says how many.
pub(crate) fn withdraw(directory: &Path, link: &str) -> Result<usize, MailError> {
    remove(directory, |message| mentions(message, link))
}

/// Removes the messages of which that is so. A directory that is not there is empty.
fn remove(directory: &Path, goes: impl Fn(&[u8]) -> bool) -> Result<usize, MailError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(judge(&error)),
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry.map_err(|error| judge(&error))?.path();
        let is_message = path.extension().is_some_and(|extension| extension == "eml");
        if is_message && fs::read(&path).is_ok_and(|message| goes(&message)) {
            fs::remove_file(&path).map_err(|error| judge(&error))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Whether the message says that it must be gone by now. One that does not say so holds no words
/// of a resident.
fn has_expired(message: &[u8], now: Timestamp) -> bool {
    let expires =
        header(message, "Expires").and_then(|value| jiff::fmt::rfc2822::parse(&value).ok());
    expires.is_some_and(|when| when.timestamp() <= now)
}

/// Whether an address stands in the plain part, as a word of its own: our bodies are quoted-printable
/// (RFC 2045), in which long lines are folded and `=` and all that is not ASCII is written in hex.
fn mentions(message: &[u8], link: &str) -> bool {
    let body = String::from_utf8_lossy(message).replace("=\r\n", "");
    let encoded: String = link
        .bytes()
        .map(|byte| match byte {
            b'=' | 0x80.. => format!("={byte:02X}"),
            byte => char::from(byte).to_string(),
        })
        .collect();
    body.split_ascii_whitespace().any(|word| word == encoded)
}

/// The value of a header that stands on one line.
fn header(message: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(message);
    text.split("\r\n")
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
}

fn judge(error: &io::Error) -> MailError {
    let detail = format!("the outbox directory cannot be written: {error}");
    match error.kind() {
        ErrorKind::AlreadyExists // a file where the directory should be
        | ErrorKind::PermissionDenied
        | ErrorKind::NotADirectory
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::Unsupported => MailError::misconfigured(detail),
        _ => MailError::later(detail),
    }
}

/// The file's name, from the part of the Message-ID before the `@`.
fn file_name(message: &[u8]) -> Option<String> {
    let id = header(message, "Message-ID")?;
    let local = id.trim_start_matches('<').split('@').next()?;
    let legal = |c: &char| c.is_ascii_alphanumeric() || "._-".contains(*c);
    let name: String = local.chars().filter(legal).take(LONGEST_NAME).collect();
    let name = name.trim_start_matches('.');
    (!name.is_empty()).then(|| format!("{name}.eml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_as_a_whole_word_through_quoted_printable() {
        let check = |body: &str, expected: bool| {
            let message = format!("Subject: x\r\n\r\n{body}\r\n");
            let link = "https://forum.example/t?p=1&q=é";
            assert_eq!(mentions(message.as_bytes(), link), expected, "{body}");
        };
        check("Zie https://forum.example/t?p=3D1&q=3D=C3=A9 verder", true);
        check("https://forum.exam=\r\nple/t?p=3D1&q=3D=C3=\r\n=A9", true);
        check("https://forum.example/t?p=3D1&q=3D=C3=A92", false);
        check("https://forum.example/t?p=3D1", false);
    }
}
