/* Views that are kept on a screen: in a file that other workbenches of the person write as well. */
#include "core/base/file.h"
#include "tui/kept_views.h"
#include "tui/request_run.h"

#include <stdlib.h>

static enum status change(const char *path, const struct saved_view *view, struct answer *answer, struct error *err)
{
	struct slice text = { NULL, 0 };
	struct strbuf changed = STRBUF_INIT;
	enum status status = STATUS_OK;

	if (file_exists(path))
		status = file_read(&answer->arena, path, KEPT_VIEWS_BYTES_MAX, &text, err);
	if (status == STATUS_OK) {
		kept_views_put(text, view, &changed);
		status = file_write_atomic(path, strbuf_slice(&changed), err);
	}
	if (status == STATUS_OK)
		answer->views = kept_views_parse(&answer->arena, strbuf_slice(&changed), &answer->view_count);
	strbuf_release(&changed);
	return status;
}

enum status request_view(const struct backend *backend, const struct request *request, struct answer *answer,
			 struct error *err)
{
	const struct saved_view view = { request->title, request->query, request->sort, request->text, 0 };
	char *folder = file_folder_of(request->path);
	enum status status = file_make_folders(folder, err);
	int lock;

	(void)backend;
	if (status == STATUS_OK)
		status = file_lock_folder(folder, &lock, err);
	if (status == STATUS_OK) {
		status = change(request->path, &view, answer, err);
		file_unlock(lock);
	}
	free(folder);
	answer->query = view.query ? arena_strdup(&answer->arena, view.query) : NULL;
	answer->message = arena_strdup(&answer->arena, view.name);
	return status;
}
