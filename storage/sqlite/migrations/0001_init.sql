-- The store of Aitia, version 1. Immutable once released: what comes later is a
-- migration of its own. Applied within one transaction, which also seeds the
-- codebook and sets application_id and user_version.
--
-- Conventions
--   *_us         microseconds since 1970-01-01T00:00:00Z; *_precision says how much of
--                it is known (core/base/instant.h): NULL time and 0 = not known at all
--   closed lists numbers of core/terms.def, 0 = the list's first word
--   NULL         not known; never 0 or '' in its place
--   tables marked "journalled" are recorded by the operation log (table edit): every
--                change of theirs is part of an edit and can be undone. They need a
--                primary key and must have no triggers and no cascades.
--
-- The file has pages of 16 KiB, set before this runs: of 4, 8, 16 and 32 KiB they
-- gave the shortest import and the smallest file (1 M samples with code: 3.7 s
-- against 4.9 s and 1.41 against 1.63 GB for 4 KiB), for 0.04 ms more per commit.

-- ---- what imports bring ------------------------------------------------------------

CREATE TABLE batch ( -- one import of one file
	id            INTEGER PRIMARY KEY, -- in the order of time
	source        TEXT,              -- file name as given; '-' = standard input
	format        TEXT,              -- importer: 'sarif', 'jsonl', ...
	file_digest   BLOB,              -- SHA-256 over the file and how it was read, 32 bytes
	reviewer      TEXT NOT NULL,     -- who imported it
	at_us         INTEGER NOT NULL,  -- when it was imported
	at_precision  INTEGER NOT NULL,
	illustrative  INTEGER NOT NULL,  -- 1: made to show something, never real output
	records       INTEGER NOT NULL,  -- = imported + updated + duplicates + rejected
	imported      INTEGER NOT NULL,  -- samples that were new
	updated       INTEGER NOT NULL,  -- samples that were known and came with other content
	duplicates    INTEGER NOT NULL,  -- samples that were known and the same
	rejected      INTEGER NOT NULL   -- records that could not be taken: batch_reject
) STRICT;
CREATE INDEX batch_file ON batch(file_digest);

CREATE TABLE batch_reject ( -- a record that could not be taken
	batch         INTEGER NOT NULL REFERENCES batch(id), -- the import
	number        INTEGER NOT NULL,  -- in the order of rejection, from 1
	record        INTEGER NOT NULL,  -- in the file, from 1
	offset_bytes  INTEGER,           -- of the record in the file
	reason        TEXT NOT NULL,     -- one sentence
	PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE body ( -- a text of samples; equal ones are stored once
	id            INTEGER PRIMARY KEY, -- in the order of import
	sha256        BLOB NOT NULL UNIQUE, -- of bytes; cryptographic, since samples are hostile
	len_bytes     INTEGER NOT NULL,  -- of bytes
	bytes         BLOB NOT NULL      -- exactly as they came, invalid UTF-8 and NUL included
) STRICT;

CREATE TABLE word ( -- names that many samples share: languages, rules, tools, models
	id            INTEGER PRIMARY KEY,
	text          TEXT NOT NULL UNIQUE -- clean UTF-8
) STRICT;

CREATE TABLE attribute ( -- a provenance key with one of its values
	id            INTEGER PRIMARY KEY,
	key           TEXT NOT NULL,     -- 'gen_ai.response.model', ...
	value         TEXT NOT NULL,     -- as it came
	UNIQUE (key, value)
) STRICT;

-- How samples came to be. Most share all of it with many others, so that a set of
-- attributes is stored once: 1 row instead of 4 to 20 per sample and import, and a
-- filter becomes a comparison of one small number.
CREATE TABLE provenance (
	id            INTEGER PRIMARY KEY,
	sha256        BLOB NOT NULL UNIQUE -- of its items, in order
) STRICT;

CREATE TABLE provenance_item (
	provenance    INTEGER NOT NULL REFERENCES provenance(id), -- the set it is in
	number        INTEGER NOT NULL,  -- in the order of the input, from 1
	attribute     INTEGER NOT NULL REFERENCES attribute(id), -- what it says
	certainty     INTEGER NOT NULL,  -- certainty: recorded, derived, guessed
	shadowed      INTEGER NOT NULL,  -- 1: an earlier one has the same key; queries look at the first
	PRIMARY KEY (provenance, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX provenance_item_attribute ON provenance_item(attribute) WHERE shadowed = 0;

-- ---- the codebook --------------------------------------------------------------------

CREATE TABLE code ( -- a cause or a symptom; judgements refer to ids, so that they follow a rename
	id            INTEGER PRIMARY KEY,
	kind          INTEGER NOT NULL,  -- 0 cause, 1 symptom (core/codebook.h)
	category      INTEGER NOT NULL,  -- of causes: code_category; 0 for symptoms
	word          TEXT NOT NULL,     -- '' = the bare category
	hotkey        TEXT,              -- one ASCII character
	help          TEXT NOT NULL,     -- what it means, one line
	retired       INTEGER NOT NULL,  -- 1: kept for old judgements, offered no more
	UNIQUE (kind, category, word)
) STRICT;

-- ---- samples ---------------------------------------------------------------------------

CREATE TABLE sample ( -- journalled: the triage columns alone ever change in an edit
	id            INTEGER PRIMARY KEY, -- in the order of import
	fingerprint   BLOB NOT NULL,     -- identity, 32 bytes (core/sample.h)
	content_digest BLOB NOT NULL,    -- of all that the import brought: tells an update from a duplicate
	batch         INTEGER NOT NULL REFERENCES batch(id), -- the import that brought it first
	kind          INTEGER NOT NULL,  -- sample_kind
	external_id   TEXT,              -- the producer's name for it
	code          INTEGER REFERENCES body(id), -- what was put out
	prompt        INTEGER REFERENCES body(id), -- what was asked
	expected      INTEGER REFERENCES body(id), -- what would have been right
	diff          INTEGER REFERENCES body(id), -- what it changed
	language      INTEGER REFERENCES word(id), -- of programming, lower case
	path          TEXT,              -- of the file
	start_line    INTEGER,           -- region of the code within its file, from 1
	start_column  INTEGER,           -- from 1
	end_line      INTEGER,
	end_column    INTEGER,           -- behind the last character
	session       TEXT,              -- the producer's name of the session
	turn          INTEGER,           -- within the session, from 1
	produced_us   INTEGER NOT NULL,  -- not known: -288230376151711744 (-2^58), so that it sorts below all
	produced_precision INTEGER NOT NULL, -- 0 = not known
	baseline      INTEGER NOT NULL,  -- baseline: against the earlier run
	illustrative  INTEGER NOT NULL,  -- 1: made to show something
	provenance    INTEGER REFERENCES provenance(id), -- how it came to be
	-- derived from the above and the flags, for lists
	title         TEXT NOT NULL,     -- one line
	level         INTEGER NOT NULL,  -- the heaviest flag's
	line          INTEGER NOT NULL,  -- start_line, else the first flag's; 0 = not known
	rule          INTEGER REFERENCES word(id), -- the first flag's
	model         INTEGER REFERENCES word(id), -- the first gen_ai.response.model
	-- triage
	status        INTEGER NOT NULL,  -- sample_status
	disposition   INTEGER NOT NULL,  -- verdict
	severity      INTEGER NOT NULL,  -- derived: of the newest standing annotation that has one
	cause         INTEGER REFERENCES code(id), -- likewise
	version       INTEGER NOT NULL   -- id of the edit that made this triage state; 0 = as imported
) STRICT;
CREATE UNIQUE INDEX sample_fingerprint ON sample(fingerprint);
-- One per order of the list, one for the queue of each status, then those of filters.
CREATE INDEX sample_produced ON sample(produced_us);
CREATE INDEX sample_level ON sample(level, produced_us);
CREATE INDEX sample_path ON sample(path, line);
CREATE INDEX sample_status ON sample(status, produced_us);
CREATE INDEX sample_code ON sample(code);       -- who else has this code
CREATE INDEX sample_provenance ON sample(provenance);
CREATE INDEX sample_model ON sample(model);
CREATE INDEX sample_session ON sample(session) WHERE session IS NOT NULL;
CREATE INDEX sample_external ON sample(external_id) WHERE external_id IS NOT NULL;

CREATE TABLE flag ( -- why a sample is in the queue
	sample        INTEGER NOT NULL REFERENCES sample(id), -- which one
	number        INTEGER NOT NULL,  -- from 1
	source        INTEGER NOT NULL,  -- flag_source
	level         INTEGER NOT NULL,  -- level
	tool          INTEGER REFERENCES word(id), -- what raised it
	rule          INTEGER REFERENCES word(id), -- by which of its rules
	message       TEXT,              -- what it says
	start_line    INTEGER,           -- region, as of samples
	start_column  INTEGER,
	end_line      INTEGER,
	end_column    INTEGER,
	score         REAL,              -- the tool's own
	PRIMARY KEY (sample, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX flag_rule ON flag(rule) WHERE rule IS NOT NULL;

-- ---- judgements --------------------------------------------------------------------------

CREATE TABLE annotation ( -- journalled; one reviewer's judgement, never overwritten, only superseded
	id            INTEGER PRIMARY KEY, -- never given twice, see edit.last_annotation
	sample        INTEGER NOT NULL REFERENCES sample(id), -- judged
	reviewer      TEXT NOT NULL,     -- by whom
	at_us         INTEGER NOT NULL,  -- when
	at_precision  INTEGER NOT NULL,
	first_line    INTEGER NOT NULL,  -- 0 = the whole sample
	last_line     INTEGER NOT NULL,  -- the last that is meant
	verdict       INTEGER NOT NULL,  -- verdict
	cause         INTEGER REFERENCES code(id), -- why it went wrong
	severity      INTEGER NOT NULL,  -- severity
	confidence    INTEGER NOT NULL,  -- confidence
	note          TEXT,              -- Markdown
	blind         INTEGER NOT NULL,  -- 1: made without seeing others' judgements
	superseded_by INTEGER,           -- an annotation; NULL: it stands. No foreign key: it would scan on each undo
	edit          INTEGER NOT NULL REFERENCES edit(id) -- the one that made it
) STRICT;
CREATE INDEX annotation_sample ON annotation(sample);
CREATE INDEX annotation_cause ON annotation(cause) WHERE cause IS NOT NULL;

CREATE TABLE annotation_symptom ( -- journalled
	annotation    INTEGER NOT NULL REFERENCES annotation(id) DEFERRABLE INITIALLY DEFERRED, -- whose
	code          INTEGER NOT NULL REFERENCES code(id), -- the symptom
	PRIMARY KEY (annotation, code)
) STRICT, WITHOUT ROWID;

-- ---- incidents -----------------------------------------------------------------------------

CREATE TABLE incident ( -- journalled
	key           TEXT NOT NULL PRIMARY KEY, -- 'INC-2026-0001'
	version       INTEGER NOT NULL,  -- id of the edit that made this state
	title         TEXT NOT NULL,     -- one line
	status        INTEGER NOT NULL,  -- incident_status
	severity      INTEGER NOT NULL,  -- severity
	severity_rationale TEXT,         -- why that one
	illustrative  INTEGER NOT NULL,  -- 1: some members were made to show something
	created_us    INTEGER NOT NULL,  -- when the record was made
	created_precision INTEGER NOT NULL,
	updated_us    INTEGER NOT NULL,  -- when it was last changed
	updated_precision INTEGER NOT NULL,
	next_cause    INTEGER NOT NULL,  -- numbers of children are never given twice
	next_event    INTEGER NOT NULL,
	next_action   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_number ( -- keys are not given twice either, not even after an undo
	year          INTEGER PRIMARY KEY, -- of the keys: INC-YYYY-…
	last          INTEGER NOT NULL   -- greatest number used in a key of that year
) STRICT;

CREATE TABLE incident_cause ( -- journalled
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'C2'
	code          INTEGER NOT NULL REFERENCES code(id), -- of the codebook
	statement     TEXT NOT NULL,     -- Markdown
	role          INTEGER NOT NULL,  -- cause_role
	confidence    INTEGER NOT NULL,  -- confidence
	intent        INTEGER NOT NULL,  -- intent
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_cause_evidence ( -- journalled; samples that show the cause
	incident      TEXT NOT NULL,     -- with cause: incident_cause
	cause         INTEGER NOT NULL,
	sample        INTEGER NOT NULL REFERENCES sample(id), -- which shows it
	PRIMARY KEY (incident, cause, sample),
	FOREIGN KEY (incident, cause) REFERENCES incident_cause(incident, number) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_event ( -- journalled; the timeline
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'E5'
	at_us         INTEGER,           -- when it happened
	at_precision  INTEGER NOT NULL,
	certainty     INTEGER NOT NULL,  -- event_certainty
	kind          INTEGER NOT NULL,  -- event_kind
	milestone     INTEGER NOT NULL,  -- milestone
	text          TEXT NOT NULL,     -- Markdown
	sources       TEXT,              -- names and URLs, free text
	cohort        TEXT,              -- whom it concerns; NULL = everybody
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_action ( -- journalled
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- 'A1'
	type          INTEGER NOT NULL,  -- action_type
	status        INTEGER NOT NULL,  -- action_status
	text          TEXT NOT NULL,     -- Markdown
	cause         INTEGER,           -- number of the cause it addresses
	owner         TEXT,              -- who sees to it
	due_us        INTEGER,           -- until when
	due_precision INTEGER NOT NULL,
	link          TEXT,              -- to a tracker
	criterion     TEXT,              -- how its success would show
	PRIMARY KEY (incident, number),
	FOREIGN KEY (incident, cause) REFERENCES incident_cause(incident, number) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_section ( -- journalled; free Markdown of the postmortem
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	key           TEXT NOT NULL,     -- core/sections.def
	markdown      TEXT NOT NULL,     -- as typed; never empty
	PRIMARY KEY (incident, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_member ( -- journalled; samples of an incident
	incident      TEXT NOT NULL REFERENCES incident(key) DEFERRABLE INITIALLY DEFERRED,
	sample        INTEGER NOT NULL REFERENCES sample(id), -- the member
	role          INTEGER NOT NULL,  -- member_role
	PRIMARY KEY (incident, sample)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_member_sample ON incident_member(sample);

-- ---- the operation log -----------------------------------------------------------------------

CREATE TABLE edit ( -- one entry per operation, written in the same transaction as its effect
	id            INTEGER PRIMARY KEY, -- nothing is ever deleted here, so none is given twice
	uuid          BLOB NOT NULL,     -- 16 random bytes: names the edit in every store it is merged into
	at_us         INTEGER NOT NULL,  -- when it was done
	at_precision  INTEGER NOT NULL,
	reviewer      TEXT NOT NULL,     -- by whom
	kind          INTEGER NOT NULL,  -- edit_kind (core/store.h): change, undo, redo, import
	state         INTEGER NOT NULL,  -- edit_state: applied, undone
	redoable      INTEGER NOT NULL,  -- 1: undone, and its reviewer has changed nothing since
	verb          TEXT NOT NULL,     -- 'annotate', ...
	summary       TEXT NOT NULL,     -- one line
	of            INTEGER REFERENCES edit(id), -- undo and redo: the edit they are about
	batch         INTEGER REFERENCES batch(id), -- imports: what they brought
	-- Greatest id that any annotation had when this edit was done. Undoing removes
	-- annotations, and a redo must find their ids free.
	last_annotation INTEGER NOT NULL,
	changes       BLOB               -- a changeset of SQLite's session extension; kind change alone
) STRICT;
CREATE INDEX edit_reviewer ON edit(reviewer) WHERE kind = 0;
CREATE INDEX edit_redoable ON edit(reviewer) WHERE redoable = 1;
