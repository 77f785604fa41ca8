"""An HTML page taken apart for tests: elements, texts, addresses, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr",
}  # fmt: skip


@dataclass(eq=False, slots=True)
class Element:
    tag: str
    attrs: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """In the order of the page; not by recursion, which would hand each up step by step."""
        waiting = self.children[::-1]
        while waiting:
            child = waiting.pop()
            if isinstance(child, Element):
                yield child
                waiting += child.children[::-1]

    def all(self, tag: str = "", **attrs: str) -> list[Element]:
        """Descendants by tag and exact attributes; `class_` asks for one of the classes."""
        wanted = attrs.pop("class_", "")
        return [
            found
            for found in self.walk()
            if tag in {"", found.tag}
            and (not wanted or wanted in found.classes)
            and all(found.attrs.get(name.replace("_", "-")) == v for name, v in attrs.items())
        ]

    def one(self, tag: str = "", **attrs: str) -> Element:
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} × <{tag}> {attrs}"
        return found[0]

    def ancestors(self) -> Iterator[Element]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    @property
    def text(self) -> str:
        """What a reader sees: blanks collapsed, places where a word may break left out."""
        return " ".join("".join(self.strings()).replace("\u00ad", "").split())

    def strings(self) -> Iterator[str]:
        waiting = self.children[::-1]
        while waiting:
            child = waiting.pop()
            if isinstance(child, str):
                yield child
            else:
                waiting += child.children[::-1]

    @property
    def path(self) -> str:
        chain = [self, *self.ancestors()][::-1][1:]
        return " > ".join(".".join([step.tag, *step.classes[:1]]) for step in chain[-4:])


@dataclass(frozen=True, slots=True)
class Seite:
    root: Element
    faults: tuple[str, ...]

    @property
    def html(self) -> Element:
        return self.root.one("html")

    @property
    def main(self) -> Element:
        return self.root.one("main")

    @property
    def title(self) -> str:
        return self.root.one("head").one("title").text

    @property
    def heading(self) -> str:
        return self.root.one("h1").text

    @property
    def text(self) -> str:
        return self.main.text

    def fact(self, name: str) -> str:
        """The description of a term, wherever the page has it; the first one counts."""
        terms = [dt for dt in self.main.all("dt") if dt.text == name]
        assert terms, f"„{name}“ steht nicht auf der Seite."
        assert terms[0].parent is not None
        return terms[0].parent.all("dd")[0].text

    def rows(self) -> list[list[str]]:
        """The cells of all table rows with data."""
        rows = [row for body in self.main.all("tbody") for row in body.all("tr")]
        return [[cell.text for cell in row.walk() if cell.tag in {"th", "td"}] for row in rows]

    def link(self, text: str) -> str:
        """Where the link with this text leads."""
        found = {a.attrs["href"] for a in self.root.all("a") if a.text == text}
        assert len(found) == 1, f"„{text}“ führt zu {sorted(found)}"
        return found.pop()

    def links(self, class_: str = "") -> list[Element]:
        return [a for a in self.root.all("a", class_=class_) if "href" in a.attrs]


def read_seite(text: str) -> Seite:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    faults = [*reader.faults, *(f"<{e.tag}> bleibt offen" for e in reader.open[1:])]
    return Seite(reader.open[0], tuple(faults))


class _Reader(HTMLParser):
    """Strict where browsers guess: every element that is opened must be closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"<{tag}> mit doppeltem Attribut")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open[-1])
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> schließt <{self.open[-1].tag}>")
        elif len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
