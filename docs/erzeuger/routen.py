"""All addresses the portal answers, from the application itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from erzeuger.markdown import code, head, table
from litestar import Litestar
from litestar.routes import HTTPRoute

from katalog.api import PREFIX, mount
from katalog.db import open_engine
from katalog.domain.rollen import Rolle
from katalog.settings import load_settings
from katalog.web import seiten
from katalog.web.app import create_app
from katalog.web.viewer import EVERYONE, SIGNED_IN


@dataclass(frozen=True, slots=True, order=True)
class Route:
    path: str
    methods: tuple[str, ...]
    access: str
    function: str


def render() -> str:
    modules = _modules_by_path()
    lines = [
        *head("Adressen", "katalog/web und katalog/api"),
        "Filter, Suchwort und Seitenzahl stehen als Parameter in der Adresse. Wer eine Seite",
        "öffnen darf, steht im Code bei der Seite selbst. Die Aufrufe der Schnittstelle erklärt",
        "das Portal unter `/api`.",
        "",
        *table(
            ("Adresse", "Methode", "Zugang", "Modul", "Funktion"),
            (
                (
                    code(route.path),
                    ", ".join(route.methods),
                    route.access,
                    code(modules[route.path]),
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
                    function=handler.handler_name,
                )


def _say_access(rollen: frozenset[Rolle]) -> str:
    if rollen == EVERYONE:
        return "alle"
    if rollen == SIGNED_IN:
        return "angemeldet"
    if rollen == mount.BY_TOKEN:
        return "Zugriffstoken"
    return ", ".join(rolle.label for rolle in Rolle if rolle in rollen)


def _modules_by_path() -> dict[str, str]:
    found = {
        "/static/{version}/{name}": "katalog.web.app",
        f"{PREFIX}/openapi.json": mount.__name__,
        **{PREFIX + call.path: call.function.__module__ for call in mount.CALLS},
    }
    for module in pkgutil.iter_modules(seiten.__path__):
        name = f"{seiten.__name__}.{module.name}"
        for handler in importlib.import_module(name).PAGES:
            found |= {re.sub(r":\w+}", "}", path): name for path in handler.paths}
    return {path: f"{name.replace('.', '/')}.py" for path, name in found.items()}
