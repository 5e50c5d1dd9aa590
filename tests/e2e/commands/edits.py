"""annotate, undo, redo, log, check."""
import json
import os

from .harness import Case


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

    def test_defer_until(self):
        self.run_ok("annotate", "1", "2", "--defer-until", "2030-01-02T03:04")
        shown = self.run_json("show", "1")[0]
        self.assertEqual((shown["status"], shown["deferred_until"]), ("deferred", "2030-01-02T03:04:00Z"))
        self.assertIn("until 2030-01-02 03:04", self.run_ok("show", "1"))
        self.assertEqual([row["id"] for row in self.run_json("list", "deferred:2030-01", "--sort=id")], [1, 2])
        self.assertEqual(self.count("is:due"), 0)
        # The moment has come: they are untriaged again, by an entry of the log that can be undone.
        later = {"AITIA_NOW": "2030-01-02T03:05:00Z"}
        self.assertEqual(self.run_ok("count", "is:untriaged", env=later), "10\n")
        entry = self.run_json("log", "--limit=1", env=later)[0]
        self.assertEqual((entry["verb"], entry["summary"]), ("due", "2 samples: waited long enough"))
        self.run_ok("undo", str(entry["id"]), env=later)
        self.assertEqual(self.run_ok("count", "is:due", env=later), "2\n")  # and they stay
        self.run_ok("check")

    def test_defer_until_something_happens(self):
        self.run_ok("import", self.jsonl("ruled.jsonl", [
            {"id": "r1", "code": "x", "flags": [{"source": "linter", "tool": "t", "rule": 'no "x"', "message": "m"}]}]))
        self.run_ok("incident", "create", "Slow answers", "--status=investigating")
        key = self.run_json("incident", "list")[0]["key"]
        self.run_ok("annotate", "11", "--defer-until=rule")
        self.run_ok("annotate", "1", "--defer-until", key.lower())
        self.run_ok("annotate", "2", "--defer-until=hits:lang:cobol")
        self.assertEqual(self.count("deferred:*"), 3)
        self.run_ok("import", self.jsonl("again.jsonl", [
            {"id": "r2", "code": "y", "language": "cobol",
             "flags": [{"source": "linter", "tool": "t", "rule": 'no "x"', "message": "m"}]}]))
        self.assertEqual([row["id"] for row in self.run_json("list", "deferred:*")], [1])
        self.run_ok("incident", "status", key, "resolved")
        self.assertEqual(self.count("deferred:*"), 0)
        self.fails(1, "is resolved already", "annotate", "1", "--defer-until", key)
        self.fails(1, "has hits already", "annotate", "1", "--defer-until=hits:lang:cobol")
        self.fails(1, "was flagged by no rule", "annotate", "1", "--defer-until=rule")
        self.fails(2, "nothing to wait for", "annotate", "1", "--defer-until=later")
        self.fails(2, "has passed already", "annotate", "1", "--defer-until=2020-01-01")
        self.fails(2, "stands alone", "annotate", "1", "--defer-until=3d", "--cause=model")

    def test_duplicate_of(self):
        self.run_ok("annotate", "2", "3", "--duplicate-of=1")
        shown = self.run_json("show", "2")[0]
        self.assertEqual((shown["disposition"], shown["duplicate_of"]), ("duplicate", 1))
        self.assertEqual(shown["annotations"][0]["duplicate_of"], 1)
        self.assertIn("duplicates   sample 1", self.run_ok("show", "2"))
        self.assertIn("by 2 other samples", self.run_ok("show", "1"))
        self.assertEqual(self.count("duplicate-of:1"), 2)
        self.fails(1, "cannot be a duplicate of itself", "annotate", "1", "--duplicate-of=1")
        self.fails(1, "sample 2 is a duplicate of sample 1 itself", "annotate", "1", "--duplicate-of=2")
        self.fails(1, "no sample 99", "annotate", "1", "--duplicate-of=99")
        self.fails(2, "verdict duplicate, not intended", "annotate", "4", "--duplicate-of=1", "--verdict=intended")
        self.run_ok("undo")
        self.assertEqual(self.count("duplicate-of:1"), 0)

    def test_annotate_where(self):
        self.assertEqual(self.run_json("annotate", "--where", "lang:go", "--cause=testing/flaky_test")[0]["samples"], 5)
        self.assertEqual(self.count("cause:testing/flaky_test"), 5)
        self.assertRegex(self.run_ok("annotate", "--where", "lang:go", "--verdict=intended"), r"^5 samples, edit \d+\n$")
        self.fails(1, "no sample matches 'lang:cobol'", "annotate", "--where", "lang:cobol", "--cause=model")

    def standing(self, number):
        return next(entry for entry in self.run_json("show", str(number))[0]["annotations"]
                    if entry["superseded_by"] is None)

    def test_what_is_unsaid_stays(self):
        self.run_ok("annotate", "1", "2", "--cause=model/hallucination", "--symptom=wrong_logic", "--note=why")
        self.run_ok("annotate", "2", "--cause=testing")
        self.run_ok("annotate", "1", "2", "3", "--severity=Q2")
        self.assertEqual([self.standing(n)["cause"] for n in (1, 2, 3)], ["model/hallucination", "testing", None])
        made = self.standing(1)
        self.assertEqual((made["symptoms"], made["note"], made["severity"]), (["wrong_logic"], "why", "Q2"))
        self.run_ok("annotate", "1", "2", "--symptom=hallucinated_api")
        self.assertEqual(self.standing(1)["symptoms"], ["hallucinated_api"])
        self.run_ok("annotate", "1", "--no-symptoms")
        made = self.standing(1)
        self.assertEqual((made["symptoms"], made["cause"]), ([], "model/hallucination"))
        self.assertEqual(self.standing(2)["symptoms"], ["hallucinated_api"])
        self.fails(2, "cannot both be meant", "annotate", "1", "--no-symptoms", "--symptom=wrong_logic")
        self.run_ok("check")

    def test_lines_that_the_sample_does_not_have(self):
        before = self.run_ok("log", "--json")
        for lines in "3", "2-3", "7-9":
            self.fails(2, "--lines: sample 1 has the lines 1-2", "annotate", "1", f"--lines={lines}", "--cause=model")
        self.fails(2, "has the lines 1-2", "annotate", "--where", "id:s1", "--lines=3", "--cause=model")
        self.assertEqual(self.run_ok("log", "--json"), before)
        self.run_ok("annotate", "1", "--lines=2", "--cause=model")
        self.run_ok("annotate", "1", "2", "--lines=7-9", "--cause=model")
        self.run_ok("import", self.write("place.sarif", json.dumps({"version": "2.1.0", "runs": [{
            "tool": {"driver": {"name": "t"}}, "results": [{"ruleId": "r", "message": {"text": "m"}, "locations": [{
                "physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {
                    "startLine": 40, "endLine": 41, "snippet": {"text": "a\nb"}}}}]}]}]})))
        number = str(self.run_json("list", "path:a.py")[0]["id"])
        self.fails(2, "has the lines 40-41", "annotate", number, "--lines=1", "--cause=model")
        self.run_ok("annotate", number, "--lines=40-41", "--cause=model")

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

    def test_a_conflict_does_not_block_older_edits(self):
        older = self.run_json("annotate", "1", "--cause", "model")[0]["edit"]
        newest = self.run_json("annotate", "2", "--status", "deferred")[0]["edit"]
        self.run_ok("--reviewer", "bob", "annotate", "2", "--status", "excluded")
        self.fails(1, "", "undo")
        self.fails(1, "", "undo", str(newest))
        self.assertEqual(self.count("cause:model"), 1)
        self.assertEqual(self.run_json("undo", str(older))[0]["id"], older)
        self.assertEqual(self.count("cause:model"), 0)
        self.assertEqual(self.count("status:excluded"), 1)
        self.fails(1, "", "undo", str(older))
        self.fails(1, "", "--reviewer", "bob", "undo", str(newest))
        self.fails(1, "999", "undo", "999")
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

    def test_log_by_filters(self):
        self.run_ok("annotate", "1", "--cause=model/hallucination")
        self.run_ok("--reviewer=bob", "annotate", "1", "2", "--severity=Q2")
        key = self.run_json("--reviewer=bob", "incident", "create", "Bad day")[0]["key"]
        ids = [entry["id"] for entry in self.run_json("log")]
        for args, which in ([["--by=bob"], ids[:2]], [["--verb=annotate"], ids[1:3]], [["--sample=2"], ids[1:2]],
                            [["HALLUCINATION"], ids[2:3]], [["by:bob", "2", "samples"], ids[1:2]],
                            [["--incident=" + key.lower()], ids[:1]], [["--since=2999"], []], [["--until=2001"], []],
                            [["--since=2001", "--until=2999"], ids], [["--by=nobody"], []]):
            self.assertEqual([entry["id"] for entry in self.run_json("log", *args)], which, args)
        self.fails(2, "did you mean 'since'?", "log", "sinc:2026")
        self.fails(2, "by is given twice", "log", "--by=bob", "by:ann")
        self.fails(2, "did you mean 'annotate'?", "log", "--verb=anotate")
        self.fails(2, "unknown verb 'nope'; one of: annotate, triage", "log", "verb:nope")

    def test_log_of_one_edit(self):
        edit = self.run_json("annotate", "1", "--cause=model/hallucination")[0]["edit"]
        shown = self.run_json("log", str(edit))[0]
        self.assertEqual(shown["id"], edit)
        self.assertIn({"record": "sample", "key": "1", "field": "status", "before": "untriaged", "after": "annotated"},
                      shown["changes"])
        text = self.run_ok("log", str(edit))
        self.assertIn("sample 1 status: untriaged → annotated", text)
        self.assertIn("and more", self.run_ok("log", str(edit), "--limit=2"))
        self.assertEqual(len(self.run_json("log", str(edit), "--limit=2")[0]["changes"]), 2)
        self.fails(1, "there is no edit 99", "log", "99")

    def test_judgements_of_others_do_not_block_an_undo(self):
        self.run_ok("annotate", "1", "--cause=model")
        self.run_ok("--reviewer=bob", "annotate", "1", "--cause=testing")
        self.run_ok("undo")
        self.assertEqual(self.count("cause:testing"), 1)
        self.run_ok("--reviewer=bob", "undo")
        self.assertEqual(self.count("is:untriaged"), 10)
        self.run_ok("check")

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
