"""What lists are filtered by: for each facet, which thing has which values, and their names.

One definition serves three readers: the documents of the search index, the database itself while
the index is away, and the words beside a list. `pairs` selects (id of the thing, value) per type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Date, Select, String, bindparam, cast, func, literal, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from katalog.domain.begriffe import (
    Angebotsstatus,
    Begriff,
    Beleg,
    Dienstart,
    Dienstmerkmalart,
    Dienststatus,
    Epayment,
    Gebietsebene,
    Kostenmodell,
    Leistungsmerkmalart,
    Objektart,
    Top100,
    Zielgruppe,
)
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.reifegrad import Reifegrad, Reifegradmodell
from katalog.domain.rollen import GAST
from katalog.models.angebot import (
    Antragsstrecke,
    Dienstmerkmal,
    Landesangebot,
    Onlinedienst,
    OnlinedienstOzg,
)
from katalog.models.nutzung import Einsatz
from katalog.models.register import (
    Gebiet,
    Lage,
    Leistungsmerkmal,
    OzgLeistung,
    OzgZuordnung,
    Themenfeld,
)
from katalog.models.stellen import Plattform, Stelle
from katalog.queries.einsaetze import counted, stands

OZG, LEISTUNG, DIENST, KOMMUNE = Objektart
# Given when a statement is executed, as {"heute": date}: the statements themselves are made once.
HEUTE: Any = bindparam("heute", type_=Date())
# The value of what has none, where that is worth counting.
OHNE_ANGABE = "keine-angabe"

# Selects of two columns; what SQLAlchemy makes of their types helps nobody here.
Pairs: TypeAlias = Any
Labels: TypeAlias = Any

_land = aliased(Gebiet)
_kreis = aliased(Gebiet)


@dataclass(frozen=True)
class Merkmal:
    """One facet: `name` is what stands in the address.

    `labels` is a vocabulary, a select of (value, name), or a function; else a value is its name.
    A list shows values by number, or with `sorted` in the order of the vocabulary or of the names.
    With `gaps` also what has no value is counted and can be chosen. `titles` are for types where
    it means something more special.
    """

    name: str
    title: str
    pairs: Mapping[Objektart, Pairs]
    labels: Labels = None
    sorted: bool = False
    gaps: bool = False
    titles: Mapping[Objektart, str] = field(default_factory=dict)

    @property
    def vocabulary(self) -> list[str]:
        labels = self.labels
        known = isinstance(labels, type) and issubclass(labels, Begriff)
        return [str(term) for term in labels] if known else []

    def title_for(self, typ: Objektart | None) -> str:
        return self.titles.get(typ, self.title) if typ else self.title


# Ways from a thing to what it belongs to ─────────────────────────────────────────────────────


def dienst_ozg(narrowed: Callable[[Any, Any], Any] | None = None) -> Any:
    """Which OZG-Leistungen an assistant serves: named by itself, or by way of its paths of today.

    The condition on (dienst, ozg) goes into both ways: SQLite does not carry it there by itself,
    and would read all of both for one assistant.
    """
    named: Any = select(
        (dienst := col(OnlinedienstOzg.onlinedienst_id)).label("dienst"),
        (ozg := col(OnlinedienstOzg.ozg_leistung_id)).label("ozg"),
    )
    by_path: Any = select(
        (path_dienst := col(Antragsstrecke.onlinedienst_id)).label("dienst"),
        (path_ozg := col(OzgZuordnung.ozg_leistung_id)).label("ozg"),
    ).join(
        OzgZuordnung,
        (col(OzgZuordnung.leistung_id) == col(Antragsstrecke.leistung_id))
        & col(OzgZuordnung.entfallen_am).is_(None),
    )
    if narrowed is not None:
        named = named.where(narrowed(dienst, ozg))
        by_path = by_path.where(narrowed(path_dienst, path_ozg))
    return named.union(by_path).subquery("dienst_ozg")


DIENST_OZG: Any = dienst_ozg()


def _own(model: Any, value: Any) -> Pairs:
    return select(col(model.id), value)


def _of_leistung(value: Any) -> Pairs:
    """Of the OZG-Leistungen that a LeiKa-Leistung belongs to today."""
    return (
        select(col(OzgZuordnung.leistung_id), value)
        .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
        .where(col(OzgZuordnung.entfallen_am).is_(None))
    )


def _of_dienst(value: Any) -> Pairs:
    """Of the OZG-Leistungen that an assistant serves."""
    return (
        select(DIENST_OZG.c.dienst, value)
        .select_from(DIENST_OZG)
        .join(OzgLeistung, col(OzgLeistung.id) == DIENST_OZG.c.ozg)
    )


def _with_themenfeld(pairs: Pairs, reference: Any) -> Pairs:
    return pairs.join(Themenfeld, col(Themenfeld.id) == reference)


def _with_lage(pairs: Pairs) -> Pairs:
    return pairs.join(Lage, col(Lage.id) == col(OzgLeistung.lage_id))


def _leistungsmerkmale(art: Leistungsmerkmalart) -> dict[Objektart, Pairs]:
    """Said of LeiKa-Leistungen; what bundles or serves them has it as well."""
    value = col(Leistungsmerkmal.wert)
    own = select(col(Leistungsmerkmal.leistung_id), value)
    bundled = (
        select(col(OzgZuordnung.ozg_leistung_id), value)
        .join(Leistungsmerkmal, col(Leistungsmerkmal.leistung_id) == col(OzgZuordnung.leistung_id))
        .where(col(OzgZuordnung.entfallen_am).is_(None))
    )
    served = select(col(Antragsstrecke.onlinedienst_id), value).join(
        Leistungsmerkmal, col(Leistungsmerkmal.leistung_id) == col(Antragsstrecke.leistung_id)
    )
    pairs = {OZG: bundled, LEISTUNG: own, DIENST: served}
    return {typ: each.where(col(Leistungsmerkmal.art) == art) for typ, each in pairs.items()}


def _dienstmerkmal(art: Dienstmerkmalart) -> dict[Objektart, Pairs]:
    pairs = select(col(Dienstmerkmal.onlinedienst_id), col(Dienstmerkmal.wert))
    return {DIENST: pairs.where(col(Dienstmerkmal.art) == art)}


def _kosten() -> Pairs:
    """What a municipality pays is said by the assistant, or by a Land that offers it."""
    offered = select(col(Landesangebot.onlinedienst_id), col(Landesangebot.kosten_modell))
    both: Any = _own(Onlinedienst, col(Onlinedienst.kosten_modell)).union(offered).subquery()
    return select(both.c.id, both.c.kosten_modell)


def _kreise_of_users() -> Pairs:
    return (
        select(col(Einsatz.onlinedienst_id), col(_kreis.ars))
        .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .join(_kreis, col(_kreis.id) == col(Gebiet.kreis_id))
        .where(stands(GAST, HEUTE), counted(HEUTE))
        .distinct()
    )


def _angaben() -> Pairs:
    """ "ja" for any statement; "eigene" too for those that are the municipality's own."""
    anything: Any = (
        select(col(Gebiet.id).label("id"), literal("ja").label("wert"))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .join(Einsatz, col(Einsatz.stelle_id) == col(Stelle.id))
        .where(stands(GAST, HEUTE))
    )
    own: Any = anything.with_only_columns(
        col(Gebiet.id).label("id"), literal("eigene").label("wert"), maintain_column_froms=True
    ).where(col(Einsatz.beleg) == Beleg.EIGENANGABE)
    both: Any = anything.union(own).subquery()
    return select(both.c.id, both.c.wert)


def _reifegrad(model: Any, dienst: Any) -> Pairs:
    level = col(model.reifegrad_modell) + "-" + cast(model.reifegrad_stufe, String)
    return select(dienst, level.label("grad")).where(col(model.reifegrad_modell).is_not(None))


def _reifegrade() -> Pairs:
    """Of the assistant as a whole and of each of its paths."""
    whole = _reifegrad(Onlinedienst, col(Onlinedienst.id).label("dienst"))
    paths = _reifegrad(Antragsstrecke, col(Antragsstrecke.onlinedienst_id).label("dienst"))
    both: Any = whole.union(paths).subquery()
    return select(both.c.dienst, both.c.grad)


def _reifegrad_label(value: str) -> str:
    """Anything may stand in an address: what is no level stands for itself."""
    modell, _, stufe = value.rpartition("-")
    try:
        return str(Reifegrad(Reifegradmodell(modell), int(stufe)))
    except (ValueError, UngueltigeEingabe):
        return value


def _angaben_label(value: str) -> str:
    return {"ja": "vorhanden", "eigene": "eigene der Kommune"}.get(value, value)


# The facets, in the order of the page ───────────────────────────────────────────────────────

MERKMALE = (
    Merkmal(
        "themenfeld",
        "Themenfeld",
        {
            OZG: _with_themenfeld(
                _own(OzgLeistung, col(Themenfeld.slug)), col(OzgLeistung.themenfeld_id)
            ),
            LEISTUNG: _with_themenfeld(
                _of_leistung(col(Themenfeld.slug)), col(OzgLeistung.themenfeld_id)
            ),
            DIENST: _with_themenfeld(
                _own(Onlinedienst, col(Themenfeld.slug)), col(Onlinedienst.themenfeld_id)
            ),
        },
        labels=select(col(Themenfeld.slug), col(Themenfeld.name)),
    ),
    Merkmal("art", "Art", {DIENST: _own(Onlinedienst, col(Onlinedienst.art))}, Dienstart),
    Merkmal(
        "status",
        "Status",
        {DIENST: _own(Onlinedienst, col(Onlinedienst.status))},
        Dienststatus,
        sorted=True,
        gaps=True,
    ),
    Merkmal("kosten", "Kosten für die Kommune", {DIENST: _kosten()}, Kostenmodell, gaps=True),
    Merkmal(
        "angebot",
        "Zur Nachnutzung angeboten in",
        {
            DIENST: select(col(Landesangebot.onlinedienst_id), col(_land.name))
            .join(_land, col(_land.id) == col(Landesangebot.land_id))
            .where(col(Landesangebot.status) == Angebotsstatus.ANGEBOTEN)
        },
        sorted=True,
    ),
    Merkmal(
        "ebene",
        "Ebene",
        {KOMMUNE: _own(Gebiet, col(Gebiet.ebene))},
        Gebietsebene,
        sorted=True,
    ),
    Merkmal(
        "land",
        "Land",
        {
            DIENST: _own(Onlinedienst, col(_land.name)).join(
                _land, col(_land.id) == col(Onlinedienst.betreibendes_land_id)
            ),
            KOMMUNE: _own(Gebiet, col(_land.name)).join(
                _land, col(_land.id) == col(Gebiet.land_id)
            ),
        },
        sorted=True,
        titles={DIENST: "Betreibendes Land"},
    ),
    Merkmal(
        "kreis",
        "Kreis",
        {
            DIENST: _kreise_of_users(),
            # A Kreis is not one of the municipalities in it; a kreisfreie Stadt is its own.
            KOMMUNE: _own(Gebiet, col(_kreis.ars))
            .join(_kreis, col(_kreis.id) == col(Gebiet.kreis_id))
            .where(col(Gebiet.ebene) != Gebietsebene.KREIS),
        },
        labels=select(col(Gebiet.ars), col(Stelle.name))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Gebiet.kreis_id) == col(Gebiet.id), col(Gebiet.gueltig_bis).is_(None)),
        titles={DIENST: "Genutzt im Kreis"},
    ),
    Merkmal(
        "angaben",
        "Angaben zur Nutzung",
        {KOMMUNE: _angaben()},
        labels=_angaben_label,
    ),
    Merkmal(
        "lage",
        "Lage",
        {
            OZG: _with_lage(_own(OzgLeistung, col(Lage.name))),
            LEISTUNG: _with_lage(_of_leistung(col(Lage.name))),
            DIENST: _with_lage(_of_dienst(col(Lage.name))),
        },
    ),
    Merkmal(
        "top100",
        "TOP 100",
        {
            OZG: _own(OzgLeistung, col(OzgLeistung.top100)),
            LEISTUNG: _of_leistung(col(OzgLeistung.top100)),
            DIENST: _of_dienst(col(OzgLeistung.top100)),
        },
        Top100,
    ),
    Merkmal(
        "plattform",
        "Plattform",
        {
            DIENST: _own(Onlinedienst, col(Plattform.kennung)).join(
                Plattform, col(Plattform.id) == col(Onlinedienst.plattform_id)
            )
        },
        labels=select(col(Plattform.kennung), col(Plattform.name)),
    ),
    Merkmal(
        "transportweg",
        "Übergabe an die Behörde",
        _dienstmerkmal(Dienstmerkmalart.TRANSPORTWEG),
        gaps=True,
    ),
    Merkmal(
        "authentifizierung",
        "Anmeldung",
        _dienstmerkmal(Dienstmerkmalart.AUTHENTIFIZIERUNG),
        gaps=True,
    ),
    Merkmal("fachverfahren", "Fachverfahren", _dienstmerkmal(Dienstmerkmalart.FACHVERFAHREN)),
    Merkmal(
        "xstandard",
        "Standard",
        {DIENST: _own(Onlinedienst, func.nullif(col(Onlinedienst.xstandard), ""))},
    ),
    Merkmal(
        "epayment",
        "ePayment",
        {DIENST: _own(Onlinedienst, col(Onlinedienst.epayment))},
        Epayment,
        sorted=True,
    ),
    Merkmal("reifegrad", "Reifegrad", {DIENST: _reifegrade()}, _reifegrad_label, sorted=True),
    Merkmal(
        "zielgruppe", "Zielgruppe", _leistungsmerkmale(Leistungsmerkmalart.ZIELGRUPPE), Zielgruppe
    ),
    Merkmal(
        "typisierung",
        "Typisierung",
        _leistungsmerkmale(Leistungsmerkmalart.TYPISIERUNG),
        sorted=True,
    ),
)
BY_NAME: Mapping[str, Merkmal] = {merkmal.name: merkmal for merkmal in MERKMALE}


def merkmale_of(typ: Objektart | None) -> tuple[Merkmal, ...]:
    """Those that things of the type have; all of them where types are mixed."""
    return tuple(each for each in MERKMALE if typ is None or typ in each.pairs)


def values_of(merkmal: Merkmal, typ: Objektart, things: Select[Any] | None = None) -> Any:
    """(id, wert) rows, as a table to join or to group; with `things` only theirs, gaps included.

    Never as a join of the two: SQLite would make one of them anew for each row of the other.
    """
    has: Any = merkmal.pairs[typ].subquery()
    wert = cast(has.c[1], String)
    pairs: Any = (
        select(has.c[0].label("id"), wert.label("wert")).where(wert.is_not(None)).distinct()
    )
    if things is None:
        return pairs
    (thing,) = things.selected_columns
    held = pairs.where(has.c[0].in_(things))
    if not merkmal.gaps:
        return held
    without = things.with_only_columns(
        thing.label("id"), literal(OHNE_ANGABE).label("wert"), maintain_column_froms=True
    ).where(thing.not_in(select(has.c[0]).where(wert.is_not(None))))
    return union_all(held, without)


def names_of(session: Session, merkmal: Merkmal, values: Sequence[str]) -> dict[str, str]:
    """What people call these values; one that nobody knows any more stands for itself."""
    labels = merkmal.labels
    found: dict[str, str] = {}
    if merkmal.vocabulary:
        found = {value: labels(value).label for value in values if value in merkmal.vocabulary}
    elif isinstance(labels, Select):
        statement = labels.where(labels.selected_columns[0].in_(values))
        found = {str(value): str(name) for value, name in session.connection().execute(statement)}
    elif labels is not None:
        found = {value: labels(value) for value in values if value != OHNE_ANGABE}
    return {value: found.get(value, value) for value in values} | (
        {OHNE_ANGABE: "keine Angabe"} if OHNE_ANGABE in values else {}
    )
