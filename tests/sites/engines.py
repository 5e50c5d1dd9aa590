"""Sites as people have them, and the real generators: each engine makes a site around what was exported."""
import os
import re
import shutil
import subprocess
import tempfile
import urllib.parse

from hostile import CANARY

NPM = os.path.abspath(os.environ.get("AITIA_NPM", "build/npm-sites"))


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Engine:
    """`target`: what aitia export --site is called with. After build(), page(key) is the built HTML."""
    program = None
    target = None
    files = {}
    root = ""  # of the built site
    bare = ""  # marks that titles have likenesses of, since themes print them unescaped
    outside = ()  # starts of addresses that the theme's own pages ask for

    def __init__(self, folder):
        self.folder = folder
        for name, text in self.files.items():
            write(folder, name, text)
        # Wherever a page could be taken to be.
        for name in ("canary.txt", "docs/canary.txt", "docs/postmortems/canary.txt", "content/canary.txt", "_includes/canary.txt",
                     "_posts/canary.txt", "src/canary.txt", "src/content/docs/canary.txt"):
            write(folder, name, CANARY + "\n")

    @classmethod
    def missing(cls):
        return not shutil.which(cls.program)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def title(self, text):
        """Of the front matter."""
        return re.sub(r"&(?=[#A-Za-z])|\](?=[(\[{:])|\{(?=:)|[^&\]{]", lambda c: chr(ord(c[0]) + 0xfee0) if c[0] in self.bare else c[0], text)

    def command(self):
        raise NotImplementedError

    def served(self, page, link):
        """The built file that a link of the built page leads to; pages are below a folder that is the site's address."""
        link = urllib.parse.unquote(link.split("#")[0].split("?")[0])
        root = os.path.join(self.folder, self.root) if self.root else self.folder
        return os.path.normpath(os.path.join(root, link.lstrip("/")) if link.startswith("/") else os.path.join(os.path.dirname(page), link))

    def page(self, key):
        raise NotImplementedError

    def pages(self):
        """Every built page, indexes too, as paths below the site's root."""
        root = os.path.join(self.folder, self.root)
        return sorted(os.path.relpath(os.path.join(folder, name), root)
                      for folder, _, names in os.walk(root) for name in names if name.endswith(".html"))

    def build(self):
        command = self.command()
        if not command:
            return ""
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=900,
                              env={**os.environ, "NO_COLOR": "1", "CI": "1", "ASTRO_TELEMETRY_DISABLED": "1", "NODE_ENV": "production"})
        said = done.stdout + done.stderr
        if done.returncode:
            raise AssertionError(f"{' '.join(command)}: exit status {done.returncode}\n{said[-3000:]}")
        return said


class Html(Engine):
    program, target = "sh", "html"

    def command(self):
        return None

    def page(self, key):
        return f"{key}.html"


class Hugo(Engine):
    program, target, root = "hugo", "hugo", "public"
    files = {
        "config.toml": 'baseURL = "https://example.org/"\ntitle = "Site"\nenableEmoji = true\n',
        "layouts/_default/single.html": "<html><head><meta charset=\"utf-8\"><title>{{ .Title }}</title></head><body><h1>{{ .Title }}</h1>{{ .Content }}</body></html>",
        "layouts/_default/list.html": "<html><head><meta charset=\"utf-8\"></head><body><h1>{{ .Title }}</h1>{{ .Content }}{{ range .Pages }}<a href='{{ .RelPermalink }}'>"
                                      "{{ .Title }}</a>{{ .Summary }}{{ end }}</body></html>",
    }

    def command(self):
        return ["hugo", "--quiet", "--panicOnWarning"]

    def page(self, key):
        folder = os.path.join(self.folder, "public", "postmortems")
        names = [name for name in os.listdir(folder) if name == key or name.startswith(key + "-")]
        assert len(names) == 1, f"{key}: {names}"
        return f"public/postmortems/{names[0]}/index.html"


class Mkdocs(Engine):
    program, target, root = "mkdocs", "mkdocs", "site"
    bare = "<>\"&"
    outside = ("https://cdnjs.cloudflare.com/ajax/libs/highlight.js/",)
    files = {"mkdocs.yml": "site_name: Site\n", "docs/index.md": "# Site\n"}

    def command(self):
        return ["mkdocs", "build", "--strict", "--quiet"]

    def page(self, key):
        return f"site/postmortems/{key}/index.html"


class Material(Mkdocs):
    """All that people turn on, and what reads files."""
    outside = ("https://fonts.googleapis.com/", "https://fonts.gstatic.com/", "https://unpkg.com/mermaid@")
    files = {"docs/index.md": "# Site\n", "mkdocs.yml": """site_name: Site
theme: {name: material}
plugins: [search, tags]
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - meta
  - smarty
  - toc: {permalink: true}
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.betterem
  - pymdownx.caret
  - pymdownx.critic
  - pymdownx.details
  - pymdownx.emoji
  - pymdownx.highlight: {anchor_linenums: true}
  - pymdownx.inlinehilite
  - pymdownx.keys
  - pymdownx.magiclink
  - pymdownx.mark
  - pymdownx.progressbar
  - pymdownx.smartsymbols
  - pymdownx.snippets: {base_path: [., docs]}
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.tasklist
  - pymdownx.tilde
"""}


class Jekyll(Engine):
    program, target, root, bare = "jekyll", "jekyll", "_site", "<>\"&]{"
    files = {
        "_config.yml": "title: Site\n", "index.md": "---\nlayout: default\n---\n{% for post in site.posts %}{{ post.title }}{{ post.excerpt }}{% endfor %}\n",
        "_layouts/default.html": "<html><head><meta charset=\"utf-8\"><title>{{ page.title }}</title></head><body>{{ content }}</body></html>",
        "_layouts/post.html": "---\nlayout: default\n---\n<h1>{{ page.title }}</h1>{{ content }}",
        "_layouts/page.html": "---\nlayout: default\n---\n<h1>{{ page.title }}</h1>{{ content }}",
    }

    def command(self):
        return ["jekyll", "build", "--quiet", "--strict_front_matter"]

    def page(self, key):
        return f"_site/postmortems/{key}/index.html"


class Npm(Engine):
    """Generators from the npm registry, in NPM/NAME/node_modules (make deps-sites-npm)."""
    package = None

    def __init__(self, folder):
        # Beside their packages, which some of them look for from where these really are.
        super().__init__(tempfile.mkdtemp(prefix="site-", dir=os.path.join(NPM, self.target)))
        self.bin = os.path.join(NPM, self.target, "node_modules", ".bin")

    @classmethod
    def missing(cls):
        return not os.path.isdir(os.path.join(NPM, cls.target, "node_modules", cls.package))


class Docusaurus(Npm):
    target, package, root, bare = "docusaurus", "@docusaurus/core", "build", "\\"
    files = {
        "package.json": '{"name": "site", "private": true}',
        "docusaurus.config.js": """module.exports = {title: 'Site', url: 'https://example.org', baseUrl: '/', onBrokenLinks: 'throw',
  presets: [['classic', {docs: {sidebarPath: './sidebars.js', routeBasePath: '/'}, blog: false}]]};
""",
        "sidebars.js": "module.exports = {all: [{type: 'autogenerated', dirName: '.'}]};\n",
        "docs/index.md": "---\nslug: /\n---\n# Site\n",
    }

    def command(self):
        return [self.bin + "/docusaurus", "build", "--no-minify"]

    def page(self, key):
        return f"build/postmortems/{key}/index.html"


class Vitepress(Npm):
    target, package, root, bare = "vitepress", "vitepress", "docs/.vitepress/dist", "<>\"&"
    files = {"package.json": '{"name": "site", "private": true, "type": "module"}',
             "docs/.vitepress/config.js": "export default {title: 'Site'}\n", "docs/index.md": "# Site\n"}

    def command(self):
        return [self.bin + "/vitepress", "build", "docs"]

    def page(self, key):
        return f"docs/.vitepress/dist/postmortems/{key}.html"


class Starlight(Npm):
    target, package, root, bare = "starlight", "@astrojs/starlight", "dist", "<>"
    files = {
        "package.json": '{"name": "site", "private": true, "type": "module"}',
        "astro.config.mjs": "import { defineConfig } from 'astro/config';\nimport starlight from '@astrojs/starlight';\n"
                            "export default defineConfig({integrations: [starlight({title: 'Site', pagefind: false})]});\n",
        "src/content.config.ts": "import { defineCollection } from 'astro:content';\nimport { docsLoader } from '@astrojs/starlight/loaders';\n"
                                 "import { docsSchema } from '@astrojs/starlight/schema';\n"
                                 "export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };\n",
        "src/content/docs/index.md": "---\ntitle: Site\n---\n",
    }

    def command(self):
        return [self.bin + "/astro", "build"]

    def page(self, key):
        return f"dist/postmortems/{key}/index.html"


# What takes longest stands last.
APT = [Html, Hugo, Jekyll, Mkdocs, Material]
FROM_NPM = [Vitepress, Starlight, Docusaurus]
