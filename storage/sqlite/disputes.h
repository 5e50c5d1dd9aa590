/* Which samples reviewers differ about, as SQL over `sample s`: what is:disputed and is:adjudicated of
 * core/query.h mean, once for queries and for rows of lists. */
#ifndef AITIA_STORAGE_SQLITE_DISPUTES_H
#define AITIA_STORAGE_SQLITE_DISPUTES_H

/* Two reviewers of the sample, each with something to say, of whose sayings none are equal.
 * A cause without a verdict means confirmed_defect (1). */
#define DISPUTED(said)                                                                                    \
	"EXISTS (SELECT 1 FROM annotation a JOIN annotation b ON b.sample = a.sample AND b.reviewer > a.reviewer" \
	" WHERE a.sample = s.id AND a.superseded_by IS NULL AND b.superseded_by IS NULL"                  \
	" AND " said("a") " IS NOT NULL AND " said("b") " IS NOT NULL AND NOT EXISTS"                     \
	" (SELECT 1 FROM annotation x JOIN annotation y ON y.sample = x.sample WHERE x.sample = s.id"     \
	" AND x.superseded_by IS NULL AND y.superseded_by IS NULL AND x.reviewer = a.reviewer"            \
	" AND y.reviewer = b.reviewer AND " said("x") " = " said("y") "))"
/* +: found by its sample, not among all that have the cause, which SQLite takes for as good a way. */
#define CAUSE_SAID(annotation) "+" annotation ".cause"
#define VERDICT_SAID(annotation) \
	"(CASE WHEN " annotation ".verdict <> 0 THEN " annotation ".verdict WHEN " annotation ".cause IS NOT NULL THEN 1 END)"

/* Decisions that stand, the newest first. */
#define DECISIONS(columns) \
	"SELECT " columns " FROM annotation j WHERE j.sample = s.id AND j.adjudicated IS NOT NULL AND j.superseded_by IS NULL"
/* Once somebody has decided: what is said since, or by another decision, is something else, or of what the decision
 * left open. */
#define REOPENED                                                                                         \
	"EXISTS (SELECT 1 FROM (" DECISIONS("j.id, j.at_us, j.cause, j.verdict")                         \
	" ORDER BY j.at_us DESC, j.id DESC LIMIT 1) j JOIN annotation a ON a.sample = s.id AND a.superseded_by IS NULL" \
	" AND ((a.at_us, a.id) > (j.at_us, j.id) OR a.adjudicated IS NOT NULL)"                          \
	" WHERE (a.cause IS NOT NULL AND a.cause IS NOT j.cause) OR (" VERDICT_SAID("a") " IS NOT NULL AND "      \
	VERDICT_SAID("a") " IS NOT " VERDICT_SAID("j") "))"

#define IS_DECIDED "EXISTS (" DECISIONS("1") ")"
#define IS_DISPUTED "CASE WHEN " IS_DECIDED " THEN " REOPENED " ELSE " DISPUTED(CAUSE_SAID) " OR " DISPUTED(VERDICT_SAID) " END"

#endif
