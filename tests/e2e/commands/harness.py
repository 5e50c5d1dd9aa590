"""What the tests of the command line share: a home of its own, the program, its answers."""
import datetime
import fcntl
import hashlib
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

ROOT = os.getcwd()
AITIA = os.path.abspath(os.environ.get("AITIA", "./aitia"))
DATA = os.path.join(ROOT, "..", "shared", "data")
SARIF = os.path.join(DATA, "sarif")
TUTORIALS = os.path.join(SARIF, "microsoft_sarif-tutorials")
REFLEXION = os.path.join(DATA, "llm", "noahshinn_reflexion")
HOSTILE = os.path.join(DATA, "hostile")
LIMIT_S = 120  # a command that takes longer hangs
# The kernel counts the memory of whoever forked as the child's: so a small process starts the program.
PYTHON = sys.executable
MEASURE = """import os, sys
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
open(sys.argv[1], "w").write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}")
"""
INSTRUMENTED = "asan" in AITIA or "valgrind" in AITIA

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


def caret(text):
    """Controls as standard error has them."""
    return re.sub(r"[\x00-\x1f]", lambda found: "^" + chr(ord(found[0]) + 64), text)


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
        # A sanitizer's report must not be taken for one of our own exit statuses.
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            self.env[name] = os.environ.get(name, "exitcode=99")
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

    def run_ok(self, *args, code=0, notes=False, **more):
        """Standard output as text; standard error is in self.err, and empty unless there may be notes."""
        done = self.run_raw(*args, **more)
        self.err = done.stderr.decode("utf-8", "surrogateescape")
        out = done.stdout.decode("utf-8", "surrogateescape")
        self.assertEqual(done.returncode, code, f"aitia {args}: {self.err}{out}")
        if code == 0 and not notes:
            self.assertEqual(self.err, "", f"aitia {args}")
        return out

    def run_json(self, *args, code=0, **more):
        """The answers; standard error has what they note of files, and nothing else."""
        answers = [json.loads(line) for line in
                   self.run_ok("--json", *args, code=code, notes=True, **more).splitlines()]
        if code == 0:
            noted = [f"{answer['file']}: {caret(note)}" for answer in answers if isinstance(answer, dict)
                     for note in answer.get("notes", [])]
            self.assertEqual(self.err.splitlines(), noted, f"aitia {args[:1]}")
        return answers

    def fails(self, code, part, *args, **more):
        """Exit status `code`, one line `aitia: …part…` on standard error, no answer."""
        out = self.run_ok(*args, code=code, **more)
        self.assertIn(part, self.err)
        self.assertTrue(self.err.startswith("aitia: "), self.err)
        self.assertEqual(out, "")

    def count(self, *query, **more):
        return self.run_json("count", *query, **more)[0]["count"]

    def run_bounded(self, path, code, part, *options, limit_mib=64):
        """Imports within so much resident memory, leaving no temporary file; what was said."""
        line = [PYTHON, "-S", "-E", "-c", MEASURE, self.path("measured"), AITIA, "--store", self.store, "import", *options, path]
        done = subprocess.run(line, cwd=self.dir, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT_S)
        status, resident_kib = map(int, self.read(self.path("measured")).split())
        said = done.stdout.decode()
        self.assertIn(status, code if isinstance(code, tuple) else (code,), said[:500])
        self.assertIn(part, said)
        self.assertEqual(os.listdir(self.env["TMPDIR"]), [])
        if not INSTRUMENTED:
            self.assertLess(resident_kib / 1024, limit_mib, f"MiB resident: {said[:200]}")
        return said

    def big(self, name, *parts):
        """A file of (bytes, times)."""
        path = self.path(name)
        with open(path, "wb") as file:
            for data, times in parts:
                for _ in range(times):
                    file.write(data)
        return path

    def import_tutorials(self):
        """Three of the logs tell of runs that failed, which is noted."""
        return self.run_json("import", *files_in(TUTORIALS, ""))

    def jsonl(self, name, rows):
        return self.write(name, "".join(json.dumps(row) + "\n" for row in rows))

    def assert_inert(self, data, what):
        text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
        found = (ACTS if text.startswith("{") else HIDES).search(text)
        self.assertIsNone(found, f"{what}: {found and text[max(0, found.start() - 40):found.end() + 40]!r}")
        text.encode("utf-8")  # raises where invalid UTF-8 came through


def on_terminal(case, line, stream="stdout", env=None):
    """Runs with one stream on a pseudoterminal of 80 columns: (the other stream, what the terminal got)."""
    main, side = pty.openpty()
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


def flagged(start, rules):
    """Flagged samples alone: of each rule so many on each day."""
    return [{"id": f"{rule}.{n}.{k}", "code": f"{rule} {n} {k}", "level": "error", "rule": rule,
             "timestamp": f"{start + datetime.timedelta(days=n)}T12:00:00Z"}
            for rule, counts in rules.items() for n, count in enumerate(counts) for k in range(count)]
