"""aitia export-findings, and what becomes of its files."""
import json
import os

from .harness import Case, HOSTILE, SARIF, TUTORIALS, files_in

VOLATILE = ("id", "batch", "annotations", "status", "disposition", "incidents", "flags", "provenance")


class Findings(Case):
    def fill(self):
        self.import_tutorials()
        self.run_ok("import", *files_in(os.path.join(HOSTILE, "nickboucher_trojan-source"), ".jsonl"))
        self.run_ok("annotate", "1", "2", "--verdict=false_positive", "--cause=testing/coverage_gap", "--note=not a \u202ebug")
        self.run_ok("annotate", "3", "--verdict=confirmed_defect", "--cause=model", "--symptom=wrong_logic",
                    "--severity=Q2", "--confidence=likely")
        self.run_ok("annotate", "4", "--verdict=insufficient_information")
        self.run_ok("annotate", "5", "--note=a note is no judgement")
        self.run_ok("annotate", "60", "--verdict=intended", "--lines=1-1")

    def results(self, path):
        with open(path, encoding="utf-8") as file:
            log = json.load(file)
        self.assertEqual(log["version"], "2.1.0")
        return [(run["tool"]["driver"]["name"], result) for run in log["runs"] for result in run["results"]]

    def test_sarif_carries_the_judgements(self):
        self.fill()
        path = self.path("out.sarif")
        self.assertEqual(self.run_ok("export-findings", "--out", path), "5 samples written\n")
        self.assert_inert(self.read(path), "out.sarif")
        found = {}
        for tool, result in self.results(path):
            sample = self.run_json("show", result["fingerprints"]["aitia/v1"])[0]
            found[sample["id"]] = result
            flag = (sample["flags"] or [{"tool": None, "rule": None, "level": "none", "message": sample["code"]}])[0]
            self.assertEqual(tool, flag["tool"] or "unknown")
            self.assertEqual(result.get("ruleId"), flag["rule"])
            self.assertEqual(result["level"], flag["level"])
            if sample["flags"]:
                self.assertEqual(result["message"]["text"], flag["message"])
        self.assertEqual(sorted(found), [1, 2, 3, 4, 60])
        self.assertEqual(found[1]["suppressions"],
                         [{"kind": "external", "status": "accepted", "justification": "not a \u202ebug"}])
        self.assertNotIn("suppressions", found[3])
        self.assertEqual(found[4]["suppressions"][0]["status"], "underReview")
        mark = found[3]["properties"]["aitia"]
        self.assertEqual([mark[key] for key in ("verdict", "cause", "symptoms", "severity", "confidence", "reviewer")],
                         ["confirmed_defect", "model", ["wrong_logic"], "Q2", "likely", "tester"])
        self.assertEqual(found[60]["properties"]["aitia"]["annotations"][0]["first_line"], 1)

    def test_again_it_changes_nothing(self):
        self.fill()
        before = [self.run_ok("list", "--json", "--sort=id"), self.run_ok("show", "1", "--json")]
        for name in ("sarif", "jsonl"):
            path = self.path("all." + name)
            self.run_ok("export-findings", "--all", "--format=" + name, "--out", path)
            answer = self.run_json("import", path)[0]
            self.assertEqual((answer["imported"], answer["updated"], answer["rejected"]), (0, 0, 0), name)
            self.assertEqual(answer["duplicates"], self.count())
            first = self.read(path)
            self.run_ok("export-findings", "--all", "--format=" + name, "--out", path)
            self.assertEqual(self.read(path), first, "the same store, the same bytes")
        self.assertEqual([self.run_ok("list", "--json", "--sort=id"), self.run_ok("show", "1", "--json")], before)

    def test_another_store_gets_the_samples(self):
        self.fill()
        ids = [row["id"] for row in self.run_json("list")]
        mine = {}
        for number in ids:
            sample = self.run_json("show", str(number))[0]
            mine[sample["fingerprint"]] = sample
        for name in ("sarif", "jsonl"):
            path = self.path("all." + name)
            self.run_ok("export-findings", "--all", "--format=" + name, "--out", path)
            other = self.path(name + ".db")
            answer = json.loads(self.run_ok("--store", other, "--json", "import", path, store=False))
            self.assertEqual(answer["imported"], len(mine))
            for fingerprint, sample in mine.items():
                copy = json.loads(self.run_ok("--store", other, "--json", "show", fingerprint, store=False))
                for key in sample:
                    if key not in VOLATILE:
                        self.assertEqual(copy[key], sample[key], f"{name}: {key} of {fingerprint}")
                kept = [item for item in copy["provenance"] if not item["key"].startswith("aitia.")]
                self.assertEqual(kept, sample["provenance"])
                reviewed = [flag for flag in copy["flags"] if flag["source"] == "reviewer" and flag["tool"] == "aitia"]
                judged = [one for one in sample["annotations"] if one["verdict"]]
                self.assertEqual(len(reviewed), len(judged))
            self.run_ok("--store", other, "check", store=False)

    def test_columns(self):
        """They are code points in a sample and in the log, whatever they were before (3.14.27)."""
        line = "\U0001f600\U0001f600 x = y"
        log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "columnKind": "utf16CodeUnits", "results": [
            {"message": {"text": "m"}, "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": "a.py"},
                "contextRegion": {"startLine": 4, "snippet": {"text": line}},
                "region": {"startLine": 4, "startColumn": 6, "endColumn": 7}}}]}]}]}
        self.run_ok("import", self.write("utf16.sarif", json.dumps(log).encode()))
        self.assertEqual(self.columns(self.run_json("show", "1")[0]), (4, 4, 5))
        path, other = self.path("columns.sarif"), self.path("columns.db")
        self.run_ok("export-findings", "--all", "--out", path)
        with open(path, encoding="utf-8") as file:
            run = json.load(file)["runs"][0]
        self.assertEqual(run["columnKind"], "unicodeCodePoints")
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        self.assertEqual((region["startColumn"], region["endColumn"]), (4, 5))
        self.run_ok("--store", other, "import", path, store=False)
        copy = json.loads(self.run_ok("--store", other, "--json", "show", "1", store=False))
        self.assertEqual(self.columns(copy), (4, 4, 5))

    def columns(self, sample):
        region = sample["flags"][0]["region"]
        return region["start_line"], region["start_column"], region["end_column"]

    def test_a_query_and_standard_output(self):
        self.fill()
        rows = [json.loads(line) for line in
                self.run_ok("export-findings", "verdict:false_positive", "--format=jsonl").splitlines()]
        self.assertEqual([row["aitia"]["verdict"] for row in rows], ["false_positive"] * 2)
        log = json.loads(self.run_ok("export-findings", "rule:nothing-of-the-kind"))
        self.assertEqual(log["runs"], [])
        self.fails(3, "cannot make a file", "export-findings", "--out", self.path("no/such/folder/x.sarif"))
