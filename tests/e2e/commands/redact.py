"""aitia redact, and exports for the public."""
import hashlib
import html
import json
import os
import subprocess

from .harness import AITIA, Case

KEY = "AKIA" + "IOSFODNN7EXAMPLE"  # made up; in two parts, so that no scanner takes this file for a leak
MAIL = "ada@analytical.org"


class Redact(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": "s1", "code": f"key = '{KEY}'\n", "level": "error", "message": f"by {MAIL}", "path": "/home/ada/x.py"}]))
        self.run_ok("incident", "create", f"Leak to {MAIL}")
        self.run_ok("incident", "add", "INC-2026-0001", "1")

    def hits(self, *more, code=1):
        return [json.loads(line) for line in self.run_ok("redact", "--all", "--json", *more, code=code).splitlines()]

    def export(self, *more, code=0):
        return self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"), "--audience=public", "--unreviewed", *more, code=code, notes=True)

    def everything(self):
        return b"".join(self.read(os.path.join(folder, name)) for folder, _, names in os.walk(self.path("o")) for name in names)

    def decide(self, what, secret, *more):
        self.run_ok("redact", f"--{what}={hashlib.sha256(secret.encode()).hexdigest()[:16]}", "--why=made up for the test", *more)

    def test_rules_that_cannot_be_read_are_not_none(self):
        rules = self.path("home/.config/aitia/redact.rules")
        os.makedirs(os.path.dirname(rules))
        for reason, make, undo in (("No such file", lambda: os.symlink("nowhere", rules), lambda: os.unlink(rules)),
                                   ("is a folder", lambda: os.mkdir(rules), lambda: os.rmdir(rules)),
                                   ("symbolic links", lambda: os.symlink("redact.rules", rules), lambda: os.unlink(rules))):
            make()
            for command in ("export", "--all", "--site=plain", "--out", self.path("o"), "--audience=public", "--unreviewed"), ("redact", "--all"):
                self.fails(3, "redact.rules", *command)
                self.assertIn(reason, self.err)
            self.assertFalse(os.path.exists(self.path("o")))
            undo()
        self.assertTrue(self.hits())

    def test_what_is_open_is_not_published(self):
        self.assertEqual(self.export(code=1), "")
        self.assertFalse(os.path.exists(self.path("o")))
        self.assertIn("INC-2026-0001, sample 1 code: ", self.err)
        self.assertIn("nobody decided on", self.err)
        for secret in KEY, MAIL:
            self.assertNotIn(secret, self.err)
        hits = self.hits()
        self.assertEqual({(hit["where"], hit["rule"]) for hit in hits},
                         {("title", "email"), ("sample 1 code", "aws-key-id"), ("sample 1 message", "email"), ("sample 1 path", "home-folder")})
        self.assertEqual({hit["decision"] for hit in hits}, {"open"})

    def test_decisions(self):
        self.decide("hide", KEY)
        self.decide("hide", "ada")
        self.decide("keep", MAIL)
        hits = self.hits(code=0)
        self.assertEqual({(hit["rule"], hit["decision"]) for hit in hits},
                         {("email", "keep"), ("aws-key-id", "hide"), ("home-folder", "hide")})
        self.assertEqual({hit["reason"] for hit in hits}, {"tester: made up for the test"})
        self.export()
        everything = self.everything()
        self.assertIn(MAIL.encode(), everything)
        self.assertNotIn(KEY.encode(), everything)
        self.assertNotIn(b"/home/ada", everything)
        self.assertIn(b"[redacted: aws-key-id]", everything)
        with open(os.path.join(self.home, ".config/aitia/redact.rules")) as file:
            self.assertNotIn(KEY, file.read())
        # For the team all of it is shown.
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"))
        self.assertIn(KEY.encode(), self.everything())

    def test_markdown_hides_nothing(self):
        token = "ghp_" + "0123456789abcdefABCDEF0123456789abcd"
        for secret, forms in ((token, (token.replace("_", r"\_"), token.replace("p_", "**p_", 1) + "**", "| ` | b |\n| - | - |\n| c | ` " + token.replace("_", r"\_") + " |")),
                              ("bob@corp.com", (r"bob\@corp.com", "bob&#64;corp.com", "[b](mailto:bob&#64;corp.com)", "[b](mailto:bob%40corp.com)")),
                              ("10.1.2.3", (r"10\.1\.2\.3", "![10&#46;1&#46;2&#46;3](x.png)"))):
            for form in forms:
                with self.subTest(form=form):
                    rules = self.write("r.rules", "drop home-folder\ndrop aws-key-id\n")
                    self.decide("hide", MAIL, "--rules", rules)
                    self.run_ok("incident", "section", "INC-2026-0001", "summary", self.write("s.md", f"Seen:\n\n{form}\n"))
                    self.export("--rules", rules, code=1)
                    self.assertIn("summary: " + hashlib.sha256(secret.encode()).hexdigest()[:16], self.err)
                    self.decide("hide", secret, "--rules", rules)
                    self.export("--rules", rules, "--force", "--url=https://x.test/")
                    self.assertIn(b"Seen:", self.everything())
                    shown = html.unescape(self.everything().decode()).replace("\\", "").replace("*", "").replace("%40", "@")
                    self.assertNotIn(secret, shown)

    def test_rules_of_the_team(self):
        rules = self.write("team.rules", "drop email\ndrop home-folder\nrule project \\bx\\.py\\b\n")
        self.assertEqual({hit["rule"] for hit in self.hits("--rules", rules)}, {"aws-key-id", "project"})
        self.decide("hide", KEY, "--rules", rules)
        self.assertIn(b"\nhide ", self.read(rules))
        self.write("bad.rules", "rule x (\n")
        self.fails(3, "bad.rules, line 1", "redact", "--all", "--rules", self.path("bad.rules"))
        for line in "rule \x1b[2Jx y", "drop x\x1b]0;y\x07", "\x1b[31mx y", "keep \x1b[31m x: y", "rule x \x1b[31m(":
            rules = self.write("bad.rules", line + "\n")
            self.fails(3, "bad.rules, line 1", "redact", "--all", "--rules", rules)
            self.assertNotRegex(self.err[:-1], "[\0-\x1f\x7f-\x9f]")
        self.fails(3, "no such file", "redact", "--all", "--rules", self.path("none.rules"))

    def test_decisions_at_the_same_time(self):
        """None is lost, and a link to the team's file stays one."""
        rules, link = self.write("team.rules", "# ours\n"), self.path("link.rules")
        os.symlink("team.rules", link)
        running = [subprocess.Popen([AITIA, "--store", self.store, "redact", f"--hide={n:016x}", "--why=x", "--rules", link], cwd=self.dir,
                                    env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for n in range(20)]
        self.assertEqual({process.wait() for process in running}, {1})
        lines = self.read(rules).decode().splitlines()
        self.assertEqual(sorted(line.split()[1] for line in lines[1:]), [f"{n:016x}" for n in range(20)])
        self.assertTrue(os.path.islink(link))
        os.remove(rules)
        self.fails(3, "leads nowhere", "redact", "--hide=0123456789abcdef", "--why=x", "--rules", link)
        self.assertTrue(os.path.islink(link))

    def test_a_hit_that_nothing_has(self):
        self.fails(1, "no incident has the hit 0123456789abcdef", "redact", "--hide=0123456789abcdef", "--why=x")

    def test_wrong_words(self):
        self.fails(2, "--why", "redact", "--keep=0123456789abcdef")
        self.fails(2, "INC-", "redact", "x")
        self.fails(2, "name incidents", "redact")
        self.fails(3, "not a hit", "redact", "--keep=12", "--why=x")
