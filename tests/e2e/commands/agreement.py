"""How far reviewers agree, and who decides where they do not."""
from .harness import Case


class Agreement(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": str(n), "code": f"x{n}"} for n in range(1, 13)]))

    def judge(self, reviewer, rows, option):
        for sample, code in rows.items():
            self.run_ok("annotate", str(sample), f"--{option}={code}", f"--reviewer={reviewer}")

    def test_krippendorffs_example(self):
        # "Computing Krippendorff's alpha-reliability", 2011, example B: five codes, two observers
        codes = dict(zip("abcde", ["model", "testing", "data_gap", "model/tool_use", "infrastructure/cache"]))
        self.judge("ben", {n + 1: codes[c] for n, c in enumerate("aabbdcccedda")}, "cause")
        self.judge("gerry", {n + 1: codes[c] for n, c in enumerate("babbbccceddd")}, "cause")
        answer = self.run_json("agreement")[0]
        self.assertEqual(f"{answer['alpha']:.3f}", "0.692")
        self.assertLess(answer["alpha_low"], answer["alpha"])
        self.assertGreater(answer["alpha_high"], answer["alpha"])
        self.assertEqual((answer["units"], answer["ratings"], answer["reviewers"], answer["agreed"]), (12, 24, 2, 9))
        self.assertEqual(answer["disputed"], [1, 5, 12])
        self.assertEqual([row["id"] for row in self.run_json("list", "is:disputed", "--sort=id")], answer["disputed"])
        self.assertEqual(answer["pairs"][0]["percent"], 0.75)
        self.assertEqual({(c["code"], c["other"], c["units"]) for c in answer["confusions"]},
                         {("model", "testing", 1), ("model/tool_use", "testing", 1), ("model", "model/tool_use", 1)})
        self.assertEqual(sum(code["ratings"] for code in answer["codes"]), 24)
        # by category two of the confusions are none
        self.assertEqual(self.run_json("agreement", "--on=category")[0]["agreed"], 10)
        # the same each time; another query, other samples
        self.assertEqual(self.run_json("agreement")[0], answer)
        self.assertEqual(self.run_json("agreement", "id>1")[0]["disputed"], [5, 12])
        text = self.run_ok("agreement")
        self.assertIn("Krippendorff's alpha   0.692", text)
        self.assertIn("3 of 12 samples need talking about: 1, 5, 12", text)

    def test_symptoms_severities_and_blind_judgements(self):
        self.judge("ann", {1: "wrong_logic", 2: "wrong_logic", 3: "repetition"}, "symptom")
        self.judge("bob", {1: "wrong_logic", 2: "repetition", 3: "repetition"}, "symptom")
        answers = {a["symptom"]: a for a in self.run_json("agreement", "--on=symptom")}
        self.assertEqual(set(answers), {"wrong_logic", "repetition"})
        self.assertEqual((answers["wrong_logic"]["units"], answers["wrong_logic"]["agreed"]), (3, 2))
        self.judge("ann", {1: "Q1"}, "severity")
        self.judge("bob", {1: "Q4"}, "severity")
        self.assertEqual(self.run_json("agreement", "--on=severity")[0]["disputed"], [1])
        self.assertEqual(self.run_json("agreement", "--on=severity", "--blind")[0]["units"], 0)
        self.assertEqual(self.count("is:disputed"), 0)

    def test_two_samples_are_no_certainty(self):
        self.judge("ann", {1: "model", 2: "testing"}, "cause")
        self.judge("bob", {1: "testing", 2: "model", 3: "model"}, "cause")
        self.judge("cem", {4: "model"}, "cause")  # nobody else has: cem agrees and differs with nobody
        answer = self.run_json("agreement")[0]
        self.assertEqual((answer["units"], answer["reviewers"], answer["percent"], answer["percent_low"]), (2, 2, 0, 0))
        self.assertEqual(f"{answer['percent_high']:.2f}", "0.66")
        self.assertEqual((answer["alpha_low"], answer["pairs"][0]["kappa_low"], answer["codes"][0]["alpha_low"]), (None, None, None))
        text = self.run_ok("agreement")
        self.assertIn("2 samples rated by two or more, 4 ratings by 2 reviewers", text)
        self.assertIn("too few to say", text)
        self.assertIn("too few to say", self.run_ok("stats"))

    def test_notes_alone_count_as_judged_by_two(self):
        self.assertIn("cannot tell: no sample has been judged by two", self.run_ok("stats"))
        self.judge("ann", {1: "looked"}, "note")
        self.judge("bob", {1: "me too"}, "note")
        stats = self.run_json("stats")[0]
        self.assertEqual((stats["rated"]["count"], self.count("reviewers>=2"), stats["agreement"]["units"]), (1, 1, 0))
        text = self.run_ok("stats")
        self.assertIn("cannot tell: of no sample two have named a cause", text)
        self.assertNotIn("judged by two", text)

    def test_a_decision_ends_a_dispute(self):
        self.judge("ann", {1: "model", 2: "testing", 3: "testing"}, "cause")
        self.judge("bob", {1: "model", 2: "data_gap", 3: "model"}, "cause")
        before = self.run_json("agreement")[0]
        self.assertEqual((sorted(before["disputed"]), before["decided"]), ([2, 3], 0))
        self.fails(2, "needs its reason: --note", "annotate", "2", "--adjudicate", "--cause=testing")
        self.fails(2, "needs its reason: --note", "annotate", "2", "--adjudicate", "--cause=testing", "--note=x", "--blind")
        self.fails(2, "a decision needs a verdict", "annotate", "2", "--adjudicate", "--note=x")
        told = self.run_ok("annotate", "2", "--adjudicate", "--cause=infrastructure", "--note=both looked \u202e again", "--reviewer=cem")
        self.assertIn("counts of sample 2: infrastructure, no verdict, no severity, no symptoms", told)
        # the queue drops it, the figures of agreement are as they were
        after = self.run_json("agreement")[0]
        self.assertEqual((after["disputed"], after["decided"], after["alpha"], after["ratings"], after["reviewers"]),
                         ([3], 1, before["alpha"], before["ratings"], before["reviewers"]))
        text = self.run_ok("agreement")
        self.assertIn("1 of 3 samples need talking about: 3; 1 more decided", text)
        self.assertEqual([row["id"] for row in self.run_json("list", "is:disputed")], [3])
        # what it says counts: in queries, lists, statistics
        self.assertEqual((self.count("cause:infrastructure"), self.count("cause:data_gap"), self.count("reviewer:bob")), (1, 0, 3))
        self.assertEqual(self.run_json("list", "is:adjudicated")[0]["cause"], "infrastructure")
        stats = self.run_json("stats")[0]
        self.assertEqual(self.count(stats["rated"]["query"]), stats["rated"]["count"])
        self.assertGreaterEqual(stats["rated"]["count"], stats["agreement"]["units"])
        self.assertEqual((stats["disputed"]["count"], self.count(stats["disputed"]["query"])), (1, 1))
        self.assertIn(("infrastructure", 1), {(row["value"], row["count"]) for row in stats["causes"]})
        shown = self.run_json("show", "2")[0]["annotations"]
        self.assertEqual([(a["reviewer"], a["adjudicated"], a["superseded_by"]) for a in shown],
                         [("cem", True, None), ("bob", False, None), ("ann", False, None)])
        text = self.run_ok("show", "2")
        self.assertIn("cem decided: infrastructure", text)
        self.assert_inert(text, "show")
        self.run_ok("check")
        # another store takes it over
        other = self.path("other.db")
        self.run_ok("--store", other, "import", self.jsonl("o.jsonl", [{"id": "o", "code": "o"}]), store=False)
        self.run_ok("--store", other, "merge", self.store, store=False)
        self.assertEqual(self.run_ok("--store", other, "count", "is:adjudicated cause:infrastructure -is:disputed", store=False), "1\n")
        # judged otherwise afterwards: in the queue again; decided anew, and out of it; undone, and in it
        self.judge("bob", {2: "model/tool_use"}, "cause")
        self.assertEqual(self.count("is:disputed"), 2)
        self.run_ok("annotate", "2", "--adjudicate", "--verdict=intended", "--note=asked for", "--reviewer=dan")
        self.assertEqual((self.count("is:disputed"), self.count("verdict:intended")), (1, 1))
        self.run_ok("undo", "--reviewer=dan")
        self.assertEqual(self.count("is:disputed is:adjudicated"), 1)
        self.run_ok("check")

    def test_what_cannot_be_told(self):
        answer = self.run_json("agreement")[0]
        self.assertEqual((answer["units"], answer["alpha"], answer["alpha_low"], answer["disputed"]), (0, None, None, []))
        self.assertIn("cannot tell", self.run_ok("agreement"))
        self.assertIn("cannot tell", self.run_ok("agreement", "--on=symptom"))
        self.fails(2, "--on", "agreement", "--on=colour")
        self.fails(2, "unknown cause", "agreement", "cause:nothing")

    def test_hostile_names(self):
        for reviewer in "a\x1b[2J\u202e", "b\x07":
            self.run_raw("annotate", "1", "--cause=model", f"--reviewer={reviewer}")
        self.assert_inert(self.run_ok("agreement"), "agreement")
