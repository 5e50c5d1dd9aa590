/* Advisories as OSV and OpenVEX: what each kind of product and status becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/advisory.h"
#include "core/base/json.h"

struct fixture {
	struct arena arena;
	struct strbuf out;
	struct incident incident;
	struct incident_advisory advisories[2];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strbuf_init(&f->out);
	f->incident.key = "INC-2026-0001";
	f->incident.title = "It </script> \xe2\x80\xae broke";
	f->incident.created_at = (struct instant){ 1767225600000000, PRECISION_MICROSECOND };
	f->incident.updated_at = (struct instant){ 1767225660500000, PRECISION_MICROSECOND };
	f->incident.advisories = f->advisories;
	f->advisories[0].number = 1;
	f->advisories[1].number = 2;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->out);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static const struct json *read_out(struct fixture *f)
{
	const struct json *root;
	struct error err;

	if (json_parse(&f->arena, strbuf_slice(&f->out), false, NULL, &root, &err) != STATUS_OK)
		fail_msg("%s: %s", err.text, f->out.text);
	return root;
}

static const struct json *osv(struct fixture *f)
{
	strbuf_clear(&f->out);
	advisory_write_osv(&f->out, &f->incident, INSTANT_UNKNOWN);
	return read_out(f);
}

static const struct json *openvex(struct fixture *f)
{
	strbuf_clear(&f->out);
	advisory_write_openvex(&f->out, &f->incident);
	return read_out(f);
}

static void assert_at(const struct json *value, const char *path, const char *expected)
{
	struct slice text = json_slice(json_path(value, path));

	if (!expected ? json_path(value, path) != NULL : !text.at || !slice_is(text, expected))
		fail_msg("%s is %.*s and not %s", path, (int)text.len_bytes, text.at ? text.at : "", expected ? expected : "absent");
}

static void nothing_to_tell(void **state)
{
	struct fixture *f = *state;

	advisory_write_osv(&f->out, &f->incident, INSTANT_UNKNOWN);
	advisory_write_openvex(&f->out, &f->incident);
	assert_string_equal(f->out.text, "");
	f->incident.advisory_count = 1;
	f->advisories[0].status = ADVISORY_NOT_AFFECTED;
	advisory_write_osv(&f->out, &f->incident, INSTANT_UNKNOWN);
	assert_string_equal(f->out.text, "");
}

static void the_head_of_a_record(void **state)
{
	struct fixture *f = *state;
	const struct json *record;

	f->incident.advisory_count = 1;
	f->advisories[0].status = ADVISORY_AFFECTED;
	record = osv(f);
	assert_at(record, "id", "x_INC-2026-0001");
	assert_at(record, "modified", "2026-01-01T00:01:00Z");
	assert_at(record, "published", NULL);
	assert_at(record, "summary", "It </script> \xe2\x80\xae broke");
	assert_null(strstr(f->out.text, "\xe2\x80\xae")); /* an escape: terminals do not act on it */
	record = openvex(f);
	assert_at(record, "timestamp", "2026-01-01T00:00:00Z");
	assert_int_equal(json_int(json_get(record, "version"), 0), 61);
	assert_at(record, "statements.0.action_statement", "No workaround and no remedy are recorded.");
	assert_at(record, "statements.0.products", NULL);
}

static void products(void **state)
{
	static const struct {
		const char *product, *ecosystem, *name, *id;
	} cases[] = {
		{ "pkg:npm/%40a/b", "npm", "@a/b", "pkg:npm/%40a/b@2.0.0" },
		{ "pkg:maven/org.x/y@1.0", "Maven", "org.x:y", "pkg:maven/org.x/y@1.0" },
		{ "pkg:pypi/x?a=b", "PyPI", "x", "pkg:pypi/x?a=b" },
		{ "pkg:generic/x", NULL, NULL, "pkg:generic/x@2.0.0" },
		{ "pkg:npm/", NULL, NULL, "pkg:npm/@2.0.0" },
		{ "pkg:npm", NULL, NULL, "pkg:npm@2.0.0" },
		{ "The <b> tool", NULL, NULL, "pkg:generic/The%20%3Cb%3E%20tool@2.0.0" },
	};
	struct fixture *f = *state;

	f->incident.advisory_count = 1;
	f->advisories[0].status = ADVISORY_FIXED;
	f->advisories[0].fixed_in = "2.0.0";
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		f->advisories[0].product = cases[i].product;
		assert_at(osv(f), "affected.0.package.ecosystem", cases[i].ecosystem);
		assert_at(osv(f), "affected.0.package.name", cases[i].name);
		assert_at(osv(f), "affected.0.ranges.0.type", cases[i].ecosystem ? "ECOSYSTEM" : "SEMVER");
		assert_at(openvex(f), "statements.0.products.0.@id", cases[i].id);
	}
}

static void ranges(void **state)
{
	static const struct {
		const char *introduced, *fixed, *last, *events;
	} cases[] = {
		{ "1.0.0", "1.2.0", "1.1.9", "introduced fixed" }, /* OSV has one or the other */
		{ "1.0.0", NULL, "1.1.9", "introduced last_affected" },
		{ NULL, "1.2.0-rc.1", NULL, "introduced fixed" },
		{ "1.0", "1.2.0", NULL, NULL },
		{ "01.0.0", NULL, NULL, NULL },
		{ "1.0.0 ", NULL, NULL, NULL },
		{ NULL, NULL, NULL, NULL },
	};
	struct fixture *f = *state;

	f->incident.advisory_count = 1;
	f->advisories[0].status = ADVISORY_AFFECTED;
	f->advisories[0].product = "tool";
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct json *events;
		struct strbuf names = STRBUF_INIT;

		f->advisories[0].introduced_in = cases[i].introduced;
		f->advisories[0].fixed_in = cases[i].fixed;
		f->advisories[0].last_affected = cases[i].last;
		events = json_path(osv(f), "affected.0.ranges.0.events");
		for (const struct json *event = events ? events->first : NULL; event; event = event->next)
			strbuf_addf(&names, "%s%.*s", names.len_bytes ? " " : "", (int)event->first->name.len_bytes, event->first->name.at);
		assert_string_equal(names.text, cases[i].events ? cases[i].events : "");
		strbuf_release(&names);
		/* What is no range stands there all the same. */
		assert_at(osv(f), "affected.0.database_specific.introduced_in", cases[i].introduced);
	}
}

/* "oneOf" and "required" of the schema: each status has what it must have, and statements differ. */
static void statements(void **state)
{
	struct fixture *f = *state;
	const struct json *document;

	f->incident.advisory_count = 2;
	for (int status = 0; status < 4; status++) {
		f->advisories[0].status = f->advisories[1].status = (enum advisory_status)status;
		document = openvex(f);
		assert_at(document, "statements.0.impact_statement", status == ADVISORY_NOT_AFFECTED ? "The record does not say why." : NULL);
		assert_at(document, "statements.0.action_statement",
			  status == ADVISORY_AFFECTED ? "No workaround and no remedy are recorded." : NULL);
		assert_false(slice_eq(json_slice(json_path(document, "statements.0.@id")), json_slice(json_path(document, "statements.1.@id"))));
	}
}

static void links(void **state)
{
	static const char *const no_links[] = { "javascript:alert(1)", "https://", "http://x y", "see https://x", "https://x/<b>", "" };
	struct fixture *f = *state;

	f->incident.advisory_count = 1;
	f->advisories[0].status = ADVISORY_AFFECTED;
	for (size_t i = 0; i < ARRAY_LEN(no_links); i++) {
		f->advisories[0].link = no_links[i];
		assert_at(osv(f), "references", NULL);
	}
	f->advisories[0].link = "https://x.y/a?b=c&d#e";
	assert_at(osv(f), "references.0.url", "https://x.y/a?b=c&d#e");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_to_tell, setup, teardown),
		cmocka_unit_test_setup_teardown(the_head_of_a_record, setup, teardown),
		cmocka_unit_test_setup_teardown(products, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges, setup, teardown),
		cmocka_unit_test_setup_teardown(statements, setup, teardown),
		cmocka_unit_test_setup_teardown(links, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
