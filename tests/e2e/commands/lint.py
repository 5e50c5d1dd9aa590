"""lint: complete, supported, blameless."""
import json

from .harness import HIDES, Case


class Lint(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": "a", "code": "x = 1\n", "message": "wrong", "level": "error"}]))
        self.run_ok("incident", "create", "A title", "--severity=Q4")
        self.key = "INC-2026-0001"
        self.run_ok("incident", "section", self.key, "summary", "-", stdin=b"It was so. See [[s:1]].\n")
        self.run_ok("incident", "event", self.key, "2026-03", "It began.", "--source=P")

    def rules(self, *more, code=1):
        return [(found["rule"], found["place"]) for found in self.run_json("lint", self.key, *more, code=code)]

    def test_nothing_to_say(self):
        self.assertEqual(self.run_ok("lint"), "INC-2026-0001: 0 errors, 0 warnings, 0 notes\n")
        self.assertEqual(self.run_json("lint"), [])
        self.assertEqual(json.loads(self.run_ok("lint", "--sarif"))["runs"][0]["results"], [])

    def test_names(self):
        self.run_ok("incident", "action", self.key, "fix", "Sreeja wrote it.", "--owner=Sreeja")  # "sre" in it is no team
        self.run_ok("incident", "action", self.key, "fix", "The sre-team wrote it.", "--owner=sre-team")
        self.assertEqual([place for rule, place in self.rules() if rule == "blame-name"], ["A1 text"])

    def test_steps_of_the_review_name_who_took_them(self):
        self.run_ok("incident", "review", self.key, "in_review")
        self.run_ok("incident", "review", self.key, "reviewed", "--reviewer=bob")
        self.assertEqual(self.rules(code=0), [])
        # What they say beside that is prose like any other.
        self.run_ok("incident", "review", self.key, "published", "--note=tester should have looked.")
        self.assertEqual(self.rules(), [("blame-name", "ST3 text"), ("blame-should-have", "ST3 text")])

    def test_findings(self):
        self.run_ok("incident", "action", self.key, "fix", "tester should have looked.", "--owner=tester")
        self.run_ok("incident", "section", self.key, "summary", "-", stdin=b"One.\n\nSee [[s:9]], [[e:1]] and [[src:2]].\n")
        found = self.rules()
        self.assertEqual(found, [
            ("action-without-due", "A1 due"), ("action-without-cause", "A1 cause"), ("action-without-criterion", "A1 criterion"),
            ("blame-name", "A1 text"), ("blame-should-have", "A1 text"),
            ("reference-unknown", "section summary, line 3"), ("reference-unknown", "section summary, line 3")])
        answer = self.run_json("lint", code=1)[0]
        self.assertEqual((answer["incident"], answer["level"], answer["pointer"]), (self.key, "warning", "/actions/0/due"))
        self.assertIn("Site Reliability Engineering", answer["why"])
        self.assertIsNone(answer["waived"])
        out = self.run_ok("lint", code=1)
        self.assertIn("INC-2026-0001: 2 errors, 5 warnings, 0 notes", out)
        self.assertIn("  warning  blame-should-have  A1 text: \"should have\"\n             instead: say what was done", out)
        self.assertEqual({rule for rule, _ in self.rules("--level=error")}, {"reference-unknown"})

    def test_waivers(self):
        self.run_ok("incident", "action", self.key, "communicate", "Tell them.", "--due=2026-06")
        self.assertEqual(self.rules(), [("action-without-owner", "A1 owner")])
        out = self.run_ok("lint", "--waive", "action-without-owner=a team elsewhere")
        self.assertIn("1 waived", out)
        self.assertIn("because: a team elsewhere", out)
        self.run_ok("incident", "put", self.key, "waiver", "rule=action-without-owner", "reason=a team elsewhere")
        self.assertEqual(self.run_json("lint")[0]["waived"], "a team elsewhere")
        result = json.loads(self.run_ok("lint", "--sarif"))["runs"][0]["results"][0]
        self.assertEqual(result["suppressions"], [{"kind": "external", "justification": "a team elsewhere"}])
        self.run_ok("undo")
        self.assertEqual(self.rules(), [("action-without-owner", "A1 owner")])

    def test_sarif_names_its_rules(self):
        self.run_ok("incident", "create", "Another")
        run = json.loads(self.run_ok("lint", "--sarif", code=1))["runs"][0]
        ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(ids, [rule["rule"] for rule in self.run_json("lint", "--rules")])
        self.assertTrue(run["results"])
        for result in run["results"]:
            self.assertEqual(ids[result["ruleIndex"]], result["ruleId"])
            self.assertIn(result["level"], ("error", "warning", "note"))
            place = result["locations"][0]["logicalLocations"][0]
            self.assertTrue(place["fullyQualifiedName"].startswith("INC-2026-0002"), place)
        # Our own reader of SARIF takes it.
        path = self.write("lint.sarif", json.dumps({"version": "2.1.0", "runs": [run]}))
        self.assertEqual(self.run_json("import", "--dry-run", path)[0]["rejected"], 0)

    def test_hostile_texts_stay_visible(self):
        self.run_ok("incident", "set", self.key, "--title", "\u202eshould have \x1b[2J \u200b")
        out = self.run_ok("lint", code=1)
        self.assertIsNone(HIDES.search(out), out)

    def test_wrong_words(self):
        for code, part, args in [
            (2, "is not the key of an incident", ["INC-1"]), (1, "there is no incident INC-2026-0099", ["INC-2026-0099"]),
            (2, "did you mean 'action-without-owner'?", ["--waive", "action-without-ownr=x"]),
            (2, "say why", ["--waive", "action-without-owner"]), (2, "say why", ["--waive", "action-without-owner= "]),
            (2, "not with --json", ["--sarif", "--json"]),
        ]:
            with self.subTest(args=args):
                self.fails(code, part, "lint", *args)
