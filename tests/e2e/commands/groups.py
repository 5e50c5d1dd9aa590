"""What is alike: aitia similar, and groups that stay."""
from .harness import Case


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
