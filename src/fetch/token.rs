//! A token that proves to an API who asks.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use reqwest::header::HeaderValue;

/// Longest file with a token, in bytes: anything longer is another file.
const LONGEST: u64 = 8 * 1024;

/// A token, read anew for each visit so that a new one needs no restart. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    header: HeaderValue,
    /// The file that it came from, for whoever has to renew it.
    file: String,
}

impl Token {
    /// Reads a file, or a credential that systemd put at a path, that holds one line.
    ///
    /// # Errors
    ///
    /// A sentence for the operator that names the file and never its content.
    pub fn read(path: &Path) -> Result<Token, String> {
        let file = path.display().to_string();
        let wrong = |reason: &str| format!("token_file {file}: {reason}");
        let unreadable = |error: std::io::Error| wrong(&error.to_string());
        let mut open = File::open(path).map_err(unreadable)?;
        let about = open.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(wrong("is not a file"));
        }
        if about.permissions().mode() & 0o007 != 0 {
            return Err(wrong("everybody on this machine may read it; chmod 0600"));
        }
        let mut text = String::new();
        let reading = (&mut open).take(LONGEST).read_to_string(&mut text);
        reading.map_err(|_| wrong("is no text"))?;
        let line = text.trim();
        let mut header = HeaderValue::from_str(&format!("Bearer {line}"))
            .ok()
            .filter(|_| !line.is_empty() && !line.contains(char::is_whitespace))
            .ok_or_else(|| wrong("must hold one line with the token and nothing else"))?;
        // The client's own traces leave it out.
        header.set_sensitive(true);
        Ok(Token { header, file })
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(of {})", self.file)
    }
}
