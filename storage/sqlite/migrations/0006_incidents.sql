-- Version 6: the whole record of an incident (core/incident_fields.def): who was affected,
-- what it cost, what was shipped, what could have caught it, who says so. Each kind of part
-- is a table of its own, journalled as the older ones are. Lists of parts and of samples
-- stand in two tables for all kinds; the samples of causes stay where they were, since the
-- log of edits names that table.
--
-- Columns that are added to older tables may be NULL: changesets of before this version do
-- not have them, and what an undo or a replay of such a one inserts has NULL there.

ALTER TABLE incident ADD COLUMN partial TEXT;         -- what is still open although it counts as resolved
ALTER TABLE incident ADD COLUMN duplicate_of TEXT;    -- key of the incident that covers it
ALTER TABLE incident ADD COLUMN next_cohort INTEGER; -- numbers of parts are never given twice; NULL: none was given yet
ALTER TABLE incident ADD COLUMN next_impact INTEGER;
ALTER TABLE incident ADD COLUMN next_hypothesis INTEGER;
ALTER TABLE incident ADD COLUMN next_change INTEGER;
ALTER TABLE incident ADD COLUMN next_safeguard INTEGER;
ALTER TABLE incident ADD COLUMN next_advisory INTEGER;
ALTER TABLE incident ADD COLUMN next_recurrence INTEGER;
ALTER TABLE incident ADD COLUMN next_source INTEGER;
ALTER TABLE incident ADD COLUMN next_dispute INTEGER;
ALTER TABLE incident ADD COLUMN next_waiver INTEGER;

ALTER TABLE incident_event ADD COLUMN change INTEGER; -- number of the change that it is about
ALTER TABLE incident_action ADD COLUMN result TEXT;   -- what was measured against the criterion
ALTER TABLE incident_action ADD COLUMN measured_at_us INTEGER; -- when that was measured
ALTER TABLE incident_action ADD COLUMN measured_at_precision INTEGER; -- NULL: not known

CREATE TABLE incident_cohort ( -- journalled; who was affected: empty columns stand for all
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'CO1'
	name          TEXT NOT NULL,     -- one line
	state         INTEGER NOT NULL,  -- cohort_state
	plan          TEXT,              -- plans, with commas between them
	platform      TEXT,              -- platforms, likewise
	model         TEXT,              -- models, likewise
	surface       TEXT,              -- products and surfaces, likewise
	introduced_in TEXT,              -- first version that was affected
	fixed_in      TEXT,              -- first version that was not any more
	last_affected TEXT,              -- last version known to be affected
	condition     TEXT,              -- under which condition only
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_impact ( -- journalled; what it cost
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'IM1'
	measure       TEXT NOT NULL,     -- what was measured
	basis         INTEGER NOT NULL,  -- impact_basis
	value         TEXT,              -- a decimal number as it was written, as all numbers here
	unit          TEXT,              -- its unit
	baseline      TEXT,              -- the number without the incident
	denominator   TEXT,              -- of how many
	denominator_unit TEXT,           -- of how many what
	peak          TEXT,              -- at its worst
	peak_at_us    INTEGER,           -- when that was
	peak_at_precision INTEGER NOT NULL,
	method        TEXT,              -- how it was measured or estimated
	text          TEXT,              -- Markdown
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_hypothesis ( -- journalled; explanations that were looked into
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'HY1'
	text          TEXT NOT NULL,     -- Markdown
	status        INTEGER NOT NULL,  -- hypothesis_status
	reason        TEXT,              -- Markdown: what ruled it out, or bore it out
	raised_at_us  INTEGER,           -- when it was put up
	raised_at_precision INTEGER NOT NULL,
	settled_at_us INTEGER,           -- when that was decided
	settled_at_precision INTEGER NOT NULL,
	cause         INTEGER,           -- number of the cause that it became
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_change ( -- journalled; what was shipped
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'CH1'
	text          TEXT NOT NULL,     -- Markdown
	type          INTEGER NOT NULL,  -- change_type
	at_us         INTEGER,           -- when it shipped
	at_precision  INTEGER NOT NULL,
	version       TEXT,              -- in which version
	before        TEXT,              -- the value before
	after         TEXT,              -- the value after
	intent        INTEGER NOT NULL,  -- intent
	announced     INTEGER NOT NULL,  -- announcement: bit n for word n; 0: not known
	changelog     INTEGER NOT NULL,  -- changelog_entry
	reverted_at_us INTEGER,          -- when it was taken back or mended
	reverted_at_precision INTEGER NOT NULL,
	reverted_in   TEXT,              -- in which version
	cause         INTEGER,           -- number of the cause that it is
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_safeguard ( -- journalled; what could have caught it
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'SG1'
	kind          INTEGER NOT NULL,  -- safeguard_kind
	name          TEXT,              -- which one
	existed       INTEGER NOT NULL,  -- yes_no
	ran           INTEGER NOT NULL,  -- yes_no
	outcome       INTEGER NOT NULL,  -- safeguard_outcome
	why           TEXT,              -- Markdown: why it missed
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_advisory ( -- journalled; what users are told
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'AD1'
	status        INTEGER NOT NULL,  -- advisory_status (OpenVEX)
	product       TEXT,              -- that the versions are of
	introduced_in TEXT,              -- versions as OSV has them
	fixed_in      TEXT,
	last_affected TEXT,
	symptoms      TEXT,              -- Markdown, as all that follows but the last
	self_check    TEXT,
	re_review     TEXT,
	workaround    TEXT,
	remedy        TEXT,
	notified_at_us INTEGER,          -- when users were told
	notified_at_precision INTEGER NOT NULL,
	link          TEXT,              -- where it was published
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_recurrence ( -- journalled; how it is related to another incident, or came again
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'RE1'
	kind          INTEGER NOT NULL,  -- recurrence_kind
	earlier       TEXT,              -- key of the earlier one, maybe of another store
	at_us         INTEGER,           -- when it came again
	at_precision  INTEGER NOT NULL,
	text          TEXT NOT NULL,     -- Markdown
	cause         INTEGER,           -- number of the cause that is alike
	action        INTEGER,           -- number of the action whose effect is in question
	verdict       INTEGER NOT NULL,  -- watch_verdict
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_source ( -- journalled; where facts come from
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'SRC1'
	name          TEXT NOT NULL,     -- its short name
	rank          INTEGER NOT NULL,  -- source_rank
	form          INTEGER NOT NULL,  -- source_form
	title         TEXT,              -- its title
	link          TEXT,              -- where it is
	at_us         INTEGER,           -- when it was published
	at_precision  INTEGER NOT NULL,
	seen_at_us    INTEGER,           -- when it was looked at
	seen_at_precision INTEGER NOT NULL,
	text          TEXT,              -- Markdown
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_dispute ( -- journalled; what sources say otherwise
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'DI1'
	text          TEXT NOT NULL,     -- Markdown
	event         INTEGER,           -- numbers of the parts that it disputes
	change        INTEGER,
	cause         INTEGER,
	at_us         INTEGER,           -- the time that it gives instead
	at_precision  INTEGER NOT NULL,
	status        INTEGER NOT NULL,  -- dispute_status
	settlement    TEXT,              -- Markdown: how it was settled
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_waiver ( -- journalled; rules of lint that do not count
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'WA1'
	rule          TEXT NOT NULL,     -- its id
	reason        TEXT NOT NULL,     -- Markdown: why not
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_link ( -- journalled; parts that a part names in a list
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	kind          TEXT NOT NULL,     -- of the part that names: 'event'
	number        INTEGER NOT NULL,  -- its number
	field         TEXT NOT NULL,     -- the list: 'cohorts'
	target        INTEGER NOT NULL,  -- number of the part that is named
	PRIMARY KEY (incident, kind, number, field, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_evidence ( -- journalled; samples that show a part, other than causes
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	kind          TEXT NOT NULL,     -- of the part: 'event'
	number        INTEGER NOT NULL,  -- its number
	sample        INTEGER NOT NULL REFERENCES sample(id), -- which shows it
	PRIMARY KEY (incident, kind, number, sample)
) STRICT, WITHOUT ROWID;
