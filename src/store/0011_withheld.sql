-- How many of the hits of a day have no text, for the counts that are published.

ALTER TABLE theme_days ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
