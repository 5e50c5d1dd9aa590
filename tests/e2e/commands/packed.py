"""aitia import of packed and foreign-encoded files, bombs, and records of no reasonable size."""
import bz2
import gzip
import io
import lzma
import os
import re
import shutil
import signal
import subprocess
import time
import unittest
import zipfile

from .harness import AITIA, Case, DATA, LIMIT_S

HUMANEVAL = os.path.join(DATA, "llm", "openai_human-eval", "HumanEval.jsonl.gz")
ZSTD = shutil.which("zstd")
MIB = 1 << 20


class Packed(Case):
    def rows(self, count=50):
        return b"".join(b'{"id":"%d","code":"x = %d\\n"}\n' % (n, n * 7919) for n in range(count))

    def test_human_eval(self):
        plain = self.write("HumanEval.jsonl", gzip.decompress(self.read(HUMANEVAL)))
        answer = self.run_json("import", HUMANEVAL)[0]
        self.assertEqual((answer["file"], answer["records"], answer["imported"], answer["rejected"], answer["format"]),
                         (HUMANEVAL, 164, 164, 0, "jsonl"))
        answer = self.run_json("import", plain)[0]
        self.assertEqual((answer["imported"], answer["updated"], answer["duplicates"]), (0, 0, 164))
        answer = self.run_json("import", "-", stdin=self.read(HUMANEVAL))[0]
        self.assertEqual((answer["imported"], answer["updated"], answer["duplicates"]), (0, 0, 164))
        self.assertEqual(self.count(), 164)

    def test_concatenated_members(self):
        rows = self.rows()
        path = self.write("c.jsonl.gz", gzip.compress(rows[:700]) + gzip.compress(b"") + gzip.compress(rows[700:]) + b"\0" * 512)
        self.assertEqual(self.run_json("import", path)[0]["imported"], 50)

    def test_garbage_behind_is_named(self):
        packed = gzip.compress(self.rows())
        path = self.write("g.jsonl.gz", packed + b"<html>")
        done = self.run_raw("import", path)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"50 imported", done.stdout)
        self.assertEqual(done.stderr.decode(), f"{path}: 6 bytes behind the end of the gzip data (at byte {len(packed)}) "
                                               "are no gzip data and were passed over\n")

    def test_zip_is_loaded_when_it_is_read(self):
        """No command but that waits for libzip and what it brings; where it is not there, what needs it says so."""
        needed = subprocess.run([AITIA], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True).stdout
        if "libsqlite3" not in needed or "libzip" in needed:
            self.skipTest("it is linked here")
        self.assertNotIn("libcrypto", needed)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("header.json", "{}")
        path = self.write("log.eval", packed.getvalue())
        name = self.write(re.search(rb"libzip\.so\.\d+", self.read(AITIA))[0].decode(), b"no library")
        self.fails(3, "a zip archive needs libzip, which is not installed here (", "import", path,
                   env={"LD_LIBRARY_PATH": os.path.dirname(name)})
        done = self.run_raw("import", path)
        self.assertNotIn(b"libzip", done.stderr)

    @unittest.skipIf(not ZSTD, "no zstd here")
    def test_zstd(self):
        rows = self.rows()
        def zstd(data, *options):
            return subprocess.run([ZSTD, "-q", "-c", *options], input=data, capture_output=True, check=True).stdout
        skippable = b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"
        path = self.write("z.jsonl.zst", skippable + zstd(rows[:700]) + zstd(rows[700:], "-19", "--long=27") + skippable)
        self.assertEqual(self.run_json("import", path)[0]["imported"], 50)
        answer = self.run_json("import", "-", stdin=zstd(gzip.compress(rows.decode().encode("utf-16"))))[0]
        self.assertEqual(answer["duplicates"], 50)
        self.fails(3, "needs more than 128 MiB of memory", "import", "-", stdin=zstd(rows, "--long=30", "-1"))
        self.fails(3, "the zstd data is truncated", "import", "-", stdin=zstd(rows)[:-1])

    def test_encodings(self):
        text = '{"id":"e","code":"é 😀 x"}\r\n'
        for name in "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be":
            for mark in "", "\ufeff":
                path = self.write(f"{name}.jsonl", (mark + text).encode(name))
                self.run_json("import", path)
        self.assertEqual(self.count(), 1)
        self.assertEqual(self.run_json("show", "1")[0]["code"], "é 😀 x")

    def test_unpaired_surrogates_are_counted(self):
        path = self.write("s.jsonl", '\ufeff{"code":"a\ud83d b\ude00 c"}\n'.encode("utf-16-le", "surrogatepass"))
        done = self.run_raw("import", path)
        self.assertEqual(done.returncode, 0)
        self.assertIn("2 unpaired surrogates or broken characters of the UTF-16LE text became U+FFFD", done.stderr.decode())
        self.assertEqual(self.run_json("show", "1")[0]["code"], "a\ufffd b\ufffd c")

    def test_cut_and_damaged(self):
        packed = gzip.compress(self.rows())
        for len_bytes in 2, 5, 10, 100, len(packed) - 8, len(packed) - 1:
            path = self.write("t.jsonl.gz", packed[:len_bytes])
            self.fails(3, f"{path}: the gzip data is truncated: it ends at byte {len_bytes}", "import", path)
        path = self.write("d.jsonl.gz", packed[:-5] + bytes([packed[-5] ^ 1]) + packed[-4:])
        self.fails(3, "it is damaged (incorrect data check)", "import", path)
        self.assertEqual(self.count(), 0)

    def test_what_is_not_unpacked(self):
        rows = self.rows()
        for data, says in ((lzma.compress(rows), "xz -dc FILE | aitia import -"),
                           (bz2.compress(rows), "bzip2 -dc FILE | aitia import -"),
                           (gzip.compress(lzma.compress(rows)), "xz -dc FILE | aitia import -")):
            path = self.write("x", data)
            self.fails(3, says, "import", path)
            self.fails(3, says, "import", "--format=jsonl", path)


class Bounded(Case):
    """Resident memory stays small, whatever comes, and no temporary file is left."""

    def test_gzip_bombs(self):
        path = self.path("b.jsonl.gz")
        with gzip.open(path, "wb", 9) as file:
            for _ in range(300):
                file.write(b"\n" * MIB)
        said = self.run_bounded(path, 3, "unpacks to more than 256 MiB, too much for")
        self.assertIn("if it is meant: gzip -dc FILE | aitia import -", said)
        self.assertEqual(len(said.splitlines()), 1)
        with open(path, "rb") as file:
            twice = self.write("bb.gz", gzip.compress(file.read()))
        self.run_bounded(twice, 3, "unpacks to more than 256 MiB")

    def test_zstd_bomb(self):
        """RFC 8878, 3.1.1.2: blocks that say "128 KiB of this byte" in four bytes."""
        block = ((128 * 1024) << 3 | 1 << 1).to_bytes(3, "little") + b" "
        path = self.write("b.zst", b"\x28\xb5\x2f\xfd\x00\x38" + block * 1000000)
        self.run_bounded(path, 3, "unpacks to more than 762 MiB")

    def test_records_of_no_reasonable_size(self):
        good = b'{"id":"g","code":"x = 1"}\n'
        after = b'{"id":"h","code":"x = 2"}\n'
        log = b'{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"message":{"text":"ok"}},'
        numbers = b"0," * (MIB // 2)
        for name, parts, code, says in (
            ("line.jsonl", [(good, 1), (b'{"code":"', 1), (b"a" * MIB, 100), (b'"}\n', 1), (after, 1)], 1,
             "record 2 (byte 26): the line is longer than 16 MiB"),
            ("open.jsonl", [(good, 1), (b'{"code":"', 1), (b"a" * MIB, 100)], 1, "the line is longer than 16 MiB"),
            ("numbers.jsonl", [(good, 1), (b'{"code":"x","a":[', 1), (numbers, 15), (b'0]}\n', 1), (after, 1)], 1,
             "it has more than 500000 values"),
            ("brackets.jsonl", [(good, 1), (b'{"code":' + b"[" * 100000 + b"\n", 1), (after, 1)], 1, "nested too deep"),
            ("brackets.json", [(b"[" * 100000, 1)], 3, ""),
            ("objects.json", [(b'{"a":' * 100000, 1)], 3, ""),
            ("endless.json", [(b"[", 1), (numbers, 100)], 3, ""),
            ("string.json", [(b'"', 1), (b"a" * MIB, 70), (b'"', 1)], 3, ""),
            ("string.jsonl", [(b'"', 1), (b"a" * MIB, 70)], 3, ""),
            ("message.sarif", [(log + b'{"message":{"text":"', 1), (b"a" * MIB, 70), (b'"}}]}]}', 1)], 1,
             "the value is too large: it is larger than 16777216 bytes"),
            ("numbers.sarif", [(log + b'{"a":[', 1), (numbers, 15), (b'0]}]}]}', 1)], 1, "it has more than 500000 values"),
            ("endless.sarif", [(log, 1), (b'{"message":{"text":"ok"}},', 100000)], 1, "the rest of the log was not read"),
            ("brackets.sarif", [(log + b"[" * 100000, 1)], 1, "the rest of the log was not read"),
            ("blanks.jsonl", [(b" " * MIB, 70), (b"\n" + good, 1)], 1, "the line is longer than 16 MiB"),
        ):
            with self.subTest(name):
                path = self.big(name, *parts)
                self.run_bounded(path, code, says)
                os.remove(path)
        self.run_ok("check")

    def test_interrupted_while_unpacking(self):
        path = self.path("long.jsonl.gz")
        row = os.urandom(600 * 1024).hex().encode()
        with gzip.open(path, "wb", 1) as file:
            for number in range(60):
                file.write(b'{"id":"%d","code":"%s"}\n' % (number, row))
        child = subprocess.Popen([AITIA, "--store", self.store, "import", path], cwd=self.dir, env=self.env,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + LIMIT_S
        spool = None
        while not spool and child.poll() is None and time.monotonic() < deadline:
            for number in os.listdir(f"/proc/{child.pid}/fd"):
                try:
                    target = os.readlink(f"/proc/{child.pid}/fd/{number}")
                except OSError:
                    continue
                if re.search(r"/aitia-import-\w+ \(deleted\)$", target):
                    spool = target
            time.sleep(0.002)
        self.assertIsNotNone(spool, "the import ended before it could be interrupted")
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=LIMIT_S)[1].decode()
        self.assertEqual(child.returncode, 130, said)
        self.assertIn(f"interrupted; nothing of {path} was kept", said)
        self.assertEqual(os.listdir(self.env["TMPDIR"]), [])
        self.assertEqual(self.count(), 0)
