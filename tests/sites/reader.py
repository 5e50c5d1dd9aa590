"""A built page as a reader's browser has it: texts of code blocks, cells and headings, and what could run."""
import html
import html.parser
import re

# What starts a line of its own on a page.
BLOCKS = set("address article aside blockquote body dd details div dl dt figure footer h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre "
             "section summary table tbody td th thead title tr ul".split())
# What generators add to a text: links to headings, and words for those who hear the page.
ADDED = ("headerlink", "header-anchor", "hash-link", "sr-only", "sl-anchor-link")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent, self.children = tag, dict(attributes), parent, []

    def walk(self):
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def has_class(self, name):
        return name in (self.attributes.get("class") or "").split()

    def text(self):
        """What textContent says, with the line ends that highlighters make of elements."""
        parts = []
        for child in self.children:
            if not isinstance(child, Element):
                parts.append(child)
            elif child.tag == "br":
                parts.append("\n")
            elif child.has_class("ec-line"):  # Expressive Code
                line = child.text()
                parts.append(line if line.endswith("\n") else line + "\n")
            elif any(child.has_class(name) for name in ADDED):
                continue
            else:
                parts.append(child.text())
        return "".join(parts)


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", (), None)

    def handle_starttag(self, tag, attributes):
        element = Element(tag, attributes, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Element(tag, attributes, self.at))

    def handle_endtag(self, tag):
        at = self.at
        while at and at.tag != tag:
            at = at.parent
        if at:
            self.at = at.parent

    def handle_data(self, data):
        self.at.children.append(data)


def tree(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader.root


def read(path):
    with open(path, encoding="utf-8") as file:
        return tree(file.read())


def title(path):
    """Of a page whose other parts are of no interest: most of a large page's time is spent on its tree."""
    with open(path, encoding="utf-8") as file:
        found = re.search(r"<title\b[^>]*>(.*?)</title", file.read(), re.DOTALL | re.IGNORECASE)
    return blank(html.unescape(found[1])) if found else ""


def blank(text):
    return " ".join(text.split())


def lines(root):
    """The texts of a page as a reader sees them one below the other; of code blocks with "code:" before them."""
    found, line = set(), []

    def end():
        text = re.sub(r"[☐☑] |\[[ x]\] |\s*↩\ufe0e?\d*", "", blank("".join(line))).strip()
        found.add(text)
        line.clear()

    def take(element):
        for child in element.children:
            if not isinstance(child, Element):
                line.append(child)
            elif child.tag == "br":
                line.append(" ")
            elif child.tag == "pre":
                end()
                found.add("code:" + child.text().strip("\n"))
            elif child.tag not in ("script", "style", "svg") and not any(child.has_class(name) for name in ADDED):
                if child.tag in BLOCKS:
                    end()
                take(child)
                if child.tag in BLOCKS:
                    end()
    take(root)
    end()
    return found - {""}


class Page:
    def __init__(self, path):
        self.root = read(path)
        every = list(self.root.walk())
        self.codes = [element.text() for element in every if element.tag == "pre"]
        self.cells = {blank(element.text()) for element in every if element.tag in ("td", "th")}
        self.items = [blank(element.text()) for element in every if element.tag == "li"]
        self.headings = {blank(element.text()) for element in every if element.tag in ("h1", "h2", "h3", "h4")}
        self.title = next((blank(element.text()) for element in every if element.tag == "title"), "")
        self.scripts = {(element.attributes.get("src") or "") + element.text() for element in every if element.tag == "script"}
        self.acts = [f"{element.tag} {name}={value}" for element in every for name, value in element.attributes.items()
                     if (name.startswith("on") and "alert" in (value or "")) or
                     (name in ("href", "src", "action") and (value or "").strip().lower().startswith(("javascript:", "vbscript:", "data:text")))]
        self.styles = [element for element in every if element.tag == "style" and "display:none}" in element.text()]

    def notes(self):
        """The texts that footnotes' marks lead to: a link in a <sup> to a name on this page."""
        named = {element.attributes["id"]: element for element in self.root.walk() if element.attributes.get("id")}
        marks = [element for element in self.root.walk() if element.tag == "a" and (element.attributes.get("href") or "").startswith("#") and
                 (element.parent.tag == "sup" or any(child.tag == "sup" for child in element.walk()))]
        found = []
        for mark in marks:
            element = named.get(mark.attributes["href"][1:])
            while element and element.tag not in ("li", "div", ""):
                element = element.parent
            if element:
                found.append(blank(element.text()))
        return found
