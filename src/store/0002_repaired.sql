-- What had to be repaired in what a visit read: words with spaces between.
ALTER TABLE visits ADD COLUMN repaired TEXT NOT NULL DEFAULT '';
