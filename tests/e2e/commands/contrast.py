"""What samples share: aitia contrast."""
import os
import subprocess

from .harness import DATA, PYTHON, Case


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

    def test_what_hangs_together_is_told(self):
        marks = [("yes", "miss", "low", 10, 30), ("yes", "miss", "high", 0, 4), ("yes", "hit", "low", 0, 4), ("no", "miss", "low", 0, 4),
                 ("no", "hit", "high", 0, 160)]
        rows = [{"id": f"{idle}{cache}{effort}{n}", "code": f"x{n}", "idle": idle, "cache": cache, "effort": effort,
                 "message": "m" if n < bad else ""} for idle, cache, effort, bad, of in marks for n in range(of)]
        self.run_ok("import", self.jsonl("c.jsonl", rows))
        key = self.run_json("incident", "create", "Worse")[0]["key"]
        self.run_ok("incident", "put", key, "change", "text=Effort is low now: effort low.", "at=2026-04-12")
        self.run_ok("incident", "put", key, "change", "text=Answers miss nothing.", "at=2026-04-13")
        findings = self.run_json("contrast", "-level:none")[0]["findings"]
        confounded = {f["key"]: f for f in findings if f["confounded"]}
        self.assertEqual({k: f["value"] for k, f in confounded.items()}, {"idle": "yes", "cache": "miss", "effort": "low"})
        self.assertFalse(any(f["claimed"] for f in confounded.values()))
        self.assertEqual([len(confounded[k]["changes"]) for k in ("idle", "cache", "effort")], [0, 0, 1])
        text = self.run_ok("contrast", "-level:none")
        self.assertRegex(text, r"cache miss: confounded, it cannot be told apart from other keys together\n")
        self.assertRegex(text, r"effort low: confounded.*\n    change .* CH1, 2026-04-12: Effort is low now")

    def test_what_is_asked_for_is_no_finding(self):
        rows = [{"id": f"{region}{lang}{n}", "code": f"x{n}", "region": region, "language": lang,
                 "message": "m" if n % 20 < (6 if lang == "c" else 2) else ""} for region in ("eu", "us") for lang in ("c", "go") for n in range(200)]
        self.run_ok("import", self.jsonl("a.jsonl", rows))
        answer = self.run_json("contrast", "-level:none", "@region:eu")[0]
        self.assertEqual((answer["compared_with"], answer["against"]), ("samples", "@region:eu"))
        self.assertEqual(answer["cases"] + answer["controls"], 400)
        self.assertEqual([(f["key"], f["value"]) for f in answer["findings"] if f["claimed"] and f["ratio"] > 1], [("lang", "c")])
        self.assertIn('compared with the samples of @region:eu; --against=""', self.run_ok("contrast", "-level:none", "@region:eu"))
        self.assertEqual(self.run_json("contrast", "-level:none", "@region:eu", "--against=")[0]["against"], "")
        # that alone: what sets them apart from all others
        alone = self.run_json("contrast", "@region:eu")[0]
        self.assertEqual((alone["against"], alone["cases"], alone["controls"]), ("", 400, 400))

    def test_values_of_a_range_are_told_by_it(self):
        rows = [{"id": f"{version}-{n}", "code": f"x{n}", "harness": f"2.1.{version}",
                 "message": "m" if n % 10 < (3 if 85 <= version <= 100 else 1) else ""} for version in range(80, 106) for n in range(60)]
        self.run_ok("import", self.jsonl("r.jsonl", rows))
        findings = self.run_json("contrast", "-level:none")[0]["findings"]
        self.assertEqual((findings[0]["value"], findings[0]["last"]), ("2.1.85", "2.1.100"))
        self.assertEqual({f["value"] for f in findings if f["in_range"]}, {f"2.1.{v}" for v in range(85, 101)})
        text = self.run_ok("contrast", "-level:none")
        self.assertIn("harness.version 2.1.85 to 2.1.100", text)
        self.assertNotRegex(text, r"harness\.version 2\.1\.(8[5-9]|9\d|100)(\n|:)")

    def test_hostile_values_and_refusals(self):
        rows = [{"id": str(n), "code": f"x{n}", "plan": 'a "b\\ \x1b[2J,\u202e' if n % 3 else "free",
                 "message": "m" if n % 2 or n % 3 else ""} for n in range(90)]
        self.run_ok("import", self.jsonl("h.jsonl", rows))
        self.assert_inert(self.run_ok("contrast", "-level:none"), "contrast")
        answer = self.run_json("contrast", "-level:none")[0]
        for finding in answer["findings"]:
            self.assertEqual(self.count(finding["query"]), finding["cases"], finding["query"])
        self.fails(1, "no sample matches", "contrast", "lang:cobol")
        self.fails(1, "all samples to compare with match the query too: ask for some of them (cause:…, rule:…)", "contrast", "id>0")
        self.fails(2, "", "contrast")
