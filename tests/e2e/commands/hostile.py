"""What comes from outside must not act on a terminal."""
import json
import os
import re

from .harness import AITIA, Case, HOSTILE, files_in, on_terminal


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
