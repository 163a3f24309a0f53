-- What luisterpost remembers. Every instant is in milliseconds since 1970 in UTC. No author, no
-- handle, no profile: there is no column to put one in.

PRAGMA application_id = 0x4C505354; -- "LPST"

-- Single values: the fingerprint of the secret behind the keyed hashes.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every source that was ever configured. `number` is never used again: item keys are made with it,
-- and it stays the same when a person gives the source another id.
CREATE TABLE sources (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    url           TEXT    NOT NULL,
    removed_at    INTEGER,                     -- since when it is no longer configured
    next_due      INTEGER,
    last_visit    INTEGER,
    last_heard    INTEGER,
    failing_since INTEGER,
    failure_class TEXT,                        -- of the last visit, when it failed
    failures      INTEGER NOT NULL DEFAULT 0,  -- in a row
    trail         TEXT    NOT NULL DEFAULT '{}', -- JSON
    ever_read     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The seen window of a source, apart from its row: a visit that finds nothing new rewrites the row
-- but not the window.
CREATE TABLE seen (
    source INTEGER NOT NULL PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
    window BLOB    NOT NULL
) STRICT;

-- The latest visits.
CREATE TABLE visits (
    id          INTEGER PRIMARY KEY,
    source      INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,  -- unmodified, read, or the class of failure
    items       INTEGER NOT NULL,
    new         INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    old         INTEGER NOT NULL,
    hits        INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX visits_by_source ON visits (source, at);

-- Counters per source and local day.
CREATE TABLE days (
    source     INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    day        TEXT    NOT NULL,   -- 2026-11-24
    visits     INTEGER NOT NULL,
    unmodified INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    items      INTEGER NOT NULL,
    new        INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    old        INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

-- Hits per source, local day and theme.
CREATE TABLE theme_days (
    source INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    day    TEXT    NOT NULL,
    theme  TEXT    NOT NULL,
    hits   INTEGER NOT NULL,
    PRIMARY KEY (source, day, theme)
) STRICT, WITHOUT ROWID;

-- Items that are a hit; an item goes with its last hit. `key` is the keyed hash of the item's id,
-- NULL once the secret behind it was lost.
CREATE TABLE items (
    id           INTEGER PRIMARY KEY,
    source       INTEGER NOT NULL REFERENCES sources,
    key          BLOB,
    voice        TEXT    NOT NULL,
    link         TEXT,
    published_at INTEGER,
    UNIQUE (source, key)
) STRICT;
CREATE INDEX items_by_link ON items (link) WHERE link IS NOT NULL;

-- Items that were erased on request: they stay away when their source shows or changes them again.
CREATE TABLE erased (
    source    INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    key       BLOB    NOT NULL,
    erased_at INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- `id` is what people call a hit by, so it is never used again.
CREATE TABLE hits (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    item          INTEGER NOT NULL REFERENCES items,
    theme         TEXT    NOT NULL,
    theme_version TEXT    NOT NULL,
    fetched_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    excerpt       TEXT    NOT NULL,  -- JSON
    places        TEXT    NOT NULL,  -- JSON
    evidence      TEXT    NOT NULL,  -- JSON
    vetoes_tested INTEGER NOT NULL,
    urgent        INTEGER NOT NULL,
    UNIQUE (item, theme)
) STRICT;
CREATE INDEX hits_by_expiry ON hits (expires_at);
CREATE INDEX hits_by_theme ON hits (theme, id);

-- A hit with what it shares with the other hits of its item.
CREATE VIEW kept_hits AS
SELECT hits.*, sources.id AS source, items.voice, items.link, items.published_at
FROM hits
JOIN items ON items.id = hits.item
JOIN sources ON sources.number = items.source;

-- Mailboxes that take overviews.
CREATE TABLE recipients (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    address    TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    removed_at INTEGER,
    lost       INTEGER NOT NULL DEFAULT 0  -- hits that went untold and are not yet admitted
) STRICT;

-- What a recipient takes. It is told the hits that were stored after `after_hit`: a number, unlike
-- a time, does not care for a clock that is set back.
CREATE TABLE subscriptions (
    recipient INTEGER NOT NULL REFERENCES recipients ON DELETE CASCADE,
    theme     TEXT    NOT NULL,
    since     INTEGER NOT NULL,
    after_hit INTEGER NOT NULL,
    PRIMARY KEY (recipient, theme)
) STRICT, WITHOUT ROWID;

CREATE TABLE digests (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient    INTEGER NOT NULL REFERENCES recipients ON DELETE CASCADE,
    period       TEXT    NOT NULL,
    message_id   TEXT    UNIQUE CHECK ((message_id IS NULL) = (state = 'empty')),
    state        TEXT    NOT NULL CHECK (state IN ('composed', 'sent', 'withdrawn', 'empty')),
    message      BLOB    CHECK ((message IS NOT NULL) = (state = 'composed')),
    hits         INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    last_attempt INTEGER,
    next_attempt INTEGER NOT NULL,
    composed_at  INTEGER NOT NULL,
    expires_at   INTEGER,            -- of the first of its hits to go: the message goes with it
    sent_at      INTEGER,
    UNIQUE (recipient, period)
) STRICT;

-- Which hit stands in which digest: for each recipient in one at most.
CREATE TABLE digest_hits (
    recipient INTEGER NOT NULL REFERENCES recipients ON DELETE CASCADE,
    hit       INTEGER NOT NULL REFERENCES hits ON DELETE CASCADE,
    digest    INTEGER NOT NULL REFERENCES digests ON DELETE CASCADE,
    PRIMARY KEY (recipient, hit)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_hits_by_hit ON digest_hits (hit);
CREATE INDEX digest_hits_by_digest ON digest_hits (digest);
