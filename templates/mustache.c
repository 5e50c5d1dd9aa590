#include "templates/mustache.h"

#define PARTIAL_DEPTH_MAX 32
#define OUTPUT_LIMIT_BYTES ((size_t)64 << 20)
/* Partials that name themselves twice double at every level, without any output. */
#define STEPS_MAX ((size_t)20 * 1000 * 1000)

/* What names are looked up in, innermost first. */
struct frame {
	const struct value *value;
	const struct frame *outer;
};

/* A partial, parsed once per indentation. */
struct compiled {
	struct slice name, indent;
	struct mustache_template template;
	struct compiled *next;
};

struct run {
	struct arena *arena;
	const struct mustache_options *options;
	struct strbuf *out;
	size_t limit_bytes;     /* of out, at the end */
	struct compiled *partials;
	int partial_depth;
	size_t steps;           /* nodes rendered so far */
	struct error *err;
};

static enum status render_nodes(struct run *run, const struct mustache_template *t, size_t from, size_t to,
				const struct frame *frame);

static enum status fault(struct run *run, const struct mustache_template *t,
			 const struct mustache_node *node, const char *reason)
{
	return error_set(run->err, STATUS_INPUT, "%s:%d: \"%.*s\" %s", t->name, node->line,
			 node->text.len_bytes > 80 ? 80 : (int)node->text.len_bytes, node->text.at, reason);
}

/* The value of a dotted name: its first part in any frame, the rest within it. */
static const struct value *look_up(struct slice name, const struct frame *frame)
{
	const struct value *value = NULL;

	if (slice_is(name, "."))
		return frame->value;
	for (size_t start = 0; start <= name.len_bytes;) {
		const char *dot = memchr(name.at + start, '.', name.len_bytes - start);
		size_t end = dot ? (size_t)(dot - name.at) : name.len_bytes;
		struct slice part = { name.at + start, end - start };

		if (start == 0)
			for (const struct frame *f = frame; f && !value; f = f->outer)
				value = value_get(f->value, part);
		else
			value = value_get(value, part);
		if (!value || value->type == VALUE_NULL)
			return value; /* what is nothing has no parts, which is no fault */
		start = end + 1;
	}
	return value;
}

static enum status put_value(struct run *run, const struct mustache_template *t,
			     const struct mustache_node *node, const struct frame *frame)
{
	const struct value *value = look_up(node->text, frame);
	bool strict = run->options->strict;

	if (!value)
		return strict ? fault(run, t, node, "is not in the data") : STATUS_OK;
	if (strict && value->type == VALUE_TEXT && node->type == MUSTACHE_UNESCAPED)
		return fault(run, t, node, "is text and cannot be inserted unescaped");
	if (strict && run->options->put && (value->type == VALUE_TEXT || value->type == VALUE_MARKUP)) {
		const char *reason = run->options->put(run->options->put_context, run->out, value, node->place, node->whole);
		return reason ? fault(run, t, node, reason) : STATUS_OK;
	}
	switch (value->type) {
	case VALUE_NULL:
		return STATUS_OK;
	case VALUE_TEXT:
		if (node->type == MUSTACHE_VARIABLE)
			run->options->escape(run->options->escape_context, run->out, value->text);
		else
			strbuf_addslice(run->out, value->text);
		return STATUS_OK;
	case VALUE_NUMBER:
	case VALUE_MARKUP:
		strbuf_addslice(run->out, value->text);
		return STATUS_OK;
	case VALUE_BOOL:
		if (!strict) {
			strbuf_addstr(run->out, value->truth ? "true" : "false");
			return STATUS_OK;
		}
		break;
	case VALUE_LIST:
	case VALUE_OBJECT:
		break;
	}
	return strict ? fault(run, t, node, "is no text") : STATUS_OK;
}

static enum status put_section(struct run *run, const struct mustache_template *t, size_t at,
			       const struct frame *frame)
{
	const struct mustache_node *node = &t->nodes[at];
	const struct value *value = look_up(node->text, frame);
	struct frame inner = { value, frame };

	if (!value && run->options->strict)
		return fault(run, t, node, "is not in the data");
	if (node->type == MUSTACHE_INVERTED)
		return value_is_true(value) ? STATUS_OK : render_nodes(run, t, at + 1, node->end, frame);
	if (!value_is_true(value))
		return STATUS_OK;
	if (!value || value->type != VALUE_LIST)
		return render_nodes(run, t, at + 1, node->end, &inner);
	for (const struct value *item = value->first; item; item = item->next) {
		enum status status;

		inner.value = item;
		status = render_nodes(run, t, at + 1, node->end, &inner);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* The specification indents the partial's source, not its output. */
static struct slice indented(struct arena *arena, struct slice text, struct slice indent)
{
	struct strbuf buf = STRBUF_INIT;
	struct slice result;
	bool line_start = true;

	for (size_t i = 0; i < text.len_bytes; i++) {
		if (line_start)
			strbuf_addslice(&buf, indent);
		strbuf_addch(&buf, text.at[i]);
		line_start = text.at[i] == '\n';
	}
	result = arena_slice(arena, strbuf_slice(&buf));
	strbuf_release(&buf);
	return result;
}

static enum status find_partial(struct run *run, const struct mustache_template *t,
				const struct mustache_node *node, const struct compiled **out)
{
	const struct mustache_options *options = run->options;
	struct compiled *made;
	struct slice text;
	enum status status;

	for (const struct compiled *c = run->partials; c; c = c->next)
		if (slice_eq(c->name, node->text) && slice_eq(c->indent, node->indent)) {
			*out = c;
			return STATUS_OK;
		}
	*out = NULL;
	if (!options->partial || !options->partial(options->partial_context, node->text, &text))
		return options->strict ? fault(run, t, node, "is no partial that exists") : STATUS_OK;
	if (node->indent.len_bytes)
		text = indented(run->arena, text, node->indent);
	made = arena_alloc(run->arena, sizeof(*made));
	made->name = node->text;
	made->indent = node->indent;
	status = mustache_parse(run->arena, arena_text(run->arena, node->text), text, &made->template, run->err);
	if (status != STATUS_OK)
		return status;
	made->next = run->partials;
	run->partials = made;
	*out = made;
	return STATUS_OK;
}

static enum status put_partial(struct run *run, const struct mustache_template *t,
			       const struct mustache_node *node, const struct frame *frame)
{
	const struct compiled *partial;
	enum status status = find_partial(run, t, node, &partial);

	if (status != STATUS_OK || !partial)
		return status;
	if (run->partial_depth == PARTIAL_DEPTH_MAX)
		return fault(run, t, node, "goes too deep: partials within partials");
	run->partial_depth++;
	status = render_nodes(run, &partial->template, 0, partial->template.count, frame);
	run->partial_depth--;
	return status;
}

static enum status render_nodes(struct run *run, const struct mustache_template *t, size_t from, size_t to,
				const struct frame *frame)
{
	for (size_t at = from; at < to; at++) {
		const struct mustache_node *node = &t->nodes[at];
		enum status status = STATUS_OK;

		switch (node->type) {
		case MUSTACHE_TEXT:
			strbuf_addslice(run->out, node->text);
			break;
		case MUSTACHE_VARIABLE:
		case MUSTACHE_UNESCAPED:
			status = put_value(run, t, node, frame);
			break;
		case MUSTACHE_SECTION:
		case MUSTACHE_INVERTED:
			status = put_section(run, t, at, frame);
			at = node->end - 1;
			break;
		case MUSTACHE_PARTIAL:
			status = put_partial(run, t, node, frame);
			break;
		}
		if (status != STATUS_OK)
			return status;
		if (++run->steps > STEPS_MAX)
			return fault(run, t, node, "is where the template was stopped: it does not end");
		if (run->out->len_bytes > run->limit_bytes)
			return fault(run, t, node, "makes the document too large");
	}
	return STATUS_OK;
}

enum status mustache_render(struct arena *arena, const char *name, struct slice text,
			    const struct value *data, const struct mustache_options *options,
			    struct strbuf *out, struct error *err)
{
	size_t limit = options->output_limit_bytes ? options->output_limit_bytes : OUTPUT_LIMIT_BYTES;
	struct run run = { .arena = arena, .options = options, .out = out, .err = err,
			   .limit_bytes = out->len_bytes + limit };
	struct frame root = { data, NULL };
	struct mustache_template template;
	enum status status = mustache_parse(arena, name, text, &template, err);

	if (status != STATUS_OK)
		return status;
	return render_nodes(&run, &template, 0, template.count, &root);
}
