"""A built page as a reader's browser has it: texts of code blocks, cells and headings, and what could run."""
import html.parser

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
            elif child.has_class("headerlink") or child.has_class("header-anchor") or child.has_class("hash-link") or \
                    child.has_class("sr-only"):
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


def blank(text):
    return " ".join(text.split())


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
