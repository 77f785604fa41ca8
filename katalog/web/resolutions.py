"""Which resolution of which municipality a page is about, and whether its reader may write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.coordination import beschluesse as service
from katalog.coordination.beschluesse import Ort
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Rolle
from katalog.domain.schluessel import strip_separators
from katalog.models.koordination import Beschluss
from katalog.queries import kommunen
from katalog.queries.kommunen import KommuneZeile
from katalog.web.page import View

WRITERS = frozenset({Rolle.KOMMUNE})
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Ziel:
    """The municipality in the address, and as the service knows it."""

    kommune: KommuneZeile
    ort: Ort

    @property
    def stelle(self) -> int:
        return self.ort.stelle

    def path(self, *parts: object) -> str:
        return "/".join((self.ort.pfad, *map(str, parts)))


def find_ziel(view: View) -> Ziel:
    typed = view.path["ars"]
    kommune = kommunen.find_kommune(view.session, strip_separators(typed))
    if kommune is None:
        raise NichtGefunden("Die Kommune", typed)
    path = f"/kommunen/{kommune.gebiet.ars}/beschluesse"
    basis = view.portal.settings.basis_url.rstrip("/")
    return Ziel(kommune, Ort(kommune.stelle_id, kommune.name, path, basis))


def own_ziel(view: View) -> Ziel:
    ziel = find_ziel(view)
    service.require_writing(view.viewer, ziel.stelle)
    return ziel


def seen_beschluss(view: View, ziel: Ziel) -> Beschluss:
    return service.see(view.session, view.viewer, ziel.stelle, read_number(view.path["nummer"]))


def own_beschluss(view: View) -> Beschluss:
    number = read_number(view.path["nummer"])
    return service.own(view.session, view.viewer, find_ziel(view).stelle, number)


def read_number(typed: str) -> int:
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        raise NichtGefunden("Der Beschluss", typed, "Alle stehen auf der Seite der Kommune.")
    return number


def read_day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NichtGefunden("Der Bericht", typed, "Alle stehen beim Beschluss.") from None
