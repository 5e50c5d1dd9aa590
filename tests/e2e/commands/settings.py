"""The configuration: what holds, where it comes from, and slips in it."""
import os

from .harness import Case


class Settings(Case):
    def config(self, text):
        path = os.path.join(self.home, ".config/aitia/config.ini")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def settings(self, **env):
        return {row["name"]: (row["value"], row["origin"]) for row in self.run_json("config", "--list", env=env)}

    def test_values_and_their_origins(self):
        found = self.settings(EDITOR="ed")
        self.assertEqual(found["reviewer"], ("tester", "$AITIA_REVIEWER"))
        self.assertEqual(found["theme"], ("any", "default"))
        self.assertEqual(found["editor"], ("ed", "$EDITOR"))
        self.assertEqual(found["colours"], ("auto", "default"))
        self.assertEqual(found["pager"], ("less", "default"))
        self.assertEqual(self.settings(PAGER="most")["pager"], ("most", "$PAGER"))
        self.assertEqual(self.settings(NO_COLOR="1")["colours"], ("none", "$NO_COLOR"))
        path = self.config("theme = light\n\neditor = code -w\ncolours = 16\npager = less -S\n[keys]\nrepeat = r .\nredraw =\n"
                           "[codes]\nhallucination = x\n")
        before = open(path).read()
        found = self.settings(NO_COLOR="1", EDITOR="ed")
        self.assertEqual(found["theme"], ("light", f"{path}:1"))
        self.assertEqual(found["editor"], ("code -w", f"{path}:3"))
        self.assertEqual(found["colours"], ("16", f"{path}:4"))
        self.assertEqual(self.settings(PAGER="most")["pager"], ("less -S", f"{path}:5"))
        self.assertEqual(found["keys.repeat"], ("r .", f"{path}:7"))
        self.assertEqual(found["keys.redraw"], ("", f"{path}:8"))
        self.assertEqual(found["codes.model/hallucination"], ("x", f"{path}:10"))
        self.assertRegex(self.run_ok("config"), rf"(?m)^theme = light +# {path}:1$")
        self.assertEqual(before, open(path).read(), "the file is the person's")

    def test_views_that_were_kept_are_listed(self):
        config = self.config("[view a]\nquery = lang:c\ncolumns = path\n")
        path = os.path.join(self.home, ".local/share/aitia/views.ini")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write("[view mine]\nquery = is:mine\nsort = oldest\n")
        found = self.settings()
        self.assertEqual(found["view.a"], ("lang:c", config))
        self.assertEqual(found["view.mine"], ("is:mine", path))

    def test_slips_are_named_with_their_line(self):
        for text, said in [
            ("reviewer = x\ntheem = dark\n", "line 2: unknown setting 'theem': did you mean 'theme'?"),
            ("theme = drak\n", "line 1: unknown theme 'drak': did you mean 'dark'?"),
            ("mouse = perhaps\n", "line 1: unknown mouse 'perhaps' (no leaves the mouse"),
            ("columns = path pth\n", "line 1: 'pth' is no column"),
            ("columns = path path\n", "line 1: 'path' is no column, or stands there twice"),
            ("colours = 17\n", "line 1: unknown colours '17'"),
            ("[view a]\nqury = x\n", "line 2: unknown setting 'qury': did you mean 'query'?"),
            ("[view a]\nquery = status:nonsense\n", "line 2: query: at 8: unknown status"),
            ("[view a]\ncolumns = pth\n", "line 2: 'pth' is no column"),
            ("[view a]\nsort = sideways\n", "line 2: unknown order 'sideways'"),
            ("[keys]\nrepaet = r\n", "line 2: unknown command 'repaet': did you mean 'repeat'?"),
            ("[keys]\nrepeat = Entre\n", "line 2: 'Entre' is no key"),
            ("[codes]\nhalucination = x\n", "line 2: unknown cause or symptom 'halucination': did you mean 'model/hallucination'?"),
            ("[codes]\nwrong_logic = 1\nslow_code = 1\n", "line 3: the key '1' is that of wrong_logic already (line 2)"),
            ("[codes]\nmodel = x\n", "line 2: model is a category"),
            ("[codes]\nwrong_logic = xy\n", "line 2: 'xy' is no key of a menu"),
            ("[keys]\n\nprompt-accept = x\n", "line 3: 'x' is typed there"),
            ("[keys]\npick-cancel =\n", "line 2: pick-cancel would be left without a key"),
        ]:
            with self.subTest(text=text):
                self.config(text)
                self.fails(3, "config.ini: " + said, "config")
                self.assertEqual(len(self.err.splitlines()), 1)

    def test_all_slips_are_named_at_once(self):
        path = self.config("theem = dark\nno form\n[view a]\nqury = x\n[keys]\nrepeat = Entre\nhelp = F1\npick-cancel =\n"
                           "[veiw b]\nquery = x\nsort = oldest\n" + "x" * 300 + "\n[codes]\nmodel = x\n")
        self.fails(3, "unknown setting 'theem'", "config")
        self.assertEqual([line.split(path + ": ")[1].split(":")[0] for line in self.err.splitlines()],
                         [f"line {n}" for n in (1, 2, 4, 6, 8, 10, 12, 14)])
        self.fails(3, "did you mean 'theme'? (more is wrong: `aitia config` names it all)", "import", "--list-formats")

    def test_what_is_of_the_workbench_alone_stops_no_command(self):
        self.config("reviewer = ada\n[view a]\nquery = status:nonsense\n[keys]\nrepeat = Entre\n")
        self.run_ok("import", "--format", "jsonl", "-", stdin=b'{"code": "x"}\n', env={"AITIA_REVIEWER": ""})
