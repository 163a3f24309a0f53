-- Requests of residents with their legal term, and objections.

-- No link and no name: what a request was about stands in the file of the municipality.
CREATE TABLE requests (
    number      TEXT NOT NULL, -- as the municipality registered it
    kind        TEXT NOT NULL CHECK (kind IN ('access', 'erase', 'object')),
    received    TEXT NOT NULL, -- a day
    due         TEXT NOT NULL, -- a day: one month later (GDPR art. 12(3))
    done_at     INTEGER NOT NULL,
    hits        INTEGER NOT NULL,
    answered_at INTEGER,
    PRIMARY KEY (number, kind)
) STRICT;

-- Messages that must not be stored: keyed hashes of the one form of their links.
CREATE TABLE objections (
    key     BLOB NOT NULL PRIMARY KEY,
    request TEXT NOT NULL,
    since   INTEGER NOT NULL,
    -- The key behind the hash was lost: nothing can be recognised by it any more.
    lost    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
