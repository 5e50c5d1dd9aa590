/*
 * Internal to otlp*.c: telemetry of generative AI as OTLP writes it in JSON (the protobuf
 * mapping of opentelemetry-proto 1.x, with ids in hexadecimal), one request a document or
 * a line (the collector's file exporter). What spans say of models is written under the
 * GenAI conventions of OpenTelemetry (1.41, and their older names back to 1.27), of
 * OpenLLMetry and of OpenInference; all three are read.
 */
#ifndef AITIA_CORE_IMPORT_OTLP_H
#define AITIA_CORE_IMPORT_OTLP_H

#include "core/import/record.h"

/* What stands around a span or log record. NULL where it is absent, or behind it: writers
 * put it first. */
struct otlp_context {
	const struct json *resource; /* its attributes: a list of key and value */
	const struct json *scope;
};

/* ---- otlp_value.c: attributes --------------------------------------------------------- */

/* The value (an AnyValue) of a key in a list of attributes, or NULL. */
const struct json *otlp_get(const struct json *attributes, const char *key);
/* The first of the keys that is there. `keys` end with NULL. */
const struct json *otlp_get_any(const struct json *attributes, const char *const *keys);
/* A scalar as a text; a list of scalars with commas between; NULL for all else. */
const char *otlp_text(struct record *record, const struct json *value);
/* The bytes of a string; absent for all else. */
struct slice otlp_string(const struct json *value);
/* As JSON that has no more types than JSON has; of a string that holds an array or an object, that. */
const struct json *otlp_plain(struct arena *arena, const struct json *value);
bool otlp_instant(const struct json *nanoseconds, struct instant *out);

/* ---- otlp_chat.c: what was asked and answered ------------------------------------------- */

struct otlp_chat {
	struct slice prompt, answer; /* absent where it was not recorded */
};

/* `events` is a list of span events, or NULL. */
struct otlp_chat otlp_chat_read(struct arena *arena, const struct json *attributes, const struct json *events);
/* Whether a key holds such a text, so that it is no provenance. */
bool otlp_is_chat_key(struct slice key);

/* ---- otlp_span.c: samples ----------------------------------------------------------------- */

/* Fills a begun record. NULL for what is not of generative AI, or no output of a model. */
struct sample *otlp_span_read(struct record *record, const struct otlp_context *context, const struct json *span);
struct sample *otlp_log_read(struct record *record, const struct otlp_context *context, const struct json *log);

#endif
