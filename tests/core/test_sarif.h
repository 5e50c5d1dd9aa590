/* Small logs of one run, for the tests of what becomes of results. */
#ifndef AITIA_TESTS_CORE_TEST_SARIF_H
#define AITIA_TESTS_CORE_TEST_SARIF_H

#include "tests/core/test_import_store.h"

#include "core/base/strbuf.h"

#define TUTORIALS DATA "sarif/microsoft_sarif-tutorials/"

/* A log with one run of that metadata and those results (both may be ""). */
static inline void must_import_run(struct fixture *f, const char *run_members, const char *results)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "{\"version\":\"2.1.0\",\"runs\":[{\"results\":[%s]%s%s}]}", results, run_members[0] ? "," : "",
		    run_members);
	enum status status = import_bytes(f, strbuf_slice(&text));
	strbuf_release(&text);
	if (status != STATUS_OK)
		fail_msg("%s", f->error.text);
}

static inline const struct sample *one(struct fixture *f, const char *run_members, const char *result)
{
	must_import_run(f, run_members, result);
	assert_int_equal(f->batch.records, 1);
	assert_int_equal(f->batch.rejected, 0);
	assert_int_equal(sample_at(f, 0)->flag_count, 1);
	return sample_at(f, 0);
}

#endif
