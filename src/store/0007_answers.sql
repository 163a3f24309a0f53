-- What a reader answered about a hit; who answered is not kept.
CREATE TABLE answers (
    hit         INTEGER NOT NULL PRIMARY KEY REFERENCES hits ON DELETE CASCADE,
    right       INTEGER NOT NULL,   -- 1 or 0
    answered_at INTEGER NOT NULL
) STRICT;

-- What each keyword line of a theme found, and what was answered of it. Stays when the hits are gone.
CREATE TABLE keyword_counts (
    theme    TEXT    NOT NULL,
    keyword  TEXT    NOT NULL,      -- as written; empty: the theme as a whole
    hits     INTEGER NOT NULL,
    right    INTEGER NOT NULL,
    wrong    INTEGER NOT NULL,
    last_hit INTEGER NOT NULL,      -- when it last found something
    PRIMARY KEY (theme, keyword)
) STRICT, WITHOUT ROWID;
