"""incident …, apply."""
import json
import os
import pty
import re
import select
import sqlite3
import stat
import subprocess

from .harness import AITIA, Case, LIMIT_S, ROOT, files_in


class Incidents(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": f"s{n}", "code": f"x = {n}\n", "message": "it is wrong", "level": "error" if n < 4 else "warning"} for n in range(1, 7)]))

    def create(self, *more):
        return self.run_json("incident", "create", "A title", *more)[0]["key"]

    def test_the_log_of_an_incident_is_whole(self):
        key = self.create("--severity=Q2")
        other = self.create()
        for args in (["add", key, "1", "2"], ["set", key, "--title=Other"], ["cause", key, "model", "It forgets."], ["event", key, "2026-03-04", "It ships."],
                     ["action", key, "fix", "Mend it."], ["status", key, "declared"], ["remove", key, "2"],
                     ["put", key, "advisory", "status=affected", "symptoms=Look."], ["section", key, "summary", "-"]):
            self.run_ok("incident", *args, **({"stdin": b"So.\n"} if args[-1] == "-" else {}))
        self.run_ok("incident", "set", other, "--title=Not of the first")
        self.run_ok("undo")
        for _ in range(2):
            self.run_ok("undo")
            self.run_ok("redo")
        entries = self.run_json("log", key.lower())
        self.assertEqual(len(entries), 14)
        self.assertEqual([entry["verb"] for entry in entries[:4]], ["redo", "undo", "redo", "undo"])
        for entry in entries:
            self.assertIn(key + ": ", entry["summary"])
        self.assertEqual(entries, self.run_json("log", "--incident", key))
        self.assertEqual(len(self.run_json("log", other)), 3)
        self.assertEqual([entry["summary"] for entry in self.run_json("log", key, "declared")], [key + ": status declared"])

    def test_claims_refer_to_evidence(self):
        key = self.create("--severity=Q2")
        self.run_ok("incident", "add", key, "1", "6")
        self.run_ok("incident", "event", key, "2026-03-04", "It *ships*.")
        self.run_ok("incident", "section", key, "summary", "-", stdin=b"It broke [[s:6]] then [[E:1]]: really.\n")
        self.run_ok("export", key, "--site=plain", "--out", self.path("p"))
        page = self.read(self.path("p/inc-2026-0001.md")).decode()
        self.assertIn("It broke [^1] then [^2]&#58; really.", page)
        self.assertRegex(page, r"\n\[\^1\]: \[Sample \d: .*\]\(#what-users-saw\)\n")
        self.assertIn("\n[^2]: [E1, 2026-03-04](#timeline): It ships.\n", page)
        # What leads nowhere is not published, with its place; nothing is written.
        self.run_ok("incident", "section", key, "lessons", "-", stdin=b"Well.\n\nBut [[s:4711]] and [[e:9]].\n")
        done = self.run_raw("export", key, "--site=plain", "--out", self.path("q"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("section lessons, line 3: \"[[s:4711]]\" names nothing. (and 1 more", done.stderr.decode())
        self.assertIn("What is no reference stands in backticks.", done.stderr.decode())
        self.assertFalse(os.path.exists(self.path("q")))
        # Nor does a wiki's double bracket stop a page.
        self.run_ok("incident", "section", key, "lessons", "-", stdin=b"The macro [[user:name]], and `[[s:4711]]`.\n")
        for site in ("plain", "hugo", "mkdocs", "jekyll", "docusaurus", "mdbook", "vitepress", "starlight", "html"):
            self.run_ok("export", key, "--site=" + site, "--out", self.path("r-" + site))
        self.assertIn(r"The macro \[\[user:name\]\], and `[[s:4711]]`.", self.read(self.path("r-plain/inc-2026-0001.md")).decode())

    def test_the_whole_record_in_the_editor(self):
        key = self.create("--severity=Q2")
        self.run_ok("incident", "put", key, "source", "name=P")
        self.run_ok("incident", "put", key, "cohort", "name=Pro", "cites=SRC1")
        self.run_ok("incident", "put", key, "event", "at=2026-03-04", "text=It ships.", "cites=SRC1", "cohorts=CO1")
        before = self.run_json("incident", "show", key)[0]
        script = self.write("edit.sh", """#!/bin/sh
sed -i -e 's/^# Summary {#summary}/# In short {#summary}/' -e 's/^name: Pro$/name: Pro and Max/' \\
    -e '$ a ## cohort\\nname: Team\\nstate: not_affected\\ncites: SRC1' "$1"
""")
        os.chmod(script, 0o755)
        edit = {"EDITOR": script, "VISUAL": script}
        self.run_ok("edit", key, env=edit)
        after = self.run_json("incident", "show", key)[0]
        self.assertEqual([part["name"] for part in after["incidents"][0]["cohorts"]], ["Pro and Max", "Team"])
        # What was not touched is as it was, that which has no place in an entry of the timeline too.
        self.assertEqual(after["incidents"][0]["events"], before["incidents"][0]["events"])
        self.write("edit.sh", """#!/bin/sh
sed -i -e 's/^name: Team$/nmae: Team/' "$1"
""")
        done = self.run_raw("edit", key, env=edit)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr.decode(), r"line \d+: expected 'field: value' of a cohort: name, state, plan")
        self.assertRegex(done.stderr.decode(), r"what you typed is kept in ")
        self.assertEqual(self.run_json("incident", "show", key)[0], after)

    def test_revisions_of_the_text(self):
        key = self.create("--severity=Q2")
        for section, text in ("summary", "one\ntwo\n"), ("summary", "one\nTWO\n"), ("method", "By hand.\n"), ("summary", "wrong\n"):
            self.run_ok("incident", "section", key, section, "-", stdin=text.encode())
        self.run_ok("undo")
        rows = self.run_json("incident", "revisions", key)
        self.assertEqual([(row["sections"], row["undone"], row["reviewer"]) for row in rows],
                         [("summary", True, "tester"), ("method", False, "tester"), ("summary", False, "tester"), ("summary", False, "tester")])
        self.assertEqual([(row["added"], row["removed"]) for row in rows], [(1, 2), (1, 0), (1, 1), (2, 0)])
        self.assertIn("  +1 -2  summary  (undone)", self.run_ok("incident", "revisions", key))
        first, undone = str(rows[3]["edit"]), str(rows[0]["edit"])
        self.assertEqual(self.run_ok("incident", "revisions", key, first).splitlines()[:7],
                         [f"--- edit {first}", "+++ now", "@@ -1,4 +1,8 @@", " # Summary", " ", " one", "-two"])
        diff = self.run_ok("incident", "revisions", key, first, undone)
        self.assertIn("+wrong\n", diff)
        self.assertIn("+By hand.\n", diff)
        self.assertEqual(self.run_ok("incident", "revisions", key, str(rows[1]["edit"])), "")
        self.run_ok("incident", "revisions", key, first, "--restore")
        self.assertEqual(self.run_ok("incident", "section", key, "summary"), "one\ntwo\n")
        self.assertEqual(self.run_ok("incident", "section", key, "method"), "")
        self.run_ok("undo")
        self.assertEqual(self.run_ok("incident", "section", key, "summary"), "one\nTWO\n")
        self.fails(1, "edit 1 saved no text of INC-2026-0001", "incident", "revisions", key, "1")
        self.fails(2, "named by the number of its edit", "incident", "revisions", key, "x")

    def test_revisions_have_what_a_merge_brought(self):
        here, there = self.store, self.path("bob.db")
        self.run_ok("backup", there)
        self.store = there
        key = self.create("--severity=Q2")
        for section, text in ("summary", "One.\n"), ("impact", "Two.\n"):
            self.run_ok("--reviewer=bob", "incident", "section", key, section, "-", stdin=text.encode())
        self.store = here
        merge = self.run_json("merge", there)[0]["edit"]

        def sections():
            return [self.run_ok("incident", "section", key, section) for section in ("summary", "impact", "background", "method")]

        for section in "background", "method":
            self.run_ok("incident", "section", key, section, "-", stdin=b"Ours.\n")
        rows = self.run_json("incident", "revisions", key)
        self.assertEqual([row["sections"] for row in rows], ["method", "background", "impact, summary"])
        self.assertEqual(rows[2]["edit"], merge)
        self.run_ok("incident", "revisions", key, str(rows[1]["edit"]), "--restore")
        self.assertEqual(sections(), ["One.\n", "Two.\n", "Ours.\n", ""])
        self.run_ok("incident", "revisions", key, str(merge), "--restore")
        self.assertEqual(sections(), ["One.\n", "Two.\n", "", ""])
        # What bob writes then comes with another merge, which is taken back like ours.
        self.store = there
        self.run_ok("merge", here)
        self.run_ok("--reviewer=bob", "incident", "section", key, "impact", "-", stdin=b"Three.\n")
        self.store = here
        self.run_ok("merge", there)
        self.assertEqual(sections(), ["One.\n", "Three.\n", "", ""])
        self.run_ok("incident", "revisions", key, str(rows[0]["edit"]), "--restore")
        self.assertEqual(sections(), ["One.\n", "Two.\n", "Ours.\n", "Ours.\n"])

    def test_a_revision_has_what_was_undone_later(self):
        key = self.create("--severity=Q2")
        edits = [self.run_json("incident", "section", key, section, "-", stdin=b"x\n")[0]["edit"] for section in ("summary", "method")]
        self.run_ok("undo", str(edits[0]))
        diff = self.run_ok("incident", "revisions", key, str(edits[1]))
        self.assertIn("-# Summary\n", diff)
        # A text that was changed past the log is not guessed.
        with sqlite3.connect(self.store) as db:
            db.execute("UPDATE incident_section SET markdown = 'y'")
        self.fails(1, f"the log does not tell the method of {key}", "incident", "revisions", key, str(edits[0]), "--restore")

    def test_two_audiences_from_one_record(self):
        key = self.create("--severity=Q2")
        self.run_ok("incident", "set", key, "--title=The customer Zyxw is hit")
        self.run_ok("incident", "add", key, "1", "2", "3")
        self.run_ok("incident", "section", key, "summary", "-", stdin=b"As [[e:1]] says of [[s:1]], and [[s:2]].\n")
        self.run_ok("incident", "section", key, "method", "-", stdin=b"By hidden means.\n")
        self.run_ok("incident", "event", key, "2026-03-04", "A secret call.")
        self.run_ok("incident", "action", key, "fix", "Mend it.", "--owner=Quux")
        self.run_ok("incident", "put", key, "restriction", "what=E1, method, A1 owner, title", "evidence=1", "reason=a contract")

        def pages(audience):
            self.run_ok("export", "--all", "--site=plain", "--audience", audience, "--unreviewed", "--url=https://e.example/", "--out", self.path(audience),
                        notes=True)
            return {name: self.read(name).decode() for name in files_in(self.path(audience), "")}

        inside = "".join(pages("internal").values())
        for words in "Zyxw", "A secret call", "hidden means", "Quux", "x = 1\n":
            self.assertIn(words, inside)
        outside = pages("public")
        for name, page in outside.items():
            for words in "Zyxw", "zyxw", "secret call", "hidden means", "Quux", "a contract", "x = 1\n":
                self.assertNotIn(words, page, name)
        page = outside[self.path("public/inc-2026-0001.md")]
        self.assertIn("[^1]: Entry E1 of the record, which this page does not show.", page)
        self.assertIn("[^2]: Sample 1 of the record, which this page does not show.", page)
        self.assertIn("[^3]: [Sample ", page)
        self.assertIn("parts of the record are not shown here", page)
        document = self.run_ok("incident", "show", key, "--audience=public", "--json")
        text = self.run_ok("incident", "show", key, "--audience=public")
        for words in "Zyxw", "secret call", "hidden means", "Quux", "a contract":
            self.assertNotIn(words, document + text)
        self.assertEqual(json.loads(document)["incidents"][0]["title"], key)
        whole = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual(len(whole["members"]), 3)
        self.assertEqual(len(json.loads(document)["incidents"][0]["members"]), 2)
        # One that names nothing withholds nothing: then there is no public page.
        self.run_ok("incident", "put", key, "RS1", "what=E99")
        self.fails(1, "RS1: \"E99\" names no entry", "export", key, "--site=plain", "--audience=public", "--out", self.path("r"))
        self.fails(1, "RS1: \"E99\" names no entry", "incident", "show", key, "--audience=public")
        self.assertIn("restriction-unknown", self.run_ok("lint", key, code=1))
        self.run_ok("export", key, "--site=plain", "--out", self.path("r"))

    def test_a_postmortem_is_approved_by_somebody_else(self):
        key = self.create("--severity=Q2")
        self.run_ok("incident", "section", key, "summary", "-", stdin=b"In short.\n")

        def state(*more, who="tester", code=0):
            return self.run_json("incident", "review", key, *more, f"--reviewer={who}", code=code)

        errors = int(re.search(rf"{key}: (\d+) error", self.run_ok("lint", key, code=1)).group(1))
        self.assertGreater(errors, 0)
        self.assertEqual(state()[0], {"key": key, "state": "draft", "changed": False, "authors": ["tester"], "steps": 0,
                                      "lint_errors": errors, "edit": None})
        said = self.run_ok("incident", "review", key)
        self.assertIn("\n  never approved; written by: tester\n", said)
        self.assertIn(f"\n  {errors} lint error", said)
        self.assertIn(f": aitia lint {key}\n", said)
        self.fails(1, "it may become in_review", "incident", "review", key, "reviewed", "--reviewer=bob")
        self.fails(2, "is no state of a postmortem", "incident", "review", key, "ready")
        page = self.path("o/inc-2026-0001.md")
        self.fails(1, "nobody approved INC-2026-0001 (draft); nothing was written", "export", key, "--site=plain", "--audience=public",
                   "--out", self.path("o"))
        self.assertFalse(os.path.exists(page))
        self.run_ok("export", key, "--site=plain", "--out", self.path("o"))
        self.assertIn(b"> **Draft.** Nobody has approved this text yet.", self.read(page))
        self.assertEqual(state("in_review")[0]["state"], "in_review")
        self.fails(1, "tester wrote of this text (edit ", "incident", "review", key, "reviewed")
        self.assertEqual(state("reviewed", "--note=read twice", who="bob")[0]["authors"], [])
        self.assertIn("reviewed (ST2 by bob, 2026-05-01)", self.run_ok("incident", "review", key))
        self.assertIn("bob: read twice", self.run_ok("incident", "review", key))
        self.run_ok("export", key, "--site=plain", "--audience=public", "--out", self.path("o"))
        self.assertNotIn(b"Draft.", self.read(page))
        self.assertNotIn(b"bob", self.read(page))
        self.assertIn("postmortem: reviewed (ST2 by bob", self.run_ok("incident", "show", key))
        state("published")
        self.assertEqual(self.run_json("incident", "list")[0]["postmortem"], "published")
        # An edit takes it back, whoever makes it; an undo of that does not.
        self.run_ok("incident", "set", key, "--severity=Q3", "--reviewer=eve")
        self.assertEqual((state()[0]["state"], state()[0]["changed"], state()[0]["authors"]), ("in_review", True, ["eve"]))
        self.assertEqual(self.run_json("incident", "show", key)[0]["incidents"][0]["computed"]["postmortem"], "in_review")
        self.assertIn("postmortem-unreviewed", self.run_ok("lint", key, code=1))
        self.fails(1, "nobody approved", "export", "--all", "--site=plain", "--audience=public", "--out", self.path("o"))
        self.run_ok("export", key, "--site=plain", "--audience=public", "--unreviewed", "--out", self.path("o"))
        self.assertIn(b"> **In review.** This text was changed since it was approved.", self.read(page))
        self.run_ok("undo", "--reviewer=eve")
        self.assertEqual(state()[0]["state"], "published")
        # Superseded it is what was approved, or in review.
        state("superseded")
        self.run_ok("export", key, "--site=plain", "--audience=public", "--force", "--out", self.path("o"))
        self.assertIn(b"> **Superseded.**", self.read(page))
        self.run_ok("incident", "set", key, "--title=Unapproved", "--reviewer=eve")
        self.assertEqual((state()[0]["state"], state()[0]["changed"]), ("in_review", True))
        self.assertIn("postmortem-unreviewed", self.run_ok("lint", key, code=1))
        self.fails(1, "nobody approved", "export", key, "--site=plain", "--audience=public", "--out", self.path("o"))
        self.run_ok("undo", "--reviewer=eve")
        self.run_ok("undo")
        # Nor is another sample withheld under an approval than the one that was.
        self.run_ok("incident", "put", key, "restriction", "evidence=1", "reason=a contract")
        state("reviewed", who="bob")
        self.run_ok("incident", "put", key, "RS1", "evidence=2", "--reviewer=eve")
        self.assertEqual((state()[0]["state"], state()[0]["changed"]), ("in_review", True))
        self.fails(1, "nobody approved", "export", key, "--site=plain", "--audience=public", "--out", self.path("o"))
        for who in "eve", "bob", "tester":
            self.run_ok("undo", "--reviewer=" + who)
        # Steps come from nowhere else.
        self.fails(1, "steps of the review are taken by", "incident", "put", key, "step", "state=reviewed", "reviewer=eve")
        self.fails(1, "steps of the review are not removed", "incident", "remove", key, "ST1")
        document = self.run_json("incident", "show", key)[0]
        document["incidents"][0]["steps"] = []
        self.run_ok("apply", self.write("d.json", json.dumps(document)))
        self.assertEqual(state()[0]["steps"], 3)

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
        self.fails(3, "there is no cohort 9", "incident", "event", key, "2026-03", "Of none.", "--cohort=CO9")
        self.run_ok("incident", "put", self.create(), "cohort", "name=Pro")
        self.run_ok("incident", "event", "INC-2026-0003", "2026-03", "Of one.", "--cohort=CO1")
        self.assertEqual(self.run_json("show", "INC-2026-0003")[0]["incidents"][0]["events"][0]["cohorts"], [1])
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
            (2, "TITLE is empty", ["create", " "]),
            (2, "--title is empty", ["set", key, "--title", ""]),
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

    def test_two_edits_of_other_fields_are_undone_apart(self):
        key = self.create()

        def show():
            return self.run_json("incident", "show", key)[0]["incidents"][0]

        self.run_ok("--reviewer=ann", "incident", "set", key, "--title", "Ann's title")
        self.run_ok("--reviewer=bob", "incident", "event", key, "2026-03-04", "Bob's event.")
        self.run_ok("--reviewer=ann", "undo")
        self.assertEqual((show()["title"], [e["text"] for e in show()["events"]]), ("A title", ["Bob's event."]))
        self.run_ok("--reviewer=ann", "redo")
        self.run_ok("--reviewer=bob", "incident", "set", key, "--title", "Bob's title")
        self.run_ok("--reviewer=eve", "incident", "set", key, "--severity=Q1")
        self.fails(1, "was changed since (bob,", "--reviewer=ann", "undo")
        self.assertIn("its title is now 'Bob's title', this edit had 'Ann's title'", self.err)
        self.assertEqual((show()["title"], show()["severity"]), ("Bob's title", "Q1"))
        self.run_ok("check")

    def test_apply_the_example_of_the_documentation(self):
        with open(os.path.join(ROOT, "docs/apply.md"), encoding="utf-8") as file:
            example = re.search(r"```json\n(.*?)```", file.read(), re.S).group(1)
        path = self.write("example.json", example)
        first = self.run_json("apply", path)[0]
        self.assertEqual(first, {"file": path, "key": "INC-2026-0042", "created": True, "changed": True,
                                 "members_added": 3, "denominators": None})
        again = self.run_json("apply", path)[0]
        self.assertEqual((again["created"], again["changed"], again["members_added"]), (False, False, 0))
        self.assertIn("INC-2026-0042: unchanged", self.run_ok("apply", path))
        printed = self.run_json("incident", "show", "INC-2026-0042")[0]["incidents"][0]
        given = json.loads(example)["incidents"][0]
        for name in "title", "status", "severity", "severity_rationale", "sections":
            self.assertEqual(printed[name], given[name])
        for part in [name for name, value in given.items() if isinstance(value, list) and name != "members"]:
            by_number = {child["number"]: child for child in printed[part]}
            for child in given[part]:
                for name, value in child.items():
                    word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
                    self.assertEqual(by_number[child["number"]][name], word, (part, name))
        self.valid(json.loads(example))
        self.valid(self.run_json("incident", "show", "INC-2026-0042")[0])

    def valid(self, document):
        """As docs/incident.schema.json has it (the part of JSON Schema that it uses)."""
        with open(os.path.join(ROOT, "docs/incident.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        types = {"string": str, "integer": int, "number": (int, float), "array": list, "object": dict, "boolean": bool,
                 "null": type(None)}

        def check(value, rule, place):
            if "$ref" in rule:
                rule = schema["$defs"][rule["$ref"].rpartition("/")[2]]
            if "enum" in rule:
                self.assertIn(value, rule["enum"], place)
            if "type" in rule:
                names = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
                self.assertTrue(any(isinstance(value, types[name]) for name in names), (place, value))
            if "pattern" in rule and value is not None:
                self.assertRegex(value, rule["pattern"])
            if "properties" in rule and isinstance(value, dict):
                self.assertLessEqual(set(rule.get("required", [])), set(value), place)
                self.assertLessEqual(set(value), set(rule["properties"]), place)
                for name, item in value.items():
                    check(item, rule["properties"][name], f"{place}/{name}")
            if "items" in rule and isinstance(value, list):
                for index, item in enumerate(value):
                    check(item, rule["items"], f"{place}/{index}")
        check(document, schema, "")

    def test_the_demo_is_valid(self):
        with open(os.path.join(ROOT, "cli/demo/april-2026.json"), encoding="utf-8") as file:
            self.valid(json.load(file))

    def test_any_part_by_hand(self):
        key = self.create()
        self.assertEqual(self.run_json("incident", "put", key, "source", "name=P", "rank=primary")[0]["number"], 1)
        self.run_ok("incident", "put", key, "cohort", "name=Pro and Max", "plan=Pro,Max", "cites=SRC1")
        self.assertIn(f"{key} CH1, edit", self.run_ok("change", "add", key, "Effort *lowered*", "at=2026-03-04T10:10Z",
                                                      "announced=changelog,in_product", "cohorts=CO1"))
        self.run_ok("change", "add", key, "Earlier", "at=2026-02", "reverted_at=2026-03")
        self.run_ok("incident", "event", key, "2026-03-04", "It ships.", "--milestone=introduced")
        self.run_ok("incident", "put", key, "E1", "cohorts=1", "evidence=1,2", "change=CH1")
        self.run_ok("incident", "put", key, "cause", "code=cache", "statement=x", "evidence=3")
        self.run_ok("incident", "put", key, "impact", "measure=reads per edit", "value=2.0", "baseline=6.6")
        self.assertIn("nothing to change", self.run_ok("incident", "put", key, "CO1", "plan=Pro,Max"))
        document = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual(document["cohorts"], [{"number": 1, "name": "Pro and Max", "state": "affected", "plan": "Pro,Max",
                                               "cites": [1]}])
        self.assertEqual((document["events"][0]["cohorts"], len(document["events"][0]["evidence"])), ([1], 2))
        self.assertEqual(document["causes"][0]["code"], "infrastructure/cache")
        self.assertEqual(document["impacts"][0]["value"], 2.0)
        text = self.run_ok("incident", "show", key)
        for part in "CO1   Pro and Max", "plan: Pro,Max", "announced: changelog, in_product", "cohorts: CO1", "cites: SRC1":
            self.assertIn(part, text)
        changes = self.run_json("change", "list")
        self.assertEqual([change["number"] for change in changes], [2, 1])
        self.assertEqual(changes[1]["announced"], ["changelog", "in_product"])
        self.assertIn("CH1   2026-03-04 10:10  (in force)", self.run_ok("change", "list", key))
        other = self.create()
        before = self.run_ok("log", "--json")
        for code, part, args in [
            (2, "did you mean 'name'?", ["put", key, "cohort", "nam=x"]),
            (2, "is not FIELD=VALUE", ["put", key, "cohort", "name"]),
            (2, "neither a kind of part nor a part", ["put", key, "chort", "name=x"]),
            (2, "unknown word 'primry'; did you mean 'primary'?", ["put", key, "SRC1", "rank=primry"]),
            (2, "'E1' does not name a cohort", ["put", key, "E1", "cohorts=E1"]),
            (2, "'2026-02-30' is not a time", ["put", key, "CH1", "at=2026-02-30"]),
            (1, "has no CO7", ["put", key, "CO7", "name=x"]),
            (3, "/events/0/cohorts/0: there is no cohort 9", ["put", key, "E1", "cohorts=9"]),
            (3, "/cohorts/0/name: a cohort needs a name", ["put", key, "CO1", "name="]),
            (1, "'suspected' does not become 'watching': nothing was found", ["status", other, "watching"]),
            (1, "CO1 (Pro and Max)", ["status", key, "resolved"]),
        ]:
            with self.subTest(args=args):
                self.fails(code, part, "incident", *args)
        self.assertEqual(self.run_ok("log", "--json"), before)
        self.run_ok("incident", "set", key, "--status=resolved", "--partial=Max waits")
        self.assertIn("resolved in part; still open: Max waits", self.run_ok("show", key))
        self.run_ok("incident", "remove", key, "CO1", "SRC1")
        document = self.run_json("incident", "show", key)[0]["incidents"][0]
        self.assertEqual((document["cohorts"], document["sources"]), ([], []))
        self.assertNotIn("cohorts", document["events"][0])
        self.run_ok("undo")
        self.assertIn("CO1   Pro and Max", self.run_ok("show", key))
        self.run_ok("check")

    def test_a_signature_is_kept_and_is_a_query(self):
        key = self.create()
        signature = 'rule:R1 customer:"Acme & Co" -level:none'
        self.run_ok("incident", "set", key, "--signature", signature)
        self.assertIn(f"  signature: {signature}\n", self.run_ok("show", key))
        document = self.run_ok("incident", "show", key, "--json")
        self.assertEqual(json.loads(document)["incidents"][0]["signature"], signature)
        before = self.run_ok("log", "--json")
        for part, args in [
            ("/signature: at 7: unknown level 'bad'", ["set", key, "--signature=level:bad"]),
            ("/signature: at 7: unknown cause 'cahce'; did you mean 'infrastructure/cache'?", ["set", key, "--signature=cause:cahce"]),
            ("/signature: at 5: is:mine is another query for each reader", ["set", key, "--signature=foo -is:mine"]),
            ("/signature: at 5: group: is about a sample's number", ["set", key, "--signature=foo group:1"]),
            ("/signature: at 1: duplicate-of: is about a sample's number", ["set", key, "--signature=duplicate-of:1"]),
            ("/signature: at 1: batch: is the number of an import of this store", ["set", key, "--signature=batch>1"]),
            ("/signature: at 1: id: with a number is another sample", ["set", key, "--signature=id:x,1"]),
            ("/signature: at 1: id: with a number is another sample", ["set", key, "--signature=id<7"]),
            ("/signature: at 1: incident: names a key", ["set", key, "--signature=-incident:inc-2026-0001"]),
            ("/signature: at 1: deferred: with a key", ["set", key, "--signature=deferred:INC-2026-0001"]),
        ]:
            with self.subTest(args=args):
                self.fails(3, part, "incident", *args)
        for fine in "id:x,y*", "is:incident", "incident:*", "deferred:*", signature:  # that mean the same in every store
            self.run_ok("incident", "set", key, f"--signature={fine}")
        before = self.run_ok("log", "--json")
        bad = json.loads(document)
        bad["incidents"][0]["signature"] = "rule:R1 level:bad"
        self.fails(3, "/incidents/0/signature: at 15: unknown level 'bad'", "apply", "-", stdin=json.dumps(bad).encode())
        self.assertEqual(self.run_ok("log", "--json"), before)
        page = os.path.join(self.path("o"), key.lower() + ".md")
        for args, holds in (["--audience=public", "--unreviewed"], False), (["--force"], True):
            self.run_ok("export", key, "--site=plain", "--out", self.path("o"), *args)
            self.assertEqual(b"Acme" in self.read(page), holds)
        self.assertNotIn("Acme", self.run_ok("incident", "show", key, "--audience=public", "--json"))
        script = self.write("ed.sh", "#!/bin/sh\nsed -i 's/^Signature: .*/Signature: rule:R2/' \"$1\"\n")
        os.chmod(script, 0o755)
        self.run_ok("edit", key, env={"EDITOR": script, "VISUAL": script})
        self.assertIn("signature: rule:R2\n", self.run_ok("show", key))
        self.run_ok("undo")
        self.assertIn(f"signature: {signature}\n", self.run_ok("show", key))
        self.run_ok("incident", "set", key, "--signature=")
        self.assertNotIn("signature", self.run_ok("incident", "show", key, "--json"))
        self.run_ok("apply", "-", stdin=document.encode())
        self.assertEqual(self.run_ok("incident", "show", key, "--json"), document)
        self.run_ok("check")

    def test_every_fault_is_a_line(self):
        document = {"aitia": 1, "incidents": [{"title": 3, "causes": [{"code": "cahce"}], "cohorts": [{"plan": "x"}]}]}
        self.run_ok("apply", self.write("bad.json", json.dumps(document)), code=3)
        lines = self.err.splitlines()
        self.assertEqual(len(lines), 3)
        for part in "/incidents/0/title: must be a string", "/incidents/0/causes/0/code: unknown", "/incidents/0/cohorts/0/name: ":
            self.assertIn(part, self.err)

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

    def test_edit_again_on_a_terminal(self):
        key = self.create("--severity=Q2")
        env = self.editor("text = open(path).read()\n"
                          "text = text.replace('Q77', 'Q3') if 'Q77' in text else text.replace('Q2', 'Q77')\n"
                          "open(path, 'w').write(text)\n")
        main, side = pty.openpty()
        child = subprocess.Popen([AITIA, "--store", self.store, "edit", key], env={**self.env, **env}, stdin=side,
                                 stderr=side, stdout=subprocess.PIPE)
        os.close(side)
        shown = b""
        while b"[Y/n]" not in shown:
            ready, _, _ = select.select([main], [], [], LIMIT_S)
            self.assertTrue(ready, shown)
            shown += os.read(main, 4096)
        os.write(main, b"y\n")
        out, _ = child.communicate(timeout=LIMIT_S)
        os.close(main)
        self.assertEqual(child.returncode, 0, shown)
        self.assertIn(b"edit ", out)
        self.assertEqual(self.run_json("incident", "show", key)[0]["incidents"][0]["severity"], "Q3")
        self.assertEqual(files_in(self.path("tmp"), ""), [])
