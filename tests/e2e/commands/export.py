"""aitia export."""
import json
import os
import re

from .harness import Case, files_in


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
