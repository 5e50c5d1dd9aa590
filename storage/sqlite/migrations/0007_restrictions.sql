-- Version 7: what of an incident's record only readers inside are shown. A table as those of
-- the other kinds of parts; samples stand in incident_evidence.

ALTER TABLE incident ADD COLUMN next_restriction INTEGER; -- number that no restriction had yet; NULL: none was given

CREATE TABLE incident_restriction ( -- journalled; what readers outside are not shown
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'RS1'
	what          TEXT NOT NULL,     -- parts, fields of them, sections, with commas between them
	reason        TEXT,              -- Markdown: why
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
