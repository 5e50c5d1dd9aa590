"""agreement, and what the other analyses answer."""
import datetime
import json
import os
import subprocess

from .harness import DATA, PYTHON, Case


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


class Contrast(Case):
    def generate(self, *options):
        path = self.path("generated.jsonl")
        subprocess.run([PYTHON, os.path.join(DATA, "gen_samples.py"), "--seed=3", f"--out={path}", *options], check=True,
                       capture_output=True)
        self.run_ok("import", path)

    def test_what_was_injected_comes_first(self):
        self.generate("--count=20000", "--mix-shift=sql@117*5")  # harness 2.2.0 from 2025-05-03 on, odds times 3
        answer = self.run_json("contrast", "-level:none after:2025-05-02", "--against=after:2025-05-02")[0]
        first = answer["findings"][0]
        self.assertEqual((first["key"], first["value"], first["key2"]), ("harness.version", "2.2.0", None))
        self.assertTrue(first["claimed"])
        self.assertGreater(first["ratio_low"], 1.7)
        self.assertLess(first["ratio_low"], 3)
        self.assertGreater(first["ratio_high"], 2.3)
        self.assertTrue(answer["by_day"])
        self.assertEqual(answer["cases"] + answer["controls"], self.count("after:2025-05-02"))
        self.assertEqual(first["cases"], self.count(first["query"]))
        self.assertEqual(first["total"], self.count("after:2025-05-02", "harness:2.2.0"))
        claimed = [f for f in answer["findings"] if f["claimed"]]
        self.assertNotIn("sql", [f["value"] for f in claimed])
        self.assertEqual({k["key"] for k in answer["keys"] if k["of_cases"]}, {"verdict", "severity", "cwe"})
        self.assertEqual(set(answer["left_out"]), {"latency_ms", "tokens_out"})
        for finding in answer["findings"][:8]:
            self.assertEqual(self.count(finding["query"]), finding["cases"], finding["query"])
        text = self.run_ok("contrast", "-level:none after:2025-05-02", "--against=after:2025-05-02")
        self.assertRegex(text, r"over-represented\n.*\n.*harness\.version 2\.2\.0\n")
        # what shipped stands beside the value that it is about
        key = self.run_json("incident", "create", "Worse")[0]["key"]
        self.run_ok("incident", "put", key, "change", "text=Harness 2.2.0 ships \u202e.", "at=2025-04-12")
        self.run_ok("incident", "put", key, "change", "text=Another, 12.2.0 and 2.2.01.", "at=2025-04-12")
        told = self.run_json("contrast", "-level:none after:2025-05-02", "--against=after:2025-05-02")[0]["findings"]
        self.assertEqual([c["at"] for c in told[0]["changes"]], ["2025-04-12"])
        self.assertEqual([c["number"] for f in told for c in f["changes"] if f["key2"] is None and f["key"] != "harness.version"], [])
        text = self.run_ok("contrast", "-level:none after:2025-05-02", "--against=after:2025-05-02")
        self.assertIn(f"change {key} CH1, 2025-04-12: Harness 2.2.0 ships", text)
        self.assert_inert(text, "contrast")
        # two kinds of flagged samples against each other
        other = self.run_json("contrast", "rule:AI-API-HALLUCINATED", "--against=-level:none")[0]
        self.assertEqual(other["cases"] + other["controls"], self.count("-level:none"))

    def test_hostile_values_and_refusals(self):
        rows = [{"id": str(n), "code": f"x{n}", "plan": 'a "b\\ \x1b[2J,\u202e' if n % 3 else "free",
                 "message": "m" if n % 2 or n % 3 else ""} for n in range(90)]
        self.run_ok("import", self.jsonl("h.jsonl", rows))
        self.assert_inert(self.run_ok("contrast", "-level:none"), "contrast")
        answer = self.run_json("contrast", "-level:none")[0]
        for finding in answer["findings"]:
            self.assertEqual(self.count(finding["query"]), finding["cases"], finding["query"])
        self.fails(1, "no sample matches", "contrast", "lang:cobol")
        self.fails(1, "all samples to compare with match", "contrast", "id>0")
        self.fails(2, "", "contrast")


def flagged(start, rules):
    """Flagged samples alone: of each rule so many on each day."""
    return [{"id": f"{rule}.{n}.{k}", "code": f"{rule} {n} {k}", "level": "error", "rule": rule,
             "timestamp": f"{start + datetime.timedelta(days=n)}T12:00:00Z"}
            for rule, counts in rules.items() for n, count in enumerate(counts) for k in range(count)]


class Onset(Case):
    def generate(self, *options):
        path = self.path("generated.jsonl")
        subprocess.run([PYTHON, os.path.join(DATA, "gen_samples.py"), "--seed=5", f"--out={path}", *options], check=True,
                       capture_output=True)
        self.run_ok("import", path)

    def days(self, rates, start=20000):
        """One sample an output, so many a day of which so many are flagged."""
        rows = []
        for n, (outputs, bad) in enumerate(rates):
            at = datetime.date(1970, 1, 1) + datetime.timedelta(days=start + n)
            rows += [{"id": f"{n}.{k}", "code": f"x{n}.{k}", "timestamp": f"{at}T12:00:00Z", "level": "error" if k < bad else "none",
                      "rule": "r" if k < bad else None} for k in range(outputs)]
        self.run_ok("import", self.jsonl("days.jsonl", rows))

    def test_the_injected_day_is_found(self):
        self.generate("--count=12000")  # harness 2.2.0 from day 117, 2025-05-03, on
        answer = self.run_json("onset", "--power")[0]
        self.assertEqual(answer["verdict"], "changed")
        worse = [c for c in answer["changes"] if c["ratio"] > 1]
        self.assertEqual(len(worse), 1)
        self.assertLessEqual(worse[0]["day_low"], "2025-05-03")
        self.assertGreaterEqual(worse[0]["day_high"], "2025-05-03")
        self.assertGreater(worse[0]["ratio_low"], 1.3)
        self.assertGreaterEqual(worse[0]["first_detectable"], worse[0]["day_low"])
        self.assertLess(worse[0]["first_detectable"], "2025-05-16")
        self.assertEqual(answer["cases"], self.count("-level:none"))
        self.assertEqual(answer["outputs"], self.count())
        self.assertEqual(sum(day[1] for day in answer["series"]), answer["cases"])
        self.assertEqual(answer["power"][-1]["seen"], 1)
        self.assertEqual(self.run_json("onset", "--power")[0], answer)
        by = {a["value"]: a for a in self.run_json("onset", "--by=harness")}
        self.assertEqual({v for v, a in by.items() if any(c["ratio"] > 1 for c in a["changes"])}, {"2.2.0"})
        self.assertEqual(sum(a["cases"] for a in by.values()), answer["cases"])
        # into an incident, in place of what stood there
        key = self.run_json("incident", "create", "Worse")[0]["key"]
        self.run_ok("incident", "event", key, "2025-05-20", "Seen.", "--milestone=detected")
        self.assertIsNone(self.run_json("onset")[0]["gap_days"])
        for _ in range(2):
            told = self.run_json("onset", f"--incident={key}", "--set")[0]
        self.assertEqual(told["detected"], "2025-05-20")
        self.assertEqual(told["gap_days"], (datetime.date(2025, 5, 20) - datetime.date.fromisoformat(worse[0]["first_detectable"])).days)
        marks = [e for e in self.run_json("incident", "show", key)[0]["incidents"][0]["events"] if e.get("milestone") == "first_detectable"]
        self.assertEqual([m["at"] for m in marks], [worse[0]["first_detectable"]])
        self.of_cohorts(key)
        self.run_ok("undo")
        text = self.run_ok("onset")
        self.assertIn("first detectable at the end of", text)
        self.assertIn("█", text)

    def of_cohorts(self, key):
        """A milestone of a cohort stands beside that of all, with its own gap; nothing of others is lost."""
        for name in ("Pro", "Max"):
            self.run_ok("incident", "put", key, "cohort", f"name={name}")
        self.run_ok("incident", "event", key, "2025-05-24", "Seen by Max.", "--milestone=detected", "--cohort=CO2")
        for cohort, detected in (("CO1", "2025-05-20"), ("CO2", "2025-05-24")):
            told = self.run_json("onset", f"--incident={key}", f"--cohort={cohort}", "--set")[0]
            self.assertEqual((told["cohort"], told["detected"]), (cohort, detected))
        marks = [e.get("cohorts") for e in self.run_json("incident", "show", key)[0]["incidents"][0]["events"]
                 if e.get("milestone") == "first_detectable"]
        self.assertEqual(sorted(marks, key=str), [None, [1], [2]])
        self.fails(1, "has no cohort CO9", "onset", f"--incident={key}", "--cohort=CO9", "--set")
        self.fails(2, "is no cohort of the record", "onset", f"--incident={key}", "--cohort=E1")
        self.fails(2, "--cohort needs --incident", "onset", "--cohort=CO1")

    def test_what_appears_from_nothing(self):
        self.days([(20, 0)] * 100 + [(20, 2)] * 60)  # nothing at all before day 100
        began = str(datetime.date(1970, 1, 1) + datetime.timedelta(days=20100))
        key = self.run_json("incident", "create", "New")[0]["key"]
        self.assertIn(f"{key} has no milestone detected, so how long nobody saw it cannot be told: `aitia incident event {key} WHEN",
                      self.run_ok("onset", f"--incident={key}"))
        answer = self.run_json("onset", "--power", f"--incident={key}", "--set")[0]
        self.assertEqual([c["day"] for c in answer["changes"]], [began])
        self.assertGreaterEqual(min(answer["alarms"]), began)
        self.assertGreaterEqual(answer["changes"][0]["first_detectable"], began)
        marks = [e for e in self.run_json("incident", "show", key)[0]["incidents"][0]["events"] if e.get("milestone") == "first_detectable"]
        self.assertGreaterEqual(marks[0]["at"], began)
        self.assertEqual(answer["power"], [])
        self.assertIn("no sample matched before the first change", answer["no_power"])
        text = self.run_ok("onset", "--power")
        self.assertIn("no sample matched before the first change", text)
        self.assertNotIn("100 %", text)

    def test_counts_alone_begin_and_end_with_the_others(self):
        start = datetime.date(1970, 1, 1) + datetime.timedelta(days=20000)
        self.run_ok("import", self.jsonl("counts.jsonl", flagged(start, {"R2": [3] * 160, "R1": [0] * 100 + [5] * 40 + [0] * 20})))
        answer = self.run_json("onset", "rule:R1")[0]
        self.assertEqual((answer["first_day"], answer["days"], answer["outputs"]), (str(start), 160, None))
        self.assertEqual([c["day"] for c in answer["changes"]], [str(start + datetime.timedelta(days=n)) for n in (100, 140)])
        self.assertGreaterEqual(answer["changes"][0]["first_detectable"], answer["changes"][0]["day"])
        by = self.run_json("onset", "rule:R1", "--by=harness")[0]  # all of one
        self.assertEqual((by["days"], by["changes"]), (160, answer["changes"]))

    def test_denominators_of_a_file(self):
        self.days([(6, 6)] * 40 + [(18, 18)] * 40)  # flagged samples alone
        answer = self.run_json("onset")[0]
        self.assertIsNone(answer["outputs"])
        self.assertEqual(answer["verdict"], "changed")
        self.assertIn("no denominators", self.run_ok("onset"))
        start = datetime.date(1970, 1, 1) + datetime.timedelta(days=20000)
        lines = ["day,model,outputs"] + [f"{start + datetime.timedelta(days=n)},m,{100 if n < 40 else 300}" for n in range(80)]
        path = self.write("outputs.csv", "\n".join(lines) + "\n")
        answer = self.run_json("onset", f"--exposure={path}")[0]
        self.assertEqual((answer["outputs"], answer["verdict"]), (16000, "same"))  # three times as many of three times as many
        self.fails(3, "line 3: its day cannot be read", "onset", "--exposure=" + self.write("a.csv", "day,outputs\n2024-10-04,1\nx,2\n"))
        self.fails(3, "its number of outputs", "onset", "--exposure=" + self.write("b.csv", "day,outputs\n2024-10-04,1.5\n"))
        self.fails(3, "has to name a column day", "onset", "--exposure=" + self.write("c.csv", "when,outputs\n"))
        self.fails(3, "there is no column", "onset", "--by=model", "--exposure=" + self.write("d.csv", "day,outputs\n"))
        self.fails(3, "cannot be opened", "onset", "--exposure=" + self.path("none.csv"))

    def test_what_cannot_be_told(self):
        self.run_ok("import", self.jsonl("timeless.jsonl", [{"id": "1", "code": "x", "level": "error"}]))
        self.assertIn("cannot tell: no sample has a time", self.run_ok("onset"))
        self.days([(3, 1)] * 10)
        answer = self.run_json("onset")[0]
        self.assertEqual((answer["verdict"], answer["reason"]), ("cannot_tell", "fewer than 28 days have samples"))
        self.fails(2, "--set needs --incident", "onset", "--set")
        self.fails(2, "several values of rule", "onset", "--by=rule")
        self.fails(1, "INC-2026-0009", "onset", "--incident=INC-2026-0009")


class Similar(Case):
    def test_groups(self):
        body = "".join(f"    total_{n} = load(index, {n * 7});\n" for n in range(40))
        rows = [body, body, body.replace("total_", "sum_"), body + "    done();\n", "something = else_entirely(1, 2, 3, 4)\n", None]
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": str(n), "code": code, "prompt": "p", "message": "m \u202e"}
                                                     for n, code in enumerate(rows)]))
        groups = self.run_json("similar")
        self.assertEqual(len(groups), 1)
        self.assertEqual((groups[0]["representative"], groups[0]["count"]), (1, 4))
        self.assertEqual((groups[0]["exact"], groups[0]["normalised"], groups[0]["near"]), (2, 1, 1))
        self.assertEqual([m["sample"] for m in groups[0]["members"]], [1, 2, 3, 4])
        self.assertEqual([m["kind"] for m in groups[0]["members"]], ["exact", "exact", "normalised", "near"])
        self.assertEqual([m["sample"] for m in self.run_json("similar", "--kind=exact")[0]["members"]], [1, 2])
        self.assertEqual([m["sample"] for m in self.run_json("similar", "--of=4")[0]["members"]][0], 4)
        self.assertEqual(self.run_json("similar", "--of=5")[0]["count"], 1)
        self.assertEqual(self.run_json("similar", "id>4"), [])
        self.assert_inert(self.run_ok("similar"), "similar")
        self.assertIn("2 equal, 1 with other names or blanks, 1 near", self.run_ok("similar"))
        self.assertIn("no two samples are alike", self.run_ok("similar", "id>4"))
        self.fails(1, "does not match the query, or has no code", "similar", "--of=6")
        self.fails(2, "--least: 1 to 100", "similar", "--least=0")


class Groups(Case):
    """Groups that the store keeps: what people say stays, new imports join, causes are proposed."""

    @staticmethod
    def body(family, own=0):
        return "".join(f"    {family}_{n} = load(index, {n * 7 + ord(family) * 1000}, {own if n > 25 else 0});\n" for n in range(30))

    def rows(self, first, bodies):
        self.run_ok("import", self.jsonl(f"rows{first}.jsonl", [{"id": str(first + n), "code": code, "prompt": "p", "message": "m \u202e"}
                                                               for n, code in enumerate(bodies)]))

    def ids(self, query):
        return [row["id"] for row in self.run_json("list", query, "--sort=id")]

    def setUp(self):
        super().setUp()
        self.rows(1, [self.body("a"), self.body("b"), self.body("a", 5), self.body("a"), self.body("c"), None])

    def test_words_stay(self):
        self.assertEqual(self.ids("group:4"), [1, 3, 4])
        self.assertEqual(self.ids("is:representative"), [1, 2, 5, 6])
        listed = self.run_json("group", "list")
        self.assertEqual([(g["representative"], g["members"], g["open"]) for g in listed], [(1, 3, 3)])
        self.assert_inert(self.run_ok("group", "list"), "group list")
        self.run_ok("group", "join", "1", "5")
        edit = self.run_json("group", "part", "1", "3")[0]["edit"]
        self.assertIsNone(self.run_json("group", "part", "3", "1")[0]["edit"])
        self.assertEqual((self.ids("group:5"), self.ids("group:3")), ([1, 4, 5], [3]))
        shown = self.run_json("group", "show", "5")[0]
        self.assertEqual((shown["samples"], [w["word"] for w in shown["words"]]), ([1, 4, 5], ["apart", "together"]))
        self.assertIn("1 and 3 are apart, says", self.run_ok("group", "show", "3"))
        # what comes in later sides with what it is more alike, and is grouped behind the import
        self.rows(10, [self.body("a", 5) + "    done();\n", self.body("b", 9)])
        self.assertEqual((self.ids("group:3"), self.ids("group:2")), ([3, 7], [2, 8]))
        self.assertTrue(self.run_json("index", "--status")[0]["groups_whole"])
        self.run_ok("undo", str(edit))
        self.assertEqual(self.ids("group:3"), [1, 3, 4, 5, 7])
        self.run_ok("redo")
        self.assertEqual(self.ids("group:3"), [3, 7])
        self.fails(1, "have the same code", "group", "part", "1", "4")
        self.run_ok("group", "join", "5", "2")
        self.fails(1, "by way of others", "group", "part", "4", "2")
        self.run_ok("group", "free", "2", "5")
        self.run_ok("group", "free", "1", "3")
        self.assertEqual(self.ids("group:3"), [1, 3, 4, 5, 7])
        self.run_ok("index", "--rebuild")
        self.assertEqual(self.ids("group:3"), [1, 3, 4, 5, 7])
        self.run_ok("check")

    def test_causes_are_proposed_never_set(self):
        self.assertEqual(self.run_json("group", "propose"), [])
        self.run_ok("annotate", "1", "--cause=model/hallucination")
        proposed = self.run_json("group", "propose")
        self.assertEqual([(p["cause"], p["samples"], p["accepted"]) for p in proposed], [("model/hallucination", [3, 4], False)])
        self.assertEqual(self.count("cause:model"), 1)
        self.assertIn("proposed: the one alike sample that has a cause says model/hallucination", self.run_ok("group", "show", "4"))
        self.rows(10, [self.body("a", 7), self.body("c", 1)])
        self.assertEqual(self.run_json("group", "propose", "batch:2")[0]["samples"], [7])
        self.run_ok("group", "propose", "batch:1", "--accept")
        self.assertEqual(self.ids("cause:model"), [1, 3, 4])
        self.run_ok("undo")  # of all at once
        self.assertEqual(self.ids("cause:model"), [1])
        self.run_ok("annotate", "3", "--cause=testing")
        self.assertEqual(self.run_json("group", "propose"), [])
        self.assertIn("2 have a cause, and do not agree", self.run_ok("group", "list"))

    def test_words_of_two_stores_are_merged(self):
        self.run_ok("backup", self.path("other.db"))
        self.run_ok("group", "join", "1", "5")
        self.run_ok("--store", self.path("other.db"), "--reviewer=bob", "group", "part", "1", "3")
        self.run_ok("merge", self.path("other.db"))
        self.assertEqual((self.ids("group:1"), self.ids("group:3")), ([1, 4, 5], [3]))
        self.run_ok("undo")  # the merge
        self.assertEqual(self.ids("group:3"), [1, 3, 4, 5])
        self.run_ok("check")


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


class Watch(Case):
    def test_what_stopped_altogether_held(self):
        start = datetime.date(2026, 1, 1)
        self.run_ok("import", self.jsonl("counts.jsonl", flagged(start, {"R1": [8] * 40 + [0] * 220, "R2": [3] * 260})))
        key = self.run_json("incident", "create", "Gone")[0]["key"]
        self.run_ok("incident", "event", key, str(start), "It begins.", "--milestone=first_impact")
        self.run_ok("incident", "event", key, str(start + datetime.timedelta(days=40)), "Out.", "--milestone=fix_deployed")
        answer = self.run_json("watch", key, "--query=rule:R1")[0]
        self.assertEqual((answer["verdict"], answer["reason"]), ("held", None))
        self.assertEqual((answer["during"]["cases"], answer["after"]["cases"], answer["after"]["days"]), (320, 0, 219))

    def test_fixes_that_held_and_did_not(self):
        path = self.path("generated.jsonl")
        subprocess.run([PYTHON, os.path.join(DATA, "gen_samples.py"), "--seed=5", "--count=12000", f"--out={path}"], check=True,
                       capture_output=True)
        self.run_ok("import", path)
        self.assertIn("no incident has a milestone fix_deployed", self.run_ok("watch"))
        keys = []
        for fix in "2025-06-02", "2025-05-16":  # 2.2.1 takes over from 2025-05-27 on; nothing happened on 16 May
            key = self.run_json("incident", "create", f"Fixed {fix} \u202e")[0]["key"]
            self.run_ok("incident", "event", key, "2025-05-03", "It begins.", "--milestone=first_impact")
            self.run_ok("incident", "event", key, fix + " 23:59", "Out.", "--milestone=fix_deployed")
            self.run_ok("incident", "add", key, "--where", "rule:AI-API-HALLUCINATED harness:2.2.0 after:2025-05-10 before:2025-05-20")
            keys.append(key)
        held = self.run_json("watch", keys[0], "--query=-level:none")[0]
        early = ["--query=-level:none before:2025-05-27", "--among=before:2025-05-27"]  # as it looked then
        not_held = self.run_json("watch", keys[1], *early, code=1)[0]
        self.assertEqual((held["verdict"], not_held["verdict"]), ("held", "did_not_hold"))
        self.assertLess(held["ratio_high"], held["middle"])
        self.assertGreater(not_held["ratio_low"], not_held["middle"])
        self.assertEqual(held["before"]["days"], 117)
        self.assertEqual(held["during"]["days"], 30)
        self.assertEqual(held["after"]["first_day"], "2025-06-03")
        self.assertEqual(held["after"]["cases"], self.count(held["hits"]))
        self.assertEqual(held["before"]["outputs"], self.count("before:2025-05-03"))
        # all of them; by default what flagged the members
        self.assertEqual({a["incident"] for a in self.run_json("watch")}, set(keys))
        self.assertEqual(self.run_json("watch", keys[0])[0]["query"], "rule:AI-API-HALLUCINATED")
        text = self.run_ok("watch", *early, code=1)
        self.assertIn(f"{keys[0]}  cannot tell: fewer than 7 days after the fix", text)
        self.assertIn(f"{keys[1]}  did not hold", text)
        self.assert_inert(text, "watch")
        # what came again is named in the record, once; what an import brings later, in another one
        self.assertEqual((held["recorded"], held["recurrence"], held["edit"]), (None, None, None))
        recorded = self.run_json("watch", keys[0], "--record")[0]
        hits = self.count(recorded["hits"])
        self.assertEqual((recorded["recorded"], recorded["recurrence"]), (hits, 1))
        part = self.run_json("show", keys[0])[0]["incidents"][0]["recurrences"][0]
        self.assertEqual((part["kind"], part["verdict"], len(part["evidence"])), ("fix_incomplete", recorded["verdict"], min(hits, 1000)))
        self.assertIn("recorded: nothing that the record does not name", self.run_ok("watch", keys[0], "--record"))
        self.run_ok("import", self.jsonl("again.jsonl", [{"id": "again", "code": "again()", "rule": "AI-API-HALLUCINATED", "level": "error",
                                                          "timestamp": "2025-07-01T00:00:00Z"}]))
        self.assertIn("recorded: 1 sample as RE2", self.run_ok("watch", keys[0], "--record"))
        self.run_ok("undo")
        self.assertEqual(len(self.run_json("show", keys[0])[0]["incidents"][0]["recurrences"]), 1)
        # of more than a recurrence names the newest are taken, and none of them twice
        self.run_ok("import", self.jsonl("many.jsonl", [{"id": f"many{n}", "code": f"many({n})", "rule": "MANY", "level": "error",
                                                         "timestamp": "2025-08-01T00:00:00Z"} for n in range(1005)]))
        many = self.run_json("watch", keys[0], "--record", "--query=rule:MANY")[0]
        self.assertEqual((many["recorded"], many["recurrence"]), (1005, 2))
        part = self.run_json("show", keys[0])[0]["incidents"][0]["recurrences"][1]
        self.assertEqual((len(part["evidence"]), part["text"]), (1000, "1005 samples since the fix: rule:MANY"))
        self.assertIn("recorded: nothing", self.run_ok("watch", keys[0], "--record", "--query=rule:MANY"))
        self.assertIn("recorded: 1 sample as RE3", self.run_ok("watch", keys[0], "--record"))  # what another query found before
        # its signature is what is watched, unless something else is asked
        self.assertEqual(self.run_json("watch", keys[0])[0]["query_of"], "members")
        self.run_ok("incident", "set", keys[0], "--signature=rule:SIGNED customer:acme")
        watched = self.run_json("watch", keys[0])[0]
        self.assertEqual((watched["query"], watched["query_of"], watched["after"]["cases"]), ("rule:SIGNED customer:acme", "signature", 0))
        self.assertEqual(self.run_json("watch", keys[0], "--query=rule:MANY")[0]["query_of"], "query")
        self.assertIn("watched, its signature: rule:SIGNED customer:acme\n", self.run_ok("watch", keys[0]))
        self.run_ok("import", self.jsonl("signed.jsonl", [{"id": f"s{n}", "code": f"signed({n})", "rule": "SIGNED", "level": "error",
                                                           "customer": customer, "timestamp": "2025-08-02T00:00:00Z"}
                                                          for n, customer in enumerate(["acme", "acme", "other"])]))
        recorded = self.run_json("watch", keys[0], "--record")[0]
        self.assertEqual((recorded["after"]["cases"], recorded["recorded"]), (2, 2))
        part = self.run_json("show", keys[0])[0]["incidents"][0]["recurrences"][-1]
        self.assertEqual((part["text"], len(part["evidence"])), ("2 samples since the fix: by the signature", 2))
        self.assertIn("recorded: nothing", self.run_ok("watch", keys[0], "--record"))
        for args, holds in (["--audience=public", "--unreviewed"], False), (["--force"], True):
            self.run_ok("export", keys[0], "--site=plain", "--out", self.path("o"), *args)
            page = self.read(os.path.join(self.path("o"), keys[0].lower() + ".md"))
            self.assertIn(b"by the signature", page)
            self.assertEqual(b"acme" in page, holds)
        none = self.run_json("incident", "create", "No fix")[0]["key"]
        self.fails(1, "has no milestone fix_deployed", "watch", none)
        self.fails(2, "is no key of an incident", "watch", "17")
        self.fails(1, "INC-2026-0099", "watch", "INC-2026-0099")


class Signature(Case):
    def test_what_another_one_found_is_not_taken_for_recorded(self):
        rows = [{"id": f"{rule}{n}", "code": f"{rule}({n})", "rule": rule, "level": "error", "timestamp": "2025-08-02T00:00:00Z"}
                for rule, count in (("RB", 4), ("RA", 1002)) for n in range(count)]
        self.run_ok("import", self.jsonl("s.jsonl", rows))
        key = self.run_json("incident", "create", "Changed")[0]["key"]
        self.run_ok("incident", "event", key, "2025-08-01", "Out.", "--milestone=fix_deployed")
        self.run_ok("incident", "set", key, "--signature=rule:RA")
        self.assertEqual(self.run_json("watch", key, "--record")[0]["recorded"], 1002)
        self.run_ok("incident", "set", key, "--signature=rule:RB")
        self.assertEqual(self.run_json("watch", key, "--record")[0]["recorded"], 4)
        self.run_ok("incident", "set", key, "--signature=rule:RA")  # those that the first did not name; then all are named
        self.assertEqual([self.run_json("watch", key, "--record")[0]["recorded"] for _ in range(2)], [2, 0])

    def test_one_that_cannot_be_asked_is_named(self):
        self.run_ok("import", self.jsonl("slow.jsonl", [{"id": "slow", "code": "a" * 50 + "b", "timestamp": "2025-08-02T00:00:00Z"}]))
        keys = [self.run_json("incident", "create", title)[0]["key"] for title in ("First", "Slow", "Last", "No fix")]
        first, slow, last, _ = keys
        for key, signature in (first, "re:^a"), (slow, "re:(a+)+$"), (last, "re:^a"):
            self.run_ok("incident", "event", key, "2025-08-01", "Out.", "--milestone=fix_deployed")
            self.run_ok("incident", "set", key, f"--signature={signature}")
        self.fails(2, f"{slow}, signature: the pattern of re: takes too long", "watch", slow, last)
        # of all, the others are looked at
        self.assertEqual(sorted(a["incident"] for a in self.run_json("watch", code=2)), [first, last])
        self.assertIn(f"{slow}, signature: the pattern", self.err)
        self.assertEqual(self.err.count("\n"), 1)
        text = self.run_ok("watch", "--record", code=2)
        self.assertEqual((text.count("recorded: 1 sample as RE1"), text.count("\n\n")), (2, 1))


class Stats(Case):
    def test_every_figure_opens_its_samples(self):
        now = datetime.datetime(2026, 4, 20, 12)
        rows = [{"id": str(n), "code": f"x{n}", "level": "error" if n % 2 else "none", "rule": "r" if n % 2 else None,
                 "timestamp": (now - datetime.timedelta(days=n)).isoformat() + "Z"} for n in range(60)]
        self.run_ok("import", self.jsonl("s.jsonl", rows + [{"id": "t", "code": "t"}]))
        self.run_ok("annotate", "--where", "id>=1 id<13", "--cause=model/tool_use", "--reviewer=ann")
        self.run_ok("annotate", "--where", "id>=1 id<5", "--cause=testing", "--reviewer=bob")
        self.run_ok("annotate", "13", "--cause=testing", "--reviewer=bob")
        key = self.run_json("incident", "create", "Worse")[0]["key"]
        for due in "2026-04-01", "2026-05-01":
            self.run_ok("incident", "action", key, "fix", "Do it.", f"--due={due}")
        self.run_ok("incident", "put", key, "change", "text=It shipped \u202e", "at=2026-04-10")
        self.env["AITIA_NOW"] = "2026-04-20T13:00:00Z"
        answer = self.run_json("stats")[0]
        self.assertEqual((answer["samples"], answer["judged"]), (61, 13))
        self.assertEqual([(c["value"], c["count"]) for c in answer["causes"]], [("model/tool_use", 12), ("testing", 5)])
        self.assertAlmostEqual(answer["causes"][0]["share"], 12 / 13)
        self.assertEqual(answer["causes"][1]["cumulative"], 1)
        for row in answer["statuses"] + answer["backlog"] + answer["weeks"] + answer["causes"] + [answer["disputed"]]:
            self.assertEqual(self.count(row["query"]), row["count"], row["query"])
        self.assertEqual(sum(row["count"] for row in answer["backlog"]) + answer["backlog_undated"], self.count("is:untriaged"))
        self.assertEqual([row["count"] for row in answer["backlog"]], [0, 0, 15, 32])
        self.assertEqual(answer["disputed"]["count"], 4)
        self.assertEqual([(r["reviewer"], r["samples"]) for r in answer["reviewers"]], [("ann", 12), ("bob", 5)])
        for row in answer["reviewers"]:
            self.assertEqual(self.count(row["query"]), row["samples"], row["query"])
        self.assertEqual([answer["saturation"][k] for k in ("verdict", "samples", "codes", "fresh")], ["cannot_tell", 13, 2, [2]])
        self.assertIn("2 codes in 13 samples; new by fifty: 2; whether that is all cannot be told", self.run_ok("stats"))
        self.assertIn("causes, of the samples that have one (95 %); up to here: of all causes given\n", self.run_ok("stats"))
        self.assertEqual(answer["agreement"]["units"], 4)
        self.assertEqual((answer["incidents"], answer["open_incidents"], answer["open_actions"], answer["overdue_actions"]), (1, 1, 2, 1))
        change = answer["changes"][0]
        self.assertEqual((change["incident"], change["days"], change["before"] + change["after"]), (key, 9, 10))
        self.assertEqual(self.count(change["query"]), change["after"])
        narrow = self.run_json("stats", "after:2026-04-10")[0]
        self.assertEqual(narrow["samples"], self.count("after:2026-04-10"))
        for row in narrow["statuses"] + narrow["weeks"]:
            self.assertEqual(self.count(row["query"]), row["count"], row["query"])
        text = self.run_ok("stats")
        self.assertIn("actions: 2 open, 1 overdue", text)
        self.assert_inert(text, "stats")

    def test_changes_of_incidents(self):
        key = self.run_json("incident", "create", "Many")[0]["key"]
        document = self.run_json("incident", "show", key)[0]
        day = datetime.date(2025, 1, 1)
        document["incidents"][0]["changes"] = [
            {"number": n, "type": "infra", "text": f"Change {n}.", "at": str(day + datetime.timedelta(days=n)),
             **{203: {"announced": ["none"]}, 204: {"announced": ["changelog"]}}.get(n, {})} for n in range(1, 206)]
        self.run_ok("apply", self.write("many.json", json.dumps(document)))
        answer = self.run_json("stats")[0]
        self.assertEqual([c["number"] for c in answer["changes"]], list(range(205, 5, -1)))  # the newest
        self.assertEqual(answer["changes_left_out"], 5)
        self.assertEqual([c["announced"] for c in answer["changes"][:3]], [None, True, False])
        told = [line for line in self.run_ok("stats").splitlines() if " CH" in line or "…" in line]
        self.assertEqual([("(not announced)" in line) for line in told[:3]], [False, False, True])
        self.assertEqual(told[-1], "  … and 195 older: --json has the 200 newest")
        for n in range(5):
            document["incidents"][0]["changes"].pop(0)
        self.run_ok("apply", self.write("fewer.json", json.dumps(document)))
        self.assertEqual(self.run_json("stats")[0]["changes_left_out"], 0)
        self.assertIn("  … and 190 older: --json has all\n", self.run_ok("stats"))
