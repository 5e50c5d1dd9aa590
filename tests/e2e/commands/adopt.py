"""aitia edit --adopt: what was edited by hand on exported pages."""
import json
import os

from .harness import Case, files_in

SITES = "plain", "hugo", "mkdocs", "jekyll", "docusaurus", "mdbook", "vitepress", "starlight"
KEY = "INC-2026-0001"
SUMMARY = """The cache was cleared on *every* turn, see [[s:1]].

Users saw `odd_tool` calls & 50% more "cost"; it's a **regression**.

- one: a_b_c
- two [link](https://example.org/a_b?c=d&e=f)

```python
x = {{ y }}
```

As told before[^why].

[^why]: Because of a flag.
"""
IMPACT = "About 3% of sessions. Nobody else."


class Adopt(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": "a", "code": "x = 1\n", "level": "error", "message": "m"}]))
        self.run_ok("incident", "create", "It breaks")
        self.run_ok("incident", "add", KEY, "1")
        self.section("summary", SUMMARY)
        self.section("impact", IMPACT)
        self.run_ok("incident", "cause", KEY, "cache", "Cleared *twice*; it's odd.", "--role=trigger")

    def section(self, name, text=None):
        if text is not None:
            self.run_ok("incident", "section", KEY, name, "-", stdin=text.encode())
        return self.run_ok("incident", "section", KEY, name).rstrip("\n")

    def export(self, site, *more, code=0):
        text = self.run_ok("export", KEY, f"--site={site}", "--out", self.path(site), "--json", *more, code=code)
        return [json.loads(line) for line in text.splitlines()]

    def page(self, site, *more):
        return self.export(site, *more)[0]["path"]

    def adopt(self, site, *more, code=0):
        return self.run_ok("edit", KEY, "--adopt", f"--site={site}", "--out", self.path(site), *more, code=code)

    def change(self, path, *pairs):
        """In the text, not in what stands before it, unless that is meant."""
        text = self.read(path).decode()
        for old, new in pairs:
            at = 0 if old.startswith("title:") else text.index("## Summary")
            self.assertIn(old, text[at:])
            text = text[:at] + text[at:].replace(old, new, 1)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return text

    def body(self, path):
        text = self.read(path).decode()
        return text[text.index("## Summary"):]

    def statement(self):
        record = json.loads(self.run_ok("incident", "show", KEY, "--json"))
        return record["incidents"][0]["causes"][0]["statement"]

    def test_round_trip_on_all_sites(self):
        for site in SITES:
            with self.subTest(site=site):
                self.section("summary", SUMMARY)
                self.section("impact", IMPACT)
                page = self.page(site)
                self.change(page, ("Nobody else", "Some (v2.3) saw *nothing*, or `a|b`"), ("Cleared", "It was cleared"), ("- one", "- zero\n- one") if
                            "- one" in self.body(page) else ("The cache", "The big cache"), ("As told", "A new paragraph: x_y.\n\nAs told"))
                self.assertEqual(self.export(site, code=1)[0]["outcome"], "refused")
                out = self.adopt(site)
                self.assertIn("+", out)
                self.assertIn("edit", out)
                self.assertEqual(self.section("impact"), "About 3% of sessions. Some (v2.3) saw *nothing*, or `a|b`.")
                self.assertEqual(self.statement(), "It was cleared *twice*; it's odd.")
                summary = self.section("summary")
                self.assertIn("A new paragraph: x_y.\n\nAs told before[^why].\n\n[^why]: Because of a flag.", summary)
                self.assertIn("on *every* turn, see [[s:1]].\n\nUsers saw `", summary)
                self.assertIn("```python\nx = {{ y }}\n```", summary)
                # The export writes it, and it is there.
                written = self.export(site)
                self.assertIn(written[0]["outcome"], ("written", "unchanged"))  # to the minute the same, perhaps
                self.assertEqual({answer["outcome"] for answer in self.export(site, "--check")}, {"unchanged"})
                self.assertIn("nobody edited", self.adopt(site))
                # It is an edit as others are.
                self.run_ok("undo")
                self.assertIn("Nobody else", self.section("impact"))

    def test_every_block_of_a_text(self):
        """Each is edited, with what the site makes of marks; the record reads as a person would have written it."""
        for site in SITES:
            with self.subTest(site=site):
                self.section("summary", SUMMARY)
                page = self.page(site)
                text = self.body(page)
                self.change(page, ("The cache", "The disk cache"), ("Users saw", "All users saw"), ("two", "the second"),
                            ("As told", "As was told"), ("x = {{ y }}", "x = {{ z }}") if "x = {{ y }}" in text else ("y", "y"))
                self.adopt(site)
                expected = (SUMMARY.replace("The cache", "The disk cache").replace("Users saw", "All users saw").replace("two", "the second")
                            .replace("As told", "As was told"))
                if "x = {{ y }}" in text:
                    expected = expected.replace("{{ y }}", "{{ z }}")
                self.assertEqual(self.section("summary"), expected.rstrip("\n"))

    def test_what_is_computed_stays_on_the_page_and_is_named(self):
        page = self.page("hugo")
        text = self.change(page, ("title: \"It breaks\"", "title: \"It broke\""), ("x = 1", "x = 2"), ("Nobody else", "Nobody at all"))
        lines = [number for number, line in enumerate(text.split("\n"), 1) if "It broke" in line or "x = 2" in line]
        out = self.adopt("hugo", code=1)
        self.assertIn("1 text taken", out)
        for line in lines:
            self.assertIn(f"{page}:{line}: ", self.err)
        self.assertEqual(self.err.count(f"{page}:"), 2)
        self.assertIn("Nobody at all", self.section("impact"))
        self.assertEqual(self.read(page).decode(), text)
        self.assertEqual(self.export("hugo", code=1)[0]["outcome"], "refused")
        # Once that is as it was, nothing is left to take, and the page is ours again.
        self.change(page, ("title: \"It broke\"", "title: \"It breaks\""), ("x = 2", "x = 1"))
        self.assertIn("nothing to change", self.adopt("hugo"))
        self.assertEqual(self.export("hugo")[0]["outcome"], "written")

    def test_what_the_page_would_not_show_is_refused(self):
        for old, new in (("Nobody else", "<b>Nobody</b> else"), ("Nobody else", "x\n\n## A part of its own\n\nNobody"),
                         ("Nobody else", "{{< include >}} <!-- x --> Nobody <script>alert(1)</script>")):
            with self.subTest(new=new):
                self.run_ok("export", KEY, "--site=hugo", "--out", self.path("hugo"), "--force")
                page = self.page("hugo")
                text = self.change(page, (old, new))
                self.adopt("hugo", code=1)
                self.assertIn(f"{page}:", self.err)
                self.assertEqual(self.section("impact"), IMPACT)
                self.assertEqual(self.read(page).decode(), text)

    def test_the_record_was_changed_too(self):
        page = self.page("mkdocs")
        self.section("background", "New in the record.")
        self.section("summary", SUMMARY.replace("every", "each"))
        self.change(page, ("Nobody else", "Nobody at all"))
        self.adopt("mkdocs")
        self.assertIn("Nobody at all", self.section("impact"))
        self.assertIn("each", self.section("summary"))
        self.assertIn("New in", self.section("background"))
        self.assertEqual(self.export("mkdocs")[0]["outcome"], "written")
        # The same text in both: a person has to say.
        self.section("impact", "Quite another text.")
        self.change(page, ("Nobody at all", "Nobody whatsoever"))
        self.adopt("mkdocs", code=1)
        self.assertIn("impact", self.err)
        self.assertIn("Nobody whatsoever", self.err)
        self.assertEqual(self.section("impact"), "Quite another text.")

    def test_title_and_parts_were_changed_since(self):
        """What the page was made from is found in the log, and is not taken for an edit by hand."""
        page = self.page("mkdocs")
        self.run_ok("incident", "set", KEY, "--title=Other", "--severity=Q2")
        self.run_ok("incident", "put", KEY, "C1", "statement=Cleared once.", "confidence=likely")
        self.run_ok("incident", "put", KEY, "action", "text=Mend it.", "type=fix")
        self.run_ok("incident", "put", KEY, "event", "at=2026-03-04", "text=Seen.")
        self.section("summary", SUMMARY.replace("every", "each"))
        text = self.change(page, ("Nobody else", "Nobody at all"))
        self.adopt("mkdocs")
        self.assertIn("Nobody at all", self.section("impact"))
        record = json.loads(self.run_ok("incident", "show", KEY, "--json"))["incidents"][0]
        self.assertEqual((record["title"], record["severity"], len(record["actions"]), len(record["events"])), ("Other", "Q2", 1, 1))
        self.assertEqual(self.statement(), "Cleared once.")
        self.assertIn("each", self.section("summary"))
        self.assertEqual(self.export("mkdocs")[0]["outcome"], "written")
        # What both changed is named, with what the page has; all else is taken.
        self.run_ok("incident", "put", KEY, "C1", "statement=Cleared thrice.")
        text = self.change(page, ("Cleared once", "Cleared never"), ("Nobody at all", "Nobody whatsoever"))
        self.adopt("mkdocs", code=1)
        self.assertIn("C1: the record was changed too", self.err)
        self.assertIn("Cleared never.", self.err)
        self.assertEqual(self.statement(), "Cleared thrice.")
        self.assertIn("Nobody whatsoever", self.section("impact"))
        self.assertEqual(self.read(page).decode(), text)

    def test_what_it_was_made_from_is_not_known(self):
        self.page("mkdocs")
        self.run_ok("import", self.jsonl("t.jsonl", [{"id": "b", "code": "y = 2\n", "level": "error", "message": "m"}]))
        self.run_ok("incident", "add", KEY, "2")  # what it shows of samples is not in the log of the incident's parts
        self.change(self.path("mkdocs/docs/postmortems/inc-2026-0001.md"), ("Nobody else", "Nobody at all"))
        self.fails(1, "was not made from", "edit", KEY, "--adopt", "--site=mkdocs", "--out", self.path("mkdocs"))
        self.assertEqual(self.section("impact"), IMPACT)

    def test_for_the_public_nothing_hidden_is_lost(self):
        rules = self.write("redact.rules", b"")
        self.section("summary", "Write to ada@corp.com now.\n\nThe rest.\n")
        self.run_ok("incident", "put", KEY, "restriction", "what=impact", "reason=Not yet.")
        hit = json.loads(self.run_ok("redact", "--all", "--json", "--rules", rules, code=1))["hit"]
        self.run_ok("redact", "--hide", hit, "--why=a person", "--rules", rules)
        more = "--audience=public", "--rules", rules
        page = self.page("plain", *more, "--unreviewed")
        text = self.change(page, ("The rest.", "All the rest."))
        self.adopt("plain", *more)
        self.assertEqual(self.section("summary"), "Write to ada@corp.com now.\n\nAll the rest.")
        self.assertEqual(self.section("impact"), IMPACT)
        self.assertIn(self.export("plain", *more, "--unreviewed")[0]["outcome"], ("written", "unchanged"))
        # Beside a mark nothing is taken.
        text = self.change(page, ("Write to", "Do write to"))
        self.adopt("plain", *more, code=1)
        self.assertIn("redacted", self.err)
        self.assertEqual(self.section("summary"), "Write to ada@corp.com now.\n\nAll the rest.")
        self.assertEqual(self.read(page).decode(), text)
        self.run_ok("export", KEY, "--site=plain", "--out", self.path("plain"), *more, "--unreviewed", "--force")
        self.change(page, ("All the rest.", "All the [redacted: email] rest."))
        self.adopt("plain", *more, code=1)
        self.assertNotIn("redacted", self.section("summary"))

    def test_lines_that_end_in_cr_lf(self):
        page = self.page("plain")
        text = self.change(page, ("Nobody else", "Nobody at all"))
        with open(page, "w", encoding="utf-8", newline="") as file:
            file.write(text.replace("\n", "\r\n"))
        self.adopt("plain")
        self.assertEqual(self.section("impact"), "About 3% of sessions. Nobody at all.")
        self.assertEqual(self.section("summary"), SUMMARY.rstrip("\n"))
        self.assertIn(self.export("plain")[0]["outcome"], ("written", "unchanged"))  # to the minute the same, perhaps

    def test_a_file(self):
        page = self.page("hugo")
        self.change(page, ("Nobody else", "Nobody at all"))
        answer = json.loads(self.run_ok("edit", KEY, "--adopt", page, "--json"))
        self.assertEqual((answer["key"], answer["edit"] > 0), (KEY, True))
        self.assertIn("Nobody at all", self.section("impact"))
        self.assertEqual(self.export("hugo")[0]["outcome"], "written")

    def test_faults(self):
        self.fails(2, "--site", "edit", KEY, "--adopt")
        self.fails(2, "no site 'x'", "edit", KEY, "--adopt", "--site=x", "--out", self.dir)
        self.fails(2, "go with --adopt", "edit", KEY, "--site=plain")
        self.fails(2, "not the key", "edit", "x", "--adopt", "--site=plain", "--out", self.dir)
        self.fails(2, "one incident", "edit", KEY, "INC-2026-0002")
        self.fails(2, "no list of pages", "edit", KEY, "--adopt", self.write("x.md", b"x"))
        self.fails(1, "no page", "edit", KEY, "--adopt", "--site=plain", "--out", self.path("none"))
        self.fails(1, "no mark of an export", "edit", KEY, "--adopt", self.write("y.md", b"x"), "--site=plain")
        self.fails(1, "INC-2026-0077", "edit", "INC-2026-0077", "--adopt", "--site=plain", "--out", self.path("plain"))
        page = self.page("html")
        with open(page, "ab") as file:
            file.write(b"<p>mine</p>")
        self.fails(2, "give nothing back", "edit", KEY, "--adopt", "--site=html", "--out", self.path("html"))
        self.assertTrue(os.path.exists(page))
        self.assertTrue(files_in(self.path("html"), ".html"))
