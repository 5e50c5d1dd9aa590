"""At a glance: aitia stats."""
import datetime
import json

from .harness import Case


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
