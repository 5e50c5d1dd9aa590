"""Since when: aitia onset."""
import datetime
import os
import shlex
import subprocess

from .harness import DATA, PYTHON, Case, flagged


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
        # the record has the command that gives the same again, whatever was asked
        self.assertEqual(marks[0]["sources"], "aitia onset -level:none")
        asked = ["onset", "-level:none", "-@plan:it's", "--among=-rule:\"x y\"", "--adjust=", "--alarm-days=100"]
        answer = self.run_json(*asked, f"--incident={key}", "--set")[0]
        marks = [e for e in self.run_json("incident", "show", key)[0]["incidents"][0]["events"] if e.get("milestone") == "first_detectable"]
        again = shlex.split(marks[0]["sources"])
        self.assertEqual(again[:2], ["aitia", "onset"])
        again = self.run_json(*again[1:])[0]
        self.assertEqual((again["changes"], again["alarm_days"], again["outputs_from"]), (answer["changes"], 100, "among"))
        answer = self.run_json("onset", "--power")[0]
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

    def test_what_is_adjusted_for_is_said(self):
        start = datetime.date(2026, 1, 5)  # a Monday
        self.run_ok("import", self.jsonl("week.jsonl", flagged(start, {"R1": ([12] * 5 + [3] * 2) * 12})))
        text = self.run_ok("onset")
        self.assertRegex(text, r"no change beyond chance.*\n  adjusted for weekdays \((Sat|Sun) 0\.\d\d to (Mon|Tue|Wed|Thu|Fri) 1\.\d\d times their week\)\n")
        rows = [{"id": f"p{n}", "code": f"p{n}", "language": "go" if n % 3 else "c", "passed": True,
                 "timestamp": f"{start + datetime.timedelta(days=n % 84)}T12:00:00Z"} for n in range(84 * 9)]
        self.run_ok("import", self.jsonl("passed.jsonl", rows))
        self.assertIn("\n  adjusted for lang", self.run_ok("onset"))
        self.assertNotIn("adjusted for lang", self.run_ok("onset", "--adjust="))

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
