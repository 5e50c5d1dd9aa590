"""aitia import: folders, dry runs, --strict, --rejects, profiles, and being stopped."""
import gzip
import json
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

from .harness import AITIA, Case, LIMIT_S, TUTORIALS, digest, files_in, on_terminal

BROKEN_SARIF = '{"version": "2.1.0", "runs": [{"results": [{"mess'
GOOD = '{"id":"a","code":"x"}\n'


class Folders(Case):
    def tree(self):
        for folder in "in/b/c", "in/.git", "out":
            os.makedirs(self.path(folder))
        for name, content in {
            "in/z.jsonl": GOOD, "in/b/c/deep.jsonl": '{"id":"b","code":"y"}\n17\n', "in/b/a.data": '{"id":"c","code":"z"}\n',
            "in/README.md": "hello\n", "in/b/logo.png": "\x89PNG", "in/b/package.json": '{"name":"x"}\n', "in/b/empty": "",
            "in/.git/hidden.jsonl": '{"id":"h","code":"h"}\n', "out/o.jsonl": '{"id":"o","code":"o"}\n',
        }.items():
            self.write(name, content)
        os.symlink(self.path("in"), self.path("in/b/loop"))
        os.symlink("self", self.path("in/b/self"))
        os.symlink("../out/o.jsonl", self.path("in/link"))
        os.mkfifo(self.path("in/pipe"))
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.path("in/socket"))

    def test_everything_below_a_folder(self):
        self.tree()
        out = self.run_ok("import", "in", code=1).splitlines()
        self.assertEqual([line.split(":")[0] for line in out[:-1]], ["in/b/a.data", "in/b/c/deep.jsonl", "in/link", "in/z.jsonl"])
        self.assertEqual(out[-1], "4 files, 5 records: 4 imported, 0 updated, 0 duplicates, 1 rejected; "
                                  "8 files passed over, 0 failed")
        said = self.err.splitlines()
        self.assertEqual(said[1], "8 files were no input of any known format (--verbose says why):")
        self.assertEqual(sorted(line.strip() for line in said[2:]), sorted(
            "in/" + name for name in ("README.md", "b/logo.png", "b/package.json", "b/empty", "b/loop", "b/self", "pipe", "socket")))
        self.assertEqual(self.count(), 4)
        again = self.run_ok("import", "--verbose", "in/", code=1)
        self.assertIn("0 imported, 0 updated, 4 duplicates, 1 rejected", again.splitlines()[-1])
        self.assertIn("in/b/loop: a link to a folder", self.err)
        self.assertIn("in/README.md: the format was not recognised: it looks like plain text", self.err)

    def test_json_stays_one_object_a_file(self):
        self.tree()
        out = self.run_ok("import", "--json", "in", "out/o.jsonl", code=1)
        self.assertEqual([json.loads(line)["file"] for line in out.splitlines()],
                         ["in/b/a.data", "in/b/c/deep.jsonl", "in/link", "in/z.jsonl", "out/o.jsonl"])

    def test_what_is_named_or_broken_is_an_error(self):
        os.mkdir(self.path("in"))
        self.write("in/ok.jsonl", GOOD)
        readme = self.write("in/README.md", "hello\n")
        self.run_raw("import", "in")
        done = self.run_raw("import", "in", readme)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"aitia: " + readme.encode() + b": the format was not recognised", done.stderr)
        self.assertIn(b"1 file passed over, 1 failed", done.stdout)
        self.write("in/broken.sarif", BROKEN_SARIF)
        done = self.run_raw("import", "in")
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"aitia: in/broken.sarif: broken JSON", done.stderr)
        self.assertIn(b"1 file passed over, 1 failed", done.stdout)

    def test_format_narrows_a_folder(self):
        os.mkdir(self.path("in"))
        self.write("in/a.jsonl", GOOD)
        self.write("in/b.sarif", self.read(os.path.join(TUTORIALS, "RegionVariants.sarif")))
        done = self.run_raw("import", "--json", "--format=sarif", "in")
        self.assertEqual([json.loads(line)["file"] for line in done.stdout.splitlines()], ["in/b.sarif"])
        self.assertEqual(done.returncode, 0)

    def test_names_of_many_that_are_passed_over_are_cut(self):
        os.mkdir(self.path("in"))
        for number in range(30):
            self.write(f"in/{number:02}.txt", "x")
        self.run_raw("import", "in")
        done = self.run_raw("import", "in")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.splitlines()), 22)
        self.assertEqual(done.stderr.splitlines()[-1].decode(), "  … and 10 more")
        self.assertEqual(len(self.run_raw("import", "--verbose", "in").stderr.splitlines()), 31)

    def test_a_deep_folder(self):
        folder = self.path("in")
        os.mkdir(folder)
        self.write("in/ok.jsonl", GOOD)
        for depth in range(9):
            folder = os.path.join(folder, str(depth) * 200)
            os.mkdir(folder)
        for name, content in ("deep.jsonl", '{"id":"deep","code":"y"}\n'), ("README", "hello\n"):
            self.write(os.path.join(folder, name), content)
        for more in [], ["--verbose"]:
            done = self.run_raw("import", *more, "in")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"2 files, 2 records:", done.stdout)
            self.assertIn(b"/README", done.stderr)

    def test_a_folder_that_may_not_be_read(self):
        os.makedirs(self.path("in/no"), mode=0)
        self.write("in/ok.jsonl", GOOD)
        os.chmod(self.dir, 0o777)
        program = shutil.copy(AITIA, self.path("aitia"))
        os.chmod(program, 0o755)
        # Root may read all, so it becomes nobody.
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run([program, "--store", self.store, "import", "in"], env=self.env, capture_output=True,
                              timeout=LIMIT_S, cwd=self.dir, **nobody)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(b"in/no: the folder cannot be read: Permission denied", done.stderr)
        self.assertIn(b"1 imported", done.stdout)

    def test_a_real_folder(self):
        wanted = files_in(TUTORIALS, "")
        answers = [json.loads(line) for line in self.run_raw("import", "--json", TUTORIALS).stdout.splitlines()]
        self.assertEqual(sorted(answer["file"] for answer in answers), wanted)

    def test_hostile_names(self):
        os.mkdir(self.path("in"))
        for name in "\x1b]0;x\x07.txt", "a\nb.jsonl", "\u202e.md":
            self.write("in/" + name, GOOD if name.endswith("jsonl") else "hello")
        for more in [], ["--verbose"], ["--dry-run"], ["--json"], ["--json", "--dry-run"]:
            done = self.run_raw("import", *more, "in")
            self.assertEqual(done.returncode, 0)
            self.assert_inert(done.stdout, more)
            self.assert_inert(done.stderr, more)

    def test_progress_of_many_files_on_a_terminal(self):
        os.mkdir(self.path("in"))
        for number in range(3):
            self.jsonl(f"in/{number}.jsonl", [{"id": str(number), "code": "x"}])
        out, shown = on_terminal(self, [AITIA, "--store", self.store, "import", "in"], stream="stderr")
        self.assertIn(b"(2/3) 1.jsonl", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-60:])
        self.assertIn(b"3 files, 3 records: 3 imported", out)


class DryRun(Case):
    def rows(self):
        rows = [{"id": str(number), "code": f"line one of {number}\nline two\n\x1b]0;owned\x07\u202e", "model": "m-1",
                 "path": "src/a.py", "rule": "R1", "message": "say \x1b[31m", "team": "blue"} for number in range(5)]
        return self.jsonl("d.jsonl", rows)

    def test_nothing_is_written(self):
        path = self.rows()
        self.store = self.path("none/s.db")
        out = self.run_ok("import", "--dry-run", path)
        self.assertFalse(os.path.exists(self.path("none")))
        self.assertTrue(out.startswith(f"{path}: jsonl, 5 records: 5 new, 0 known, 0 rejected\n"), out)
        for part in ("src/a.py", "python", "m-1", "R1", "say ^[[31m", "team", "line one of 0", "line one of 2"):
            self.assertIn(part, out)
        self.assertNotIn("line one of 3", out)
        self.assert_inert(out, "dry run")
        self.assertEqual(self.run_ok("import", "--dry-run", "--show=0", path).count("\n"), 1)
        self.assertIn("line one of 4", self.run_ok("import", "--dry-run", "--show=9", path))
        self.fails(2, "--rejects does not go with --dry-run", "import", "--dry-run", "--rejects=x", path)

    def test_what_the_store_knows(self):
        path = self.rows()
        self.run_ok("import", self.write("two.jsonl", b"".join(self.read(path).splitlines(True)[:2])))
        before, files = digest(self.store), sorted(os.listdir(self.dir))
        answer = self.run_json("import", "--dry-run", path)[0]
        self.assertEqual((answer["records"], answer["new"], answer["known"], answer["rejected"]), (5, 3, 2, 0))
        self.assertEqual((answer["file"], answer["format"], answer["dry_run"]), (path, "jsonl", True))
        self.assertEqual([answer[key] for key in ("imported", "updated", "duplicates", "batch")], [None] * 4)
        self.assertEqual([sample["external_id"] for sample in answer["samples"]], ["0", "1", "2"])
        self.assertEqual(answer["samples"][0]["code"], "line one of 0\nline two\n\x1b]0;owned\x07\u202e")
        self.assertIn("1. completion, warning, known", self.run_ok("import", "--dry-run", path))
        self.assertEqual(digest(self.store), before)
        self.assertEqual(sorted(os.listdir(self.dir)), files)
        self.assertEqual(self.count(), 2)
        self.assertIsNone(self.run_json("--store", self.path("n.db"), "import", "--dry-run", path, store=False)[0]["known"])

    def test_a_store_that_cannot_be_looked_into(self):
        path = self.rows()
        self.run_ok("import", path)
        shutil.copy(self.store, self.path("older.db"))
        for name, change in ("s.db", "9999"), ("older.db", "1"), ("text.db", None):
            self.store = self.path(name)
            if change:
                with sqlite3.connect(self.store) as other:
                    other.execute(f"PRAGMA user_version = {change}")
                other.close()
            else:
                self.write(name, "This is no store.\n" * 100)
            before, files = digest(self.store), sorted(os.listdir(self.dir))
            done = self.run_raw("import", "--dry-run", path)
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"what the store knows already cannot be told", done.stderr)
            self.assertIn(b"5 new", done.stdout)
            self.assertEqual(digest(self.store), before)
            self.assertEqual(sorted(os.listdir(self.dir)), files)

    def test_rejects_and_failures(self):
        path = self.write("r.jsonl", GOOD + "17\n")
        out = self.run_ok("import", "--dry-run", path, self.path("none"), self.write("x.txt", "hello"), code=3)
        self.assertIn("2 records: 1 new, 0 known, 1 rejected", out)
        self.assertIn("record 2 (byte 22): not an object but a number", self.err)
        self.assertTrue(out.endswith("1 file, 2 records: 1 new, 0 known, 1 rejected; 0 files passed over, 2 failed "
                                     "(dry run: nothing was written)\n"), out)
        self.run_ok("import", "--dry-run", "--strict", path, code=1)
        self.assertIn("so nothing of it was kept", self.err)
        self.assertFalse(os.path.exists(self.store))


class Strict(Case):
    def test_all_or_nothing_of_each_file(self):
        bad = self.write("bad.jsonl", '{"id":"b","code":"y"}\n17\n[]\n')
        good = self.write("good.jsonl", GOOD)
        out = self.run_ok("import", "--strict", bad, good, code=1)
        self.assertIn(f"aitia: {bad}: 2 of 3 records were rejected, so nothing of it was kept (--strict)", self.err)
        self.assertIn(f"{bad}: record 2 (byte 22): not an object but a number", self.err)
        self.assertIn("1 file, 1 record: 1 imported, 0 updated, 0 duplicates, 0 rejected; 0 files passed over, 1 failed", out)
        self.assertEqual(self.count(), 1)
        self.assertEqual(len(self.run_json("batch", "list")), 1)
        answer = json.loads(self.run_ok("import", "--strict", "--json", bad, code=1))
        self.assertIsNone(answer["imported"])
        self.assertIn("2 of 3 records", answer["error"])
        self.run_ok("import", bad, code=1)
        self.assertEqual(self.count(), 2)


class Rejects(Case):
    def test_lines_come_back_as_lines(self):
        bad = self.write("bad.jsonl", b'{"id":"a","code":"x"}\n{"id":"b","code":"y"\r\n17\n{"id":"c","code":\xff"z"}')
        other = self.write("other.jsonl", b'{"id":"d","code":"w"}\n[1]\n')
        kept = self.path("kept.jsonl")
        self.run_ok("import", "--rejects", kept, bad, other, code=1)
        self.assertIn(f"4 rejected records are kept in {kept}", self.err)
        self.assertEqual(self.read(kept), b'{"id":"b","code":"y"\n17\n{"id":"c","code":\xff"z"}\n[1]\n')
        mended = self.read(kept).replace(b'"y"', b'"y"}').replace(b"\xff", b"").replace(b"17\n", b"").replace(b"[1]\n", b"")
        self.write("kept.jsonl", mended)
        answer = self.run_json("import", kept)[0]
        self.assertEqual((answer["imported"], answer["rejected"]), (2, 0))
        self.assertEqual(self.count(), 4)

    def test_results_come_back_as_a_log(self):
        log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, "results": [
            {"ruleId": "R1", "message": {"text": "good"}}, 17, {"ruleId": "R2", "message": {"text": "fine"}}, "x"]}]}
        bad = self.write("bad.sarif", json.dumps(log))
        kept = self.path("kept.sarif")
        self.run_ok("import", "--rejects", kept, bad, code=1)
        with open(kept) as file:
            results = json.load(file)["runs"][0]["results"]
        self.assertEqual(results, [17, "x"])
        self.run_ok("import", kept, code=1)  # a log, of whose results none can be taken
        text = self.read(kept).replace(b"17", b'{"ruleId": "R3", "message": {"text": "mended"}}').replace(b'"x"', b'{"ruleId": "R4"}')
        self.write("kept.sarif", text)
        answer = self.run_json("import", kept)[0]
        self.assertEqual((answer["format"], answer["imported"], answer["rejected"]), ("sarif", 2, 0))

    def test_a_second_format_goes_to_a_file_of_its_own(self):
        rows = self.write("a.jsonl", GOOD + "17\n")
        log = self.write("b.sarif", '{"version":"2.1.0","runs":[{"results":[{"message":{"text":"m"}},17]}]}')
        kept = self.path("kept")
        self.run_ok("import", "--rejects", kept, rows, log, rows, code=1)
        self.assertEqual(self.read(kept), b"17\n17\n")
        self.assertIn(b'"results": [\n17\n', self.read(kept + ".sarif"))
        self.assertEqual(len(self.err.splitlines()), 5)

    def test_no_file_where_nothing_was_rejected(self):
        old = self.write("old", "as it was")
        self.run_ok("import", "--rejects", old, self.write("g.jsonl", GOOD))
        self.run_ok("import", "--rejects", self.path("new"), self.write("g.jsonl", GOOD))
        self.assertEqual(self.read(old), b"as it was")
        self.assertFalse(os.path.exists(self.path("new")))
        self.assertEqual([name for name in os.listdir(self.dir) if name.startswith(".aitia")], [])

    def test_rejects_of_a_refused_file_and_of_a_broken_one(self):
        rows = self.write("a.jsonl", GOOD + "17\n")
        broken = self.write("broken.jsonl.gz", gzip.compress((GOOD + "18\n").encode())[:-3])
        kept = self.path("kept")
        self.run_ok("import", "--rejects", kept, broken, code=3)  # nothing of it was read
        self.assertFalse(os.path.exists(kept))
        self.run_ok("import", "--strict", "--rejects", kept, rows, code=1)
        self.assertEqual(self.read(kept), b"17\n")
        self.assertEqual(self.count(), 0)
        self.run_ok("import", "--rejects", kept, broken, rows, broken, code=3)
        self.assertEqual(self.read(kept), b"17\n")

    def test_inputs_and_the_store_are_not_overwritten(self):
        path = self.write("a.jsonl", GOOD + "17\n")
        os.mkdir(self.path("in"))
        os.symlink(path, self.path("in/link"))
        os.link(path, self.path("hard"))
        for target in path, self.path("in/link"), self.path("hard"), self.path("in/../a.jsonl"):
            self.fails(2, "would overwrite", "import", "--rejects", target, self.path("in"))
        self.fails(2, "there is no such folder", "import", "--rejects", self.path("none/x"), path)
        self.fails(2, "it is there, and no file", "import", "--rejects", self.path("in"), path)
        self.assertFalse(os.path.exists(self.store))
        self.run_ok("import", path, code=1)
        self.fails(2, "would overwrite the store", "import", "--rejects", self.store, path)
        # The second format's file is known only when it is met.
        log = self.write("kept.sarif", '{"version":"2.1.0","runs":[{"results":[17]}]}')
        before = digest(log)
        done = self.run_raw("import", "--rejects", self.path("kept"), path, log)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"would overwrite", done.stderr)
        self.assertEqual(digest(log), before)
        self.assertEqual(self.read(path), (GOOD + "17\n").encode())

    def test_a_large_record(self):
        row = b'{"id":"b","code":"' + b"y" * 300000 + b'"'
        self.run_ok("import", "--rejects", self.path("kept"), self.write("a.jsonl", GOOD.encode() + row + b"\n"), code=1)
        self.assertEqual(self.read(self.path("kept")), row + b"\n")


class Profiles(Case):
    def config(self, text):
        path = os.path.join(self.home, ".config/aitia/config.ini")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def test_a_profile_is_used(self):
        self.config("reviewer = ann\n\n# of the nightly run\n[import nightly]\nformat = jsonl\nmap = code=out.text\n"
                    "map = model=m\nillustrative = yes\nstrict = no\nper = file\n[import other]\nstrict = on\n")
        path = self.jsonl("n.jsonl", [{"id": "a", "out": {"text": "x = 1"}, "m": "m-1", "n": "m-2"}])
        self.run_ok("import", "--profile=nightly", path)
        sample = self.run_json("show", "1")[0]
        self.assertEqual((sample["code"], sample["illustrative"]), ("x = 1", True))
        self.assertEqual(self.count("model:m-1"), 1)
        self.run_ok("import", "--profile", "nightly", "--map=model=n", path)
        self.assertEqual(self.count("model:m-2"), 1)
        self.run_ok("import", "--profile=other", self.write("r.jsonl", GOOD + "17\n"), code=1)
        self.assertIn("(--strict)", self.err)
        self.fails(2, "did you mean 'nightly'?", "import", "--profile=nightyl", path)
        self.fails(2, "it would be a section [import zzz] of", "import", "--profile=zzz", path)

    def test_formats_and_profiles_are_listed(self):
        text = self.run_ok("import", "--list-formats")
        self.assertRegex(text, r"(?m)^  sarif +SARIF")
        self.assertNotIn("profiles", text)
        path = self.config("[import nightly]\nformat = jsonl\nmap = code=out.text\nper = file\n")
        text = self.run_ok("import", "--list-formats")
        self.assertIn(f"profiles of {path}\n", text)
        self.assertRegex(text, r"(?m)^  nightly +jsonl, code=out.text, per file$")
        answers = self.run_json("import", "--list-formats")
        self.assertLessEqual({"sarif", "jsonl"}, {answer["name"] for answer in answers if answer["kind"] == "format"})
        profile = answers[-1]
        self.assertEqual((profile["kind"], profile["name"], profile["origin"]), ("profile", "nightly", path))
        self.assertEqual((profile["format"], profile["map"], profile["per"]), ("jsonl", ["code=out.text"], "file"))
        self.assertFalse(os.path.exists(self.store))

    def test_slips_are_named_with_their_line(self):
        sample = self.write("g.jsonl", GOOD)
        for text, said in [
            ("reviewer = x\n[import a]\nformt = jsonl\n", "line 3: unknown setting 'formt': did you mean 'format'?"),
            ("[import a]\nmap = cod=x\n", "line 2: unknown field 'cod'; did you mean 'code'?"),
            ("[import a]\nmap = code\n", "line 2: 'code' is no map"),
            ("[import a]\nformat = jsnl\n", "line 2: unknown format 'jsnl': did you mean 'jsonl'?"),
            ("[import a]\n\nper = line\n", "line 3: unknown per 'line'"),
            ("[import a]\nstrict = maybe\n", "line 2: strict is yes or no, not 'maybe'"),
            ("[imprt a]\nformat = jsonl\n", "line 2: unknown section [imprt a]; [keys], [codes], [view NAME] and [import NAME] are known"),
            ("[import]\nformat = jsonl\n", "line 2: unknown section [import]"),
            ("reviwer = y\nnonsense\n", "line 1: unknown setting 'reviwer': did you mean 'reviewer'?"),
            ("nonsense\nreviwer = y\n", "line 1: not of the form"),
            ("[import a]\nmap = code=" + "x" * 300 + "\n", "line 2: longer than"),
        ]:
            with self.subTest(text=text):
                self.config(text)
                self.fails(3, "config.ini: " + said, "import", "--profile=a", sample)
                self.assertEqual(len(self.err.splitlines()), 1)

    def test_options_of_folders_are_checked_first(self):
        self.fails(2, "--source-root", "import", "--source-root", self.path("none"), self.write("g.jsonl", GOOD))
        self.fails(2, "--per takes one of hunk, file", "import", "--per=line", self.path("g.jsonl"))
        self.assertFalse(os.path.exists(self.store))


class Stopped(Case):
    def start(self, *args):
        return subprocess.Popen([AITIA, "--store", self.store, "import", *args], cwd=self.dir, env=self.env,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def folder(self):
        os.mkdir(self.path("in"))
        self.write("in/1.jsonl", GOOD + "17\n")
        with open(self.path("in/2.jsonl"), "w") as file:
            for number in range(400000):
                file.write('{"id":"%d","code":"x = %d"}\n' % (number, number))
        self.write("in/3.jsonl", '{"id":"last","code":"y"}\n')

    def test_a_folder_keeps_the_files_before(self):
        self.folder()
        wal = self.store + "-wal"
        child = self.start("--rejects", self.path("kept"), "in")
        deadline = time.monotonic() + LIMIT_S
        while child.poll() is None and time.monotonic() < deadline:
            if os.path.exists(wal) and os.path.getsize(wal) > 1 << 20:
                break
            select.select([], [], [], 0.005)
        self.assertIsNone(child.poll(), "the import ended before it could be interrupted")
        child.send_signal(signal.SIGINT)
        out, said = (stream.decode() for stream in child.communicate(timeout=LIMIT_S))
        self.assertEqual(child.returncode, 130, said)
        self.assertIn("aitia: interrupted; nothing of in/2.jsonl was kept", said)
        self.assertIn("interrupted; 1 of 3 files were not started", said)
        self.assertIn("1 file, 2 records: 1 imported", out)
        self.assertEqual(self.read(self.path("kept")), b"17\n")
        self.assertEqual(self.count(), 1)
        self.run_ok("check")
        self.assertEqual([name for name in os.listdir(self.dir) if name.startswith(".aitia")], [])

    def test_a_dry_run(self):
        self.folder()
        child = self.start("--dry-run", "in")
        self.wait_until_reading(child, "2.jsonl")
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=LIMIT_S)[1].decode()
        self.assertEqual(child.returncode, 130, said)
        self.assertIn("aitia: interrupted while in/2.jsonl was read; a dry run writes nothing", said)
        self.assertFalse(os.path.exists(self.store))

    def wait_until_reading(self, child, name):
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline and child.poll() is None:
            for fd in os.listdir(f"/proc/{child.pid}/fd"):
                try:
                    if os.readlink(f"/proc/{child.pid}/fd/{fd}").endswith(name):
                        return
                except OSError:
                    pass
        self.fail("it was never read")
