"""Views that are named on the command line: --view, `aitia view list`, and their completion."""
import os
import subprocess

from .harness import AITIA, Case


class NamedViews(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("a.jsonl", [
            {"id": str(n), "code": f"x = {n}", "path": f"src/{n}.py" if n % 2 else f"lib/{n}.go",
             "produced_at": f"2026-03-0{n}", "rule": "r", "message": "m",
             "level": "error" if n < 4 else "note"} for n in range(1, 7)]))
        self.config = self.home + "/.config/aitia/config.ini"
        self.kept = self.home + "/.local/share/aitia/views.ini"
        for path in (self.config, self.kept):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        self.fill(self.config, "[view to do]\nquery = is:untriaged level:error\nsort = oldest\ncolumns = path\n")

    def fill(self, path, text):
        with open(path, "w") as file:
            file.write(text)

    def keep(self, text):
        """As the workbench does; where that is it says itself."""
        self.fill(self.kept, text)
        self.assertIn("kept", [view["name"] for view in self.run_json("view", "list", store=False)])

    def test_list_names_them_with_their_files(self):
        self.keep("[view kept]\nquery = lang:go\n")
        self.assertEqual(self.run_json("view", "list", store=False), [
            {"name": "to do", "query": "is:untriaged level:error", "sort": "oldest", "columns": "path", "origin": self.config},
            {"name": "kept", "query": "lang:go", "sort": "newest", "columns": None, "origin": self.kept}])
        self.assertEqual(self.run_ok("view", "list", store=False), "to do\toldest\tis:untriaged level:error\nkept\tnewest\tlang:go\n")

    def test_commands_take_a_view_and_a_query_besides(self):
        self.assertEqual(self.count("--view", "to do"), 3)
        self.assertEqual(self.count("--view=to do", "path:src", "-id:1"), self.count("is:untriaged", "level:error", "path:src", "-id:1"))
        rows = self.run_json("list", "--view", "to do")
        self.assertEqual([row["produced_at"] for row in rows], ["2026-03-01", "2026-03-02", "2026-03-03"])  # its order
        self.assertEqual(self.run_json("list", "--view", "to do", "--sort=newest"), rows[::-1])
        self.run_ok("stats", "--view", "to do")
        self.run_ok("contrast", "--view", "to do")  # which needs a query, and has one
        self.run_ok("annotate", "--view", "to do", "--where", "path:lib", "--verdict", "intended")
        self.assertEqual(self.count("verdict:intended"), 1)
        self.run_ok("annotate", "--view", "to do", "--cause", "model")
        self.assertEqual(self.count("cause:model"), 2)  # the third is not untriaged any more
        key = self.run_json("incident", "create", "X")[0]["key"]
        self.run_ok("annotate", "1", "--status", "untriaged")
        self.run_ok("incident", "add", key, "--view", "to do")
        self.assertEqual(self.count("incident:" + key), 1)

    def test_what_is_wrong_is_said_with_what_is_near(self):
        self.fails(2, "there is no view 'todo': did you mean 'to do'?", "count", "--view", "todo")
        self.fails(2, "there is no view 'xyzzy'; `aitia view list` names those", "count", "--view", "xyzzy")
        self.fails(2, "by their numbers or by --view, not both", "annotate", "1", "--view", "to do", "--verdict", "intended")
        self.fails(2, "unknown option '--view'", "show", "1", "--view", "to do")
        self.keep("[view kept]\nquery = lnag:go\n")
        self.fails(2, "the view 'kept' (" + self.kept + "): at 1: unknown key 'lnag'; did you mean 'lang'?", "count", "--view", "kept")
        os.remove(self.config)
        os.remove(self.kept)
        self.fails(2, "there is no view 'a', nor any other: b in the workbench's queue keeps one", "count", "--view", "a")
        self.assertEqual(self.run_ok("view", "list", store=False), "")

    def test_a_view_is_no_name_of_a_plan(self):
        self.keep("[view kept]\nquery = audit\n")
        self.fails(2, "'aitia plan make' needs NAME", "plan", "make", "--view", "kept", "--size=2")
        self.assertEqual(self.run_json("plan", "list"), [])
        made = self.run_json("plan", "make", "p", "--view", "to do", "--size=2")[0]
        self.assertEqual((made["plan"], made["query"]), ("p", "is:untriaged level:error"))

    def test_a_view_without_a_query_is_not_all_samples(self):
        self.keep("[view kept]\nquery = lang:go\n\n[view slip]\nqeury = level:error\n[view all]\nquery =\n")
        self.fill(self.config, "[view sorted]\nsort = oldest\n[view everything]\nquery =\n")
        edit = "annotate", "--cause=model", "--view"
        for view, where in ("slip", f"{self.kept}:4"), ("sorted", f"{self.config}:2"):
            for command in edit, ("count", "--view"):
                self.fails(2, f"the view '{view}' ({where}) has no line 'query = QUERY'", *command, view)
        key = self.run_json("incident", "create", "X")[0]["key"]
        for view, where in ("all", self.kept), ("everything", self.config):
            self.assertEqual(self.count("--view", view), 6)  # said so, and nothing is changed by it
            for command in edit, ("incident", "add", key, "--view"):
                self.fails(2, f"the view '{view}' ({where}) is of all samples, and `aitia {command[0]}", *command, view)
        self.assertEqual(self.count("is:annotated"), 0)
        self.assertEqual(self.count("incident:" + key), 0)

    def test_bash_completes_their_names(self):
        marker = self.path("ran")
        self.fill(self.config, f"[view to do]\nquery = x\n[view $(touch {marker})]\nquery = x\n[view mine]\nquery = x\n")
        script = 'source <("$1" docs bash); COMP_WORDS=("$1" count --view "$2") COMP_CWORD=3; _aitia "$1"; printf "%s\\n" "${COMPREPLY[@]}"'
        for typed, names in ("to\\ ", ["to do"]), ("", ["to do", f"$(touch {marker})", "mine"]), ("q", [""]):
            done = subprocess.run(["bash", "-c", script, "bash", AITIA, typed], env=self.env, capture_output=True, text=True, timeout=30)
            self.assertEqual(done.stdout.splitlines(), names, done.stderr)
        self.assertFalse(os.path.exists(marker))
        self.assertIn("--view", subprocess.run(["bash", "-c", script.replace('--view "$2"', '"$2"').replace("CWORD=3", "CWORD=2"),
                                                "bash", AITIA, "--v"], env=self.env, capture_output=True, text=True, timeout=30).stdout)
