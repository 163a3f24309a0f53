-- What hosts and makers permit, over restarts.

-- The latest answer of each authority to the request for its robots.txt.
CREATE TABLE robots (
    authority TEXT    NOT NULL PRIMARY KEY,  -- scheme, host and port
    rules     TEXT,                          -- the lines that concern us; NULL when none could be had
    failure   TEXT,                          -- why none could be had: the class
    detail    TEXT,                          -- and what happened
    retry_at  INTEGER,                       -- when the host wants us back
    asked     INTEGER NOT NULL,
    until     INTEGER NOT NULL,              -- asked anew after this
    CHECK ((rules IS NULL) = (failure IS NOT NULL)),
    CHECK ((failure IS NULL) = (detail IS NULL))
) STRICT, WITHOUT ROWID;

-- How a document was read.
ALTER TABLE visits ADD COLUMN cut     INTEGER NOT NULL DEFAULT 0; -- only its beginning
ALTER TABLE visits ADD COLUMN noindex INTEGER NOT NULL DEFAULT 0; -- a feed whose header says so

-- Of the failed visits: those that a robots.txt refused, and those that the maker did.
ALTER TABLE days ADD COLUMN robots   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE days ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;
