/* Signatures against the code that they are of. */
#include <inttypes.h>
#include <string.h>

#include "storage/sqlite/alike.h"
#include "storage/sqlite/check.h"

enum status check_alike(struct checking *check, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, SQL_ALIKE_SIGNED);

	while (sql_next(check->db, stmt)) {
		const char *at = sqlite3_column_blob(stmt, 2);
		const void *kept = sqlite3_column_blob(stmt, 1);
		struct similar_signature signature;
		unsigned char bytes[SIMILAR_PACKED_BYTES];
		similar_sign((struct slice){ at ? at : "", (size_t)sqlite3_column_bytes(stmt, 2) }, &signature);
		similar_pack(&signature, bytes);
		if (sqlite3_column_bytes(stmt, 1) != SIMILAR_PACKED_BYTES || memcmp(kept, bytes, sizeof(bytes)) != 0)
			checking_report(check, "body %" PRId64 ": its signature is not that of its code: aitia index --rebuild makes groups anew",
					(int64_t)sqlite3_column_int64(stmt, 0));
	}
	return sql_end(check->db, stmt, err);
}
