-- Version 7: denominators (core/exposure.h): how many outputs were produced, by day and by values of keys.

-- Each edit's word stands for itself, and of several about the same day and values the newest counts:
-- so undoing one, here or in a store that is merged later, never stands in another one's way.
CREATE TABLE exposure ( -- journalled
	attributes    TEXT NOT NULL,     -- the keys and their values, as exposure_attributes() writes them: {"lang":"c"}
	day           INTEGER NOT NULL,  -- since 1970-01-01
	edit          INTEGER NOT NULL,  -- the entry of the log that said so
	outputs       INTEGER NOT NULL,  -- that were produced on the day
	PRIMARY KEY (attributes, day, edit)
) STRICT, WITHOUT ROWID;
