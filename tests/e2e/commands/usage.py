"""Words of the command line: help, options, where the store is, who the reviewer is."""
import json
import os
import re

from .harness import Case


class Usage(Case):
    def test_help_of_every_command(self):
        overview = self.run_ok("--help", store=False)
        names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +", overview, re.M)
        self.assertGreater(len(names), 20)
        for name in names:
            text = self.run_ok(*name.split(), "--help", store=False)
            self.assertTrue(text.startswith(f"usage: aitia {name} "), text)
            self.assertEqual(text, self.run_ok("help", *name.split(), store=False))
            self.assertLessEqual(max(map(len, text.splitlines())), 90, name)
        self.assertEqual(overview, self.run_ok("help", store=False))
        self.assertEqual(overview, self.run_ok("-h", store=False))
        self.assertIn("incident create", self.run_ok("incident", "--help", store=False))
        self.assertFalse(os.listdir(self.home), "asking for help makes no files")

    def test_version(self):
        self.assertRegex(self.run_ok("--version", store=False), r"^aitia \d+\.\d+\.\d+\n$")

    def test_wrong_use(self):
        for part, args in [
            ("did you mean 'list'? See aitia --help", ["lst"]),
            ("did you mean 'incident create'?", ["incident", "creat", "x"]),
            ("needs one word more", ["incident"]),
            ("unknown option '--srot=x': did you mean --sort? See aitia list --help", ["list", "--srot=x"]),
            ("--sort takes one of newest, oldest", ["list", "--sort=x"]),
            ("--limit needs a value", ["list", "--limit"]),
            ("--limit takes a whole number", ["list", "--limit=-1"]),
            ("--json takes no value", ["list", "--json=yes"]),
            ("'aitia import' needs (FILE|DIR)...", ["import"]),
            ("'x' is one word too many", ["redo", "x"]),
            ("'x' is not the number of an edit", ["undo", "x"]),
            ("'0' is not the number of an edit", ["undo", "0"]),
            ("unknown status 'foo'", ["count", "status:foo"]),
            ("is not the key of an incident", ["incident", "show", "INC-1"]),
            ("TITLE is empty", ["incident", "create", ""]),
            ("TITLE is empty", ["incident", "create", " "]),
            ("nothing to say", ["annotate", "1"]),
            ("not both", ["annotate", "1", "--where", "x", "--cause", "model"]),
            ("--status stands alone", ["annotate", "1", "--status", "deferred", "--note", "x"]),
            ("--site and --out are needed", ["export", "INC-2026-0001"]),
            ("there is no site 'sphinx': plain, hugo", ["export", "--all", "--site=sphinx", "--out=o"]),
            ("name incidents, or --all", ["export", "--site=hugo", "--out=o"]),
            ("there is no reference 'x'", ["docs", "x"]),
            ("addresses of servers", ["--store=postgres://h/db", "list"]),
        ]:
            with self.subTest(args=args):
                self.run_ok("incident", "create", "x", code=0) if not os.path.exists(self.store) else None
                self.fails(2, part, *args)

    def test_workbench_needs_a_terminal(self):
        for args in [], ["tui"]:
            self.fails(2, "needs a terminal", *args, store=False)
        self.assertFalse(os.listdir(self.home))

    def test_options_before_the_command_and_end_of_options(self):
        path = self.jsonl("-odd.jsonl", [{"id": "a", "code": "x = 1"}])
        self.assertEqual(self.run_json("import", "--", os.path.basename(path))[0]["imported"], 1)
        out = self.run_ok("--json", f"--store={self.store}", "count", store=False)
        self.assertEqual(json.loads(out), {"count": 1})

    def test_a_missing_store_is_not_made_by_questions(self):
        for args in [["list"], ["count"], ["show", "1"], ["log"], ["check"], ["undo"], ["incident", "list"],
                     ["annotate", "1", "--cause", "model"], ["export", "--all", "--site=plain", "--out=o"]]:
            self.fails(4, "there is no store at", *args)
            self.assertFalse(os.path.exists(self.store))

    def test_where_the_store_is(self):
        sample = self.jsonl("a.jsonl", [{"id": "a", "code": "x"}])
        self.run_ok("import", sample, store=False)
        self.assertTrue(os.path.exists(os.path.join(self.home, ".local/share/aitia/aitia.db")))
        for name, value in ("XDG_DATA_HOME", self.path("data")), ("AITIA_STORE", self.path("deep/er/e.db")):
            self.env[name] = value
            self.run_ok("import", sample, store=False)
        self.assertTrue(os.path.exists(self.path("data/aitia/aitia.db")))
        self.assertTrue(os.path.exists(self.path("deep/er/e.db")))
        self.fails(4, "there is no store at", "--store", self.path("other.db"), "count", store=False)

    def test_who_the_reviewer_is(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))

        def made_by(*args, env=None):
            made_by.note += 1
            self.run_ok(*args, "annotate", "1", "--note", str(made_by.note), env=env)
            return self.run_json("log")[0]["reviewer"]
        made_by.note = 0
        self.assertEqual(made_by("--reviewer", "ann"), "ann")
        self.assertEqual(made_by(), "tester")
        del self.env["AITIA_REVIEWER"]
        login = made_by()
        self.assertTrue(login)
        config = os.path.join(self.home, ".config/aitia/config.ini")
        os.makedirs(os.path.dirname(config))
        with open(config, "w") as file:
            file.write("# who I am\nreviewer = Carla C.\n")
        self.assertEqual(made_by(), "Carla C.")
        with open(config, "w") as file:
            file.write("reviewer = x\nreviwer = y\n")
        self.fails(3, "config.ini: line 2: unknown setting 'reviwer'", "undo")
        with open(config, "w") as file:
            file.write("no equals sign\n")
        self.fails(3, "config.ini: line 1", "undo")
        self.assertEqual(made_by("--reviewer", "ann"), "ann")
