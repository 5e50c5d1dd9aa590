-- Version 10: the steps of the review of an incident's postmortem. A table as those of the
-- other kinds of parts.

ALTER TABLE incident ADD COLUMN next_step INTEGER; -- number that no step had yet; NULL: none was given

CREATE TABLE incident_step ( -- journalled; how far the postmortem's review is
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'ST1'
	state         INTEGER NOT NULL,  -- postmortem_state: what it became
	reviewer      TEXT NOT NULL,     -- who took the step
	at_us         INTEGER,           -- when
	at_precision  INTEGER NOT NULL,
	digest        TEXT,              -- of the text that it was taken on: 64 hex digits
	text          TEXT,              -- Markdown: a remark
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
