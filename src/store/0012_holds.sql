-- What is kept beyond its retention for a request by law. Exactly one of theme and source is filled,
-- or neither: then it is about the messages in hold_items.
CREATE TABLE holds (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    theme    TEXT,
    source   INTEGER REFERENCES sources,
    reason   TEXT    NOT NULL,
    added_at INTEGER NOT NULL,
    until    INTEGER NOT NULL,   -- ends by itself
    ended_at INTEGER,            -- when it ended
    CHECK (theme IS NULL OR source IS NULL)
) STRICT;

CREATE TABLE hold_items (
    hold INTEGER NOT NULL REFERENCES holds ON DELETE CASCADE,
    item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
    PRIMARY KEY (hold, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_items_by_item ON hold_items (item);

-- Each hit with each hold on it that nobody ended; `until` is for the reader to look at.
CREATE VIEW held_hits AS
SELECT hits.id AS hit, hits.item, hits.expires_at, holds.id AS hold, holds.until
FROM hits
JOIN items ON items.id = hits.item
JOIN holds ON holds.ended_at IS NULL
          AND (holds.theme = hits.theme
               OR holds.source = items.source
               OR EXISTS (SELECT 1 FROM hold_items
                          WHERE hold_items.hold = holds.id AND hold_items.item = hits.item));
