"""aitia import while memory, reading, writing or syncing fails, at every call in turn.

Whatever fails: an exit by a documented status (or abort when memory is out, with its message), no
hang, a store that is whole, and in it all of the file or nothing. AITIA_SLOW=1 walks over all calls,
else over some of each kind.
"""
import errno
import gzip
import json
import os
import re
import shutil
import signal
import unittest

from .harness import AITIA, Case, ROOT, TUTORIALS

SHIM = os.path.join(os.path.dirname(AITIA), "fail_shim.so")
SLOW = bool(os.environ.get("AITIA_SLOW"))
# Sanitizers bring an allocator of their own, which must be first.
INSTRUMENTED = "asan" in AITIA or os.environ.get("ASAN_OPTIONS")

LOG = os.path.join(TUTORIALS, "Baseline.sarif")
STATUSES = {0, 1, 3, 4}
PASSED_OVER = re.compile("files? (was|were) no input")


@unittest.skipIf(INSTRUMENTED or not os.path.exists(SHIM), "needs the preloaded library, and no sanitizer")
class Faults(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("first.jsonl", [{"id": "first", "code": "kept"}]))
        self.template = self.path("template.db")
        os.rename(self.store, self.template)
        rows = b"".join(b'{"id":"%d","code":"x = %d\\n","verdict":"fail"}\n' % (n, n) for n in range(20))
        corpus = os.path.join(ROOT, "tests", "fuzz", "corpus")
        self.files = {
            "sarif": [LOG],
            "jsonl": [self.write("rows.jsonl", rows)],
            "jsonl.gz": [self.write("rows.jsonl.gz", gzip.compress(rows))],
            "utf-16": [self.write("wide.jsonl", rows.decode().encode("utf-16"))],
        }
        self.formats = {
            name: [f"--format={name}", os.path.join(corpus, *path)] for name, path in (
                ("inspect", ("inspect", "log.json")), ("promptfoo", ("promptfoo", "file.json")),
                ("json", ("json_rows", "by_key")), ("diff", ("diff", "git.diff")), ("csv", ("csv", "kiuwan.csv")),
                ("lint", ("lint", "gcc.txt")), ("claude-code", ("claude_code", "rich.jsonl")),
                ("swe-agent", ("swe_agent", "rich.traj")), ("otlp", ("otlp", "rich.json")))}
        self.formats["eval"] = [os.path.join(corpus, "inspect", "deflated.eval")]
        self.formats["verdicts"] = ["--verdicts", self.write("verdicts.json", b'{"3": true, "4": "fail"}'), self.files["jsonl"][0]]
        self.formats["source-root"] = self.checkout()
        self.formats["folder"] = [self.folder()]
        self.formats["per file"] = ["--per=file", os.path.join(corpus, "diff", "hg.diff")]
        self.files.update(self.formats)

    def checkout(self):
        """A log that only points at code, and the code."""
        os.makedirs(self.path("root/src"))
        self.write("root/src/a.c", b"int a;\nint b;\n" * 50)
        log = self.write("points.sarif", json.dumps({"version": "2.1.0", "runs": [{
            "tool": {"driver": {"name": "t"}}, "results": [{"message": {"text": f"m{line}"}, "locations": [{
                "physicalLocation": {"artifactLocation": {"uri": "src/a.c"}, "region": {"startLine": line}}}]}
                for line in (1, 50)]}]}))
        return ["--source-root", self.path("root"), log]

    def folder(self):
        """One file of ours and one of somebody else: where half of the files fail, a half is kept."""
        os.makedirs(self.path("folder/inside"))
        self.write("folder/package.json", b'{"name": "p", "version": "1.0.0"}')
        self.write("folder/inside/rows.jsonl", b'{"id":"r","code":"x"}\n')
        return self.path("folder")

    def fresh_store(self):
        for ending in "-wal", "-shm", "-journal":
            if os.path.exists(self.store + ending):
                os.remove(self.store + ending)
        shutil.copy(self.template, self.store)

    def run_failing(self, kind, at, error, words, stays=False):
        self.fresh_store()
        self.report = self.path("report")
        plan = f"{kind}:{at}:{error}" + (":on" if stays else "")
        return self.run_raw("import", *words,
                            env={"LD_PRELOAD": SHIM, "AITIA_FAIL": plan, "AITIA_FAIL_REPORT": self.report})

    def calls(self, kind, words):
        """How many calls of the kind an import makes, and how many samples the store has then."""
        done = self.run_failing(kind, 0, 0, words)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return int(self.read(self.report)), self.count()

    def assert_whole(self, what, done, total):
        said = done.stderr.decode()
        if done.returncode == -signal.SIGABRT:
            self.assertIn("aitia: out of memory", said, what)
        else:
            self.assertIn(done.returncode, STATUSES, f"{what}: {said}")
        if done.returncode > 1:
            self.assertRegex(said, r"(?m)^aitia: .{10}", what)
        self.run_ok("check")
        there = self.count()
        self.assertIn(there, {total} if 0 <= done.returncode < 2 and not PASSED_OVER.search(said) else {1, total}, f"{what}: {said}")
        self.assertEqual(os.listdir(self.env["TMPDIR"]), [], what)

    def walk(self, kind, error, few, stays=False, formats=None):
        for name in formats or self.files:
            if name in self.formats:  # what stands below them is the same for all
                few = min(few, 4)
            last, total = self.calls(kind, self.files[name])
            self.assertGreater(last, 0)
            step = 1 if SLOW else max(1, last // few)
            for at in range(1, last + 1, step):
                done = self.run_failing(kind, at, error, self.files[name], stays)
                self.assert_whole(f"{name} {kind} {at} of {last}: {os.strerror(error)}", done, total)

    def test_memory(self):
        self.walk("memory", errno.ENOMEM, 12)

    def test_memory_that_stays_out(self):
        self.walk("memory", errno.ENOMEM, 6, stays=True, formats=["sarif", "jsonl.gz"])

    def test_reading(self):
        self.walk("read", errno.EIO, 12)

    def test_full_disk(self):
        self.walk("write", errno.ENOSPC, 12)

    def test_disk_that_stays_full(self):
        self.walk("write", errno.ENOSPC, 6, stays=True)

    def test_syncing(self):
        self.walk("sync", errno.EIO, 12)

    def test_signals_in_between(self):
        for kind in "read", "write":
            for name, words in self.files.items():
                last, total = self.calls(kind, words)
                for at in range(1, last + 1, 1 if SLOW else max(1, last // (2 if name in self.formats else 6))):
                    done = self.run_failing(kind, at, errno.EINTR, words)
                    self.assertIn(done.returncode, (0, 1), f"{name} {kind} {at}: {done.stderr}")
                    self.assertEqual(self.count(), total)

    def test_store_that_cannot_be_read(self):
        """A disk that fails is not called a damaged store."""
        last, _ = self.calls("read", self.files["jsonl"])
        for at in range(1, last + 1):
            said = self.run_failing("read", at, errno.EIO, self.files["jsonl"]).stderr.decode()
            self.assertNotRegex(said, "damaged|another kind of file|malformed", f"read {at}")

    def test_messages(self):
        """What a person is told: the file, and what went wrong with it."""
        last, _ = self.calls("read", self.files["jsonl.gz"])
        said = {self.run_failing("read", at, errno.EIO, self.files["jsonl.gz"]).stderr.decode()
                for at in range(1, last + 1)}
        self.assertTrue(any(re.match(r"aitia: .*rows\.jsonl\.gz: cannot be read: Input/output error", text)
                            for text in said), said)
        last, _ = self.calls("read", self.files["sarif"])
        for at in range(1, last + 1):
            done = self.run_failing("read", at, errno.EIO, self.files["sarif"])
            if done.returncode == 3:  # else it was the store's read
                self.assertRegex(done.stderr.decode(), r"aitia: .*cannot be read: .*Input/output error", str(at))
        last, _ = self.calls("write", self.files["jsonl.gz"])
        said = {self.run_failing("write", at, errno.ENOSPC, self.files["jsonl.gz"]).stderr.decode()
                for at in range(1, last + 1)}
        self.assertTrue(any("cannot be copied to the temporary folder" in text and "No space left" in text
                            for text in said), said)

    def test_an_export_whose_disk_fails(self):
        """Many pages are synced at once, before they are moved and after: both failures are told."""
        document = {"aitia": 1, "incidents": [{"title": f"t{n}"} for n in range(70)]}
        self.run_ok("apply", self.write("many.json", json.dumps(document).encode()))
        words = ["export", "--all", "--site=plain", "--out", self.path("site")]
        self.report = self.path("report")

        def failing(at):
            return self.run_raw(*words, env={"LD_PRELOAD": SHIM, "AITIA_FAIL": f"sync:{at}:{errno.EIO}",
                                             "AITIA_FAIL_REPORT": self.report})

        outcomes = []
        for at in range(1, 30):
            shutil.rmtree(self.path("site"), ignore_errors=True)
            done = failing(at)
            said = done.stderr.decode()
            pages = sum(name.endswith(".md") for _, _, names in os.walk(self.path("site")) for name in names)
            left = [name for _, _, names in os.walk(self.path("site")) for name in names if "tmp" in name]
            self.assertEqual(left, [], at)
            if int(self.read(self.report)) < at:
                break
            if done.returncode:
                self.assertEqual(done.returncode, 3, said)
                self.assertRegex(said, r"site/\S+: Input/output error")
                outcomes.append((pages > 0, "may not be there after a loss of power" in said))
        self.assertEqual(outcomes, [(False, False), (True, True)])
        self.run_ok(*words)
        self.assertEqual(self.run_ok(*words, "--check").count("written"), 0)
