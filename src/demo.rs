//! The fictional town of Lindemeer on a loopback port.

pub mod message; // What its residents, papers and authorities write in a week.
pub mod document; // Messages as RSS, Atom, JSON Feed and forum page.
pub mod town; // The web server.
pub mod files; // The settings and keyword lists that `demo` and `init` write.
