"""aitia template, and export with templates."""
import json
import os
import re

from .harness import Case


class Templates(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.env["XDG_CONFIG_HOME"] = self.path("config")
        self.own = self.path("config/aitia/templates")
        os.makedirs(self.own)
        self.run_ok("incident", "create", "It | breaks", "--severity=Q2")
        self.run_ok("incident", "cause", "INC-2026-0001", "cache", "Cleared *twice*.", "--role=trigger")

    def own_template(self, name, text):
        return self.write(f"config/aitia/templates/{name}.mustache", text)

    def page(self, *more, code=0):
        self.key = self.run_json("incident", "list")[0]["key"] if not hasattr(self, "key") else self.key
        self.run_ok("export", self.key, "--site=plain", "--out", self.path("out"), "--force", *more, code=code)
        return self.read(self.path(f"out/{self.key.lower()}.md")).decode()

    def test_list_show_names(self):
        names = [row["name"] for row in self.run_json("template", "list")]
        self.assertEqual(names, ["full", "brief", "sre", "etsy", "notice"])
        self.own_template("sre", "ours: {{incident.title}}\n")
        self.own_template("weekly", "x\n")
        rows = self.run_json("template", "list")
        self.assertEqual([row["name"] for row in rows], ["sre", "weekly", "full", "brief", "etsy", "notice"])
        self.assertEqual(rows[0]["origin"], os.path.join(self.own, "sre.mustache"))
        self.assertEqual(self.run_ok("template", "show", "sre"), "ours: {{incident.title}}\n")
        self.assertIn("{{>timeline}}", self.run_ok("template", "show", "full"))
        self.assertIn("| When |", self.run_ok("template", "show", "timeline"))
        paths = {row["path"]: row["type"] for row in self.run_json("template", "names")}
        self.assertEqual((paths["record.causes[].role_is.trigger"], paths["timeline[].when"]), ("bool", "cell"))
        self.assertLess(len(self.run_json("template", "names", "milestones")), len(paths))
        self.fails(3, "did you mean 'etsy'", "template", "show", "etys")

    def test_check(self):
        self.run_ok("template", "check", "full", "brief", "sre", "etsy", "notice")
        path = self.own_template("ours", "a\n{{sumary}}\n{{>tabel}}\n{{{incident.title}}}\n")
        faults = [row["fault"] for row in self.run_json("template", "check", "ours", code=1)]
        self.assertEqual(len(faults), 3)
        self.assertEqual(faults[0], f'{path}:2: "sumary" is not in the data: did you mean "summary"?')
        self.assertIn('did you mean "table"?', faults[1])
        self.assertIn("cannot be inserted unescaped", faults[2])
        # and no page is made with it, whatever the incident holds
        self.run_ok("export", "INC-2026-0001", "--site=plain", "--out", self.path("none"), "--template=ours", code=3, notes=True)
        self.assertFalse(os.path.exists(self.path("none")))

    def test_every_built_in_one_on_every_site(self):
        for name in "full", "brief", "sre", "etsy", "notice":
            for site in "plain", "hugo", "mkdocs", "jekyll", "docusaurus", "mdbook", "vitepress", "starlight", "html":
                out = self.run_json("export", "--all", f"--site={site}", f"--template={name}", *(["--unreviewed"] if name == "notice" else []), "--out", self.path(f"{name}-{site}"))
                self.assertTrue(out and all(row["outcome"] == "written" for row in out), (name, site))

    def test_a_teams_own(self):
        self.own_template("ours", "# {{incident.title}}\n{{#record.causes}}\n{{>line}}\n{{/record.causes}}\n")
        self.own_template("line", "{{#role_is.trigger}}\n- {{number}}: {{{statement_line}}}\n{{/role_is.trigger}}\n")
        page = self.page("--template=ours")
        self.assertIn("# It \\| breaks\n", page)
        self.assertIn("\n- C1: Cleared *twice*.\n<!-- aitia:", page)
        self.assertEqual(page, self.page("--template", os.path.join(self.own, "ours.mustache")))
        self.write("config/aitia/config.ini", "template = ours\n")
        self.assertEqual(page, self.page())
        self.assertIn("## Causes", self.page("--template=full"))
        self.write("config/aitia/config.ini", "template = uors\n")
        self.fails(3, "there is no template 'uors': did you mean 'ours'?", "export", self.key, "--site=plain", "--out", self.path("out"))

    def test_another_template_is_another_page(self):
        def outcome(*more):
            return {row["outcome"] for row in self.run_json("export", "--all", "--site=plain", "--out", self.path("all"), *more)}
        self.assertEqual(outcome(), {"written"})
        self.assertEqual(outcome(), {"unchanged"})
        self.assertIn("written", outcome("--template=brief"))
        self.assertEqual(outcome("--template=brief"), {"unchanged"})
        self.own_template("ours", "one\n")
        outcome("--template=ours")
        self.own_template("ours", "two\n")
        self.assertIn("written", outcome("--template=ours"))

    def test_a_notice_is_redacted(self):
        self.run_ok("incident", "put", "INC-2026-0001", "advisory", "status=fixed", "self_check=Mail to ada@mail.kestrel.dev", "fixed_in=2.0")
        self.fails(2, "is for users", "export", "INC-2026-0001", "--site=plain", "--out", self.path("n"), "--template=notice",
                   "--audience=internal")
        out = self.run_raw("export", "INC-2026-0001", "--site=plain", "--out", self.path("n"), "--template=notice", "--unreviewed")
        self.assertEqual(out.returncode, 1)
        self.assertIn(b"nobody decided on", out.stderr)
        self.assertFalse(os.path.exists(self.path("n")))
        hit = self.run_json("redact", "INC-2026-0001", code=1)[0]["hit"]
        self.run_ok("redact", "--hide", hit, "--why=a person", notes=True)
        page = self.page("--template=notice", "--unreviewed")
        self.assertIn("Fixed in: 2.0", page)
        self.assertNotIn("ada@mail.kestrel.dev", page)
        self.assertNotIn("cache", page)
