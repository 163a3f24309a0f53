-- Stories per local day, theme and place; place is a district, neighbourhood or town, or empty for
-- the theme as a whole.
CREATE TABLE story_days (
    day       TEXT    NOT NULL,   -- 2026-11-24
    theme     TEXT    NOT NULL,
    place     TEXT    NOT NULL,
    residents INTEGER NOT NULL,   -- that a resident tells
    others    INTEGER NOT NULL,   -- that only press or authorities tell
    PRIMARY KEY (day, theme, place)
) STRICT, WITHOUT ROWID;
