"""Denominators: taken in, listed, taken back, merged, and what they are to the analyses."""
import datetime
import gzip
import json

from .harness import Case

START = datetime.date(1970, 1, 1) + datetime.timedelta(days=20000)


def day(n):
    return str(START + datetime.timedelta(days=n))


class Exposure(Case):
    def flagged(self, per_day, **more):
        """Flagged samples alone, so many on each day."""
        rows = [{"id": f"{n}.{k}", "code": f"x{n}.{k}", "level": "error", "rule": "r", "timestamp": f"{day(n)}T12:00:00Z", **more}
                for n, count in enumerate(per_day) for k in range(count)]
        self.run_ok("import", self.jsonl("days.jsonl", rows))

    def outputs(self, per_day, header="day,outputs", tail=""):
        return self.write("outputs.csv", "\n".join([header] + [f"{day(n)},{count}{tail}" for n, count in enumerate(per_day)]) + "\n")

    def test_files(self):
        path = self.write("o.csv", 'day,model,outputs\n2026-03-04,m,5\n2026-03-04,"\x1b[2J",3\n2026-03-06,m,x\n2026-03-05,m,7\n')
        done = self.run_raw("exposure", "import", path, "--json")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}: line 4: its number of outputs".encode(), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual([answer[k] for k in ("records", "rejected", "added", "changed", "unchanged")], [4, 1, 3, 0, 0])
        rows = self.run_json("exposure", "list")
        self.assertEqual([(r["day"], r["outputs"]) for r in rows if r["values"] == {"gen_ai.response.model": "m"}],
                         [("2026-03-04", 5), ("2026-03-05", 7)])
        self.assert_inert(self.run_ok("exposure", "list"), "exposure list")
        # again: nothing; a newer number takes the old one's place; undo brings it back
        again = json.loads(self.run_raw("exposure", "import", path, "--json").stdout)
        self.assertEqual((again["unchanged"], again["edit"]), (3, None))
        self.run_ok("exposure", "import", self.write("p.csv", "day,outputs,model\n2026-03-05,9,m\n"))
        self.assertIn(9, [r["outputs"] for r in self.run_json("exposure", "list")])
        self.assertIn("1 denominator, 1 of them changed", self.run_ok("log"))
        self.run_ok("undo")
        self.assertIn(7, [r["outputs"] for r in self.run_json("exposure", "list")])
        self.run_ok("redo")
        self.run_ok("check")
        self.fails(3, "line 1: column 3, 'status'", "exposure", "import", self.write("q.csv", "day,outputs,status\n"))
        self.fails(3, "cannot be opened", "exposure", "import", self.path("none.csv"))
        self.run_ok("exposure", "import", "-", stdin=gzip.compress(b"day,outputs,lang\n2026-04-01,4,c\n"))
        self.assertIn({"lang": "c"}, [r["values"] for r in self.run_json("exposure", "list")])

    def test_documents(self):
        row = {"day": "2026-03-04", "outputs": 5, "values": {"lang": "c", "model": None}}
        path = self.write("d.json", json.dumps({"exposures": [row]}))
        self.assertIn("1 added", self.run_ok("apply", path))
        self.assertEqual(self.run_json("apply", path)[0]["denominators"], 0)
        self.assertEqual(self.run_json("exposure", "list")[0]["values"], {"gen_ai.response.model": None, "lang": "c"})
        for wrong, place in [({**row, "day": "2026"}, "/exposures/0/day"), ({**row, "outputs": -1}, "/exposures/0/outputs"),
                             ({**row, "values": {"rule": "x"}}, "/exposures/0/values"), ({**row, "more": 1}, "/exposures/0/more")]:
            self.fails(3, place, "apply", self.write("w.json", json.dumps({"exposures": [wrong]})))
        self.fails(3, "/exposures/1: the same day", "apply", self.write("w.json", json.dumps({"exposures": [row, row]})))
        both = {"incidents": [{"title": "One"}], "exposures": [{**row, "outputs": 6}]}
        self.run_ok("apply", self.write("b.json", json.dumps(both)))
        self.run_ok("undo")  # both at once
        self.assertEqual([r["outputs"] for r in self.run_json("exposure", "list")], [5])
        self.assertEqual(self.run_json("incident", "list"), [])

    def test_merging(self):
        self.run_ok("exposure", "import", self.outputs([5, 6]))
        other = self.path("other.db")
        self.run_ok("--store", other, "exposure", "import", self.write("x.csv", f"day,outputs\n{day(1)},9\n{day(2)},1\n"))
        self.run_ok("merge", other)
        self.assertEqual([r["outputs"] for r in self.run_json("exposure", "list")], [5, 9, 1])
        self.run_ok("check")
        self.run_ok("undo")
        self.assertEqual([r["outputs"] for r in self.run_json("exposure", "list")], [5, 6])
        self.run_ok("check")

    def test_rates_instead_of_counts(self):
        self.flagged([6] * 40 + [18] * 40)  # three times as many
        self.assertEqual(self.run_json("onset")[0]["verdict"], "changed")
        self.assertEqual(self.run_json("onset")[0]["outputs_from"], "none")
        stats = self.run_json("stats")[0]
        self.assertEqual((stats["outputs_from"], stats["weeks"][0]["rate"]), ("none", None))
        self.assertIn("these are counts", self.run_ok("stats"))
        self.run_ok("exposure", "import", self.outputs([100] * 40 + [300] * 40))  # of three times as many
        answer = self.run_json("onset")[0]
        self.assertEqual((answer["verdict"], answer["outputs_from"], answer["outputs"], answer["breakdown"]), ("same", "store", 16000, ""))
        self.assertIn("outputs: the store's denominators", self.run_ok("onset"))
        stats = self.run_json("stats")[0]
        self.assertEqual((stats["weeks"][-1]["outputs"], stats["weeks"][-1]["rate"]), (2100, 0.06))
        self.assertIn("6.00 % (", self.run_ok("stats"))
        # a file, or samples, in their place
        self.assertEqual(self.run_json("onset", f"--exposure={self.outputs([100] * 80)}")[0]["verdict"], "changed")
        self.assertEqual(self.run_json("onset", "--among=")[0]["outputs_from"], "among")
        # what they do not tell cannot be told
        for args in (["--by=model"], ["lang:c"]):
            answer = self.run_json("onset", *args)
            self.assertTrue(all(a["verdict"] == "cannot_tell" for a in answer), answer)
        self.assertIn("the store's denominators do not tell lang of the outputs; --among", self.run_ok("onset", "lang:c,python", "-lang:zig"))
        self.assertIn("do not tell lang", self.run_json("stats", "-lang:c")[0]["cannot"])
        key = self.run_json("incident", "create", "Worse")[0]["key"]
        self.run_ok("incident", "event", key, day(40), "Begins.", "--milestone=introduced")
        self.run_ok("incident", "event", key, day(60), "Fix.", "--milestone=fix_deployed")
        told = self.run_json("watch", key, "--query=rule:r")[0]
        self.assertEqual((told["outputs_from"], told["during"]["rate"]), ("store", 0.06))
        self.assertEqual((told["rollout_complete"], told["fixed_for_all"], told["after"]["first_day"]), (None, day(60), day(61)))
        self.assertEqual((told["cases_without_outputs"], told["without_outputs"]), (0, None))
        told = self.run_json("watch", key, "--query=rule:r", "--among=before:" + day(50))[0]
        self.assertEqual(self.count(told["without_outputs"]), told["cases_without_outputs"])
        self.assertGreater(told["cases_without_outputs"], 0)
        self.assertIn("do not tell @plan", self.run_json("watch", key, "--query=rule:r plan:x")[0]["reason"])

    def test_days_without_denominators_give_no_rate(self):
        self.flagged([10] * 13)
        incident = {"title": "Worse", "changes": [{"at": day(6), "text": "Shipped."}]}
        self.run_ok("apply", self.write("i.json", json.dumps({"incidents": [incident]})))
        self.run_ok("exposure", "import", self.write("o.csv", "\n".join(["day,outputs"] + [f"{day(n)},1000" for n in (*range(6), 7)]) + "\n"))
        stats = self.run_json("stats")[0]
        change = stats["changes"][0]
        self.assertEqual((change["days"], change["outputs_before"], change["outputs_after"], change["ratio"]), (6, None, None, 1))
        self.assertEqual((stats["weeks"][-1]["outputs"], stats["weeks"][-1]["rate"]), (None, None))
        # a day on which nothing was produced is known
        self.run_ok("exposure", "import", self.outputs([1000] * 8 + [0] + [1000] * 4))
        stats = self.run_json("stats")[0]
        self.assertEqual((stats["changes"][0]["outputs_before"], stats["changes"][0]["outputs_after"]), (6000, 5000))
        self.assertEqual(stats["weeks"][-1]["outputs"], 6000)
        # days that the query leaves out are known too
        self.assertEqual(self.run_json("stats", f"after:{day(7)}")[0]["weeks"][-1]["outputs"], 4000)

    def test_denominators_of_another_time(self):
        self.flagged([1] * 40)
        self.run_ok("exposure", "import", self.write("old.csv", "\n".join(["day,outputs"] + [f"{day(n)},1000" for n in range(-300, -240)]) + "\n"))
        # none of the cases is of a day that they know: no jump from 0
        answer = self.run_json("onset", "--adjust=")[0]
        self.assertEqual((answer["verdict"], answer["cases"], answer["cases_without_outputs"], answer["days"]), ("cannot_tell", 0, 40, 60))
        self.assertIn("whose outputs are known", answer["reason"])
        self.assertEqual(self.count(answer["without_outputs"]), 40)
        # nor from days that they do know to others
        self.run_ok("exposure", "import", self.outputs([1000] * 30))
        answer = self.run_json("onset", "--adjust=")[0]
        self.assertEqual((answer["verdict"], answer["cases"], answer["cases_without_outputs"]), ("changed", 30, 10))
        self.assertEqual(self.count(answer["without_outputs"]), 10)
        self.assertIn(f"10 more are of days without denominators, which say nothing: aitia list '{answer['without_outputs']}'",
                      self.run_ok("onset", "--adjust="))
        by = self.run_json("onset", "--adjust=", "--by=lang", "--among=before:" + day(20))
        self.assertEqual([(a["cases_without_outputs"], self.count(a["without_outputs"])) for a in by], [(20, 20)])
        self.run_ok("undo")
        # the fitting ones are taken, though they are of fewer days
        self.run_ok("exposure", "import", self.outputs([1000] * 35, "day,outputs,lang", ",c"))
        answer = self.run_json("onset", "--adjust=")[0]
        self.assertEqual((answer["verdict"], answer["breakdown"], answer["cases"], answer["days"]), ("same", "lang", 35, 35))

    def test_time_in_the_query_is_not_a_change(self):
        self.flagged([6] * 90)
        self.run_ok("exposure", "import", self.outputs([100] * 90))
        answer = self.run_json("onset", "-level:none", f"after:{day(30)}")[0]
        self.assertEqual((answer["first_day"], answer["verdict"]), (day(31), "same"))

    def test_contrast_with_what_was_produced(self):
        rows = [{"id": f"{m}{n}", "code": f"{m}{n}", "level": "error", "rule": "r", "model": m, "timestamp": f"{day(n % 30)}T00:00:00Z"}
                for m, count in (("a", 200), ("b", 200)) for n in range(count)]
        self.run_ok("import", self.jsonl("m.jsonl", rows))
        self.fails(1, "all samples to compare with match", "contrast", "-level:none")
        lines = ["day,model,outputs"] + [f"{day(n)},{m},{outputs}" for n in range(30) for m, outputs in (("a", 100), ("b", 400))]
        self.run_ok("exposure", "import", self.write("m.csv", "\n".join(lines) + "\n"))
        answer = self.run_json("contrast", "-level:none")[0]
        self.assertEqual((answer["compared_with"], answer["breakdown"], answer["cases"]), ("store", "gen_ai.response.model", 400))
        first = answer["findings"][0]
        self.assertEqual((first["value"], first["claimed"], first["total"]), ("a", True, 3000))
        self.assertAlmostEqual(first["crude"], 4, delta=0.01)
        self.assertEqual(self.count(first["query"]), first["cases"])
        self.assertIn("compared with the outputs of the store's denominators", self.run_ok("contrast", "-level:none"))
        # those of another time say nothing of these, though they tell more keys
        lines = ["day,model,lang,outputs"] + [f"{day(n)},{m},c,100" for n in range(-90, 0) for m in ("a", "b")]
        self.run_ok("exposure", "import", self.write("old.csv", "\n".join(lines) + "\n"))
        self.assertEqual(self.run_json("contrast", "-level:none")[0]["findings"], answer["findings"])
        # a case of a day that they do not know is no case
        self.run_ok("import", self.jsonl("more.jsonl", [{"id": f"x{n}", "code": f"x{n}", "level": "error", "rule": "r", "model": "b",
                                                         "timestamp": f"{day(50)}T00:00:00Z"} for n in range(50)]))
        told = self.run_json("contrast", "-level:none")[0]
        self.assertEqual((told["cases"], told["cases_without_outputs"], told["findings"]), (400, 50, answer["findings"]))
        # nor of a model that they never tell: it would seem to fail always
        self.run_ok("import", self.jsonl("c.jsonl", [{"id": f"c{n}", "code": f"c{n}", "level": "error", "rule": "r", "model": "c",
                                                      "timestamp": f"{day(n % 30)}T00:00:00Z"} for n in range(60)]))
        told = self.run_json("contrast", "-level:none")[0]
        self.assertEqual((told["cases"], told["cases_without_outputs"], told["findings"]), (400, 110, answer["findings"]))
        self.assertEqual([(w["of"], w["cases"], self.count(w["query"])) for w in told["without_outputs"]],
                         [("model c", 60, 60), ("days without denominators", 50, 50)])
        self.assertIn(f"left out: 60 of model c: aitia list '{told['without_outputs'][0]['query']}'", self.run_ok("contrast", "-level:none"))
        self.fails(1, "all samples to compare with match", "contrast", "-level:none", "--against=")
