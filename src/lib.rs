//! luisterpost, a listening post for the safety team of a Dutch municipality.
//!
//! It visits public feeds and forum pages on a schedule, recognises messages about a safety theme,
//! keeps those for a short time in SQLite, and mails each team one readable overview a day:
//!
//! ```text
//! due? ─ fetch ─ read ─ mask ─ match ─ place ─ store ─ digest ─ mail
//! ```
//!
//! The modules stand in reading order, and a module uses only modules that stand above it.
//! *Language* knows letters and words of Dutch. *Words* are plain data. *Stages* are pure functions: no input or output, no clock.
//! *Edges* deal with one outside thing each and never use each other. *Flows* are the only place
//! where stages and edges meet. The *shell* knows files, clock, signals and arguments.

// Language
pub mod span; // A range of bytes in a text.
pub mod text; // HTML to text, folding with an offset map, words and sentences.
pub mod dutch; // How Dutch words are formed, and how they fall apart in a sentence.

// Words
pub mod mistake; // What is wrong in a file that people write, and where it stands.
pub mod form; // A table in such a file, read field by field so that every mistake is found at once.
pub mod place; // The gazetteer: names in the municipality.
pub mod keyword; // One written keyword line, parsed.
pub mod theme; // A safety theme: purpose, retention, keyword lists.
pub mod recipient; // A mailbox and what it receives.
pub mod accountability; // What the organisation decided before it began to listen.
pub mod source; // A public address that is listened to.
pub mod item; // A message as read from a source, and a hit with its evidence.
pub mod audit; // What is written down of what the program did, and whether that is whole.
pub mod hold; // What is kept beyond its retention for a request by law.
pub mod outcome; // What a visit came to, and what is remembered for the next.

// Stages
pub mod mask; // Where personal data stands in a text.
pub mod locate; // Places named in a text.
pub mod matching; // Which themes a message belongs to, and why.
pub mod withhold; // Which messages are not shown, and why.
pub mod lint; // What a keyword list must not say, and what looks like a slip in it.
pub mod excerpt; // The piece of a message that may be kept.
pub mod seen; // Which items of a source were seen before.
pub mod connector; // Per kind of source: what to ask, and what the bytes mean.
pub mod schedule; // When to visit, when to mail.
pub mod story; // Which messages tell the same event.
pub mod trend; // Whether there is more of something than usual.
pub mod answer; // What a reader answers about a story.
pub mod worth; // What each keyword line is worth, by what readers answered.
pub mod digest; // What one overview contains.
pub mod alert; // What cannot wait for the overview.
pub mod report; // Where residents are, and what occupies them.
pub mod papers; // What the organisation registers and explains, from what is in force.
pub mod render; // Digest, messages and tables as text and HTML; all Dutch is in its templates.

// Edges
pub mod fetch; // Every request to the outside.
pub mod folder; // Files that arrive in a folder.
pub mod store; // SQLite, behind one door.
pub mod mail; // A message to a relay or into a directory.

// Flows
pub mod poll; // One source, visited once.
pub mod discover; // The feeds of an address, each read once and described.
pub mod trial; // A changed keyword list, tried: what it would find and lose.
pub mod tally; // How many stories a day had, and whether that is more than usual.
pub mod quality; // What the keyword lines are worth, as the store counted.
pub mod deliver; // What is due to whom: compose, send, mark.
pub mod feedback; // Answers of readers, from mails into the store.
pub mod canary; // An own message for each theme, through the whole chain.
pub mod forget; // What is past its retention goes, for real.
pub mod rights; // A resident's request: what is kept, that it goes, or that it stays away.

// Shell
pub mod settings; // All files that people write, read and checked together.
pub mod telemetry; // Where log lines go.
pub mod app; // The parts, assembled.
pub mod daemon; // The timer around the flows.
pub mod demo; // The fictional town of Lindemeer: its web server and its files.
pub mod cli; // The commands.
