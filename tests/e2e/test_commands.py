#!/usr/bin/python3
"""Drives the real program from outside, as a shell or a script does: every command, its exit
status, its answers, and that it keeps what it promises when things go wrong.

    AITIA=./aitia /usr/bin/python3 tests/e2e/test_commands.py [TEST...]

Runs from the project's root. Each test has a home of its own. Standard library only.
"""
import hashlib
import json
import os
import pty
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.getcwd()
AITIA = os.path.abspath(os.environ.get("AITIA", "./aitia"))
DATA = os.path.join(ROOT, "..", "shared", "data")
SARIF = os.path.join(DATA, "sarif")
TUTORIALS = os.path.join(SARIF, "microsoft_sarif-tutorials")
REFLEXION = os.path.join(DATA, "llm", "noahshinn_reflexion")
HOSTILE = os.path.join(DATA, "hostile")
LIMIT_S = 120  # a command that takes longer hangs

# What acts on a terminal: controls but the line feed, DEL, C1, bidi controls. In text for people
# what hides must not be there either: zero width, tags.
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HIDES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def files_in(folder, ending):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder)
                  for name in names if name.endswith(ending))


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Case(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="aitia-e2e-")
        self.home = os.path.join(self.dir, "home")
        os.mkdir(self.home)
        os.mkdir(os.path.join(self.dir, "tmp"))
        self.env = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.home, "LC_ALL": "C.UTF-8",
            "TMPDIR": os.path.join(self.dir, "tmp"), "TERM": "xterm", "AITIA_REVIEWER": "tester",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.store = os.path.join(self.dir, "s.db")

    def tearDown(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, content):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def run_raw(self, *args, store=True, stdin=b"", env=None, **more):
        """The finished process; --store is given unless store=False."""
        line = [AITIA] + (["--store", self.store] if store else []) + list(args)
        return subprocess.run(line, input=stdin, capture_output=True, timeout=LIMIT_S, cwd=self.dir,
                              env={**self.env, **(env or {})}, **more)

    def run_ok(self, *args, code=0, **more):
        """Standard output as text; standard error is in self.err."""
        done = self.run_raw(*args, **more)
        self.err = done.stderr.decode("utf-8", "surrogateescape")
        out = done.stdout.decode("utf-8", "surrogateescape")
        self.assertEqual(done.returncode, code, f"aitia {args}: {self.err}{out}")
        if code == 0:
            self.assertEqual(self.err, "", f"aitia {args}")
        return out

    def run_json(self, *args, **more):
        return [json.loads(line) for line in self.run_ok("--json", *args, **more).splitlines()]

    def fails(self, code, part, *args, **more):
        """Exit status `code`, one line `aitia: …part…` on standard error, no answer."""
        out = self.run_ok(*args, code=code, **more)
        self.assertIn(part, self.err)
        self.assertTrue(self.err.startswith("aitia: "), self.err)
        self.assertEqual(out, "")

    def count(self, *query, **more):
        return self.run_json("count", *query, **more)[0]["count"]

    def import_tutorials(self):
        return self.run_json("import", *files_in(TUTORIALS, ""))

    def jsonl(self, name, rows):
        return self.write(name, "".join(json.dumps(row) + "\n" for row in rows))

    def assert_inert(self, data, what):
        text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
        found = (ACTS if text.startswith("{") else HIDES).search(text)
        self.assertIsNone(found, f"{what}: {found and text[max(0, found.start() - 40):found.end() + 40]!r}")
        text.encode("utf-8")  # raises where invalid UTF-8 came through


# ---- words of the command line ------------------------------------------------------


class Usage(Case):
    def test_help_of_every_command(self):
        overview = self.run_ok("--help", store=False)
        names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +", overview, re.M)
        self.assertGreater(len(names), 20)
        for name in names:
            text = self.run_ok(*name.split(), "--help", store=False)
            self.assertTrue(text.startswith(f"usage: aitia {name} "), text)
            self.assertEqual(text, self.run_ok("help", *name.split(), store=False))
            self.assertLessEqual(max(map(len, text.splitlines())), 90, name)
        self.assertEqual(overview, self.run_ok("help", store=False))
        self.assertEqual(overview, self.run_ok("-h", store=False))
        self.assertIn("incident create", self.run_ok("incident", "--help", store=False))
        self.assertFalse(os.listdir(self.home), "asking for help makes no files")

    def test_version(self):
        self.assertRegex(self.run_ok("--version", store=False), r"^aitia \d+\.\d+\.\d+\n$")

    def test_wrong_use(self):
        for part, args in [
            ("did you mean 'list'? See aitia --help", ["lst"]),
            ("did you mean 'incident create'?", ["incident", "creat", "x"]),
            ("needs one word more", ["incident"]),
            ("unknown option '--srot=x': did you mean --sort? See aitia list --help", ["list", "--srot=x"]),
            ("--sort takes one of newest, oldest", ["list", "--sort=x"]),
            ("--limit needs a value", ["list", "--limit"]),
            ("--limit takes a whole number", ["list", "--limit=-1"]),
            ("--json takes no value", ["list", "--json=yes"]),
            ("'aitia import' needs FILE...", ["import"]),
            ("'x' is one word too many", ["undo", "x"]),
            ("unknown status 'foo'", ["count", "status:foo"]),
            ("is not the key of an incident", ["incident", "show", "INC-1"]),
            ("nothing to say", ["annotate", "1"]),
            ("not both", ["annotate", "1", "--where", "x", "--cause", "model"]),
            ("--status stands alone", ["annotate", "1", "--status", "deferred", "--note", "x"]),
            ("--site and --out are needed", ["export", "INC-2026-0001"]),
            ("there is no site 'sphinx': plain, hugo", ["export", "--all", "--site=sphinx", "--out=o"]),
            ("name incidents, or --all", ["export", "--site=hugo", "--out=o"]),
            ("there is no reference 'x'", ["docs", "x"]),
            ("addresses of servers", ["--store=postgres://h/db", "list"]),
        ]:
            with self.subTest(args=args):
                self.run_ok("incident", "create", "x", code=0) if not os.path.exists(self.store) else None
                self.fails(2, part, *args)

    def test_workbench_needs_a_terminal(self):
        for args in [], ["tui"]:
            self.fails(2, "needs a terminal", *args, store=False)
        self.assertFalse(os.listdir(self.home))

    def test_options_before_the_command_and_end_of_options(self):
        path = self.jsonl("-odd.jsonl", [{"id": "a", "code": "x = 1"}])
        self.assertEqual(self.run_json("import", "--", os.path.basename(path))[0]["imported"], 1)
        out = self.run_ok("--json", f"--store={self.store}", "count", store=False)
        self.assertEqual(json.loads(out), {"count": 1})

    def test_a_missing_store_is_not_made_by_questions(self):
        for args in [["list"], ["count"], ["show", "1"], ["log"], ["check"], ["undo"], ["incident", "list"],
                     ["annotate", "1", "--cause", "model"], ["export", "--all", "--site=plain", "--out=o"]]:
            self.fails(4, "there is no store at", *args)
            self.assertFalse(os.path.exists(self.store))

    def test_where_the_store_is(self):
        sample = self.jsonl("a.jsonl", [{"id": "a", "code": "x"}])
        self.run_ok("import", sample, store=False)
        self.assertTrue(os.path.exists(os.path.join(self.home, ".local/share/aitia/aitia.db")))
        for name, value in ("XDG_DATA_HOME", self.path("data")), ("AITIA_STORE", self.path("deep/er/e.db")):
            self.env[name] = value
            self.run_ok("import", sample, store=False)
        self.assertTrue(os.path.exists(self.path("data/aitia/aitia.db")))
        self.assertTrue(os.path.exists(self.path("deep/er/e.db")))
        self.fails(4, "there is no store at", "--store", self.path("other.db"), "count", store=False)

    def test_who_the_reviewer_is(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))

        def made_by(*args, env=None):
            made_by.note += 1
            self.run_ok(*args, "annotate", "1", "--note", str(made_by.note), env=env)
            return self.run_json("log")[0]["reviewer"]
        made_by.note = 0
        self.assertEqual(made_by("--reviewer", "ann"), "ann")
        self.assertEqual(made_by(), "tester")
        del self.env["AITIA_REVIEWER"]
        login = made_by()
        self.assertTrue(login)
        config = os.path.join(self.home, ".config/aitia/config.ini")
        os.makedirs(os.path.dirname(config))
        with open(config, "w") as file:
            file.write("# who I am\nreviewer = Carla C.\n")
        self.assertEqual(made_by(), "Carla C.")
        with open(config, "w") as file:
            file.write("reviewer = x\nreviwer = y\n")
        self.fails(3, "config.ini: line 2: unknown setting 'reviwer'", "undo")
        with open(config, "w") as file:
            file.write("no equals sign\n")
        self.fails(3, "config.ini: line 1", "undo")
        self.assertEqual(made_by("--reviewer", "ann"), "ann")


# ---- import -------------------------------------------------------------------------


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

    def test_map_and_format(self):
        path = self.jsonl("odd.jsonl", [{"out": {"text": "x = 1"}, "m": "m-1", "ticket": 7}])
        answer = self.run_json("import", "--format=jsonl", "--map", "code=out.text", "--map=model=m", path)[0]
        self.assertEqual(answer["imported"], 1)
        sample = self.run_json("show", "1")[0]
        self.assertEqual(sample["code"], "x = 1")
        self.assertEqual(self.count("model:m-1"), 1)
        self.fails(2, "is no map", "import", "--map", "code", path)
        out = self.run_ok("import", "--format=nonsense", path, code=2)
        self.assertEqual(out, "")
        self.assertIn("nonsense", self.err)

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
        self.assertEqual(said[-1], f"{path}: … and 300 more; --rejects=320 names them all")
        self.run_ok("import", "--rejects=320", path, code=1)
        self.assertEqual(len(self.err.splitlines()), 320)
        self.run_ok("import", "--rejects=0", path, code=1)
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
        wal = self.store + "-wal"
        for _ in range(3):
            child = subprocess.Popen([AITIA, "--store", self.store, "import", big], cwd=self.dir, env=self.env,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            # Until pages of the transaction are on the disk, so that there is something to be left behind.
            start = os.path.getsize(wal) if os.path.exists(wal) else 0
            deadline = time.monotonic() + LIMIT_S
            while child.poll() is None and time.monotonic() < deadline:
                if os.path.exists(wal) and os.path.getsize(wal) > start + (1 << 20):
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


def on_terminal(case, line, stream="stdout", env=None):
    """Runs with one stream on a pseudoterminal of 80 columns: (the other stream, what the terminal got)."""
    main, side = pty.openpty()
    import fcntl
    import struct
    import termios
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with tempfile.TemporaryFile() as other:
        child = subprocess.Popen(line, cwd=case.dir, env={**case.env, **(env or {})}, stdin=subprocess.DEVNULL,
                                 stdout=side if stream == "stdout" else other,
                                 stderr=side if stream == "stderr" else other)
        os.close(side)
        shown = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(main)
        case.assertEqual(child.wait(timeout=LIMIT_S), 0, shown)
        other.seek(0)
        return other.read(), shown


# ---- questions ------------------------------------------------------------------------


class Questions(Case):
    def setUp(self):
        super().setUp()
        self.import_tutorials()

    def test_count_and_list_agree(self):
        for query in [], ["level:error"], ["-level:warning"], ["rule:TUT*"], ["is:untriaged", "level:error,note"]:
            rows = self.run_json("list", *query)
            self.assertEqual(self.count(*query), len(rows), query)
        self.assertEqual(self.run_ok("count").strip(), str(self.count()))

    def test_limit_and_sort(self):
        everything = self.run_json("list", "--sort=id")
        ids = [row["id"] for row in everything]
        self.assertEqual(ids, sorted(ids))
        self.assertEqual(self.run_json("list", "--sort=id", "--limit=3"), everything[:3])
        self.assertEqual(self.run_json("list", "--sort=id", "--limit=0"), everything)
        ranks = [["none", "note", "warning", "error"].index(row["level"])
                 for row in self.run_json("list", "--sort=level")]
        self.assertEqual(ranks, sorted(ranks, reverse=True))
        self.assertEqual(self.run_ok("list", "--limit=2").count("\n"), 2)

    def test_long_lists_are_whole(self):
        self.run_ok("import", self.jsonl("many.jsonl", [{"id": str(n), "code": "x"} for n in range(1500)]))
        for sort in "newest", "oldest", "level", "path", "id":
            ids = [row["id"] for row in self.run_json("list", f"--sort={sort}")]
            self.assertEqual(len(ids), len(set(ids)), sort)
            self.assertEqual(len(ids), self.count(), sort)
        out = self.run_raw("list")
        self.assertEqual(out.stdout.count(b"\n"), 50)
        self.assertIn("--limit=0 shows all", out.stderr.decode())

    def test_fields_between_tabs(self):
        for line in self.run_ok("list", "--limit=5").splitlines():
            self.assertEqual(len(line.split("\t")), 5, line)

    def test_show(self):
        row = next(row for row in self.run_json("list") if row["path"] and row["line"])
        number = str(row["id"])
        sample = self.run_json("show", number)[0]
        self.assertEqual(sample["flags"][0]["rule"], row["rule"])
        text = self.run_ok("show", number)
        self.assertIn(row["path"], text)
        self.assertIn(sample["fingerprint"], text)
        self.assertEqual(self.run_json("show", sample["fingerprint"]), [sample])
        self.fails(1, "99999", "show", "99999")
        self.fails(2, "neither the number of a sample nor its fingerprint", "show", "x1")
        self.fails(1, "", "show", "sha256:" + "0" * 64)
        self.fails(1, "INC-2031-0001", "show", "INC-2031-0001")

    def test_invalid_bytes(self):
        self.run_ok("import", self.write("bytes.jsonl", b'{"id":"b","code":"a\xff\\u0000\xc3"}\n'))
        number = str(max(row["id"] for row in self.run_json("list")))
        sample = self.run_json("show", number)[0]
        self.assertIn("\ufffd", sample["code"])
        self.assertIn("\x00", sample["code"])

    def test_colour_only_on_a_terminal(self):
        line = [AITIA, "--store", self.store, "list", "level:error"]
        self.assertNotIn(b"\x1b", self.run_raw("list", "level:error").stdout)
        _, shown = on_terminal(self, line)
        self.assertIn(b"\x1b[31merror", shown)
        for row in re.sub(rb"\x1b\[[0-9]*m", b"", shown).decode().split("\r\n"):
            self.assertLessEqual(len(row), 80)
        for env in {"NO_COLOR": "1"}, {"TERM": "dumb"}:
            _, shown = on_terminal(self, line, env=env)
            self.assertNotIn(b"\x1b", shown)
        _, shown = on_terminal(self, line, env={"NO_COLOR": ""})
        self.assertIn(b"\x1b[31m", shown)

    def test_a_reader_that_had_enough(self):
        self.run_ok("import", self.jsonl("many.jsonl", [{"id": str(n), "code": "x" * 200} for n in range(5000)]))
        child = subprocess.Popen([AITIA, "--store", self.store, "list", "--json"], env=self.env,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
        child.stderr.close()
        self.assertEqual(child.wait(timeout=LIMIT_S), -signal.SIGPIPE)
        self.assertEqual(said, b"")

    def test_an_answer_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([AITIA, "--store", self.store, "list", "--json"], env=self.env, stdout=full,
                                  stderr=subprocess.PIPE, timeout=LIMIT_S)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"cannot write the answer: No space left", done.stderr)

    def test_closed_descriptors_do_not_harm_the_store(self):
        def close_all():
            for descriptor in 0, 1, 2:
                os.close(descriptor)
        path = self.jsonl("c.jsonl", [{"id": "closed", "code": "x"}])
        done = subprocess.run([AITIA, "--store", self.store, "import", path], env=self.env, preexec_fn=close_all,
                              timeout=LIMIT_S)
        self.assertEqual(done.returncode, 0)
        self.run_ok("check")
        self.assertEqual(self.count("id:closed"), 1)


# ---- edits ----------------------------------------------------------------------------


class Edits(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": f"s{n}", "code": f"line one {n}\nline two\n", "language": "python" if n % 2 else "go"}
            for n in range(1, 11)]))

    def test_annotate(self):
        answer = self.run_json("annotate", "1", "2", "2", "--cause", "hallucination", "--symptom", "hallucinated_api",
                               "--symptom=wrong_logic", "--severity=Q2", "--confidence=likely", "--lines=1-2",
                               "--verdict=confirmed_defect", "--note=*why*", "--blind")[0]
        self.assertEqual(answer["samples"], 2)
        judged = self.run_json("show", "2")[0]
        made = judged["annotations"][0]
        self.assertEqual(
            {key: made[key] for key in ("cause", "symptoms", "severity", "confidence", "first_line", "last_line",
                                        "verdict", "note", "blind", "reviewer", "superseded_by", "edit")},
            {"cause": "model/hallucination", "symptoms": ["hallucinated_api", "wrong_logic"], "severity": "Q2",
             "confidence": "likely", "first_line": 1, "last_line": 2, "verdict": "confirmed_defect",
             "note": "*why*", "blind": True, "reviewer": "tester", "superseded_by": None, "edit": answer["edit"]})
        self.assertEqual(judged["status"], "annotated")
        self.assertEqual(self.count("cause:model"), 2)
        self.assertIn("model/hallucination [hallucinated_api,wrong_logic] Q2 (likely) blind", self.run_ok("show", "2"))
        self.run_ok("annotate", "2", "--lines=1-2", "--cause=testing")
        history = self.run_json("show", "2")[0]["annotations"]
        self.assertEqual([entry["superseded_by"] for entry in history], [None, history[0]["id"]])

    def test_annotate_where(self):
        self.assertEqual(self.run_json("annotate", "--where", "lang:go", "--cause=testing/flaky_test")[0]["samples"], 5)
        self.assertEqual(self.count("cause:testing/flaky_test"), 5)
        self.assertRegex(self.run_ok("annotate", "--where", "lang:go", "--verdict=intended"), r"^5 samples, edit \d+\n$")
        self.fails(1, "no sample matches 'lang:cobol'", "annotate", "--where", "lang:cobol", "--cause=model")

    def test_annotate_refusals(self):
        before = self.run_ok("log", "--json")
        self.fails(2, "did you mean 'model/hallucination'?", "annotate", "1", "--cause", "halucination")
        self.fails(2, "did you mean 'wrong_logic'?", "annotate", "1", "--symptom", "wrng_logic")
        self.fails(1, "99", "annotate", "1", "99", "--cause", "model")
        self.fails(2, "'1x' is neither", "annotate", "1x", "--cause", "model")
        self.assertEqual(self.run_ok("log", "--json"), before)
        self.assertEqual(self.count("is:untriaged"), 10)

    def test_status_alone(self):
        self.run_ok("annotate", "3", "--status", "excluded")
        self.assertEqual(self.count(), 9)
        self.assertEqual(self.count("status:excluded"), 1)
        self.assertIn("nothing to change", self.run_ok("annotate", "3", "--status", "excluded"))
        self.assertIsNone(self.run_json("annotate", "3", "--status", "excluded")[0]["edit"])

    def test_undo_and_redo_across_processes(self):
        for number in "1", "2":
            self.run_ok("annotate", number, "--cause", "model")
        self.run_ok("annotate", "--where", "is:untriaged", "--cause", "testing")
        self.fails(1, "", "--reviewer", "somebody-else", "undo")
        undone = self.run_json("undo")[0]
        self.assertEqual((undone["verb"], undone["state"], undone["reviewer"]), ("annotate", "undone", "tester"))
        self.assertEqual(self.count("cause:testing"), 0)
        self.run_ok("undo")
        self.assertEqual(self.count("cause:model"), 1)
        self.assertEqual(self.run_json("redo")[0]["state"], "applied")
        self.assertEqual(self.count("cause:model"), 2)
        self.run_ok("redo")
        self.assertEqual(self.count("cause:testing"), 8)
        self.fails(1, "", "redo")
        kinds = [entry["kind"] for entry in self.run_json("log")]
        self.assertEqual(kinds, ["redo", "redo", "undo", "undo", "change", "change", "change", "import"])
        for _ in range(3):
            self.run_ok("undo")
        self.assertEqual(self.count("is:untriaged"), 10)
        self.run_ok("check")

    def test_log(self):
        for number in range(1, 8):
            self.run_ok("annotate", str(number), "--cause", "model")
        entries = self.run_json("log")
        self.assertEqual([entry["id"] for entry in entries], sorted((entry["id"] for entry in entries), reverse=True))
        self.assertEqual(self.run_json("log", "--limit=2"), entries[:2])
        self.assertEqual(len(self.run_ok("log", "--limit=3").splitlines()), 3)
        self.run_ok("undo")
        self.assertIn("(undone)", self.run_ok("log").splitlines()[1])

    def test_check(self):
        self.assertEqual(self.run_json("check"), [{"findings": [], "ok": True}])
        with open(self.store, "r+b") as file:  # as a failing disk would
            file.seek(16)
            page = int.from_bytes(file.read(2), "big")  # "Database header format", offset 16
            for number in range(2, os.path.getsize(self.store) // page, 3):
                file.seek(number * page)
                file.write(b"\xa5" * 512)
        done = self.run_raw("check")
        self.assertIn(done.returncode, (1, 4), done.stderr)
        self.assertIn(b"damaged", done.stdout + done.stderr)
        done = self.run_raw("check", "--json")
        self.assertIn(done.returncode, (1, 4), done.stderr)
        for line in done.stdout.splitlines():
            self.assertFalse(json.loads(line)["ok"])


class Incidents(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": f"s{n}", "code": f"x = {n}\n", "message": "it is wrong", "level": "error" if n < 4 else "warning"} for n in range(1, 7)]))

    def create(self, *more):
        return self.run_json("incident", "create", "A title", *more)[0]["key"]

    def test_life_of_an_incident(self):
        key = self.create("--severity=Q2")
        self.assertEqual(key, "INC-2026-0001")
        self.assertEqual(self.create(), "INC-2026-0002")
        self.assertEqual(self.create("--key=INC-2025-0099", "--status=declared"), "INC-2025-0099")
        self.assertEqual(self.run_json("incident", "add", key, "1", "2")[0]["samples"], 2)
        self.assertEqual(self.run_json("incident", "add", key, "--where", "id:s5", "--role=control")[0]["samples"], 1)
        cause = self.run_json("incident", "cause", key, "cache", "Cleared *twice*.", "--role=trigger",
                              "--confidence=confirmed", "--intent=defect", "--evidence=1", "--evidence=2")[0]
        self.assertEqual(cause["number"], 1)
        event = self.run_json("incident", "event", key, "2026-03-04T10:10Z", "It ships.", "--milestone=introduced",
                              "--source=changelog", "--cohort=plan Pro")[0]
        self.assertEqual(event["number"], 1)
        self.run_ok("incident", "event", key, "2026-03", "Reports.", "--kind=report", "--certainty=approximate")
        action = self.run_json("incident", "action", key, "fix", "Clear once.", "--cause=1", "--owner=serving",
                               "--due=2026-04-01", "--link=https://t.example/1", "--criterion=none lost")[0]
        self.assertEqual(action["number"], 1)
        self.run_ok("incident", "status", key, "mitigated")
        self.run_ok("incident", "set", key, "--title=A better title", "--severity=Q1", "--rationale=At scale.")
        self.run_ok("incident", "section", key, "summary", "-", stdin=b"What **happened**.\n")
        self.assertEqual(self.run_ok("incident", "section", key, "summary"), "What **happened**.\n")
        document = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual(document["title"], "A better title")
        self.assertEqual((document["status"], document["severity"]), ("mitigated", "Q1"))
        self.assertEqual(len(document["causes"][0]["evidence"]), 2)
        self.assertEqual({member["role"] for member in document["members"]}, {"core", "control"})
        self.assertEqual(document["actions"][0]["due"], "2026-04-01")
        text = self.run_ok("show", key)
        for part in ("INC-2026-0001  A better title", "mitigated, Q1", "infrastructure/cache, trigger, confirmed, defect",
                     "evidence: sample 1 2", "2026-03-04 10:10", "milestone introduced", "cohort: plan Pro",
                     "sources: changelog", "fix, open, for C1, due 2026-04-01", "owner: serving", "What **happened**."):
            self.assertIn(part, text)
        self.assertEqual(text, self.run_ok("incident", "show", key))
        row = next(row for row in self.run_json("incident", "list") if row["key"] == key)
        self.assertEqual((row["members"], row["causes"], row["open_actions"]), (3, 1, 1))
        self.assertEqual(row["started_at"], "2026-03-04T10:10Z")
        self.assertEqual(self.count(f"incident:{key}"), 3)
        self.assertEqual(self.run_json("show", "1")[0]["incidents"], [key])
        self.assertEqual(self.run_json("incident", "remove", key, "1")[0]["removed"], 1)
        self.run_ok("incident", "remove", key, "E2", "A1")
        document = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual((len(document["members"]), len(document["events"]), document.get("actions", [])), (2, 1, []))
        self.run_ok("undo")
        self.assertEqual(len(self.run_json("incident", "show", key)[0]["incidents"][0]["actions"]), 1)

    def test_refusals(self):
        key = self.create()
        before = self.run_ok("log", "--json")
        for code, part, args in [
            (2, "did you mean 'infrastructure/cache'?", ["cause", key, "cahce", "x"]),
            (2, "STATEMENT is empty", ["cause", key, "cache", ""]),
            (2, "TIME: ", ["event", key, "2026-02-30", "x"]),
            (2, "is not a type of action", ["action", key, "fxi", "x"]),
            (1, "has no cause C7", ["action", key, "fix", "x", "--cause=7"]),
            (2, "is not the status of an incident", ["status", key, "done"]),
            (2, "there is no section 'summry'", ["section", key, "summry"]),
            (1, "has no C1", ["remove", key, "C1"]),
            (2, "not both", ["remove", key, "C1", "1"]),
            (2, "nothing to set", ["set", key]),
            (1, "INC-2026-0077", ["status", "INC-2026-0077", "closed"]),
            (1, "99", ["add", key, "99"]),
            (3, "No such file", ["section", key, "summary", "none.md"]),
            (3, "", ["create", " "]),
        ]:
            with self.subTest(args=args):
                self.fails(code, part, "incident", *args)
        self.fails(1, key, "incident", "create", "Again", f"--key={key}")
        self.assertEqual(self.run_ok("log", "--json"), before)

    def test_two_at_once_lose_nothing(self):
        key = self.create()
        children = [subprocess.Popen([AITIA, "--store", self.store, "incident", "event", key, "2026-03-04", f"event {n}"],
                                     env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for n in range(4)]
        done = 0
        for child in children:
            _, said = child.communicate(timeout=LIMIT_S)
            self.assertIn(child.returncode, (0, 1), said)
            done += child.returncode == 0
        events = self.run_json("incident", "show", key)[0]["incidents"][0]["events"]
        self.assertEqual(len(events), done)
        self.assertGreaterEqual(done, 2)

    def test_apply_the_example_of_the_documentation(self):
        with open(os.path.join(ROOT, "docs/apply.md"), encoding="utf-8") as file:
            example = re.search(r"```json\n(.*?)```", file.read(), re.S).group(1)
        path = self.write("example.json", example)
        first = self.run_json("apply", path)[0]
        self.assertEqual(first, {"file": path, "key": "INC-2026-0042", "created": True, "changed": True,
                                 "members_added": 3})
        again = self.run_json("apply", path)[0]
        self.assertEqual((again["created"], again["changed"], again["members_added"]), (False, False, 0))
        self.assertIn("INC-2026-0042: unchanged", self.run_ok("apply", path))
        printed = self.run_json("incident", "show", "INC-2026-0042")[0]["incidents"][0]
        given = json.loads(example)["incidents"][0]
        for name in "title", "status", "severity", "severity_rationale", "sections":
            self.assertEqual(printed[name], given[name])
        for part in "causes", "events", "actions":
            by_number = {child["number"]: child for child in printed[part]}
            for child in given[part]:
                for name, value in child.items():
                    self.assertEqual(by_number[child["number"]][name], value)

    def test_to_another_store_and_back(self):
        key = self.create("--severity=Q3")
        self.run_ok("incident", "add", key, "1", "2", "4")
        self.run_ok("incident", "cause", key, "cache", "x", "--evidence=2")
        document = self.run_ok("incident", "show", key, "--json")
        other = self.path("other.db")
        self.fails(3, "no sample here has this fingerprint", "--store", other, "apply", "-", store=False,
                   stdin=document.encode())
        self.run_ok("--store", other, "import", self.path("s.jsonl"), store=False)
        self.run_ok("--store", other, "apply", "-", store=False, stdin=document.encode())
        self.assertEqual(self.run_ok("--store", other, "incident", "show", key, "--json", store=False), document)

    def test_documents_that_are_refused(self):
        before = self.run_ok("log", "--json")
        for part, content in [
            ("bad.json: /incidents/1/events/0/at: ", {"aitia": 1, "incidents": [
                {"title": "fine"}, {"title": "x", "events": [{"at": "2026-02-30", "text": "y"}]}]}),
            ("/incidents/0/severity: ", {"aitia": 1, "incidents": [{"title": "x", "severity": "Q9"}]}),
            ("/incidents/0/sevrity", {"aitia": 1, "incidents": [{"title": "x", "sevrity": "Q1"}]}),
            ("/aitia", {"aitia": 2, "incidents": []}),
        ]:
            self.fails(3, part, "apply", self.write("bad.json", json.dumps(content)))
        self.fails(3, "bad.json", "apply", self.write("bad.json", b'{"aitia": 1,'))
        self.fails(3, "No such file", "apply", "none.json")
        self.assertEqual(self.run_ok("log", "--json"), before)

    def editor(self, body):
        path = self.write("editor.py", "#!/usr/bin/python3\nimport sys\npath = sys.argv[-1]\n" + body)
        os.chmod(path, 0o755)
        return {"VISUAL": path}

    def test_edit(self):
        key = self.create()
        self.run_ok("incident", "section", key, "summary", "-", stdin=b"Before.\n")
        answer = self.run_json("edit", key, env=self.editor(
            "text = open(path).read()\nassert 'Before.' in text\n"
            "open(path, 'w').write(text.replace('Before.', 'After.').replace('A title', 'New title'))\n"))[0]
        self.assertEqual(answer["key"], key)
        self.assertTrue(answer["edit"])
        document = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual((document["title"], document["sections"]["summary"].strip()), ("New title", "After."))
        self.run_ok("undo")
        self.assertEqual(self.run_json("incident", "show", key)[0]["incidents"][0]["title"], "A title")
        self.assertIn("nothing to change", self.run_ok("edit", key, env=self.editor("")))
        self.assertEqual(files_in(self.path("tmp"), ""), [])

    def test_edit_that_cannot_be_read_is_kept(self):
        key = self.create("--severity=Q2")
        done = self.run_raw("edit", key, env=self.editor(
            "text = open(path).read()\nassert 'Q2' in text\n"
            "open(path, 'w').write(text.replace('Q2', 'Q77') + 'my precious words\\n')\n"))
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 3, said)
        kept = re.search(r"kept in (\S+)", said).group(1)
        self.assertIn(b"my precious words", self.read(kept))
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(kept)).st_mode), 0o700)
        self.assertEqual(self.run_json("incident", "show", key)[0]["incidents"][0]["severity"], "Q2")

    def test_edit_that_somebody_overtakes_is_kept(self):
        key = self.create()
        done = self.run_raw("edit", key, env=self.editor(
            "import subprocess\n"
            f"subprocess.run([{AITIA!r}, '--store', {self.store!r}, 'incident', 'status', {key!r}, 'closed'], check=True)\n"
            "text = open(path).read()\nopen(path, 'w').write(text.replace('A title', 'My title'))\n"))
        self.assertEqual(done.returncode, 1, done.stderr)
        kept = re.search(r"kept in (\S+)", done.stderr.decode()).group(1)
        self.assertIn(b"My title", self.read(kept))
        document = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual((document["title"], document["status"]), ("A title", "closed"))

    def test_editors_that_fail(self):
        key = self.create()
        before = self.run_ok("log", "--json")
        done = self.run_raw("edit", key, env=self.editor("open(path, 'a').write('typed')\nsys.exit(1)\n"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(files_in(self.path("tmp"), ".md")), 1, "what was typed is there")
        self.assertNotEqual(self.run_raw("edit", key, env={"VISUAL": "/nonexistent/editor"}).returncode, 0)
        self.assertEqual(self.run_ok("log", "--json"), before)


class Export(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": f"s{n}", "code": "x = `1`\n```\n<script>alert(1)</script>\n{{< evil >}}\n", "level": "error", "message": "<b>"}
            for n in range(1, 4)]))
        self.run_ok("incident", "create", "It <b>breaks</b>", "--severity=Q2")
        self.run_ok("incident", "add", "INC-2026-0001", "1", "2")
        self.run_ok("incident", "cause", "INC-2026-0001", "cache", "Cleared *twice*.", "--role=trigger")
        self.run_ok("incident", "create", "Another")

    def export(self, out, *more, code=0, site="plain"):
        text = self.run_ok("export", "--all", f"--site={site}", "--out", self.path(out), "--json", *more, code=code)
        return {answer["path"]: answer["outcome"] for answer in map(json.loads, text.splitlines())}

    def pages(self, out):
        return {os.path.relpath(path, self.path(out)): self.read(path) for path in files_in(self.path(out), "")}

    def test_written_once_and_the_same_everywhere(self):
        for site in "plain", "hugo":
            first = self.export(f"{site}-a", site=site)
            self.assertIn("written", first.values())
            self.assertEqual(set(self.export(f"{site}-a", site=site).values()), {"unchanged"})
            self.export(f"{site}-b", site=site)
            pages = self.pages(f"{site}-a")
            self.assertEqual(pages, self.pages(f"{site}-b"))
            self.assertGreaterEqual(len(pages), 2)
            self.assertNotIn(b"<script>", b"".join(
                re.sub(rb"(?ms)^(`{3,})[^`\n]*\n.*?^\1$", b"", page) for page in pages.values()))
        out = self.run_ok("export", "INC-2026-0001", "--site=plain", "--out", self.path("plain-a"))
        self.assertRegex(out, r"^unchanged +\S*/plain-a/\S+\n$")

    def test_check(self):
        self.assertEqual(set(self.export("o", "--check", code=1).values()), {"stale"})
        self.assertFalse(os.path.exists(self.path("o")))
        self.export("o")
        self.assertEqual(set(self.export("o", "--check").values()), {"unchanged"})
        self.run_ok("incident", "set", "INC-2026-0001", "--title=Changed")
        before = self.pages("o")
        self.assertEqual(sorted(self.export("o", "--check", code=1).values()), ["stale", "unchanged"])
        self.assertEqual(self.pages("o"), before)

    def test_a_page_edited_by_hand_is_left_alone(self):
        paths = self.export("o")
        mine = next(path for path in paths if "0001" in path)
        text = self.read(mine).replace(b"Cleared", b"I say it was cleared")
        self.assertIn(b"I say", text)
        with open(mine, "wb") as file:
            file.write(text)
        outcomes = self.export("o", code=1)
        self.assertEqual(outcomes[mine], "refused")
        self.assertEqual(set(outcomes.values()) - {"refused"}, {"unchanged"})
        self.assertEqual(self.read(mine), text)
        self.assertTrue(self.err.startswith("aitia: "))
        self.assertEqual(self.export("o", "--force")[mine], "written")
        self.assertNotIn(b"I say", self.read(mine))

    def test_folders_that_cannot_be_written(self):
        self.write("file", b"in the way")
        out = self.run_ok("export", "--all", "--site=plain", "--out", self.path("file/o"), code=3)
        self.assertEqual(out, "")
        self.fails(1, "INC-2026-0077", "export", "INC-2026-0077", "--site=plain", "--out", self.path("o"))


# ---- what may come from outside ---------------------------------------------------------


class Hostile(Case):
    def test_file_names(self):
        for name in (b"\x1b]0;owned\x07.jsonl", b"a\nb\rc.jsonl", "x\u202egnp.jsonl".encode(), b"\xff\xfe.jsonl",
                     b"--help.jsonl", b"%s%n.jsonl"):
            for content in (b'{"id":"a","code":"x"}\n17\n', b"\x00nothing"):
                path = os.path.join(self.dir.encode(), name)
                with open(path, "wb") as file:
                    file.write(content)
                done = self.run_raw("import", path)
                self.assertIn(done.returncode, (1, 3))
                self.assert_inert(done.stdout + done.stderr, repr(name))
                done = self.run_raw("import", "--json", path)
                self.assert_inert(done.stdout + done.stderr, repr(name))
                for line in done.stdout.splitlines():
                    json.loads(line)
            self.assert_inert(self.run_raw("import", path + b"-none").stderr, repr(name))
            self.assert_inert(self.run_raw("apply", path + b"-none").stderr, repr(name))
        self.assert_inert(self.run_raw("log").stdout, "log")
        for args in (["\x1b[2J"], ["list", "--\x1b[2J"], ["count", "status:\x1b[2J"], ["show", "\x1b[2J"],
                     ["annotate", "1", "--cause", "\x1b[2J"], ["incident", "status", "\u202e", "x"]):
            done = self.run_raw(*args)
            self.assertEqual(done.returncode, 2)
            self.assert_inert(done.stderr, repr(args))

    def test_samples(self):
        naughty = json.load(open(os.path.join(HOSTILE, "minimaxir_big-list-of-naughty-strings/blns.json")))
        rows = [{"id": f"n{number} {text}", "code": text, "prompt": text, "path": text, "message": text, "rule": text,
                 "model": text, "session": text, "note": text} for number, text in enumerate(naughty)]
        self.run_raw("import", self.jsonl("n.jsonl", rows))
        self.run_raw("import", *files_in(os.path.join(HOSTILE, "nickboucher_trojan-source"), ".jsonl"))
        stress = self.read(os.path.join(HOSTILE, "meraymond2_unicode-study/UTF-8-test.txt"))
        self.run_raw("import", self.write("u.jsonl", b'{"id":"u","code":"' + re.sub(
            rb'["\\\x00-\x1f]', b" ", stress) + b'"}\n'))
        number = self.count()
        self.assertGreater(number, 500)
        for args in ["list", "--limit=0"], ["list", "--limit=0", "--json"], ["log"], ["log", "--json"]:
            done = self.run_raw(*args)
            self.assertEqual(done.returncode, 0)
            self.assert_inert(done.stdout.replace(b"\t", b" "), args)
        for sample in list(range(1, number, 23)) + [number]:
            for more in [], ["--json"]:
                done = self.run_raw("show", str(sample), *more)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_inert(done.stdout, f"sample {sample}")
                if more:
                    json.loads(done.stdout)
        _, shown = on_terminal(self, [AITIA, "--store", self.store, "list", "--limit=0"], env={"NO_COLOR": "1"})
        self.assert_inert(shown.replace(b"\r\n", b"\n"), "list on a terminal")

    def test_texts_of_reviewers(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        evil = "a\x1b]0;x\x07\u202e b"
        self.run_ok("--reviewer", evil, "annotate", "1", "--note", evil)
        key = self.run_json("incident", "create", evil)[0]["key"]
        self.run_ok("incident", "event", key, "2026", evil, "--source", evil)
        self.run_ok("incident", "section", key, "summary", "-", stdin=evil.encode() + b"\xff")
        for args in ["show", "1"], ["show", key], ["incident", "list"], ["log"]:
            self.assert_inert(self.run_raw(*args).stdout, args)
            self.assert_inert(self.run_raw(*args, "--json").stdout, args)
        _, shown = on_terminal(self, [AITIA, "--store", self.store, "incident", "section", key, "summary"])
        self.assert_inert(shown.replace(b"\r\n", b"\n"), "section on a terminal")


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

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_store_that_may_not_be_written(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        os.chmod(self.store, 0o444)
        os.chmod(self.dir, 0o555)
        try:
            self.assertEqual(self.count(), 1)
            self.fails(4, "", "annotate", "1", "--cause=model")
        finally:
            os.chmod(self.dir, 0o755)

    def test_a_locked_store_says_so(self):
        import sqlite3
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            self.assertEqual(self.count(), 1)  # readers go on
            self.fails(4, "", "annotate", "1", "--cause=model")
        finally:
            other.execute("ROLLBACK")
            other.close()
        self.run_ok("annotate", "1", "--cause=model")

    def test_a_newer_store_is_refused_untouched(self):
        import sqlite3
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        with sqlite3.connect(self.store) as other:
            other.execute("PRAGMA user_version = 9999")
        other.close()
        before = digest(self.store)
        for args in ["list"], ["incident", "create", "x"]:
            self.fails(4, "", *args)
        self.assertEqual(digest(self.store), before)


# ---- the demo, and the references --------------------------------------------------------


class Demo(Case):
    def test_without_a_terminal(self):
        self.env["AITIA_STORE"] = self.path("own.db")  # never touched by the demo
        out = self.run_ok("demo", store=False)
        for part in "import", "annotate", "apply", "INC-2026-0001", "written", "the pages are in":
            self.assertIn(part, out)
        self.assertFalse(os.path.exists(self.path("own.db")))
        data = os.path.join(self.home, ".local/share/aitia")
        pages = files_in(os.path.join(data, "demo-site"), ".md")
        self.assertGreaterEqual(len(pages), 2)
        for page in pages:
            if "0001" in page:
                self.assertIn(b"llustrative", self.read(page))
        self.store = os.path.join(data, "demo.db")
        self.assertGreater(self.count(), 100)
        self.assertEqual(self.count("-is:illustrative"), 0)
        self.assertGreater(self.count("is:annotated"), 5)
        self.assertGreater(self.count("is:untriaged"), 50)
        self.assertGreater(self.count("incident:INC-2026-0001"), 50)
        self.run_ok("check")
        # The person's own undo must not take the demo apart.
        self.fails(1, "", "undo")
        self.assertEqual(files_in(self.path("tmp"), ""), [])

    def test_again_keeps_edits_and_reset_does_not(self):
        store, pages = self.path("d.db"), self.path("pages")
        args = ["--store", store, "demo", "--out", pages]
        self.run_ok(*args, store=False)
        self.store = store
        log = self.run_ok("log", "--json")
        self.run_ok("annotate", "--where", "is:untriaged", "--cause=testing/no_soak")
        again = self.run_ok(*args, store=False)
        self.assertIn("keeping", again)
        self.assertGreater(self.count("cause:testing/no_soak"), 0)
        self.run_ok(*args, "--reset", store=False)
        self.assertEqual(self.count("cause:testing/no_soak"), 0)
        self.assertEqual(len(self.run_json("log")), len(log.splitlines()))

    def test_a_store_that_was_left_half_made_is_finished(self):
        self.store = self.path("d.db")
        self.run_ok("import", "--illustrative", self.jsonl("i.jsonl", [{"id": "a", "code": "x"}]))
        self.assertIn("INC-2026-0001", self.run_ok("demo", "--out", self.path("pages")))

    def test_somebodys_own_store_is_left_alone(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}, {"id": "b", "code": "y"}]))
        self.run_ok("annotate", "1", "2", "--status=excluded")
        before = self.run_ok("log", "--json")
        for more in [], ["--reset"]:
            self.fails(1, "not the demo's", "demo", "--out", self.path("pages"), *more)
        self.assertEqual(self.run_ok("log", "--json"), before)


class References(Case):
    def test_files_are_what_the_program_prints(self):
        for kind, path in [("commands", "docs/commands.md"), ("keys", "docs/keys.md"), ("terms", "docs/terms.md"),
                           ("query", "docs/query.md"), ("man", "docs/aitia.1"), ("bash", "docs/completion/aitia.bash")]:
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                self.assertEqual(self.run_ok("docs", kind, store=False), file.read(), path)

    def documented_keys(self):
        """{command: keys of its --json answer}, read from docs/commands.md."""
        with open(os.path.join(ROOT, "docs/commands.md"), encoding="utf-8") as file:
            text = file.read()
        keys = {}
        for part in re.split(r"^### aitia ", text, flags=re.M)[1:]:
            name, _, rest = part.partition("\n")
            _, found, answer = rest.partition("Keys of `--json`")
            if found:
                keys[name] = set(re.findall(r"^- `([^`]+)`: ", answer, re.M))
        return keys

    def keys_of(self, value, prefix=""):
        found = set()
        for key, item in value.items():
            found.add(prefix + key)
            if isinstance(item, list) and item and isinstance(item[0], dict):
                for child in item:
                    found |= self.keys_of(child, f"{prefix}{key}[].")
        return found

    def test_every_key_of_every_answer_is_documented(self):
        documented = self.documented_keys()
        self.run_ok("incident", "create", "x")
        sarif = os.path.join(TUTORIALS, "RegionVariants.sarif")
        self.assertTrue(os.path.exists(sarif))
        self.run_ok("import", self.write("bytes.jsonl", b'{"id":"b","code":"a\xff","model":"m"}\n'))
        lines = {
            "import": ["import", sarif, self.path("none")], "list": ["list"], "count": ["count"], "show": ["show", "1"],
            "annotate": ["annotate", "1", "--cause=model"],
            "incident create": ["incident", "create", "y"], "incident list": ["incident", "list"],
            "incident set": ["incident", "set", "INC-2026-0001", "--severity=Q1"],
            "incident status": ["incident", "status", "INC-2026-0001", "closed"],
            "incident add": ["incident", "add", "INC-2026-0001", "1"],
            "incident cause": ["incident", "cause", "INC-2026-0001", "cache", "x"],
            "incident event": ["incident", "event", "INC-2026-0001", "2026", "x"],
            "incident action": ["incident", "action", "INC-2026-0001", "fix", "x"],
            "incident section": ["incident", "section", "INC-2026-0001", "summary", "-"],
            "incident remove": ["incident", "remove", "INC-2026-0001", "1"],
            "apply": ["apply", "-"], "edit": ["edit", "INC-2026-0001"],
            "export": ["export", "--all", "--site=plain", "--out", self.path("o")],
            "log": ["log"], "undo": ["undo"], "redo": ["redo"], "check": ["check"],
            "incident show": ["incident", "show", "INC-2026-0001"],
        }
        self.assertEqual(set(lines), set(documented))
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        os.remove(self.store)
        self.run_ok("incident", "create", "x")
        document = b'{"aitia":1,"incidents":[{"title":"z"}]}'
        for name, line in lines.items():
            stdin = document if name == "apply" else b"text\n"
            done = self.run_raw(*line, "--json", stdin=stdin, env={"VISUAL": "true"})
            answers = [json.loads(answer) for answer in done.stdout.splitlines()]
            self.assertTrue(answers, (name, done.stderr))
            found = set()
            for answer in answers:
                found |= self.keys_of(answer)
            known = documented[name]
            if name == "incident show":  # the rest is in docs/apply.md
                found = set(answers[0])
            self.assertLessEqual(found, known, name)
            missing = {key for key in known - found if "[]." not in key and not key.endswith("_base64")}
            self.assertEqual(missing, set(), name)

    def test_completion_knows_bash(self):
        script = """
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aitia; printf '%s\\n' "${COMPREPLY[@]}"
        """

        def complete(*words):
            done = subprocess.run(["bash", "-c", script, "bash", os.path.join(ROOT, "docs/completion/aitia.bash"),
                                   *words], capture_output=True, text=True, env=self.env, timeout=LIMIT_S)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return done.stdout.split()
        self.assertEqual(complete("aitia", "ex"), ["export"])
        self.assertIn("create", complete("aitia", "incident", ""))
        self.assertEqual(complete("aitia", "list", "--sort", "=", "ne"), ["newest"])
        self.assertEqual(complete("aitia", "export", "--site", "h"), ["hugo"])
        self.assertEqual(complete("aitia", "--store", "x.db", "und"), ["undo"])
        self.assertIn("--where", complete("aitia", "incident", "add", "--"))


class Result(unittest.TextTestResult):
    """Counts what passed; a test with failed parts failed once."""

    def __init__(self, *args):
        super().__init__(*args)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    if not os.access(AITIA, os.X_OK):
        sys.exit(f"{AITIA}: no such program; make it first")
    if not os.path.isdir(TUTORIALS):
        sys.exit(f"{DATA}: the test data is missing")
    loader = unittest.defaultTestLoader
    module = sys.modules[__name__]
    suite = loader.loadTestsFromNames(sys.argv[1:], module) if sys.argv[1:] else loader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(resultclass=Result, verbosity=1).run(suite)
    failed = result.testsRun - result.passed - len(result.skipped)
    print(f"{result.passed} passed, {failed} failed")
    sums = os.environ.get("SUMS")
    if sums:
        with open(sums, "a") as file:
            file.write(f"{result.passed} {failed}\n")
    sys.exit(0 if failed == 0 and result.passed else 1)


if __name__ == "__main__":
    main()
