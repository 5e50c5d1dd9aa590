/*
 * libcmark's trees in memory that is let go at once. A page is parsed and walked in some
 * forty small trees; handed out node by node and taken back node by node, their memory was
 * a fifth of what making a page costs. Here it is cut from blocks which belong to the
 * thread while it has a tree, and go with its last one. So trees of a thread are best
 * released in the reverse order; nothing that libcmark made of one may be used behind that.
 */
#ifndef AITIA_TEMPLATES_MARKDOWN_MEMORY_H
#define AITIA_TEMPLATES_MARKDOWN_MEMORY_H

#include <cmark.h>

#include "core/base/slice.h"

/* The tree of the text, to be ended by markdown_free(), and by nothing else. */
cmark_node *markdown_parse(struct slice text);
/* A node for such a tree, while there is one. What is taken out of a tree may be left to it. */
cmark_node *markdown_node_new(cmark_node_type type);
void markdown_free(cmark_node *root); /* NULL: nothing to do */

#endif
