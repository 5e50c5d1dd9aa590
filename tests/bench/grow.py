"""A store with each of its samples several times: what the analyses of ten million cost is not to wait for an import of them.

The copies have the code, the flags, the provenance and the judgements of the first, another fingerprint and name, and come some
milliseconds later. So bodies are as many as before: what reads code (`similar`) is measured as of a million, and words find the first
of the copies only. All else reads ten million rows. Standard library only.
"""
import os
import shutil
import sqlite3

TABLES = {
    "sample": {"id": "id + {k} * {samples}", "fingerprint": "randomblob(32)", "external_id": "external_id || '-' || {k}",
               "produced_us": "produced_us + {k} * 1000"},
    "flag": {"sample": "sample + {k} * {samples}"},
    "sample_own": {"sample": "sample + {k} * {samples}"},
    "annotation": {"id": "id + {k} * {annotations}", "sample": "sample + {k} * {samples}",
                   "superseded_by": "superseded_by + {k} * {annotations}"},
    "annotation_symptom": {"annotation": "annotation + {k} * {annotations}"},
    "edit_sample": {"sample": "sample + {k} * {samples}"},
}


def grow(small, large, times):
    making = large + ".tmp"
    shutil.copyfile(small, making)
    with sqlite3.connect(making, isolation_level=None) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN")
        marks = ",".join("?" * len(TABLES))
        indexes = db.execute(f"SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
                             list(TABLES)).fetchall()
        for name, _ in indexes:
            db.execute(f'DROP INDEX "{name}"')
        samples, = db.execute("SELECT max(id) FROM sample").fetchone()
        annotations, = db.execute("SELECT coalesce(max(id), 0) FROM annotation").fetchone()
        columns = {table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in TABLES}
        counts = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
        for k in range(1, times):
            for table, changed in TABLES.items():
                values = ", ".join(changed.get(column, column).format(k=k, samples=samples, annotations=annotations)
                                   for column in columns[table])
                first = {"annotation": f"id <= {annotations}", "annotation_symptom": f"annotation <= {annotations}",
                         "sample": f"id <= {samples}"}.get(table, f"sample <= {samples}")
                db.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {first}")
        for table, count in counts.items():
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count * times, table
        for _, sql in indexes:
            db.execute(sql)
        db.execute("UPDATE batch SET records = records * ?1, imported = imported * ?1, updated = updated * ?1,"
                   " duplicates = duplicates * ?1, rejected = rejected * ?1", (times,))
        db.execute("UPDATE alike_state SET sample_done = (SELECT max(id) FROM sample)")
        db.execute("UPDATE search_state SET sample_done = (SELECT max(id) FROM sample),"
                   " annotation_done = (SELECT coalesce(max(id), 0) FROM annotation)")
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
    db.close()
    os.rename(making, large)
