"""Rules of the whole that no single test would miss: imports, routes, words, links.

Layers are checked by import-linter and the domain by `unit/test_domain_purity.py`.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

import katalog.domain
from katalog.api import PREFIX
from katalog.domain.begriffe import Begriff
from katalog.domain.rollen import Rolle
from katalog.models import AREAS, metadata
from katalog.web.app import create_app
from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Element, Seite
from tests.umfang import VOLL

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ["katalog", "importers", "map", "search", "seed", "tests", "docs", ".ci"]
SOURCES = [
    ROOT / "hatch_build.py",
    *sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")),
]


# ── Imports ─────────────────────────────────────────────────────────────────────────────────


def hides_map(tree: ast.AST) -> bool:
    """`import map` and `import map.x` both bind the name `map`, and the builtin is gone."""
    return any(
        (alias.asname or alias.name.split(".")[0]) == "map"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    )


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("import map", True),
        ("import os, map.karte", True),
        ("def f():\n    import map.karte", True),
        ("import karte as map", True),
        ("from x import map", True),
        ("from map.karte import render", False),
        ("import map.karte as karte", False),
        ("from map import skizze", False),
        ("x = map(str, [1])", False),
    ],
)
def test_hiding_the_builtin_map_is_recognised(source: str, hidden: bool) -> None:
    assert hides_map(ast.parse(source)) is hidden


@pytest.mark.full_run
def test_no_file_hides_the_builtin_map() -> None:
    assert len(SOURCES) > 100
    assert [str(p) for p in SOURCES if hides_map(ast.parse(p.read_text("utf-8")))] == []


@pytest.mark.full_run
def test_nothing_of_the_portal_needs_a_module_that_windows_lacks() -> None:
    unix = {"fcntl", "grp", "posix", "pwd", "resource", "termios"}
    portal = {"katalog", "importers", "map", "search", "seed"}
    packages = [p for p in SOURCES if p.relative_to(ROOT).parts[0] in portal]
    assert len(packages) > 100
    found = {
        f"{path.name}: {name}"
        for path in packages
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in imported(node)
        if name in unix
    }
    assert found == set()


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def test_no_test_folder_hides_a_package_of_the_portal() -> None:
    hidden = {"map", "search", "seed", "katalog", "importers"}
    assert [p for p in (ROOT / "tests").rglob("*") if p.is_dir() and p.name in hidden] == []


def test_models_keep_their_annotations_for_sqlmodel() -> None:
    """As texts, SQLModel could not make columns and relationships of them."""
    files = sorted((ROOT / "katalog" / "models").rglob("*.py"))
    assert len(files) > 5
    postponed = [
        path.name
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert postponed == []


# ── Routes ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def handlers(seeded_sqlite: Path) -> list[tuple[str, HTTPRouteHandler]]:
    app = create_app(build_settings(f"sqlite:///{seeded_sqlite}"))
    found = list(own_handlers(app))
    app.state.portal.engine.dispose()
    assert len(found) > 15
    return found


def own_handlers(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Without the answers to OPTIONS, which the framework adds to every address."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path}: WebSockets und ASGI kennen kein access"
        for handler in route.route_handlers:
            if set(handler.http_methods) != {"OPTIONS"}:
                yield route.path_format, handler


def test_every_route_says_who_may_use_it(handlers: list[tuple[str, HTTPRouteHandler]]) -> None:
    for path, handler in handlers:
        access = handler.opt.get("access")
        assert isinstance(access, frozenset), path
        # A call that takes a token lets nobody in for a role.
        assert access or path.startswith(PREFIX), path
        assert access <= set(Rolle), path


def test_what_changes_something_is_never_behind_a_plain_link(
    handlers: list[tuple[str, HTTPRouteHandler]],
) -> None:
    for path, handler in handlers:
        methods = set(handler.http_methods)
        assert methods in ({"GET", "HEAD"}, {"POST"}), f"{path}: {methods}"


def test_the_documented_routes_are_those_of_the_application(
    handlers: list[tuple[str, HTTPRouteHandler]],
) -> None:
    text = (ROOT / "docs" / "routen.md").read_text("utf-8")
    documented = {
        (path, method)
        for path, methods in re.findall(r"^\| `(/[^`]*)` \| ([A-Z, ]+) \|", text, re.MULTILINE)
        for method in methods.split(", ")
    }
    answered = {(path, method) for path, handler in handlers for method in handler.http_methods}
    assert documented == answered


# ── Words ───────────────────────────────────────────────────────────────────────────────────


def explained_words() -> set[str]:
    """What the first column of the glossary writes as code."""
    rows = re.findall(
        r"^\|([^|]+)\|[^|]+\|[^|]*\|$", (ROOT / "docs" / "glossar.md").read_text("utf-8"), re.M
    )
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_the_glossary_explains_every_table() -> None:
    tables = {
        model.__name__
        for area in AREAS
        for model in vars(area).values()
        if isinstance(model, type) and hasattr(model, "__table__")
    }
    assert len(tables) == len(metadata.tables)
    assert tables - explained_words() == set()


def test_the_glossary_explains_every_list_of_terms() -> None:
    for module in pkgutil.iter_modules(katalog.domain.__path__):
        importlib.import_module(f"katalog.domain.{module.name}")
    terms = {kind.__name__ for kind in Begriff.__subclasses__()}
    assert len(terms) > 10
    assert terms - explained_words() == set()


@pytest.mark.full_run
def test_every_word_of_code_in_the_glossary_is_one_of_the_portal() -> None:
    source = "\n".join(p.read_text("utf-8") for p in SOURCES if "katalog" in p.parts[-3:])
    source += "\n".join(p.read_text("utf-8") for p in (ROOT / "katalog").rglob("*.py"))
    gone = {w for w in explained_words() if not re.search(rf"\b{re.escape(w)}\b", source)}
    assert gone == set()


# ── Pages ───────────────────────────────────────────────────────────────────────────────────

# All kinds of addresses are among the first eighty.
MOST_PAGES = 300 if VOLL else 80


@pytest.fixture(scope="module")
def portal(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    text = tmp_path_factory.mktemp("betreiber") / "leichte-sprache.txt"
    text.write_text("Das ist der Katalog.", "utf-8")
    database = f"sqlite:///{seeded_sqlite}"
    settings = build_settings(database, KATALOG_BETREIBER_LEICHTE_SPRACHE=str(text))
    with running_portal(settings) as url:
        yield url


@pytest.fixture(scope="module")
def crawled(portal: str) -> dict[str, Seite]:
    """The pages that links lead to from the start page, every kind of address first."""
    answers = dict(crawl(portal))
    dead = {path: answer.status for path, answer in answers.items() if answer.status >= 400}
    assert dead == {}, "Links ins Leere"
    assert len(answers) == MOST_PAGES
    return {path: a.seite for path, a in answers.items() if a.status == 200 and is_page(a)}


def is_page(answer: Answer) -> bool:
    """What the API answers is for programs."""
    return answer.header("content-type").startswith("text/html")


def crawl(portal: str) -> Iterator[tuple[str, Answer]]:
    first, later, seen, kinds = deque(["/"]), deque[str](), {"/"}, {"/"}
    for _ in range(MOST_PAGES):
        path = first.popleft() if first else later.popleft()
        answer = ask(portal, path)
        yield path, answer
        for link in links_of(answer):
            target = urlsplit(urljoin(path, link))
            address = target.path + (f"?{target.query}" if target.query else "")
            if target.scheme or target.netloc or address in seen:
                continue
            seen.add(address)
            kind = kind_of(target.path, target.query)
            (later if kind in kinds else first).append(address)
            kinds.add(kind)


def links_of(answer: Answer) -> list[str]:
    if answer.status >= 400 or (answer.status == 200 and not is_page(answer)):
        return []
    if answer.status >= 300:
        return [answer.header("location")]
    return [a.attrs["href"] for a in answer.seite.links() if "download" not in a.attrs]


def kind_of(path: str, query: str) -> str:
    """Lists with one filter are a kind for each filter; those with several are one together."""
    family = re.sub(r"(?<=.)/.+", "/…", path)
    names = {field.split("=")[0] for field in query.split("&")}
    return f"{family}?{names.pop() if len(names) == 1 else '…'}"


def loaded(page: Seite) -> Iterator[str]:
    """Everything a browser fetches by itself when it shows the page."""
    attributes = {"src", "srcset", "data", "poster", "background", "manifest", "xlink:href"}
    by_href = {"link", "use", "image", "base", "script"}
    for element in page.root.walk():
        if element.attrs.get("rel") == "alternate":
            continue
        for name, value in element.attrs.items():
            if name in attributes or (name == "href" and element.tag in by_href):
                yield value
            elif name in {"style", "fill", "stroke", "mask", "filter", "clip-path"}:
                yield from re.findall(r"url\(\s*['\"]?([^'\")]+)", value)
        if element.tag == "style":
            yield from re.findall(r"(?:url\(|@import)\s*['\"]?([^'\");]+)", element.text)


def test_pages_of_every_kind_were_found(crawled: dict[str, Seite]) -> None:
    kinds = {path.split("?")[0].strip("/").split("/")[0] for path in crawled}
    assert kinds >= {
        "", "suche", "onlinedienste", "ozg", "leistungen", "kommunen", "stellen", "quellen",
        "hilfe", "impressum", "datenschutz", "barrierefreiheit", "leichte-sprache",
    }  # fmt: skip


def test_no_page_loads_anything_from_another_host(crawled: dict[str, Seite]) -> None:
    foreign = {
        (path, address)
        for path, page in crawled.items()
        for address in loaded(page)
        if urlsplit(address).netloc or urlsplit(address).scheme not in {"", "data"}
    }
    assert foreign == set()


def test_no_style_sheet_loads_anything_from_another_host(
    crawled: dict[str, Seite], portal: str
) -> None:
    head = crawled["/"].root.one("head")
    sheets = [link.attrs["href"] for link in head.all("link", rel="stylesheet")]
    assert len(sheets) == 3
    for sheet in sheets:
        text = ask(portal, sheet).text
        assert "@import" not in text
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", text):
            if not address.startswith(("data:", "#")):
                assert not urlsplit(address).netloc, f"{sheet}: {address}"
                assert ask(portal, urljoin(sheet, address)).status == 200, f"{sheet}: {address}"


def test_every_file_of_a_page_is_there(crawled: dict[str, Seite], portal: str) -> None:
    files = {a for page in crawled.values() for a in loaded(page) if a.startswith("/")}
    assert len(files) >= 4
    assert {file: ask(portal, file).status for file in files} == dict.fromkeys(files, 200)


def test_forms_send_to_the_portal_only(crawled: dict[str, Seite]) -> None:
    targets = {
        form.attrs.get("action", "") for page in crawled.values() for form in page.root.all("form")
    }
    assert targets
    assert [target for target in targets if not re.match(r"/[^/\\]", target)] == []


def test_links_to_other_hosts_say_so(crawled: dict[str, Seite]) -> None:
    unmarked = {
        (path, a.attrs["href"])
        for path, page in crawled.items()
        for a in page.links()
        if urlsplit(a.attrs["href"]).netloc and a.attrs.get("rel") != "external"
    }
    assert unmarked == set()


def test_every_page_is_well_formed_and_says_what_it_is(crawled: dict[str, Seite]) -> None:
    for path, page in crawled.items():
        assert page.faults == (), path
        assert page.html.attrs["lang"] == "de", path
        assert len(page.root.all("h1")) == 1, path
        assert page.heading, path
        assert page.title.endswith(" – OZG-Katalog"), path
        assert page.title.removesuffix(" – OZG-Katalog").strip(), path
        assert page.root.one("meta", name="viewport").attrs["content"] == (
            "width=device-width, initial-scale=1"
        ), path


def test_no_page_has_an_inline_style_or_script(crawled: dict[str, Seite]) -> None:
    def is_inline(e: Element) -> bool:
        handlers = any(name.startswith("on") for name in e.attrs)
        # The policy of a page with a map names its one script, see test_map_page.
        named = e.attrs.get("nonce")
        code = e.tag == "style" or (e.tag == "script" and "src" not in e.attrs and not named)
        return code or handlers or "style" in e.attrs

    found = {(path, e.path) for path, p in crawled.items() for e in p.root.walk() if is_inline(e)}
    assert found == set()


def test_every_id_is_there_once_and_every_reference_has_its_target(
    crawled: dict[str, Seite],
) -> None:
    references = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget")
    faults = set()
    for path, page in crawled.items():
        ids = [e.attrs["id"] for e in page.root.walk() if "id" in e.attrs]
        faults |= {(path, f"zweimal #{name}") for name in ids if ids.count(name) > 1}
        for e in page.root.walk():
            wanted = [name for a in references for name in e.attrs.get(a, "").split()]
            wanted += [e.attrs["href"][1:]] if e.attrs.get("href", "").startswith("#") else []
            wanted += re.findall(r"url\(#([^)]+)\)", e.attrs.get("fill", ""))
            faults |= {(path, f"kein #{name}") for name in wanted if name not in ids}
    assert faults == set()


def test_every_table_has_a_caption_and_heads_with_a_direction(crawled: dict[str, Seite]) -> None:
    tables = 0
    for path, page in crawled.items():
        for table in page.root.all("table"):
            tables += 1
            assert table.one("caption").text, path
            assert all(head.attrs.get("scope") for head in table.all("th")), path
            widths = {
                sum(int(c.attrs.get("colspan", "1")) for c in row.walk() if c.tag in {"th", "td"})
                for row in table.one("thead").all("tr")
            }
            assert len(widths) == 1, path
    assert tables > len(crawled) / 6


def test_no_text_is_a_leftover_of_the_programme(crawled: dict[str, Seite]) -> None:
    """Names of values, empty brackets and the like, which slip in where data are missing."""
    leftovers = re.compile(
        r"\bNone\b|\bnull\b|\bundefined\b|\{\{|\}\}|<\w+\.\w+|\(\)|, ,| ,|\bnan\b"
    )
    found = {
        (path, match.group(), text[max(0, match.start() - 30) : match.end() + 20])
        for path, page in crawled.items()
        for text in [prose_of(page)]
        for match in leftovers.finditer(text)
    }
    assert found == set()


def prose_of(page: Seite) -> str:
    """The text of a page without what it quotes of programs, or hands to one."""
    text = page.text
    code = [e.text for tag in ("code", "script") for e in page.main.all(tag)]
    for quoted in sorted(code, key=len, reverse=True):
        text = text.replace(quoted, "…") if quoted else text
    return text
