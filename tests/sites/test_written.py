#!/usr/bin/python3
"""Random hostile records through `aitia export` to every site, and read back from the sources: Markdown with libcmark, front
matter with PyYAML, feeds with feedparser, JSON and XML with Python's parsers. No generator is needed, so more records can be tried than in test_sites.py.

    AITIA=./aitia /usr/bin/python3 tests/sites/test_written.py

SEEDS="1 2 3" takes those; SEED_COUNT=200 takes so many.
"""
import ctypes
import ctypes.util
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import feedparser  # noqa: E402
import yaml  # noqa: E402

import engines  # noqa: E402
import hostile  # noqa: E402
import reader  # noqa: E402

AITIA = os.path.abspath(os.environ.get("AITIA", "./aitia"))
TARGETS = {"plain": "", "hugo": "", "mkdocs": engines.Mkdocs.bare, "jekyll": engines.Jekyll.bare, "docusaurus": engines.Docusaurus.bare,
           "mdbook": "", "vitepress": engines.Vitepress.bare, "starlight": engines.Starlight.bare, "html": ""}
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "").split()] or range(1, 1 + int(os.environ.get("SEED_COUNT", "3")))
INCIDENTS = 6
CMARK = ctypes.CDLL(ctypes.util.find_library("cmark"))
CMARK.cmark_markdown_to_html.restype = ctypes.c_void_p
CMARK.cmark_markdown_to_html.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
LIBC = ctypes.CDLL(None)
LIBC.free.argtypes = [ctypes.c_void_p]
UNSAFE = 1 << 17  # CMARK_OPT_UNSAFE: HTML of the page's writer stays

# What mdBook 0.5 replaces in the raw file (mdbook-driver, builtin_preprocessors/links.rs).
MDBOOK_LINKS = re.compile(r"\\\{\{#.*\}\}|\{\{\s*#([a-zA-Z0-9_]+)\s+([^}]+)\}\}")


def as_read(markdown):
    data = markdown.encode()
    got = CMARK.cmark_markdown_to_html(data, len(data), UNSAFE)
    text = ctypes.string_at(got).decode()
    LIBC.free(got)
    return reader.tree(text)


def bare(text, marks):
    return re.sub(r"&(?=[#A-Za-z])|\](?=[(\[{:])|\{(?=:)|[^&\]{]", lambda c: chr(ord(c[0]) + 0xfee0) if c[0] in marks else c[0], text)


def cells_of(markdown):
    """Of GitHub's tables, which libcmark does not know."""
    found = set()
    for line in markdown.split("\n"):
        if line.startswith("|"):
            # Behind a letter, since nothing opens a block in a cell.
            found |= {reader.blank(as_read("x " + cell.strip()).text())[2:] for cell in re.split(r"(?<!\\)\|", line)}
    return found


class Written(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="aitia-written-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.env = {**os.environ, "HOME": self.dir, "LC_ALL": "C.UTF-8", "AITIA_REVIEWER": "tester", "AITIA_NOW": "2026-05-01T12:00:00Z"}

    def aitia(self, store, *words):
        done = subprocess.run([AITIA, "--store", store, *words], capture_output=True, text=True, env=self.env, timeout=300)
        self.assertEqual(done.returncode, 0, f"aitia {words}: {done.stderr[-2000:]}")

    def check_file(self, target, records, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        name = re.search(r"inc-2026-\d{4}", path)
        page = next((page for page in records.pages if name and page["key"].lower() == name[0]), None)
        if path.endswith(".json"):
            json.loads(text)
        elif path.endswith((".xml", ".svg")):
            self.check_xml(path, records, xml.etree.ElementTree.fromstring(text))
        elif path.endswith(".html"):
            if page:
                self.check_page(path, reader.Page(path).cells, reader.tree(text), page, {})
        elif path.endswith(".md"):
            fields, body = {}, text
            if target == "mdbook":
                self.assertIsNone(MDBOOK_LINKS.search(text), path)
                # It puts lines around Rust, hides others, and offers to send it to a server to be run.
                self.assertNotIn("```rust", text, path)
            if text.startswith("---\n"):
                head, body = text[4:].split("\n---\n", 1)
                fields = yaml.safe_load(head)
                self.assertTrue(isinstance(fields["title"], str), path)
            if page:
                if fields:
                    self.assertEqual(fields["title"], bare(page["title"], TARGETS[target]), path)
                self.check_page(path, cells_of(self.undone(body, fields)), as_read(self.undone(body, fields)), page, fields)
            else:
                self.check_index(path, records, as_read(self.undone(body, fields)))

    @staticmethod
    def undone(body, fields):
        """What Hugo puts in place of its parameters."""
        return re.sub(r"\{\{< param (_sc_\w+) >\}\}", lambda name: fields.get(name[1], name[0]), body)

    def check_page(self, path, cells, tree, page, fields):
        elements = list(tree.walk())
        cells = cells | {reader.blank(element.text()) for element in elements if element.tag in ("td", "th")}
        codes = {element.text().rstrip("\n") for element in elements if element.tag == "pre"}
        for code in page["codes"]:
            self.assertIn(code.rstrip("\n"), codes, path)
        for cell in page["cells"]:
            self.assertIn(reader.blank(cell), cells, path)
        headings = {reader.blank(element.text()) for element in elements if element.tag in ("h1", "h2", "h3", "h4")}
        if not fields:
            self.assertIn(reader.blank(page["title"]), headings, path)
        self.check_harmless(path, elements)

    def check_harmless(self, path, elements):
        tags = {element.tag for element in elements}
        self.assertFalse(tags & {"script", "iframe", "object", "embed", "form", "input", "svg", "base", "textarea"}, path)
        for element in elements:
            self.assertFalse([name for name in element.attributes if name.startswith("on") or name in ("v-html", ":title", "srcdoc")], path)
            self.assertFalse((element.attributes.get("href") or "").lower().startswith(("javascript:", "data:", "vbscript:")), path)

    def check_index(self, path, records, tree):
        """A list shows the title of each incident that it leads to."""
        elements = list(tree.walk())
        self.check_harmless(path, elements)
        for element in elements:
            link = re.search(r"inc-2026-\d{4}", element.attributes.get("href") or "") if element.tag == "a" else None
            if link:
                page = next(page for page in records.pages if page["key"].lower() == link[0])
                self.assertIn(reader.blank(element.text()), [f"{before}{reader.blank(page['title'])}".strip() for before in
                                                             ("", page["key"] + " ", page["key"] + ": ")] + [page["key"]], path)

    def check_feed(self, path, records):
        """By a program that readers of feeds are made of."""
        feed = feedparser.parse(path, sanitize_html=False, resolve_relative_uris=False)
        self.assertFalse(feed.bozo, f"{path}: {feed.get('bozo_exception')}")
        self.assertEqual(feed.version, "atom10", path)
        self.assertEqual(sorted(reader.blank(entry.title) for entry in feed.entries), sorted(reader.blank(page["title"]) for page in records.pages), path)
        for entry in feed.entries:
            self.assertTrue(entry.updated_parsed and entry.id == entry.link and entry.title_detail.type == "text/plain", path)

    def check_xml(self, path, records, root):
        if path.endswith(".svg"):
            kinds = {element.tag.split("}")[1] for element in root.iter()}
            self.assertFalse(kinds - {"svg", "title", "desc", "style", "rect", "text", "line", "circle"}, path)
            self.assertFalse([name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name], path)
            return
        atom = "{http://www.w3.org/2005/Atom}"
        titles = {reader.blank(entry.findtext(atom + "title")) for entry in root.iter(atom + "entry")}
        for page in records.pages:
            self.assertTrue(any(reader.blank(page["title"]) in title for title in titles), f"{path}: {page['title']!r} is not in {titles!r}")
        self.check_feed(path, records)

    def check_seed(self, seed):
        chance = random.Random(seed)
        records = hostile.Records(chance.sample(range(1, 60), INCIDENTS), seed)
        store, samples, incidents = (os.path.join(self.dir, f"{seed}{end}") for end in (".db", ".jsonl", ".json"))
        with open(samples, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in records.samples)
        with open(incidents, "w", encoding="utf-8") as file:
            json.dump({"aitia": 1, "incidents": records.incidents}, file)
        self.aitia(store, "import", samples)
        self.aitia(store, "apply", incidents)
        for target in TARGETS:
            with self.subTest(seed=seed, target=target):
                folder, seen = os.path.join(self.dir, f"{seed}-{target}"), set()
                self.aitia(store, "export", "--all", f"--site={target}", "--out", folder, "--url=https://example.org/")
                for inside, _, names in os.walk(folder):
                    for name in names:
                        path = os.path.join(inside, name)
                        self.check_file(target, records, path)
                        seen |= set(re.findall(r"inc-2026-\d{4}", path)) if name.endswith((".md", ".html")) else set()
                self.assertEqual(seen, {page["key"].lower() for page in records.pages})
                shutil.rmtree(folder, ignore_errors=True)

    def test_random_records(self):
        for seed in SEEDS:
            self.check_seed(seed)


def main():
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(Written))
    failed = 0 if result.wasSuccessful() else 1
    print(f"{1 - failed} passed, {failed} failed")
    if os.environ.get("SUMS"):
        with open(os.environ["SUMS"], "a", encoding="utf-8") as file:
            file.write(f"{1 - failed} {failed}\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
