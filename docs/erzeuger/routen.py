"""All addresses the portal answers, from the application itself."""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from erzeuger.markdown import code, head, table
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from katalog.db import open_engine
from katalog.domain.rollen import Rolle
from katalog.settings import load_settings
from katalog.web import seiten
from katalog.web.app import create_app


@dataclass(frozen=True, slots=True, order=True)
class Route:
    path: str
    methods: tuple[str, ...]
    access: str
    function: str


def render() -> str:
    modules = _modules()
    lines = [
        *head("Adressen", "katalog/web"),
        "Filter, Suchwort und Seitenzahl stehen als Parameter in der Adresse. Wer eine Seite",
        "öffnen darf, steht im Code bei der Seite selbst.",
        "",
        *table(
            ("Adresse", "Methode", "Zugang", "Modul", "Funktion"),
            (
                (
                    code(route.path),
                    ", ".join(route.methods),
                    route.access,
                    code(modules[route.function]),
                    code(route.function),
                )
                for route in routes()
            ),
        ),
    ]
    return "\n".join(lines) + "\n"


def routes() -> list[Route]:
    """Building the application opens no connection, so the database need not exist."""
    settings = load_settings({})
    engine = open_engine(f"sqlite:///{tempfile.gettempdir()}/katalog-unbenutzt.db")
    return sorted(set(_routes(create_app(settings, engine))))


def _routes(app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            # The framework answers OPTIONS by itself, without a rule of access.
            if "access" in handler.opt:
                yield Route(
                    path=route.path_format,
                    methods=tuple(sorted(handler.http_methods)),
                    access=_say_access(handler.opt["access"]),
                    function=_name(handler),
                )


def _say_access(rollen: frozenset[Rolle]) -> str:
    if rollen == frozenset(Rolle):
        return "alle"
    return ", ".join(rolle.label for rolle in Rolle if rolle in rollen)


def _name(handler: HTTPRouteHandler) -> str:
    return handler.handler_name


def _modules() -> dict[str, str]:
    names = {"static_file": "katalog/web/app.py"}
    for module in pkgutil.iter_modules(seiten.__path__):
        pages = importlib.import_module(f"{seiten.__name__}.{module.name}").PAGES
        path = Path("katalog", "web", "seiten", f"{module.name}.py").as_posix()
        names |= {_name(handler): path for handler in pages}
    return names
