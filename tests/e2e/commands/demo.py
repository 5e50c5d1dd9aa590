"""aitia demo, without a terminal."""
import json
import os

from .harness import Case, files_in


class Demo(Case):
    def test_without_a_terminal(self):
        self.env["AITIA_STORE"] = self.path("own.db")  # never touched by the demo
        out = self.run_ok("demo", store=False)
        for part in "import", "annotate", "apply", "INC-2026-0001", "written", "the pages are in":
            self.assertIn(part, out)
        self.assertFalse(os.path.exists(self.path("own.db")))
        data = os.path.join(self.home, ".local/share/aitia")
        pages = files_in(os.path.join(data, "demo-site"), ".md")
        self.assertGreaterEqual(len(pages), 2)
        for page in pages:
            if "0001" in page:
                self.assertIn(b"llustrative", self.read(page))
        self.store = os.path.join(data, "demo.db")
        self.assertGreater(self.count(), 100)
        self.assertEqual(self.count("-is:illustrative"), 0)
        self.assertGreater(self.count("is:annotated"), 5)
        self.assertGreater(self.count("is:untriaged"), 50)
        self.assertGreater(self.count("incident:INC-2026-0001"), 50)
        self.run_ok("check")
        # The person's own undo must not take the demo apart.
        self.fails(1, "", "undo")
        self.assertEqual(files_in(self.path("tmp"), ""), [])

    def test_what_the_program_finds_in_the_record(self):
        """The contradictions of the public account, none of them typed as such, and the times, by hand."""
        self.store, pages = self.path("d.db"), self.path("pages")
        self.run_ok("demo", "--out", pages)
        document = self.run_json("incident", "show", "INC-2026-0001")[0]["incidents"][0]
        computed = document["computed"]
        self.assertEqual([(found["kind"], found["parts"]) for found in computed["contradictions"]], [
            ("sources_disagree", "E12, DI1"), ("sources_disagree", "E2, DI2"), ("resolved_before_fix", "E11, E12"),
            ("not_in_changelog", "CH1"), ("not_in_changelog", "CH2"), ("not_in_changelog", "CH3"),
            ("flagged_after_resolved", "E12"), ("disputed", "CH1, DI3"), ("disputed", "DI4"), ("disputed", "C11, DI6")])
        self.assertEqual([overlap["changes"] for overlap in computed["overlaps"]], [[1, 2], [1, 3]])
        self.assertEqual(computed["symptom_only"], [1, 3])
        hour = 3600
        took = {row["cohort"]: row["intervals"].get("impact_to_resolution") for row in computed["cohorts"]}
        # 4 March 10:10 to 7 April 21:18 and 22 April 00:04; S dates the start to 3 March, 00:00 to 24:00
        self.assertEqual(took[1]["least_s"], 34 * 24 * hour + 11 * hour + 8 * 60)
        self.assertEqual(took[1]["most_s"], 35 * 24 * hour + 21 * hour + 18 * 60)
        self.assertEqual(took[2]["most_s"], 50 * 24 * hour + 4 * 60)
        # 26 March, some time of the day, to 10 April 19:03; 16 April 15:18 to 20 April 22:18
        self.assertEqual((took[3]["least_s"], took[3]["most_s"]),
                         (14 * 24 * hour + 19 * hour + 180, 15 * 24 * hour + 19 * hour + 180))
        self.assertEqual((took[4]["least_s"], took[4]["most_s"]), (4 * 24 * hour + 7 * hour,) * 2)
        self.assertIsNone(took[5])
        self.assertEqual([row["open"] for row in computed["cohorts"]], [False] * 5)
        page = self.read(os.path.join(pages, "plain/inc-2026-0001.md")).decode()
        # Over when the last cohort had it back, not when the first one had.
        for part in ("| Resolved | 2026-04-22 00:04 UTC; the last of 5 entries", "### Milestones by cohort", "### Contradictions in this record", "(E11, E12): resolved on 2026-04-20 22:18, says P",
                     "**Changes that overlap:**", "| SG5 | dogfooding |", "| CO5 | The Messages API | not affected |",
                     "### Disputes", "| RE1 | fix incomplete |", "Symptom fixed, cause open", "| SRC2 | C | primary | changelog |"):
            self.assertIn(part, page)
        text = self.run_ok("incident", "show", "INC-2026-0001")
        self.assertIn("SYMPTOM FIXED, CAUSE OPEN", text)
        self.assertIn("Impact to resolution   4 d 7 h  (introduced to resolved)", text)
        # The fixes came in four steps; without denominators nothing is claimed of whether they held.
        done = self.run_raw("watch", "--json")
        watched = json.loads(done.stdout)
        self.assertEqual((watched["incident"], watched["fix_deployed"], watched["after"]["first_day"]),
                         ("INC-2026-0001", "2026-04-07T21:18Z", "2026-04-23"))
        self.assertEqual((watched["query"], watched["query_of"], watched["verdict"]),
                         ("rule:session/*,quality/* level:error,warning", "signature", "unknown"))
        self.assertIn("nothing to change", self.run_ok("incident", "set", "INC-2026-0001", "--severity=Q2"))
        # What is shown is what was applied, and applying it changes nothing.
        self.assertIn("unchanged", self.run_ok("apply", self.write("shown.json", self.run_ok("incident", "show", "INC-2026-0001", "--json"))))

    def test_again_keeps_edits_and_reset_does_not(self):
        store, pages = self.path("d.db"), self.path("pages")
        args = ["--store", store, "demo", "--out", pages]
        self.run_ok(*args, store=False)
        self.store = store
        log = self.run_ok("log", "--json")
        self.run_ok("annotate", "--where", "is:untriaged", "--cause=testing/no_soak")
        again = self.run_ok(*args, store=False)
        self.assertIn("keeping", again)
        self.assertGreater(self.count("cause:testing/no_soak"), 0)
        self.run_ok(*args, "--reset", store=False)
        self.assertEqual(self.count("cause:testing/no_soak"), 0)
        self.assertEqual(len(self.run_json("log")), len(log.splitlines()))

    def test_a_store_that_was_left_half_made_is_finished(self):
        self.store = self.path("d.db")
        self.run_ok("import", "--illustrative", self.jsonl("i.jsonl", [{"id": "a", "code": "x"}]))
        self.assertIn("INC-2026-0001", self.run_ok("demo", "--out", self.path("pages")))

    def test_somebodys_own_store_is_left_alone(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}, {"id": "b", "code": "y"}]))
        self.run_ok("annotate", "1", "2", "--status=excluded")
        before = self.run_ok("log", "--json")
        for more in [], ["--reset"]:
            self.fails(1, "not the demo's", "demo", "--out", self.path("pages"), *more)
        self.assertEqual(self.run_ok("log", "--json"), before)
