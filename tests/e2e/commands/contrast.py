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
