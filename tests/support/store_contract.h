/*
 * What every engine behind core/store.h must do: one suite, run on each. An
 * engine's test program is nothing but store_contract_run() with its opener.
 */
#ifndef AITIA_TESTS_SUPPORT_STORE_CONTRACT_H
#define AITIA_TESTS_SUPPORT_STORE_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/store.h"

struct store_contract {
	const char *name;
	struct store *(*open)(void);              /* a new, empty store; closed by its ops */
	void (*retire)(struct store *, const char *code); /* as a team does with its codebook */
};

/* The whole suite; the program's exit status. `filter` may be NULL. */
int store_contract_run(const struct store_contract *contract, const char *filter);

/* ---- for the suite's own files ------------------------------------------------- */

struct contract_state {
	const struct store_contract *contract;
	struct store *store;
	const struct store_ops *ops;
	struct arena arena;
	struct error err;
};

int contract_setup(void **state);
int contract_teardown(void **state);

#define CONTRACT_TEST(test) cmocka_unit_test_setup_teardown(test, contract_setup, contract_teardown)

/* Fails with the error's text. */
#define assert_ok(c, call)                                                            \
	do {                                                                          \
		if ((call) != STATUS_OK)                                              \
			fail_msg("%s: %s", #call, (c)->err.text);                     \
	} while (0)
#define assert_status(c, expected, call)                                              \
	do {                                                                          \
		enum status status_ = (call);                                         \
		if (status_ != (expected))                                            \
			fail_msg("%s: status %d, not %d (%s)", #call, (int)status_,   \
				 (int)(expected), status_ ? (c)->err.text : "");      \
	} while (0)

/* Sample number n of a set whose members differ in everything that lists use:
 * every 4th has no time, every 5th no path, every 3rd shares its code with others. */
struct sample contract_sample(struct arena *arena, int64_t n);
/* Imports samples first … last as one file; they get ids in that order in a new store. */
void contract_import(struct contract_state *c, int64_t first, int64_t last);
int64_t contract_count(struct contract_state *c, const char *query);
struct query *contract_query(struct contract_state *c, const char *text, const char *reviewer);
struct sample *contract_get(struct contract_state *c, int64_t id);
int64_t contract_annotate(struct contract_state *c, const char *reviewer, int64_t sample, const char *cause);
int64_t contract_triage(struct contract_state *c, const char *reviewer, int64_t sample, enum sample_status status);
size_t contract_edits(struct contract_state *c, const struct edit **out);
void contract_check_clean(struct contract_state *c);

extern const struct CMUnitTest contract_import_tests[], contract_list_tests[], contract_edit_tests[],
	contract_undo_tests[], contract_incident_tests[], contract_facet_tests[], contract_analysis_tests[], contract_triage_tests[],
	contract_alike_tests[], contract_console_tests[], contract_plan_tests[];
extern const size_t contract_import_count, contract_list_count, contract_edit_count, contract_undo_count,
	contract_incident_count, contract_facet_count, contract_analysis_count, contract_triage_count,
	contract_alike_count, contract_console_count, contract_plan_count;

#endif
