/* Base64 as RFC 4648 has it, with padding, in one line. */
#ifndef AITIA_BASE_BASE64_H
#define AITIA_BASE_BASE64_H

#include "core/base/slice.h"
#include "core/base/strbuf.h"

void base64_add(struct strbuf *out, struct slice bytes);

#endif
