"""What the search index knows of each thing: its names, its keys, what it is filtered by.

Everybody may ask the index, so it holds only what a guest may see. A document is made anew from
the tables each time; what came to be hidden or dropped has none, and is taken out of the index.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import Dienststatus, Objektart
from katalog.domain.rollen import GAST
from katalog.models.angebot import Antragsstrecke, Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.register import (
    Gebiet,
    Lage,
    Leistung,
    Leistungsbegriff,
    OzgLeistung,
    OzgZuordnung,
    Themenfeld,
)
from katalog.models.stellen import Plattform, Stelle
from katalog.queries.einsaetze import counted, stands
from katalog.queries.findbar import FINDBAR
from katalog.queries.merkmale import DIENST_OZG, HEUTE, OHNE_ANGABE, merkmale_of, values_of
from search.engine import Document, Typ

_kreis, _land = aliased(Gebiet), aliased(Gebiet)
_traeger, _dienstleister = aliased(Stelle), aliased(Stelle)
# Nobody takes over what is no longer there: found, but after the others.
_ENDING = {Dienststatus.ABGEKUENDIGT: -10, Dienststatus.EINGESTELLT: -25}

# Sources of law come with addresses; nobody looks for those, and they are no sight in an excerpt.
_ADDRESS = re.compile(r"\s*\[?https?://[^\]\s]+\]?")

Rows = Mapping[int, Sequence[Any]]


def documents(
    session: Session, typ: Objektart, ids: Sequence[int] | None, today: date
) -> Iterator[Document]:
    """Of all things of the type, or of those among `ids` that can be found."""
    yield from _BUILDERS[typ](_Reader(session, typ, ids, today))


def count(session: Session) -> int:
    """How many documents there are in all."""
    counts = (select(func.count()).select_from(each.subquery()) for each in FINDBAR.values())
    return sum(int(session.execute(statement).scalar_one()) for statement in counts)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A bounded number of statements, however many things there are."""

    session: Session
    typ: Objektart
    ids: Sequence[int] | None
    today: date

    def things(self, statement: Any, key: Any) -> Sequence[Any]:
        findable = FINDBAR[self.typ]
        return self._read(statement.where(key.in_(findable)), key)

    def belonging(self, statement: Any) -> Rows:
        """Rows by the id in their first column, without it."""
        found: dict[int, list[Any]] = {}
        for number, *rest in self._read(statement, statement.selected_columns[0]):
            found.setdefault(number, []).append(rest)
        return found

    def numbers(self, statement: Any) -> Mapping[int, int]:
        return dict(self._read(statement, statement.selected_columns[0]))

    def merkmale(self) -> Callable[[int], dict[str, tuple[str, ...]]]:
        mine = merkmale_of(self.typ)
        found = {m.name: self.belonging(values_of(m, self.typ)) for m in mine}

        def of(number: int) -> dict[str, tuple[str, ...]]:
            values = {
                m.name: tuple(wert for (wert,) in found[m.name].get(number, ()))
                or ((OHNE_ANGABE,) if m.gaps else ())
                for m in mine
            }
            return {name: held for name, held in values.items() if held}

        return of

    def _read(self, statement: Any, key: Any) -> Sequence[Any]:
        if self.ids is not None:
            statement = statement.where(key.in_(self.ids))
        return self.session.connection().execute(statement, {"heute": self.today}).all()


def _ozg(reader: _Reader) -> Iterator[Document]:
    rows = reader.things(
        select(
            col(OzgLeistung.id),
            col(OzgLeistung.ozg_id),
            col(OzgLeistung.titel),
            col(OzgLeistung.beschreibung),
            col(OzgLeistung.top100),
            col(OzgLeistung.stand),
            func.coalesce(col(Themenfeld.name), ""),
            func.coalesce(col(Lage.name), ""),
        )
        .outerjoin(Themenfeld, col(Themenfeld.id) == col(OzgLeistung.themenfeld_id))
        .outerjoin(Lage, col(Lage.id) == col(OzgLeistung.lage_id)),
        col(OzgLeistung.id),
    )
    leistungen = reader.belonging(
        select(
            col(OzgZuordnung.ozg_leistung_id),
            col(Leistung.bezeichnung),
            col(Leistung.bezeichnung_buerger),
            col(Leistung.leistungsschluessel),
        )
        .join(Leistung, col(Leistung.id) == col(OzgZuordnung.leistung_id))
        .where(col(OzgZuordnung.entfallen_am).is_(None), col(Leistung.entfallen_am).is_(None))
        .order_by(col(Leistung.sortier))
    )
    merkmale = reader.merkmale()
    for number, ozg_id, titel, beschreibung, top100, stand, feld, lage in rows:
        own = leistungen.get(number, ())
        yield Document(
            Typ.OZG_LEISTUNG,
            str(number),
            titel,
            weitere=_names(name for name, everyday, _ in own for name in (name, everyday)),
            texte=_names((beschreibung, lage, feld)),
            zusatz=feld,
            ozg_ids=(ozg_id,),
            leistungsschluessel=_names(key for _, _, key in own),
            merkmale=merkmale(number),
            gewicht=60 if top100 else 50,
            stand=stand,
        )


def _leistungen(reader: _Reader) -> Iterator[Document]:
    rows = reader.things(
        select(
            col(Leistung.id),
            col(Leistung.leistungsschluessel),
            col(Leistung.bezeichnung),
            col(Leistung.bezeichnung_buerger),
            col(Leistung.kurztext),
            col(Leistung.rechtsgrundlage),
            col(Leistung.stand),
        ),
        col(Leistung.id),
    )
    bundles = reader.belonging(
        select(col(OzgZuordnung.leistung_id), col(OzgLeistung.ozg_id), col(OzgLeistung.titel))
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .where(col(OzgZuordnung.entfallen_am).is_(None))
        .order_by(col(OzgLeistung.ozg_id))
    )
    words = reader.belonging(
        select(col(Leistungsbegriff.leistung_id), col(Leistungsbegriff.begriff))
    )
    merkmale = reader.merkmale()
    for number, key, name, everyday, kurztext, recht, stand in rows:
        ozg = bundles.get(number, ())
        yield Document(
            Typ.LEISTUNG,
            str(number),
            everyday or name,
            namen=_names((name if everyday else "", *(w for (w,) in words.get(number, ())))),
            texte=_names((kurztext, _ADDRESS.sub("", recht))),
            zusatz=", ".join(titel for _, titel in ozg[:2]),
            ozg_ids=_names(ozg_id for ozg_id, _ in ozg),
            leistungsschluessel=_names((key,)),
            merkmale=merkmale(number),
            stand=stand,
        )


def _dienste(reader: _Reader) -> Iterator[Document]:
    rows = reader.things(
        select(
            col(Onlinedienst.id),
            col(Onlinedienst.kennung),
            col(Onlinedienst.name),
            col(Onlinedienst.kurzname),
            col(Onlinedienst.kurzbeschreibung),
            col(Onlinedienst.art),
            col(Onlinedienst.status),
            col(Onlinedienst.stand),
            col(_traeger.name),
            col(_dienstleister.name),
            col(Plattform.name),
        )
        .outerjoin(_traeger, col(_traeger.id) == col(Onlinedienst.traeger_id))
        .outerjoin(_dienstleister, col(_dienstleister.id) == col(Onlinedienst.dienstleister_id))
        .outerjoin(Plattform, col(Plattform.id) == col(Onlinedienst.plattform_id)),
        col(Onlinedienst.id),
    )
    bundles = reader.belonging(
        select(DIENST_OZG.c.dienst, col(OzgLeistung.ozg_id), col(OzgLeistung.titel))
        .select_from(DIENST_OZG)
        .join(OzgLeistung, col(OzgLeistung.id) == DIENST_OZG.c.ozg)
        .order_by(col(OzgLeistung.ozg_id))
    )
    paths = reader.belonging(
        select(
            col(Antragsstrecke.onlinedienst_id),
            col(Antragsstrecke.name),
            col(Leistung.bezeichnung),
            col(Leistung.bezeichnung_buerger),
            col(Leistung.leistungsschluessel),
        )
        .outerjoin(Leistung, col(Leistung.id) == col(Antragsstrecke.leistung_id))
        .order_by(col(Antragsstrecke.id))
    )
    users = reader.numbers(
        select(col(Einsatz.onlinedienst_id), func.count(col(Einsatz.stelle_id).distinct()))
        .where(stands(GAST, HEUTE), counted(HEUTE))
        .group_by(col(Einsatz.onlinedienst_id))
    )
    merkmale = reader.merkmale()
    for row in rows:
        number, kennung, name, kurzname, text, art, status, stand, traeger, firma, plattform = row
        ozg, strecken = bundles.get(number, ()), paths.get(number, ())
        nutzung = users.get(number, 0)
        yield Document(
            Typ.ONLINEDIENST,
            str(number),
            name,
            namen=_names((kurzname,)),
            weitere=_names(
                (*(n for *names, _ in strecken for n in names), *(titel for _, titel in ozg))
            ),
            texte=_names((text, traeger, firma, plattform)),
            zusatz=", ".join(_names((art.label, traeger))),
            ozg_ids=_names(ozg_id for ozg_id, _ in ozg),
            leistungsschluessel=_names(key for *_, key in strecken),
            schluessel=(kennung,),
            merkmale=merkmale(number),
            gewicht=40 + min(50, round(12 * math.log10(1 + nutzung))) + _ENDING.get(status, 0),
            nutzung=nutzung,
            stand=stand,
        )


def _kommunen(reader: _Reader) -> Iterator[Document]:
    rows = reader.things(
        select(
            col(Gebiet.id),
            col(Stelle.name),
            col(Gebiet.name),
            col(Gebiet.bezeichnung),
            col(Gebiet.ars),
            col(Gebiet.ags),
            col(Gebiet.plz),
            col(Gebiet.einwohner),
            col(Gebiet.stand),
            func.coalesce(col(_kreis.name), ""),
            func.coalesce(col(_land.name), ""),
        )
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .outerjoin(_kreis, col(_kreis.id) == col(Gebiet.kreis_id))
        .outerjoin(_land, col(_land.id) == col(Gebiet.land_id)),
        col(Gebiet.id),
    )
    statements = reader.numbers(
        select(col(Stelle.gebiet_id), func.count())
        .join(Einsatz, col(Einsatz.stelle_id) == col(Stelle.id))
        .where(stands(GAST, HEUTE), col(Stelle.gebiet_id).is_not(None))
        .group_by(col(Stelle.gebiet_id))
    )
    merkmale = reader.merkmale()
    for number, name, short, kind, ars, ags, plz, people, stand, kreis, land in rows:
        within = kreis if kreis and kreis not in name else land
        yield Document(
            Typ.KOMMUNE,
            str(number),
            name,
            namen=(short,) if short != name else (),
            zusatz=", ".join(_names((kind, within))),
            schluessel=_names((ars, ags, plz)),
            merkmale=merkmale(number),
            gewicht=min(100, round(15 * math.log10(1 + (people or 0)))),
            nutzung=statements.get(number, 0),
            stand=stand,
        )


def _names(texts: Any) -> tuple[str, ...]:
    """Each once, without the missing ones."""
    return tuple(dict.fromkeys(text for text in texts if text))


_BUILDERS: Mapping[Objektart, Callable[[_Reader], Iterator[Document]]] = {
    Objektart.OZG_LEISTUNG: _ozg,
    Objektart.LEISTUNG: _leistungen,
    Objektart.ONLINEDIENST: _dienste,
    Objektart.KOMMUNE: _kommunen,
}
