"""A public incident that nothing here was written for (August and September 2025), and documents that are refused."""
import html
import json
import os
import re

from .harness import Case, ROOT

PATH = os.path.join(ROOT, "tests/data/incidents/august-2025.json")


class PublicIncident(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2025-10-01T12:00:00Z"
        with open(PATH, encoding="utf-8") as file:
            self.given = json.load(file)
        self.key = self.given["incidents"][0]["key"]

    def test_all_of_it_can_be_said(self):
        self.run_ok("apply", PATH)
        document = self.run_ok("incident", "show", self.key, "--json")
        printed = json.loads(document)["incidents"][0]
        for name, value in self.given["incidents"][0].items():
            if not isinstance(value, list):
                self.assertEqual(printed[name], value)
                continue
            by_number = {part["number"]: part for part in printed[name]}
            for part in value:
                for field, said in part.items():
                    self.assertEqual(by_number[part["number"]][field], said, (name, field))
        # what is printed is the document
        self.assertIn("unchanged", self.run_ok("apply", self.write("again.json", document)))

    def test_what_follows_by_a_hand_count(self):
        self.run_ok("apply", PATH)
        computed = self.run_json("incident", "show", self.key)[0]["incidents"][0]["computed"]

        def days(row, name):
            interval = row["intervals"][name]
            return interval["least_s"] / 86400, interval["most_s"] / 86400
        routing, bedrock, corruption, haiku, opus = computed["cohorts"]
        # each end is known to the day, so a length is a range of two days
        self.assertEqual(days(corruption, "impact_to_resolution"), (7, 9))    # 25 August to 2 September: 8
        self.assertEqual(days(haiku, "impact_to_resolution"), (9, 11))        # 25 August to 4 September: 10
        self.assertEqual(days(opus, "impact_to_resolution"), (17, 19))        # 25 August to 12 September: 18
        self.assertEqual(days(routing, "impact_to_mitigation"), (29, 31))     # 5 August to 4 September: 30
        self.assertEqual(days(routing, "impact_to_resolution"), (42, 44))     # 5 August to 17 September: 43
        self.assertEqual(days(computed["all"], "report_to_resolution"), (16, 48))  # some time in August to 17 September
        self.assertEqual(days(corruption, "publication_lag"), (14, 16))       # 2 to 17 September: 15
        self.assertNotIn("detection_gap", computed["all"]["intervals"])       # when it could have been seen is not known
        self.assertNotIn("notice_lag", computed["all"]["intervals"])          # nor when users were told

    def test_contradictions(self):
        self.run_ok("apply", PATH)
        found = self.run_json("incident", "show", self.key)[0]["incidents"][0]["computed"]["contradictions"]
        # The postmortem of 17 September says that it is over; Bedrock had its fix on the 18th.
        self.assertEqual([one["kind"] for one in found], ["resolved_before_fix"])
        self.assertIn("Bedrock", found[0]["text"])

    def test_samples_after_the_last_cohort(self):
        self.run_ok("import", self.jsonl("later.jsonl", [
            {"code": "a\n", "timestamp": "2026-03-07T10:00:00Z"}, {"code": "b\n", "timestamp": "2026-03-12T10:00:00Z"}]))
        key = self.run_ok("incident", "create", "Three cohorts").split()[0].rstrip(":")
        self.run_ok("incident", "add", key, "1", "2")
        for name in "API", "Bedrock":
            self.run_ok("incident", "put", key, "cohort", f"name={name}")
        self.run_ok("incident", "event", key, "2026-03-05", "Fixed.", "--milestone=resolved", "--cohort=API")

        def after():
            return self.run_json("incident", "show", key)[0]["incidents"][0]["computed"]["flagged_after_resolved"]
        self.assertIsNone(after())  # Bedrock is open: what is flagged may be of it
        self.run_ok("incident", "event", key, "2026-03-10", "Everywhere.", "--milestone=rollout_complete", "--cohort=Bedrock")
        self.assertEqual(after(), 1)

    def test_pages(self):
        self.run_ok("apply", PATH)
        for template in "full", "brief", "sre", "etsy":
            self.run_ok("export", self.key, "--site=hugo", f"--template={template}", "--out", self.path(template))
            page = self.read(self.path(f"{template}/content/postmortems/{self.key.lower()}/index.md")).decode()
            for part in "XLA", "Bedrock", "resolved before fix":
                self.assertIn(part, page, template)
            # The first screen says who was hit, since when, how long, and what is being done.
            head = page.split("## ")[0]
            head = html.unescape(head)  # as Hugo shows it
            for part in ("| Affected | CO1 Routing: first-party and Vertex AI; CO2 Routing: Bedrock; ", "| Perhaps affected | CO5 ",
                         "| Introduced | 2025-08-05 UTC", "| Lasted | 42 d to 44 d", "| Action items | 7: 5 done, 2 open",
                         "| Resolved | 2025-09-17 UTC; the last of 4 entries, see the timeline; but the fix had reached everybody only on 2025-09-18 UTC"):
                self.assertIn(part, head, template)
        # Without the claim it is over with the last cohort.
        events = self.given["incidents"][0]["events"]
        claim, = (event for event in events if event.get("milestone") == "resolved" and not event.get("cohorts"))
        events.remove(claim)
        self.run_ok("apply", self.write("less.json", json.dumps(self.given)))
        self.run_ok("export", self.key, "--site=plain", "--template=brief", "--out", self.path("less"))
        head = self.read(self.path("less/inc-2025-0001.md")).decode()
        self.assertIn("| Resolved | 2025-09-18 UTC, when the fix had reached everybody |\n| Lasted | 43 d to 45 d |", head)
        events.remove(next(event for event in events if event["number"] == 15))
        self.run_ok("apply", self.write("open.json", json.dumps(self.given)))
        self.run_ok("export", self.key, "--site=plain", "--template=brief", "--out", self.path("less"), "--force")
        head = self.read(self.path("less/inc-2025-0001.md")).decode()
        self.assertIn("; not for CO2 (Routing: Bedrock) |", head)
        self.assertNotIn("| Lasted |", head)


class BadDocuments(Case):
    """Each fault is named with its place, and nothing is changed."""
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": "a", "code": "x", "message": "m"}]))

    def run_log(self):
        return self.run_ok("log", "--json")

    def test_wrong_types_words_times_references(self):
        before = self.run_log()
        for incident, parts in [
            ({"title": 3}, ["/incidents/1/title: must be a string"]),
            ({"title": ["x"]}, ["/incidents/1/title: must be a string"]),
            ({"title": "x", "events": {}}, ["/incidents/1/events: "]),
            ({"title": "x", "events": [{"text": "x", "at": "2026-02-30"}]}, ["/incidents/1/events/0/at: "]),
            ({"title": "x", "events": [{"text": "x", "at": 20260230}]}, ["/incidents/1/events/0/at: "]),
            ({"title": "x", "causes": [{"code": "cahce", "statement": "x"}]}, ["/incidents/1/causes/0/code: "]),
            ({"title": "x", "status": "finished"}, ["/incidents/1/status: "]),
            ({"title": "x", "severity": "Q9"}, ["/incidents/1/severity: "]),
            ({"title": "x", "nonsense": 1}, ["/incidents/1/nonsense: "]),
            ({"title": "x", "changes": [{"text": "x", "masked": [7]}]}, ["/incidents/1/changes/0/masked"]),
            ({"title": "x", "actions": [{"text": "x", "cause": 9}]}, ["/incidents/1/actions/0/cause: "]),
            ({"title": "x", "cohorts": [{"name": "a", "number": 1}, {"name": "b", "number": 1}]}, ["/incidents/1/cohorts/1/number: "]),
            ({"title": "x", "impacts": [{"measure": "x", "value": "many"}]}, ["/incidents/1/impacts/0/value: "]),
        ]:
            self.run_ok("apply", self.write("bad.json", json.dumps({"aitia": 1, "incidents": [{"title": "fine"}, incident]})), code=3)
            for part in parts:
                self.assertIn(f"bad.json: {part}", self.err, incident)
            self.assertEqual(self.run_log(), before)
            self.assertEqual(self.run_ok("incident", "list"), "")

    def test_cycles(self):
        before = self.run_log()
        incidents = [{"key": f"INC-2026-000{n}", "title": "x", "recurrences": [
            {"kind": "same_cause", "earlier": f"INC-2026-000{n % 3 + 1}", "text": "x"}]} for n in (1, 2, 3)]
        self.run_ok("apply", self.write("bad.json", json.dumps({"aitia": 1, "incidents": incidents})), code=3)
        self.assertIn("bad.json: /incidents/0/recurrences: a cycle", self.err)
        self.assertEqual(self.run_log(), before)
        self.assertEqual(self.run_ok("incident", "list"), "")

    def test_ten_megabytes_in_one_text(self):
        before = self.run_log()
        document = {"aitia": 1, "incidents": [{"title": "x", "sections": {"summary": "word " * (2 << 20)}}]}
        self.run_ok("apply", self.write("bad.json", json.dumps(document)), code=3)
        self.assertIn("bad.json: /incidents/0/sections/summary: ", self.err)
        self.assertLess(len(self.err), 2000)
        self.assertEqual(self.run_log(), before)

    def test_no_document(self):
        before = self.run_log()
        deep = b'{"aitia":1,"incidents":' + b"[" * 100000 + b"]" * 100000 + b"}"
        for content in b"", b"[]", b'{"aitia":1,"incidents":[{"title":"x"}]', b'{"aitia":1,"incidents":[{"title":"\xff"}]}', b"\0" * 64, deep:
            self.run_ok("apply", self.write("bad.json", content), code=3)
            self.assertIn("bad.json", self.err)
            self.assertLess(len(self.err), 2000)
            self.assertEqual(self.run_log(), before)

    def test_hostile_markdown_is_kept_and_harmless(self):
        hostile = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](data:text/html,z)\n\n```\n{{< evil >}}\n\n# \u202eeman \x1b[31m\n\n" + ">" * 3000
        document = {"aitia": 1, "incidents": [{"key": "INC-2026-0001", "title": hostile[:60], "sections": {"summary": hostile},
                                              "causes": [{"code": "model", "statement": hostile}], "events": [{"text": hostile}]}]}
        self.run_ok("apply", self.write("good.json", json.dumps(document)))
        self.assertEqual(self.run_json("incident", "show", "INC-2026-0001")[0]["incidents"][0]["sections"]["summary"], hostile)
        self.assert_inert(self.run_ok("incident", "show", "INC-2026-0001").encode(), "the text")
        for template in "full", "sre":
            self.run_ok("export", "INC-2026-0001", "--site=plain", f"--template={template}", "--out", self.path(template))
            page = self.read(self.path(f"{template}/inc-2026-0001.md"))
            self.assertNotIn(b"<script>", page)
            self.assertIsNone(re.search(rb"(?<!\\)\]\((?:javascript|data):", page))
