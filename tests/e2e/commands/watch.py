"""Did the fix hold: aitia watch, and the signature that it looks for."""
import datetime
import os
import subprocess

from .harness import DATA, PYTHON, Case, flagged


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

    def test_days_that_vary_are_said(self):
        start = datetime.date(2026, 1, 1)
        counts = [1, 0, 2, 0, 1, 0, 0] * 5 + [0, 30, 0, 0, 2, 0, 45, 0, 0, 1] * 4 + [0, 0, 25, 0, 0, 1, 0, 0, 0, 0, 0] * 4
        self.run_ok("import", self.jsonl("bursts.jsonl", flagged(start, {"R1": counts, "R2": [3] * len(counts)})))
        key = self.run_json("incident", "create", "Bursts")[0]["key"]
        self.run_ok("incident", "event", key, str(start + datetime.timedelta(days=35)), "It begins.", "--milestone=first_impact")
        self.run_ok("incident", "event", key, str(start + datetime.timedelta(days=75)), "Out.", "--milestone=fix_deployed")
        answer = self.run_json("watch", key, "--query=rule:R1")[0]
        self.assertGreater(answer["dispersion"], 2)
        self.assertEqual((answer["verdict"], answer["reason"]), ("unknown", "the interval of after / during has the middle in it"))
        text = self.run_ok("watch", key, "--query=rule:R1")
        self.assertIn(f"{key}  cannot tell: the interval of after / during has the middle in it", text)
        self.assertRegex(text, r"held below the middle, 0\.\d\d, not above\n(  adjusted.*\n)?  days vary \d+\.\d times as much as by chance, which is allowed for")

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
