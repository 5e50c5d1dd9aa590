"""What can be said of all from some: aitia plan."""
from .harness import Case


class Plans(Case):
    def setUp(self):
        super().setUp()
        rows = [{"id": str(n), "code": f"f({n})", "language": "c" if n % 10 == 0 else "python", "model": "m"} for n in range(500)]
        self.run_ok("import", self.jsonl("s.jsonl", rows))

    def test_a_plan_is_drawn_worked_off_and_says_something(self):
        made = self.run_json("plan", "make", "audit", "--by=lang", "--margin=10", "--seed=7")[0]
        self.assertEqual((made["form"], made["population"], made["seed"]), ("stratified", 500, 7))
        self.assertEqual(made["samples"], 81)  # 96.04 / (1 + 95.04 / 500), and no half samples
        self.assertEqual([(s["value"], s["population"], s["samples"]) for s in made["strata"]], [("c", 50, 8), ("python", 450, 73)])
        self.assertEqual(self.count("sampled:audit"), 81)
        self.assertEqual(self.count("sampled:audit lang:c"), 8)
        drawn = [r["id"] for r in self.run_json("list", "sampled:audit", "--sort=id")]
        self.run_ok("undo")
        self.assertEqual(self.run_json("plan", "list"), [])
        self.run_ok("plan", "make", "audit", "--by=lang", "--margin=10", "--seed=7")
        self.assertEqual([r["id"] for r in self.run_json("list", "sampled:audit", "--sort=id")], drawn)  # the same again
        shown = self.run_json("plan", "show", "audit")[0]
        self.assertEqual((shown["done"], shown["estimates"]), (0, []))
        self.assertIn("nothing can be said yet", self.run_ok("plan", "show", "audit"))
        # one of a stratum says nothing of how the others differ
        self.run_ok("annotate", "--where=sampled:audit lang:c", "--cause=model")
        self.run_ok("annotate", next(str(r["id"]) for r in self.run_json("list", "sampled:audit lang:python")), "--verdict=false_positive")
        shown = self.run_json("plan", "show", "audit")[0]
        self.assertEqual((shown["done"], shown["lacking"], shown["estimates"]), (9, ["python"], []))
        self.assertIn("; lacking: python (1 of 73)\n", self.run_ok("plan", "show", "audit"))
        # every c is wrong, no python is: 10 % of all, whatever was drawn
        self.run_ok("annotate", "--where=sampled:audit lang:c", "--cause=model")
        self.run_ok("annotate", "--where=sampled:audit lang:python", "--verdict=false_positive")
        shown = self.run_json("plan", "show", "audit")[0]
        self.assertEqual(shown["done"], 81)
        by = {e["query"]: e for e in shown["estimates"]}
        self.assertAlmostEqual(by["cause:model"]["share"], 0.1)
        self.assertLess(by["cause:model"]["share_low"], 0.1)
        self.assertGreater(by["cause:model"]["share_high"], 0.1)
        self.assertAlmostEqual(by["verdict:false_positive"]["share"], 0.9)
        told = self.run_json("stats", "lang:c")[0]["plans"]  # of the whole store
        self.assertEqual([(p["plan"], p["form"], p["from"], p["population"], p["samples"], p["done"]) for p in told],
                         [("audit", "stratified", "", 500, 81, 81)])
        self.assertEqual({e["query"]: e["share"] for e in told[0]["estimates"]}, {q: e["share"] for q, e in by.items()})
        self.assertEqual(self.count(told[0]["query"]), 81)
        self.assertRegex(self.run_ok("stats"), r"sampled:audit  81 of 81 annotated, of 500 samples: all\n    cause:model +10.0 %")
        asked = self.run_json("plan", "show", "audit", "--of=lang:python")[0]["estimates"]
        self.assertEqual([e["query"] for e in asked], ["lang:python"])
        self.assertIn("cause:model", self.run_ok("plan", "show", "audit"))
        self.run_ok("check")

    def test_what_is_less_certain_is_learnt_of_all_that_is_judged(self):
        for query in "", "is:untriaged":
            self.fails(1, "--toward has nothing to go by yet", "plan", "make", "p", query, "--by=lang", "--size=60", "--toward=cause:model")
        self.run_ok("annotate", "--where=lang:python id<=200", "--verdict=false_positive")
        self.run_ok("annotate", "--where=lang:c id<=101", "--cause=model")
        self.run_ok("annotate", "--where=lang:c id>101 id<=201", "--verdict=false_positive")
        hits, judged = self.count("lang:c status:annotated cause:model"), self.count("lang:c status:annotated")
        s_c = ((hits + 1) * (judged - hits + 1) / ((judged + 2) * (judged + 3))) ** 0.5
        judged = self.count("lang:python status:annotated")
        s_p = ((judged + 1) / ((judged + 2) * (judged + 3))) ** 0.5
        n_c, n_p = self.count("lang:c is:untriaged"), self.count("lang:python is:untriaged")
        # what waits: of none of them anything is known but that of which value it is
        for name, query in ("bare", "is:untriaged"), ("both", "is:untriaged status:untriaged"), ("not", "-is:annotated"):
            made = self.run_json("plan", "make", name, query, "--by=lang", "--size=60", "--toward=cause:model")[0]
            strata = {s["value"]: (s["population"], s["samples"]) for s in made["strata"]}
            self.assertEqual((strata["c"][0], strata["python"][0], made["form"]), (n_c, n_p, "uncertain"))
            self.assertAlmostEqual(strata["c"][1], 60 * n_c * s_c / (n_c * s_c + n_p * s_p), delta=1)
            self.assertGreater(strata["c"][1], 2 * 60 * n_c / (n_c + n_p))
        for blank in "", "  ":
            self.fails(2, "--toward needs a query", "plan", "make", "p", "--by=lang", "--size=60", "--toward=" + blank)

    def test_what_was_judged_before_is_no_random_part(self):
        self.run_ok("annotate", "--where=id<=60", "--cause=model")  # by hand
        self.run_ok("plan", "make", "late", "--size=60")
        before = self.count("sampled:late status:annotated")
        self.assertTrue(2 < before < 60)
        self.says_nothing("late", before)
        # all but one; what is excluded is not annotated
        last = str(self.run_json("list", "sampled:late status:untriaged")[0]["id"])
        self.run_ok("annotate", f"--where=sampled:late status:untriaged -id:{last}", "--verdict=false_positive")
        self.says_nothing("late", 59)
        self.run_ok("annotate", last, "--status=excluded")
        self.says_nothing("late", 59)
        self.run_ok("annotate", last, "--verdict=false_positive")
        shown = self.run_json("plan", "show", "late")[0]
        self.assertEqual((shown["done"], shown["lacking"]), (60, []))
        by = {e["query"]: e["share"] for e in shown["estimates"]}
        self.assertAlmostEqual(by["cause:model"], before / 60)
        self.assertEqual({e["query"]: e["share"] for e in self.run_json("stats")[0]["plans"][0]["estimates"]}, by)

    def says_nothing(self, name, done):
        shown = self.run_json("plan", "show", name)[0]
        self.assertEqual((shown["done"], shown["lacking"], shown["estimates"]), (done, [None], []))
        text = self.run_ok("plan", "show", name)
        self.assertIn(f"; lacking: all ({done} of 60)\n", text)
        self.assertNotIn("%", text)
        plan = self.run_json("stats")[0]["plans"][0]
        self.assertEqual((plan["done"], plan["estimates"]), (done, []))
        self.assertIn("nothing can be said yet", self.run_ok("stats"))

    def test_more_of_what_is_less_certain(self):
        # of python all that are annotated are false positives, of c every second one is the model's fault
        self.run_ok("annotate", "--where=lang:python id<=60", "--verdict=false_positive")
        self.run_ok("annotate", "--where=lang:c id<=151", "--cause=model")
        self.run_ok("annotate", "--where=lang:c id>151 id<=301", "--verdict=false_positive")
        even = {s["value"]: s["samples"] for s in self.run_json("plan", "make", "even", "--by=lang", "--size=60")[0]["strata"]}
        made = self.run_json("plan", "make", "uneven", "--by=lang", "--size=60", "--toward=cause:model")[0]
        self.assertEqual((made["form"], made["representative"], made["samples"]), ("uncertain", True, 60))
        uneven = {s["value"]: s["samples"] for s in made["strata"]}
        # N S: 50 √(17 · 16 / (33 · 34)) against 450 √(54 / (56 · 57)): 24.6 to 58.5
        hits, judged = self.count("lang:c status:annotated cause:model"), self.count("lang:c status:annotated")
        s_c = ((hits + 1) * (judged - hits + 1) / ((judged + 2) * (judged + 3))) ** 0.5
        judged = self.count("lang:python status:annotated")
        s_p = ((judged + 1) / ((judged + 2) * (judged + 3))) ** 0.5
        self.assertAlmostEqual(uneven["c"], 60 * 50 * s_c / (50 * s_c + 450 * s_p), delta=1)
        self.assertGreater(uneven["c"], 2 * even["c"])
        # worked off, its estimates are weighted: 10 % of all are c
        self.run_ok("annotate", "--where=sampled:uneven lang:c", "--cause=model")
        self.run_ok("annotate", "--where=sampled:uneven lang:python", "--verdict=false_positive")
        by = {e["query"]: e for e in self.run_json("plan", "show", "uneven")[0]["estimates"]}
        self.assertAlmostEqual(by["cause:model"]["share"], 0.1)
        self.assertEqual(by["cause:model"]["share_high"] > 0.1 > by["cause:model"]["share_low"], True)
        self.fails(2, "--toward needs --by", "plan", "make", "p", "--size=9", "--toward=cause:model")
        self.fails(2, "unknown", "plan", "make", "p", "--size=9", "--by=lang", "--toward=status:foo")

    def test_what_is_most_in_doubt(self):
        self.fails(1, "nothing is in doubt", "plan", "make", "talk", "--targeted", "--size=5")
        code = ["def add(a, b):\n    return a + b + total(a, b)\n", "int main(void)\n{\n\treturn puts(argv[0]);\n}\n"]
        rows = [{"id": f"g{n}", "code": code[n >= 5], "session": str(n)} for n in range(10)]
        self.run_ok("import", self.jsonl("g.jsonl", rows))  # 501-505 are one group, 506-510 another
        self.run_ok("annotate", "501", "--cause=model")
        self.run_ok("annotate", "502", "--cause=testing")
        for sample in "506", "507", "508":
            self.run_ok("annotate", sample, "--cause=model")
        self.run_ok("annotate", "7", "--cause=model", "--reviewer=ann")
        self.run_ok("annotate", "7", "--cause=testing", "--reviewer=bob")
        # what reviewers differ on, and what waits in the group whose causes differ; not that in which all agree
        made = self.run_json("plan", "make", "talk", "--targeted", "--size=9")[0]
        self.assertEqual((made["form"], made["representative"], made["samples"]), ("targeted", False, 4))
        self.assertEqual([(s["value"], s["population"], s["samples"]) for s in made["strata"]], [("disputed", 1, 1), ("alike", 3, 3)])
        self.assertEqual(sorted(r["id"] for r in self.run_json("list", "sampled:talk")), [7, 503, 504, 505])
        self.run_ok("annotate", "--where=sampled:talk", "--cause=model")
        shown = self.run_json("plan", "show", "talk")[0]
        self.assertEqual((shown["done"], shown["estimates"], shown["lacking"]), (4, [], []))
        text = self.run_ok("plan", "show", "talk")
        self.assertIn("not representative", text)
        self.assertIn("not representative", self.run_ok("stats"))
        self.assertNotIn("cause:model", text)
        self.fails(2, "--targeted goes with --size alone", "plan", "make", "p", "--targeted", "--by=lang", "--size=3")
        self.fails(2, "--targeted goes with --size alone", "plan", "make", "p", "--targeted", "--margin=3")
        self.run_ok("check")

    def test_what_is_refused(self):
        self.fails(2, "no name of a plan", "plan", "make", "two words", "--size=3")
        self.fails(2, "--size or --margin", "plan", "make", "p")
        self.fails(1, "no sample matches", "plan", "make", "p", "lang:rust", "--size=3")
        self.fails(1, "there is no plan", "plan", "show", "p")
        self.assertEqual(self.run_json("plan", "make", "p", "lang:c", "--size=80")[0]["samples"], 50)
