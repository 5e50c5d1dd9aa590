"""aitia import, on real files."""
import json
import os
import re
import select
import signal
import subprocess
import sys
import time

from .harness import AITIA, Case, DATA, LIMIT_S, REFLEXION, SARIF, TUTORIALS, files_in, on_terminal


def bytes_read(child):
    """How far an import is, as the system sees it."""
    try:
        with open(f"/proc/{child.pid}/io") as file:
            return int(file.readline().split()[1])
    except OSError:  # it ended
        return 0


class Import(Case):
    def test_tutorials(self):
        with open(os.path.join(SARIF, "EXPECTED.json")) as file:
            expected = json.load(file)
        answers = self.import_tutorials()
        self.assertEqual(len(answers), 31)
        for answer in answers:
            key = "sarif/" + os.path.relpath(answer["file"], SARIF)
            self.assertEqual(answer["records"], sum(run["results"] or 0 for run in expected[key]["runs"]), key)
            self.assertEqual(answer["format"], "sarif")
            self.assertEqual(answer["rejected"], 0)
            self.assertEqual(answer["records"],
                             answer["imported"] + answer["updated"] + answer["duplicates"] + answer["rejected"])
        self.assertEqual(sum(answer["records"] for answer in answers), 55)

    def test_every_log(self):
        """Records are the elements of all runs' results, as Python's json module has them."""
        files = [path for path in files_in(SARIF, "") if os.path.basename(path) != "EXPECTED.json"]
        counts, broken = {}, []
        for path in files:
            with open(path, encoding="utf-8-sig") as file:
                try:
                    log = json.load(file)
                except json.JSONDecodeError:
                    broken.append(path)
                    continue
            results = [run.get("results") for run in log["runs"] or [] if isinstance(run, dict)]
            counts[path] = sum(len(one) for one in results if isinstance(one, list))
        self.assertEqual((len(counts), sum(counts.values())), (359, 5732))
        first = self.answers_of(sorted(counts))
        self.assertEqual({path: answer["records"] for path, answer in first.items()}, counts)
        self.assertEqual({answer["rejected"] for answer in first.values()}, {0})
        before = self.run_ok("list", "--json", "--sort=id", "--limit=0")
        for path, answer in self.answers_of(sorted(counts)).items():
            self.assertEqual((answer["imported"], answer["updated"], answer["duplicates"]), (0, 0, counts[path]), path)
        self.assertEqual(self.run_ok("list", "--json", "--sort=id", "--limit=0"), before)
        self.assertEqual([os.path.basename(path) for path in broken], ["JSON1001.SyntaxError.sarif"])
        self.fails(3, "broken JSON: byte ", "import", broken[0])

    def answers_of(self, files):
        return {answer["file"]: answer for answer in self.run_json("import", "--format=sarif", *files)}

    def test_notes_are_in_the_answer(self):
        log = self.write("odd.sarif", b'{"version":"1.0.0","runs":[7,{"tool":{"name":"T"},"results":42}]}')
        notes = ["SARIF 1.0.0: read as far as it is like 2.1.0", "run 1 is a number, not an object: nothing of it was read",
                 "run 2 (T) has a number in place of an array of results: none were read"]
        for more in [], ["--dry-run"]:
            done = self.run_raw("import", "--json", log, *more)
            self.assertEqual(done.returncode, 0)
            answer = json.loads(done.stdout)
            self.assertEqual((answer["records"], answer["rejected"], answer["notes"]), (0, 0, notes))
            self.assertEqual(done.stderr.decode().splitlines(), [f"{log}: {note}" for note in notes])
        answers = self.run_json("import", log, self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        self.assertEqual([len(answer["notes"]) for answer in answers], [3, 0])

    def test_twice_changes_nothing(self):
        files = files_in(TUTORIALS, "") + files_in(REFLEXION, "humaneval_py_pass_at_1.jsonl")
        first = self.run_json("import", *files)
        self.assertEqual(first[-1]["records"], 164)
        before = self.run_ok("list", "--json", "--sort=id")
        samples = [self.run_ok("show", str(number), "--json") for number in (1, 20, 100)]
        again = self.run_json("import", *files)
        for answer in again:
            self.assertEqual((answer["imported"], answer["updated"]), (0, 0), answer["file"])
            self.assertEqual(answer["duplicates"], answer["records"])
        self.assertEqual(self.run_ok("list", "--json", "--sort=id"), before)
        self.assertEqual([self.run_ok("show", str(number), "--json") for number in (1, 20, 100)], samples)

    def test_rows_of_reflexion(self):
        for path in files_in(REFLEXION, ".jsonl"):
            with open(path, encoding="utf-8") as file:
                rows = sum(1 for line in file if line.strip())
            answer = self.run_json("import", path)[0]
            self.assertEqual((answer["records"], answer["rejected"], answer["format"]), (rows, 0, "jsonl"), path)

    def test_standard_input(self):
        answer = self.run_json("import", "-", stdin=b'{"id":"a","code":"x = 1"}\n')[0]
        self.assertEqual((answer["file"], answer["imported"]), ("-", 1))

    def test_texts(self):
        diff = self.write("fix.patch", b"--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-c\n+d\n")
        table = self.write("scan.csv", b"Severity;Title;File;Line\r\nHigh;leak;y.c;7\r\n")
        log = self.write("make.log", b"cc -c z.c\nz.c:3:5: error: no such thing\n    3 |   thing;\n      |   ^~~~~\n")
        answers = self.run_json("import", diff, table, log)
        self.assertEqual([(answer["format"], answer["imported"]) for answer in answers],
                         [("diff", 2), ("csv", 1), ("lint", 1)])
        self.assertEqual(self.count("path:y.c level:error"), 1)
        self.assertEqual(self.run_json("show", "4")[0]["code"], "  thing;\n")
        again = self.run_json("import", diff, table, log)
        self.assertEqual([answer["duplicates"] for answer in again], [2, 1, 1])

    def test_map_and_format(self):
        path = self.jsonl("odd.jsonl", [{"out": {"text": "x = 1"}, "m": "m-1", "ticket": 7}])
        answer = self.run_json("import", "--format=jsonl", "--map", "code=out.text", "--map=model=m", path)[0]
        self.assertEqual(answer["imported"], 1)
        sample = self.run_json("show", "1")[0]
        self.assertEqual(sample["code"], "x = 1")
        self.assertEqual(self.count("model:m-1"), 1)
        self.fails(2, "is no map", "import", "--map", "code", path)

    def test_an_unknown_format_is_refused_before_any_file(self):
        path = self.jsonl("a.jsonl", [{"code": "x"}])
        self.fails(2, "--format takes one of sarif, ", "import", "--format=nonsense", path, self.path("none"), path)
        self.assertIn(", not 'nonsense'", self.err)
        self.assertEqual(len(self.err.splitlines()), 1)
        self.assertFalse(os.path.exists(self.store))

    def test_slips_in_maps(self):
        path = self.jsonl("m.jsonl", [{"id": "a", "code": "x = 1", "answer": "y"}])
        self.fails(2, "unknown field 'cod'; did you mean 'code'? (@cod=answer names a provenance key)",
                   "import", "--map", "cod=answer", path)
        self.run_ok("import", "--map", "@cod=answer", path)
        self.assertEqual(self.count("cod:y"), 1)
        done = self.run_raw("import", "--map", "code=x", "--map=model=id", path)
        self.assertEqual((done.returncode, done.stderr.decode()), (0, f"{path}: --map code=x: no record has 'x'\n"))

    def test_rejected_records(self):
        lines = [b'{"id":"%d","code":"x"}' % number for number in range(3)]
        path = self.write("r.jsonl", b"\n".join([lines[0], b"{broken", lines[1], b"17", lines[2]]) + b"\n")
        out = self.run_ok("import", path, code=1)
        self.assertIn("5 records: 3 imported, 0 updated, 0 duplicates, 2 rejected (jsonl, batch 1)", out)
        said = self.err.splitlines()
        self.assertEqual(len(said), 2)
        offset = len(lines[0]) + 1
        self.assertTrue(said[0].startswith(f"{path}: record 2 (byte {offset}"), said[0])
        self.assertTrue(said[1].startswith(f"{path}: record 4 (byte "), said[1])
        self.assertEqual(self.count(), 3)

    def test_many_rejected_records(self):
        path = self.write("r.jsonl", b'{"id":"1","code":"x"}\n' + b"17\n" * 320)
        self.run_ok("import", path, code=1)
        said = self.err.splitlines()
        self.assertEqual(len(said), 21)
        self.assertEqual(said[-1], f"{path}: … and 300 more; --name-rejects=320 names them all")
        self.run_ok("import", "--name-rejects=320", path, code=1)
        self.assertEqual(len(self.err.splitlines()), 320)
        self.run_ok("import", "--name-rejects=0", path, code=1)
        self.assertEqual(len(self.err.splitlines()), 1)

    def test_goes_on_after_a_bad_file(self):
        good = self.jsonl("g.jsonl", [{"id": "a", "code": "x"}])
        bad = self.write("b.bin", b"\x00\x01\x02 nothing known")
        reject = self.write("r.jsonl", b'{"id":"b","code":"y"}\n[]\n')
        out = self.run_ok("import", "--json", self.path("none"), bad, reject, good, code=3)
        answers = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([answer.get("imported") for answer in answers], [None, None, 1, 1])
        self.assertIn("No such file", answers[0]["error"])
        self.assertNotIn("error", answers[2])
        self.assertEqual(len([line for line in self.err.splitlines() if line.startswith("aitia: ")]), 2, self.err)
        self.assertEqual(self.count(), 2)

    def test_illustrative(self):
        self.run_ok("import", "--illustrative", self.jsonl("i.jsonl", [{"id": "a", "code": "x"}]))
        self.run_ok("import", self.jsonl("r.jsonl", [{"id": "b", "code": "y"}]))
        self.assertEqual(self.count("is:illustrative"), 1)
        self.assertIn("ILLUSTRATIVE", self.run_ok("show", "1"))
        self.assertNotIn("ILLUSTRATIVE", self.run_ok("show", "2"))
        self.assertTrue(self.run_json("list", "is:illustrative")[0]["illustrative"])

    def test_killed_import_leaves_nothing(self):
        self.run_ok("import", self.jsonl("first.jsonl", [{"id": "first", "code": "kept"}]))
        before = self.run_ok("log", "--json")
        big = self.path("big.jsonl")
        with open(big, "w") as file:
            for number in range(400000):
                file.write('{"id":"%d","code":"x = %d"}\n' % (number, number))
        for _ in range(3):
            child = subprocess.Popen([AITIA, "--store", self.store, "import", big], cwd=self.dir, env=self.env,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            # Until pages of the transaction are on the disk, so that there is something to be left behind.
            deadline = time.monotonic() + LIMIT_S
            while child.poll() is None and time.monotonic() < deadline:
                if bytes_read(child) > 4 << 20:
                    break
                select.select([], [], [], 0.005)
            self.assertIsNone(child.poll(), "the import ended before it could be killed")
            child.kill()
            child.communicate()
            self.assertEqual(child.returncode, -signal.SIGKILL)
            self.assertEqual(self.count(), 1)
            self.assertEqual(self.run_ok("log", "--json"), before)
            self.run_ok("check")
        self.assertEqual(self.run_json("import", self.jsonl("n.jsonl", [{"id": "n", "code": "y"}]))[0]["imported"], 1)

    def test_interrupted_import_keeps_nothing_of_the_file(self):
        first = self.jsonl("first.jsonl", [{"id": "first", "code": "kept"}])
        last = self.jsonl("last.jsonl", [{"id": "last", "code": "not started"}])
        big = self.path("big.jsonl")
        subprocess.run([sys.executable, os.path.join(DATA, "gen_samples.py"), "--count", "30000", "--out", big],
                       check=True, capture_output=True, timeout=LIMIT_S)
        for number, files, kept in (signal.SIGINT, [big], 0), (signal.SIGTERM, [first, big, last], 1):
            child = subprocess.Popen([AITIA, "--store", self.store, "import", *files], cwd=self.dir, env=self.env,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            deadline = time.monotonic() + LIMIT_S
            while child.poll() is None and time.monotonic() < deadline:
                if bytes_read(child) > 4 << 20:
                    break
                select.select([], [], [], 0.005)
            self.assertIsNone(child.poll(), "the import ended before it could be interrupted")
            child.send_signal(number)
            said = child.communicate(timeout=LIMIT_S)[1].decode()
            self.assertEqual(child.returncode, 128 + number, said)
            self.assertIn(f"aitia: interrupted; nothing of {big} was kept", said)
            self.assertEqual("interrupted; 1 of 3 files were not started" in said, len(files) > 1)
            self.assertEqual(self.count(), kept)
            self.run_ok("check")
        self.assertEqual(self.run_json("import", big)[0]["records"], 30000)

    def test_interrupted_while_waiting_for_standard_input(self):
        child = subprocess.Popen([AITIA, "--store", self.store, "import", "-"], cwd=self.dir, env=self.env,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + LIMIT_S
        caught = 0
        while not caught & 1 << signal.SIGINT - 1 and time.monotonic() < deadline:
            with open(f"/proc/{child.pid}/status") as status:
                caught = int(re.search(r"^SigCgt:\s*([0-9a-f]+)", status.read(), re.M).group(1), 16)
            select.select([], [], [], 0.005)
        child.send_signal(signal.SIGINT)
        said = child.stderr.read()  # standard input stays open: only the signal ends it
        self.assertEqual(child.wait(timeout=LIMIT_S), 130)
        self.assertIn(b"interrupted; nothing of standard input was kept", said)
        for stream in child.stdin, child.stdout, child.stderr:
            stream.close()

    def test_progress_only_on_a_terminal(self):
        path = self.path("p.jsonl")
        with open(path, "w") as file:
            for number in range(60000):
                file.write('{"id":"%d","code":"x = %d"}\n' % (number, number))
        self.run_ok("import", path)  # asserts that nothing is on standard error
        os.remove(self.store)
        out, shown = on_terminal(self, [AITIA, "--store", self.store, "import", path], stream="stderr")
        self.assertIn("60000 imported", out.decode())
        self.assertIn(b"%", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-60:])
