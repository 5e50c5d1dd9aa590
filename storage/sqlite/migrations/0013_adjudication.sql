-- Version 13: decisions where reviewers differ. A decision is an annotation: it has its edit in
-- the log, is undone, merged and superseded as one. NULL, not 0, is the usual: changesets of
-- before this version do not have the column.

ALTER TABLE annotation ADD COLUMN adjudicated INTEGER; -- 1: ends a dispute, and counts in place of what reviewers said as long as it stands; NULL: a reviewer's own reading
CREATE INDEX annotation_adjudicated ON annotation(sample) WHERE adjudicated IS NOT NULL;
