"""Stores that cannot be opened, and those of others."""
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time

from .harness import AITIA, Case, HOSTILE, LIMIT_S, digest, files_in


class Stores(Case):
    def commands(self):
        return [["list"], ["count"], ["import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}])], ["log"], ["check"],
                ["annotate", "1", "--cause=model"], ["incident", "create", "x"], ["undo"]]

    def test_files_of_others_are_refused_and_left_as_they_are(self):
        others = files_in(os.path.join(HOSTILE, "tursodatabase_libsql"), ".db")
        self.assertEqual(len(others), 3)
        others += [self.write("text.db", b"This is no store.\n" * 100), self.write("short.db", b"x")]
        for other in others:
            folder = tempfile.mkdtemp(dir=self.dir)
            self.store = os.path.join(folder, "other.db")
            shutil.copy(other, self.store)
            before = digest(self.store)
            for args in self.commands():
                done = self.run_raw(*args)
                self.assertEqual(done.returncode, 4, (other, args, done.stderr))
                self.assertTrue(done.stderr.startswith(b"aitia: "))
                self.assertEqual(done.stdout, b"")
            self.assertEqual(digest(self.store), before, other)
            self.assertEqual(os.listdir(folder), ["other.db"])

    def test_places_where_no_store_can_be(self):
        self.write("file", b"x")
        os.mkdir(self.path("folder"))
        for place in self.path("file/s.db"), self.path("folder"), "/proc/aitia/s.db":
            self.store = place
            for args in ["import", self.path("file")], ["incident", "create", "x"]:
                self.fails(4, "", *args)

    def test_a_store_that_may_not_be_written(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        program = shutil.copy(AITIA, self.path("aitia"))
        os.chmod(program, 0o755)
        os.chmod(self.store, 0o444)
        # Root may write anywhere, so it becomes nobody.
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        before = digest(self.store)
        try:
            for mode, reading in (0o777, 0), (0o555, 4):  # SQLite's WAL needs a folder that can be written
                os.chmod(self.dir, mode)
                for args, code in (["count"], reading), (["show", "1"], reading), (
                        ["annotate", "1", "--cause=model"], 4), (["incident", "create", "x"], 4), (
                        ["import", self.path("a.jsonl")], 4), (["undo"], 4):
                    done = subprocess.run([program, "--store", self.store, *args], env=self.env, capture_output=True,
                                          timeout=LIMIT_S, cwd="/", **nobody)
                    self.assertEqual(done.returncode, code, (args, done.stderr))
                    self.assertEqual(done.stderr.startswith(b"aitia: "), code != 0)
                for ending in "-shm", "-wal":
                    if os.path.exists(self.store + ending):
                        os.remove(self.store + ending)
        finally:
            os.chmod(self.dir, 0o755)
        self.assertEqual(digest(self.store), before)

    def test_a_locked_store_says_so(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            self.assertEqual(self.count(), 1)  # readers go on
            self.fails(4, "another process is writing", "--wait=0", "annotate", "1", "--cause=model")
        finally:
            other.execute("ROLLBACK")
            other.close()
        self.run_ok("annotate", "1", "--cause=model")

    def test_opening_waits_as_long_as_it_may(self):
        """A first import keeps others out of the new store altogether: a rollback journal's exclusive lock."""
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        other = sqlite3.connect(self.store, isolation_level=None, check_same_thread=False)
        other.execute("PRAGMA journal_mode = DELETE").fetchall()
        other.execute("BEGIN EXCLUSIVE")
        try:
            began = time.monotonic()
            self.fails(4, "another process is writing", "--wait=0", "list")
            self.assertLess(time.monotonic() - began, 4)
            timer = threading.Timer(1.5, other.execute, ["ROLLBACK"])
            timer.start()
            self.assertEqual(self.run_ok("count", "--wait=60", notes=True), "1\n")
            self.assertIn("waiting for another process", self.err)
            timer.join()
        finally:
            other.close()

    def test_a_newer_store_is_refused_untouched(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        with sqlite3.connect(self.store) as other:
            other.execute("PRAGMA user_version = 9999")
        other.close()
        before = digest(self.store)
        for args in ["list"], ["incident", "create", "x"]:
            self.fails(4, "", *args)
        self.assertEqual(digest(self.store), before)
