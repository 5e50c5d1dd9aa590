"""backup, compact, waiting for others, and stores on file systems where a WAL cannot be."""
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from .harness import AITIA, Case, LIMIT_S, digest

SHIM = os.path.join(os.path.dirname(AITIA), "fail_shim.so")
INSTRUMENTED = "asan" in AITIA or os.environ.get("ASAN_OPTIONS")
NFS, WAL = "0x6969", 2


class Care(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": f"s{n}", "code": f"line {n}\n" * 50} for n in range(300)]))

    def test_backup(self):
        copy = self.path("copy.db")
        self.assertEqual(self.run_json("backup", copy), [{"file": copy, "bytes": os.path.getsize(copy)}])
        before = digest(copy)
        self.fails_with_note(3, "there already", "--force replaces it", "backup", copy)
        self.assertEqual(digest(copy), before)
        self.run_ok("annotate", "1", "--cause=model")
        self.assertIn("read back and whole", self.run_ok("backup", "--force", copy))
        self.assertEqual(sorted(name for name in os.listdir(self.dir) if "copy" in name), ["copy.db"])
        self.assertIn("is whole", self.run_ok("backup", "--verify", copy))
        self.assertEqual(self.run_json("backup", "--verify", copy), [{"file": copy, "findings": [], "ok": True}])
        self.store = copy
        self.assertEqual(self.count("cause:model"), 1)
        self.fails(3, "the store itself", "backup", "--force", copy)
        self.fails(3, "nowhere", "backup", self.path("nowhere/copy.db"))
        self.fails(2, "--verify only reads", "backup", "--verify", "--force", copy)

    def fails_with_note(self, code, part, note, *args):
        self.run_ok(*args, code=code)
        self.assertIn(part, self.err)
        self.assertIn(note, self.err)

    def test_verifying_a_damaged_copy(self):
        copy = self.path("copy.db")
        self.run_ok("backup", copy)
        with open(copy, "r+b") as file:
            for page in range(3, os.path.getsize(copy) // 16384, 2):
                file.seek(page * 16384)
                file.write(b"\xa5" * 600)
        done = self.run_raw("backup", "--verify", copy)
        self.assertIn(done.returncode, (1, 4))
        self.assertIn(b"damaged", done.stdout + done.stderr)
        self.fails(4, "not a store", "backup", "--verify", self.path("s.jsonl"))

    def test_restoring(self):
        copy, kept = self.path("copy.db"), self.store + ".replaced"
        self.run_ok("backup", copy)
        before = digest(copy)
        self.run_ok("annotate", "1", "--cause=model")
        with open(self.store, "r+b") as file:  # not even to be known as a store
            file.write(b"\x5a" * 5000)
        damaged = digest(self.store)
        self.fails(4, "another kind of file", "count")
        self.assertEqual(self.run_json("backup", "--restore", copy),
                         [{"file": self.store, "bytes": os.path.getsize(copy), "kept": kept}])
        self.assertEqual((digest(kept), digest(copy)), (damaged, before))
        self.assertEqual(self.count(), 300)
        self.assertEqual(self.count("cause:model"), 0)
        self.run_ok("check")
        self.assertIn("; what was there is " + kept + "2", self.run_ok("backup", "--restore", copy))
        os.remove(self.store)  # nor has there to be one
        self.assertEqual(self.run_json("backup", "--restore", copy)[0]["kept"], None)
        self.assertEqual(self.count(), 300)
        self.assertEqual(sorted(name for name in os.listdir(self.dir) if "db" in name),
                         ["copy.db", "s.db", "s.db.replaced", "s.db.replaced2"])

    def test_restoring_is_refused(self):
        copy = self.path("copy.db")
        self.run_ok("backup", copy)
        before = digest(self.store)
        other = sqlite3.connect(self.store)
        other.execute("SELECT count(*) FROM sample").fetchone()
        self.fails(4, "is in use", "backup", "--restore", copy)
        other.close()
        with open(copy, "r+b") as file:
            for page in range(3, os.path.getsize(copy) // 16384, 2):
                file.seek(page * 16384)
                file.write(b"\xa5" * 600)
        self.fails(4, "damaged", "backup", "--restore", copy)
        self.fails(2, "the store itself", "backup", "--restore", self.store)
        self.fails(4, "not a store", "backup", "--restore", self.path("s.jsonl"))
        self.fails(2, "goes with neither", "backup", "--restore", "--force", copy)
        self.assertEqual(digest(self.store), before)
        self.assertEqual(self.count(), 300)

    def test_an_interrupted_backup_leaves_nothing(self):
        # Slowed down by a log of many pages it is still quick: it may be done before the signal comes.
        for _ in range(5):
            child = subprocess.Popen([AITIA, "--store", self.store, "backup", self.path("copy.db")], env=self.env,
                                     cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            child.send_signal(signal.SIGINT)
            _, err = child.communicate(timeout=LIMIT_S)
            self.assertIn(child.returncode, (0, 130, -signal.SIGINT), err)
            left = [name for name in os.listdir(self.dir) if "copy" in name]
            self.assertEqual(left, ["copy.db"] if child.returncode == 0 else [])
            for name in left:
                os.remove(self.path(name))

    def test_compact(self):
        with sqlite3.connect(self.store) as other:
            other.executescript("CREATE TABLE filler (b); INSERT INTO filler VALUES (zeroblob(5000000)); DROP TABLE filler")
        other.close()
        answer = self.run_json("compact")[0]
        self.assertGreater(answer["before_bytes"] - answer["after_bytes"], 4000000)
        self.assertEqual(answer["after_bytes"], os.path.getsize(self.store))
        self.assertRegex(self.run_ok("compact"), r"^\d+ bytes before, \d+ after\n$")
        self.assertEqual(self.count(), 300)
        self.run_ok("check")

    def test_compact_while_another_writes(self):
        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.fails(4, "another process is writing", "compact")
        other.execute("ROLLBACK")
        other.close()

    def test_check_quick(self):
        self.run_ok("annotate", "7", "--cause=model")
        self.assertIn("quick look", self.run_ok("check", "--quick"))
        with sqlite3.connect(self.store) as other:
            other.execute("UPDATE sample SET status = 3 WHERE id = 7")
        other.close()
        self.run_ok("check", "--quick")
        out = self.run_ok("check", code=1)
        self.assertIn("sample 7: its status", out)
        self.assertIn("go back to a backup", self.err)

    def test_waiting_for_another_process(self):
        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        child = subprocess.Popen([AITIA, "--store", self.store, "annotate", "1", "--cause=model"], env=self.env,
                                 cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # It says what it waits for, and goes on when it may.
        self.assertIn(b"waiting for another process", child.stderr.readline())
        self.assertIsNone(child.poll())
        other.execute("ROLLBACK")
        out, err = child.communicate(timeout=LIMIT_S)
        self.assertEqual((child.returncode, err), (0, b""), err)
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        self.fails(4, "another process is writing", "--wait=0", "annotate", "1", "--cause=testing")
        self.assertLess(time.monotonic() - start, 30)
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(self.count("cause:model"), 1)

    def test_failed_migration_names_its_copy(self):
        with sqlite3.connect(self.store) as other:
            # An older version whose next migration finds its table made already.
            other.executescript("PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        self.fails(4, self.store + ".v2.bak", "count")
        self.assertTrue(os.path.exists(self.store + ".v2.bak"))

    def test_merge(self):
        here, there = self.store, self.path("bob's store #1.db")
        self.run_ok("backup", there)
        self.run_ok("annotate", "1", "--cause=model")
        self.store = there
        self.run_ok("--reviewer=bob", "annotate", "1", "2", "--cause=testing")
        self.run_ok("import", self.jsonl("more.jsonl", [{"id": "new", "code": "z"}]))
        before = digest(there)
        self.store = here
        would = self.run_json("merge", "--dry-run", there)[0]
        self.assertIsNone(would.pop("edit"))
        self.assertEqual(self.count(), 300)
        did = self.run_json("merge", there)[0]
        edit = did.pop("edit")
        self.assertEqual(did, would)
        self.assertEqual((did["samples_new"], did["annotations"], did["conflicts"]), (1, 2, []))
        self.assertEqual(digest(there), before)
        self.assertEqual((self.count(), self.count("cause:testing"), self.count("reviewer:bob")), (301, 2, 2))
        self.assertEqual(self.run_ok("merge", there), "nothing new\n")
        mine = [entry for entry in self.run_json("log", "--by=bob") if entry["verb"] == "annotate"][0]
        self.assertEqual(mine["merge"], edit)
        self.assertIn(f"brought by edit {edit}", self.run_ok("log", str(mine["id"])))
        self.run_ok("check")
        self.run_ok("undo")
        self.assertEqual((self.count("cause:testing"), self.count("cause:model")), (0, 1))
        self.run_ok("check")
        self.fails(2, "this store itself", "merge", here)
        self.fails(4, "not a store", "merge", self.path("more.jsonl"))
        self.fails(4, "there is no store", "merge", self.path("nowhere.db"))

    @unittest.skipIf(INSTRUMENTED or not os.path.exists(SHIM), "needs the preloaded library, and no sanitizer")
    def test_network_file_systems_have_no_wal(self):
        nfs = {"LD_PRELOAD": SHIM, "AITIA_STATFS": NFS}
        before = digest(self.store)
        self.assertEqual(self.read(self.store)[18], WAL)
        # It was used on a local disk: who may only read is told, and nothing is touched.
        self.fails(4, "network file system (NFS)", "backup", "--verify", self.store, env=nfs)
        self.assertEqual(digest(self.store), before)
        self.run_ok("annotate", "1", "--cause=model", env=nfs)
        self.assertNotEqual(self.read(self.store)[18], WAL)
        self.assertEqual([name for name in os.listdir(self.dir) if name.startswith("s.db")], ["s.db"])
        self.assertEqual(self.run_json("count", "cause:model", env=nfs)[0]["count"], 1)
        self.run_ok("check", env=nfs)
        self.store = self.path("new.db")
        self.run_ok("import", self.path("s.jsonl"), env=nfs)
        self.assertNotEqual(self.read(self.store)[18], WAL)
        # While another program of this computer has it open with a WAL, it is left alone.
        self.store = self.path("s.db")
        self.run_ok("annotate", "2", "--cause=model")
        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM sample").fetchone()
        self.fails(4, "another process", "annotate", "3", "--cause=model", env=nfs)
        other.close()
