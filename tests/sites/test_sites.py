#!/usr/bin/python3
"""Hostile records through `aitia export` and the real site generators, and back: what a reader sees must be what the
record says, nothing may have run, no file of the building machine may have been read, and no page may be missing.

    AITIA=./aitia /usr/bin/python3 tests/sites/test_sites.py [apt|npm|ENGINE...]

Each page that was built is opened by headless Chromium, which leaves a picture of it in SITES_PICTURES (build/sites-pictures).

SITES_ONLY="67 68" takes those incidents alone; KEEP_SITES=1 leaves the sites for a look.
"""
import base64
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import yaml  # noqa: E402

import browser  # noqa: E402
import engines  # noqa: E402
import hostile  # noqa: E402
import reader  # noqa: E402

AITIA = os.path.abspath(os.environ.get("AITIA", "./aitia"))
PICTURES = os.path.abspath(os.environ.get("SITES_PICTURES", "build/sites-pictures"))
# Where an engine has no file for a target, its folder of pages in the sources.
CONTENT = {"hugo": "content", "mkdocs": "docs", "docusaurus": "docs", "vitepress": "docs", "starlight": "src/content/docs"}


class Sites(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix="aitia-sites-")
        cls.records = hostile.Records([int(number) for number in os.environ.get("SITES_ONLY", "").split()])
        cls.store = os.path.join(cls.dir, "s.db")
        cls.env = {**os.environ, "HOME": cls.dir, "LC_ALL": "C.UTF-8", "AITIA_REVIEWER": "tester", "AITIA_NOW": "2026-05-01T12:00:00Z"}
        samples, incidents = os.path.join(cls.dir, "s.jsonl"), os.path.join(cls.dir, "i.json")
        with open(samples, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in cls.records.samples)
        with open(incidents, "w", encoding="utf-8") as file:
            json.dump({"aitia": 1, "incidents": cls.records.incidents}, file)
        cls.aitia("import", samples)
        cls.aitia("apply", incidents)
        cls.html, cls.truths = os.path.join(cls.dir, "truth"), {}
        cls.aitia("export", "--all", "--site=html", "--out", cls.html)

    @classmethod
    def tearDownClass(cls):
        if os.environ.get("KEEP_SITES"):
            print(f"kept: {cls.dir}")
        else:
            shutil.rmtree(cls.dir, ignore_errors=True)

    @classmethod
    def aitia(cls, *words):
        done = subprocess.run([AITIA, "--store", cls.store, *words], capture_output=True, text=True, env=cls.env, timeout=600)
        if done.returncode:
            raise AssertionError(f"aitia {words}: {done.returncode} {done.stderr[-2000:]}")
        return done.stdout

    def check_sources(self, engine):
        """Front matter, by a parser that others use."""
        for folder, _, names in os.walk(engine.folder, followlinks=False):
            if "node_modules" in folder:
                continue
            for name in names:
                path = os.path.join(folder, name)
                if not name.endswith(".md") or "inc-2026-" not in path:
                    continue
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                key = path[path.index("inc-2026-"):][:len("inc-2026-0001")]
                page = next(page for page in self.records.pages if page["key"].lower() == key)
                if text.startswith("---\n"):
                    fields = yaml.safe_load(text[4:text.index("\n---\n", 4)])
                    self.assertEqual(fields["title"], engine.title(page["title"]), path)

    def check_page(self, engine, page):
        path = os.path.join(engine.folder, engine.page(page["key"].lower()))
        self.assertTrue(os.path.exists(path), f"{path} is missing")
        seen = reader.Page(path)
        codes = {code.strip("\n"): code for code in seen.codes}
        for code in page["codes"]:
            # Generators differ in what stands behind the last line of a block, and nobody sees it.
            wanted = code.rstrip("\n")
            if not any(shown.rstrip("\n") == wanted for shown in seen.codes):
                near = codes.get(code.strip("\n"))
                self.fail(f"{path}: the code {code!r} is not there" + (f", but {near!r}" if near else f": {seen.codes!r}"))
        for cell in page["cells"]:
            self.assertTrue(reader.blank(cell) in seen.cells, f"{path}: no cell says {cell!r}")
        titles = {reader.blank(page["title"]), reader.blank(engine.title(page["title"]))}
        self.assertTrue(titles & seen.headings, (path, page["title"], seen.headings))
        self.assertTrue(any(reader.blank(page["note"]) in note for note in seen.notes()), f"{path}: the note {page['note']!r} is not in {seen.notes()!r}")
        self.assertIn(reader.blank(page["struck"]), {reader.blank(element.text()) for element in seen.root.walk() if element.tag in ("del", "s")}, path)
        self.assertTrue(any(item.endswith(reader.blank(page["task"])) for item in seen.items), f"{path}: no task {page['task']!r} in {seen.items!r}")
        self.check_lines(engine, path, page, seen)
        for name in "osv.json", "openvex.json", "incident.json":
            self.check_file(engine, path, seen, page, name)
        self.check_picture(engine, path, seen)
        self.assertEqual(seen.acts, [], path)
        self.assertEqual(seen.styles, [], path)
        for script in seen.scripts:
            self.assertFalse(script.lstrip().startswith("alert("), path)

    def check_lines(self, engine, path, page, seen):
        """Whatever stands in a line of its own on the page in HTML, which no generator touched, stands so on this one."""
        key = page["key"].lower()
        if key not in self.truths:
            self.truths[key] = reader.lines(reader.read(os.path.join(self.html, f"{key}.html")))
        shown = reader.lines(seen.root)
        # Generators differ in where an element in a line is one of its own.
        loose = {"".join(line.split()) for line in shown}
        titles = {reader.blank(page["title"])} if reader.blank(engine.title(page["title"])) in shown else set()
        missing = [line for line in self.truths[key] - shown - titles if "".join(line.split()) not in loose and not self.is_of_html(engine, line)]
        self.assertEqual(missing, [], path)

    @staticmethod
    def is_of_html(engine, line):
        """What only the page in HTML shows so: names of parts that sites have for themselves, links in place of pictures, and
        the addresses of links that Hugo keeps, or that Docusaurus shows as text since it cannot read them."""
        return line in ("Notes", "Draft. Nobody has approved this text yet.") or re.search(r"\((?i:https?)://[^ ]*\)", line) or \
            (engine.target == "hugo" and "(" in line) or (engine.target == "docusaurus" and "http://xn--" in line)

    def check_picture(self, engine, path, seen):
        """The timeline is there as a picture that is one, and says in words what it shows."""
        pictures = [element.attributes for element in seen.root.walk() if element.tag == "img" and "Timeline of milestones, cohorts and changes; the tables" in (element.attributes.get("alt") or "")]
        self.assertEqual(len(pictures), 1, path)
        source = pictures[0]["src"]
        if source.startswith("data:image/svg+xml"):
            head, _, data = source.partition(",")
            text = base64.b64decode(data).decode() if head.endswith("base64") else urllib.parse.unquote(data)
        else:
            with open(engine.served(path, source), encoding="utf-8") as file:
                text = file.read()
        root = xml.etree.ElementTree.fromstring(text)
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertFalse({element.tag.split("}")[1] for element in root.iter()} - {"svg", "title", "desc", "style", "rect", "text", "line", "circle"}, path)
        self.assertFalse([name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name], path)

    def check_file(self, engine, path, seen, page, name):
        """The page leads to what programs read, which was not touched on the way."""
        links = [element.attributes["href"] for element in seen.root.walk()
                 if element.tag == "a" and re.search(r"\.json\b", element.attributes.get("href") or "")]
        paths = [engine.served(path, link) for link in links]
        found = [json.load(open(path, encoding="utf-8")) for path in paths if os.path.exists(path)]
        self.assertEqual(len(found), 3, (path, links))
        kinds = {"osv.json": "schema_version", "openvex.json": "@context", "incident.json": "aitia"}
        file = next(file for file in found if kinds[name] in file)
        title = {"osv.json": lambda: file["summary"], "openvex.json": lambda: file["statements"][0]["vulnerability"]["description"],
                 "incident.json": lambda: file["incidents"][0]["title"]}[name]()
        self.assertEqual(title, page["title"])

    def check_built(self, engine):
        built = engine.page(self.records.pages[0]["key"].lower()).split("/")[0]
        for folder, _, names in os.walk(os.path.join(engine.folder, built)):
            for name in names:
                if name == "canary.txt":
                    continue
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    self.assertNotIn(hostile.CANARY, file.read(), os.path.join(folder, name))

    def check_opened(self, engine):
        """What a browser makes of each built page: the codes are there to the byte, its pictures are drawn, and nothing ran."""
        pictures = os.path.join(PICTURES, type(engine).__name__.lower())
        shutil.rmtree(pictures, ignore_errors=True)
        opened = browser.Browser(os.path.join(engine.folder, engine.root), engine.outside)
        self.addCleanup(opened.close)
        records = {engine.page(page["key"].lower())[len(engine.root):].lstrip("/"): page for page in self.records.pages}
        paths = engine.pages()
        self.assertFalse(set(records) - set(paths))
        for path in paths:
            with self.subTest(page=path):
                title = reader.title(os.path.join(engine.folder, engine.root, path))
                # A folder's page by the folder's address: that is the one by which programs of the page know it.
                at = path[:-len("index.html")] if path.endswith("/index.html") or path == "index.html" else path
                seen = opened.look(at, os.path.join(pictures, path.replace("/", "-")[:-len(".html")] + ".jpg"),
                                   records[path]["pictures"] if path in records and engine.target != "html" else ())
                self.assertEqual(seen.bad, [], path)
                # Docusaurus shows the site's own title until its program has loaded the page.
                self.assertIn(reader.blank(seen.title), (title, title.rsplit(" | ", 1)[-1]), path)
                if path not in records:
                    continue
                self.assertEqual(set(seen.broken) - records[path]["pictures"], set(), path)
                shown = {code.rstrip("\n") for code in seen.codes}
                for code in records[path]["codes"]:
                    self.assertIn(code.rstrip("\n"), shown, path)

    def check(self, kind):
        if kind.missing():
            self.skipTest(f"{kind.__name__} is not installed")
        engine = kind(os.path.join(self.dir, kind.__name__))
        if not os.environ.get("KEEP_SITES"):
            self.addCleanup(engine.remove)
        self.aitia("export", "--all", f"--site={kind.target}", "--out", engine.folder)
        self.check_sources(engine)
        engine.build()
        for page in self.records.pages:
            with self.subTest(page=page["key"]):
                self.check_page(engine, page)
        self.check_built(engine)
        self.check_opened(engine)


class Opened(unittest.TestCase):
    """The browser's check fails where it must."""
    PAGES = {
        "fine": ("<pre><code>\n\ta &lt;b  \n\n</code></pre>", None),
        "variable": ("<script>window.pwned = 1</script>", "window.pwned to 1"),
        "handler": ("<img src=x onerror='window.pwned = 2'>", "window.pwned to 2"),
        "late": ("<script>setTimeout(() => { window.pwned = 3 }, 20)</script>", "window.pwned to 3"),
        "dialog": ("<script>alert(191)</script>", "a dialog: 191"),
        "fetch": ("<script>fetch('/canary-hit')</script>", "/canary-hit"),
        "picture": ("<img src='/canary-hit'>", "/canary-hit"),
        "elsewhere": ("<img src='http://canary.invalid/x'>", "http://canary.invalid/x"),
        "style": ("<style>@import 'http://canary.invalid/x';</style>", "http://canary.invalid/x"),
        "refresh": ("<meta http-equiv='refresh' content='0;url=/fine.html'>", "it went to /fine.html"),
        "frame": ("<iframe srcdoc='x'></iframe>", "<iframe"),
    }

    def test_it_can_fail(self):
        folder = tempfile.mkdtemp(prefix="aitia-opened-")
        self.addCleanup(shutil.rmtree, folder)
        for name, (text, _) in self.PAGES.items():
            engines.write(folder, f"{name}.html", f"<!doctype html><title>{name}</title>{text}")
        engines.write(folder, "title.html", "<!doctype html><title>x</title><script>document.title = 'pwned'</script>")
        engines.write(folder, "code.html", "<!doctype html><pre>x</pre><script>document.querySelector('pre').append('y')</script>")
        opened = browser.Browser(folder, quiet_seconds=0.5)
        self.addCleanup(opened.close)
        for name, (_, trace) in self.PAGES.items():
            with self.subTest(page=name):
                bad = opened.look(f"{name}.html").bad
                self.assertTrue(any(trace in what for what in bad) if trace else not bad, bad)
        self.assertEqual(opened.look("fine.html").codes, ["\n\ta <b  \n\n"])
        self.assertEqual(opened.look("title.html").title, "pwned")
        self.assertEqual(opened.look("code.html").codes, ["xy"])
        self.assertEqual(opened.look("handler.html").broken, [opened.origin + "/x"])


def add(kind):
    setattr(Sites, f"test_{kind.__name__.lower()}", lambda self: self.check(kind))


def alone(kind):
    """That engine's test in a process of its own, so that two can run side by side."""
    done = subprocess.run([sys.executable, os.path.abspath(__file__), kind.__name__.lower()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env={**os.environ, "SUMS": ""})
    sums = re.search(r"^(\d+) passed, (\d+) failed$", done.stdout, re.MULTILINE)
    print(done.stdout[:sums.start()] if sums else done.stdout, flush=True)
    return (int(sums[1]), int(sums[2])) if sums and done.returncode in (0, 1) else (0, 1)


def together(kinds):
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    for kind in kinds:
        add(kind)
    result = unittest.TextTestRunner(verbosity=2).run(unittest.TestSuite([load(Opened), load(Sites)]))
    failed = len({str(test).split(" (page")[0] for test, _ in result.failures + result.errors})
    return max(0, result.testsRun - failed - len(result.skipped)), failed


def main():
    words = sys.argv[1:] or ["apt"]
    chosen = [kind for kind in engines.APT + engines.FROM_NPM
              if kind.__name__.lower() in words or ("apt" in words and kind in engines.APT) or ("npm" in words and kind in engines.FROM_NPM)]
    if len(chosen) > 1:
        # The longest first.
        with concurrent.futures.ThreadPoolExecutor(min(len(chosen), os.cpu_count() or 1)) as pool:
            passed, failed = (sum(column) for column in zip(*pool.map(alone, reversed(chosen))))
    else:
        passed, failed = together(chosen)
    print(f"{passed} passed, {failed} failed")
    if os.environ.get("SUMS"):
        with open(os.environ["SUMS"], "a", encoding="utf-8") as file:
            file.write(f"{passed} {failed}\n")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
