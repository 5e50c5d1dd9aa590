"""aitia incident recurrences, and the rules of lint about them and about workarounds."""
from .harness import Case

CODE = "def resume(state):\n    kept = state.load()\n    for item in kept:\n        item.clear()\n    return kept\n"


class Recurrences(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": "a", "code": CODE, "level": "error", "message": "x", "model": "m-1"},
            {"id": "b", "code": CODE.replace("kept", "left"), "level": "error", "message": "y", "model": "m-1"},
            {"id": "c", "code": "int main(void)\n{\n\treturn 0;\n}\n", "level": "note", "message": "z", "model": "m-1"}]))
        for sample, symptom in ("1", "forgetfulness"), ("2", "forgetfulness"), ("3", "slow_code"):
            self.run_ok("annotate", sample, "--symptom", symptom)
        for title, sample, at in ("First", "1", "2026-01-05"), ("Other", "3", "2026-02-05"), ("Again", "2", "2026-03-05"):
            key = self.run_json("incident", "create", title, "--severity=Q2")[0]["key"]
            self.run_ok("incident", "add", key, sample)
            self.run_ok("incident", "event", key, at, "It began.", "--kind=milestone", "--milestone=introduced")
        self.run_ok("incident", "cause", "INC-2026-0001", "cache", "Cleared.", "--role=trigger")
        self.run_ok("incident", "cause", "INC-2026-0003", "cache", "Cleared again.", "--role=trigger")

    def offers(self, key="INC-2026-0003", *more):
        return self.run_json("incident", "recurrences", key, *more)

    def test_offered_with_each_reason(self):
        offers = self.offers()
        self.assertEqual([offer["key"] for offer in offers], ["INC-2026-0001"])
        reasons = {reason["part"]: reason["points"] for reason in offers[0]["reasons"]}
        # the same cause, the same symptom, the same code but for names, the same model
        self.assertEqual(reasons, {"causes": 40, "symptoms": 25, "members": 25, "provenance": 5})
        self.assertEqual((offers[0]["score"], offers[0]["kind"], offers[0]["mentioned"]), (95, "same_cause", None))
        self.assertIn("INC-2026-0001   95  same_cause", self.run_ok("incident", "recurrences", "INC-2026-0003"))
        self.assertEqual(self.offers("INC-2026-0001"), [])  # nothing was before it
        self.assertEqual(self.run_ok("incident", "recurrences", "INC-2026-0001"), "no earlier incident is like INC-2026-0001\n")
        self.assertEqual(self.offers("INC-2026-0002"), [])  # what was before it is not like it
        self.fails(1, "INC-2026-0099", "incident", "recurrences", "INC-2026-0099")

    def found(self):
        return [f["text"] for f in self.run_json("lint", "INC-2026-0003", code=1) if f["rule"] == "recurrence-unmentioned"]

    def test_accepted(self):
        self.assertEqual(len(self.found()), 1)
        self.assertIn("INC-2026-0001 (First) is much like it, 95 of 100 points", self.found()[0])
        self.run_ok("incident", "recurrences", "INC-2026-0003", "--accept=INC-2026-0001", "--kind=fix_incomplete")
        self.assertEqual(self.offers(), [])
        self.assertEqual(self.found(), [])
        entry = self.run_json("incident", "show", "INC-2026-0003")[0]["incidents"][0]["recurrences"][0]
        self.assertEqual((entry["kind"], entry["earlier"]), ("fix_incomplete", "INC-2026-0001"))
        self.assertIn("both have infrastructure/cache", entry["text"])
        self.assertEqual(self.offers("INC-2026-0003", "--all")[0]["mentioned"], 1)
        self.assertIn("but for what its record names already: --all has them", self.run_ok("incident", "recurrences", "INC-2026-0003"))
        self.fails(1, "RE1 speaks of INC-2026-0001 already", "incident", "recurrences", "INC-2026-0003", "--dismiss=INC-2026-0001")
        self.run_ok("undo")
        self.assertEqual(len(self.offers()), 1)

    def test_dismissed_for_good(self):
        self.run_ok("incident", "recurrences", "INC-2026-0003", "--dismiss=INC-2026-0001")
        self.run_ok("incident", "cause", "INC-2026-0003", "quantization", "Another.")
        self.assertEqual((self.offers(), self.found()), ([], []))
        # and what is not related makes no cycle of what came before
        self.run_ok("incident", "put", "INC-2026-0001", "recurrence", "kind=unrelated", "earlier=INC-2026-0003", "text=Compared.")
        document = self.write("d.json", self.run_ok("--json", "incident", "show", "INC-2026-0001"))
        self.run_ok("apply", document, notes=True)

    def test_wrong_use(self):
        self.fails(1, "is not offered", "incident", "recurrences", "INC-2026-0003", "--accept=INC-2026-0002")
        self.fails(2, "--kind goes with --accept", "incident", "recurrences", "INC-2026-0003", "--kind=variant")


class Workarounds(Case):
    def test_what_it_masked_is_asked(self):
        self.run_ok("incident", "create", "x", "--severity=Q2")
        key = self.run_json("incident", "list")[0]["key"]
        self.run_ok("incident", "cause", key, "sampling", "The top token is lost.")
        self.run_ok("change", "add", key, "Drop no token at temperature 0", "type=workaround", "at=2026-01-10")

        def found(rule):
            return [f["text"] for f in self.run_json("lint", key, code=1) if f["rule"] == rule]

        def contradictions():
            return [one["kind"] for one in self.run_json("incident", "show", key)[0]["incidents"][0]["computed"]["contradictions"]]
        self.assertEqual(found("workaround-unexplained"), [])
        self.run_ok("incident", "put", key, "CH1", "reverted_at=2026-02-10", notes=True)
        self.assertIn(f"what did it mask? aitia incident put {key} CH1 masked=C1,C2", self.err)
        self.assertEqual(len(found("workaround-unexplained")), 1)
        self.assertEqual(contradictions(), [])
        self.run_ok("incident", "put", key, "CH1", "masked=C1")
        self.assertEqual((found("workaround-unexplained"), contradictions()), ([], ["unmasked"]))
        self.run_ok("incident", "action", key, "fix", "Exact top-k", "--cause=1", "--status=done")
        self.assertEqual(contradictions(), [])
