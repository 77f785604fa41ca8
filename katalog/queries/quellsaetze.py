"""Records as their sources gave them: read for merging, compared by hash, kept for provenance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Insert, and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from katalog.domain.begriffe import Quellenart
from katalog.domain.herkunft import UEBER_DEN_SATZ, Beitrag, by_field, weaker
from katalog.models.quellen import Quelle, Quellsatz
from katalog.queries.bulk import execute_many
from katalog.queries.chunks import chunks
from katalog.queries.provenance import Angabe, name_source

_SATZ = Quellsatz.__table__  # type: ignore[attr-defined]
# Texts are too long for a line.
_NOT_SHOWN = UEBER_DEN_SATZ | {"gueltig_ab", "ersatzschluessel", "texte"}
_RESTATED = (
    "schluessel", "nachrang", "stand", "hash", "inhalt", "uebernommen", "grund", "entfallen_am",
    "rohsatz", "teile",
)  # fmt: skip


class Bekannt(NamedTuple):
    """What is known of a record when it arrives again."""

    id: int
    hash: str
    entfallen: bool
    stand: date | None = None


@dataclass(frozen=True, slots=True)
class Satz:
    """A stored record as merging needs it."""

    quelle_id: int
    fremdschluessel: str
    schluessel: str
    art_der_quelle: Quellenart
    nachrang: int
    stand: date | None
    inhalt: str
    gilt: bool
    offen: bool = False
    """Taken over but for a part, which is tried again."""

    def beitrag(self, cited: Mapping[str, Quellenart]) -> Beitrag:
        felder = msgspec.json.decode(self.inhalt)
        quelle = felder.get("quelle") or ""
        art = weaker(self.art_der_quelle, cited.get(quelle, self.art_der_quelle))
        return Beitrag(quelle, art, felder, self.nachrang, self.stand)


def known(
    session: Session, quelle_id: int, art: str, fremdschluessel: Sequence[str]
) -> dict[str, Bekannt]:
    """Hashes of the records of one source, for the ones that just arrived."""
    found: dict[str, Bekannt] = {}
    for part in chunks(fremdschluessel):
        statement = select(
            _SATZ.c.fremdschluessel,
            _SATZ.c.id,
            _SATZ.c.hash,
            _SATZ.c.entfallen_am,
            _SATZ.c.stand,
        ).where(
            _SATZ.c.quelle_id == quelle_id,
            _SATZ.c.art == art,
            _SATZ.c.fremdschluessel.in_(part),
        )
        for key, number, digest, gone, stand in session.execute(statement):
            found[key] = Bekannt(number, digest, gone is not None, stand)
    return found


def of_source(
    session: Session, quelle_id: int, arten: Iterable[str]
) -> Iterator[tuple[int, str, str, str]]:
    """Id, kind and keys of all records of a source that still count, a page at a time."""
    last, wanted = 0, list(arten)
    while True:
        statement = (
            select(_SATZ.c.id, _SATZ.c.art, _SATZ.c.fremdschluessel, _SATZ.c.schluessel)
            .where(
                _SATZ.c.quelle_id == quelle_id,
                _SATZ.c.art.in_(wanted),
                _SATZ.c.entfallen_am.is_(None),
                _SATZ.c.id > last,
            )
            .order_by(_SATZ.c.id)
            .limit(5_000)
        )
        page = session.execute(statement).all()
        if not page:
            return
        yield from ((row[0], row[1], row[2], row[3]) for row in page)
        last = page[-1][0]


def raw(session: Session, quelle_id: int) -> Iterator[tuple[int, int, int, bool]]:
    """Fingerprints of elements in their order, with the records that came of each.

    Fingerprint, id, how many records the element had, and whether this one needs nothing more.
    """
    settled = and_(
        _SATZ.c.hash != "", _SATZ.c.uebernommen.is_(True), _SATZ.c.entfallen_am.is_(None)
    )
    statement = (
        select(_SATZ.c.rohsatz, _SATZ.c.id, _SATZ.c.teile, settled)
        .where(_SATZ.c.quelle_id == quelle_id, _SATZ.c.rohsatz.is_not(None))
        .order_by(_SATZ.c.rohsatz)
    )
    for row in session.execute(statement).yield_per(5_000):
        yield row[0], row[1], row[2], bool(row[3])


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Kind and key of records."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(ids):
        statement = select(_SATZ.c.id, _SATZ.c.art, _SATZ.c.fremdschluessel).where(
            _SATZ.c.id.in_(part)
        )
        found |= {row[0]: (row[1], row[2]) for row in session.execute(statement)}
    return found


def with_prefix(session: Session, quelle_id: int, art: str, key: str) -> list[tuple[str, str]]:
    """The record with this key and the further ones that were made of the same one ("key#2")."""
    statement = select(_SATZ.c.fremdschluessel, _SATZ.c.schluessel).where(
        _SATZ.c.quelle_id == quelle_id,
        _SATZ.c.art == art,
        or_(
            _SATZ.c.fremdschluessel == key,
            _SATZ.c.fremdschluessel.startswith(f"{key}#", autoescape=True),
        ),
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def about(session: Session, art: str, schluessel: Sequence[str]) -> dict[str, list[Satz]]:
    """All records about these things, of all sources, also those that no longer count."""
    found: dict[str, list[Satz]] = defaultdict(list)
    for part in chunks(schluessel):
        statement = (
            select(
                _SATZ.c.quelle_id,
                _SATZ.c.fremdschluessel,
                _SATZ.c.schluessel,
                col(Quelle.art),
                _SATZ.c.nachrang,
                _SATZ.c.stand,
                _SATZ.c.inhalt,
                _SATZ.c.uebernommen,
                _SATZ.c.entfallen_am,
                _SATZ.c.hash,
            )
            .join(Quelle, col(Quelle.id) == _SATZ.c.quelle_id)
            .where(_SATZ.c.art == art, _SATZ.c.schluessel.in_(part))
        )
        for row in session.execute(statement):
            counts = bool(row.uebernommen) and row.entfallen_am is None
            satz = Satz(
                row[0], row[1], row[2], row[3], row[4], row[5], row[6], counts, row.hash == ""
            )
            found[satz.schluessel].append(satz)
    return found


def things(
    session: Session, quelle_id: int, art: str, fremdschluessel: Sequence[str]
) -> dict[str, str]:
    """The public keys of what other records of the same source name."""
    found: dict[str, str] = {}
    for part in chunks(fremdschluessel):
        statement = select(_SATZ.c.fremdschluessel, _SATZ.c.schluessel).where(
            _SATZ.c.quelle_id == quelle_id,
            _SATZ.c.art == art,
            _SATZ.c.fremdschluessel.in_(part),
            _SATZ.c.entfallen_am.is_(None),
        )
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def contents(
    session: Session, quelle_id: int, art: str, fremdschluessel: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The fields of records that another record of the same source names."""
    found: dict[str, dict[str, Any]] = {}
    for part in chunks(fremdschluessel):
        statement = select(_SATZ.c.fremdschluessel, _SATZ.c.inhalt).where(
            _SATZ.c.quelle_id == quelle_id,
            _SATZ.c.art == art,
            _SATZ.c.fremdschluessel.in_(part),
            _SATZ.c.entfallen_am.is_(None),
        )
        for key, inhalt in session.execute(statement):
            found[key] = msgspec.json.decode(inhalt)
    return found


def store(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write records as taken over, whether they were there before or not."""
    on_postgresql = session.connection().dialect.name == "postgresql"

    def make() -> Insert:
        statement = (postgresql.insert if on_postgresql else sqlite.insert)(_SATZ)
        return statement.on_conflict_do_update(
            index_elements=["quelle_id", "art", "fremdschluessel"],
            set_={name: statement.excluded[name] for name in _RESTATED},
        )

    execute_many(session, "store", _SATZ, make, rows)


def keep_waiting(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Remember refused records: the ones known before keep what was taken over of them."""
    for row in rows:
        key = (
            _SATZ.c.quelle_id == row["quelle_id"],
            _SATZ.c.art == row["art"],
            _SATZ.c.fremdschluessel == row["fremdschluessel"],
        )
        taken = session.execute(select(_SATZ.c.uebernommen).where(*key)).scalar()
        if taken:
            values: dict[str, Any] = {"hash": "", "grund": row["grund"]}
            session.execute(update(_SATZ).where(*key).values(values))
        elif taken is None:
            session.execute(insert(_SATZ), [row | {"hash": "", "uebernommen": False}])
        else:
            session.execute(update(_SATZ).where(*key).values(row | {"hash": ""}))


def drop(
    session: Session, quelle_id: int, art: str, fremdschluessel: Sequence[str], today: date
) -> None:
    for part in chunks(fremdschluessel):
        session.execute(
            update(_SATZ)
            .where(
                _SATZ.c.quelle_id == quelle_id,
                _SATZ.c.art == art,
                _SATZ.c.fremdschluessel.in_(part),
            )
            .values(entfallen_am=today)
        )


@dataclass(frozen=True, slots=True)
class Wartend:
    quelle_id: int
    quelle: str
    art: str
    fremdschluessel: str
    schluessel: str
    nachrang: int
    stand: date | None
    inhalt: str


def waiting(session: Session, arten: Sequence[str], limit: int) -> list[Wartend]:
    """Records that could not be taken over (wholly) when they came."""
    statement = (
        select(
            _SATZ.c.quelle_id,
            col(Quelle.kennung),
            _SATZ.c.art,
            _SATZ.c.fremdschluessel,
            _SATZ.c.schluessel,
            _SATZ.c.nachrang,
            _SATZ.c.stand,
            _SATZ.c.inhalt,
        )
        .join(Quelle, col(Quelle.id) == _SATZ.c.quelle_id)
        .where(_SATZ.c.hash == "", _SATZ.c.entfallen_am.is_(None), _SATZ.c.art.in_(arten))
        .order_by(_SATZ.c.id)
        .limit(limit)
    )
    return [Wartend(*row) for row in session.execute(statement)]


# Provenance, as pages show it -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feldherkunft:
    """Where the value of one field comes from, and who says otherwise."""

    feld: str
    wert: str
    quelle: Angabe
    abweichend: tuple[tuple[str, Angabe], ...]


def provenance_of(session: Session, art: str, schluessel: str) -> list[Feldherkunft]:
    saetze = [satz for satz in about(session, art, [schluessel])[schluessel] if satz.gilt]
    if not saetze:
        return []
    sources = {row.Quelle.kennung: row.Quelle for row in session.execute(select(Quelle))}
    cited = {kennung: quelle.art for kennung, quelle in sources.items()}
    beitraege = [satz.beitrag(cited) for satz in saetze]
    found = []
    for feld, sagen in by_field(beitraege).items():
        if feld in _NOT_SHOWN:
            continue
        gilt, *andere = sagen
        shown = show(gilt.felder[feld])
        different: dict[tuple[str, str], Angabe] = {}
        for anderer in andere:
            value = show(anderer.felder[feld])
            if value != shown and (angabe := _angabe(anderer, sources)) is not None:
                different.setdefault((value, angabe.titel), angabe)
        if (quelle := _angabe(gilt, sources)) is not None:
            others = tuple((value, angabe) for (value, _), angabe in different.items())
            found.append(Feldherkunft(feld, shown, quelle, others))
    return found


def _angabe(beitrag: Beitrag, sources: Mapping[str, Quelle]) -> Angabe | None:
    quelle = sources.get(beitrag.quelle)
    if quelle is None:
        return None
    return name_source(
        quelle.titel, quelle.stand, quelle.stand_text, quelle.art, quelle.lizenz, beitrag.stand
    )


def show(wert: Any) -> str:
    """A value of a record as one line for people; lists and parts in their order."""
    match wert:
        case None:
            return ""
        case bool():
            return "ja" if wert else "nein"
        case str():
            return wert
        case list() | tuple():
            return ", ".join(filter(None, (show(part) for part in wert)))
        case dict():
            return " ".join(filter(None, (show(part) for part in wert.values())))
        case _:
            return str(wert)
