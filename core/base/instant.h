/*
 * An instant in UTC with the precision that its source had. "2026-03" is known
 * to the month: it is kept as the first microsecond of that month together with
 * PRECISION_MONTH and printed as "2026-03" again, never as a made-up midnight.
 */
#ifndef AITIA_BASE_INSTANT_H
#define AITIA_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"

#define SECOND_US ((int64_t)1000000)
#define DAY_US (86400 * SECOND_US)

enum precision {
	PRECISION_UNKNOWN = 0, /* there is no instant; at_us is 0 and means nothing */
	PRECISION_YEAR,
	PRECISION_MONTH,
	PRECISION_DAY,
	PRECISION_HOUR,
	PRECISION_MINUTE,
	PRECISION_SECOND,
	PRECISION_MICROSECOND,
};

struct instant {
	int64_t at_us; /* microseconds since 1970-01-01T00:00:00Z, start of the interval */
	enum precision precision;
};

#define INSTANT_UNKNOWN ((struct instant){ 0, PRECISION_UNKNOWN })

static inline bool instant_known(struct instant t)
{
	return t.precision != PRECISION_UNKNOWN;
}

/* ISO 8601 / RFC 3339: "2026", "2026-03", "2026-03-04", "2026-03-04T10",
 * "2026-03-04T10:10", with seconds and fractions, blank for T, "Z" or ±hh:mm
 * (converted to UTC; without a zone it is taken as UTC), and "20260304".
 * Years 0001–9999; 30 February and 24:01 are STATUS_INPUT with the reason. A
 * leap second (:60) is read as :59. */
enum status instant_parse(struct slice text, struct instant *out, struct error *err) MUST_CHECK;

/* As read, to its precision: "2026-03", "2026-03-04 10:10", … "" if unknown. */
void instant_format(struct strbuf *out, struct instant t);
char *instant_text(struct arena *arena, struct instant t);
/* RFC 3339 to the precision (date only up to day): "2026-03-04T10:10Z"; a form
 * that instant_parse() reads back to the same value. */
void instant_format_iso(struct strbuf *out, struct instant t);
/* Full RFC 3339 with seconds, whatever the precision: for machines that require it. */
void instant_format_rfc3339(struct strbuf *out, struct instant t);

/* The first microsecond after the interval that the precision leaves open. */
int64_t instant_end_us(struct instant t);

/* Now, to the microsecond. $AITIA_NOW (ISO 8601) or $SOURCE_DATE_EPOCH fixes
 * it, so that tests and exports can be reproduced. */
struct instant instant_now(void);

/* "3 min ago" / "2 d ago" / "2026-03-04": for lists. */
char *instant_ago(struct arena *arena, struct instant t, struct instant now);

#endif
