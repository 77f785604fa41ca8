"""Statements of use as the bodies themselves write them, with the history of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import FELDER, Einsatzangaben, write_einsatz
from katalog.domain.reifegrad import Reifegrad, Reifegradmodell
from katalog.domain.rollen import Betrachter, Sichtbarkeit
from katalog.models.grundlage import now
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.models.stellen import Stelle
from katalog.queries import einsaetze
from katalog.queries.chunks import chunks
from katalog.queries.einsaetze import Nutzung, visible


def hold_bodies(session: Session, stellen: Collection[int]) -> None:
    """Nobody else begins a statement of these bodies before this transaction ends.

    A lock on statements would not do: the one that somebody else is about to add is not there yet.
    In the order of numbers, and before any statement is locked, so that two never wait for each
    other.
    """
    statement = select(col(Stelle.id)).where(col(Stelle.id).in_(stellen)).order_by(col(Stelle.id))
    session.execute(statement.with_for_update(key_share=True))


def has_own(
    session: Session, stelle: int, dienst: int, rolle: Einsatzrolle, *, beside: int | None = None
) -> bool:
    """A running one, `beside` the one with this number."""
    statement = select(col(Einsatz.id)).where(
        col(Einsatz.stelle_id) == stelle,
        col(Einsatz.onlinedienst_id) == dienst,
        col(Einsatz.rolle) == rolle,
        col(Einsatz.quelle_id).is_(None),
        col(Einsatz.status) != Einsatzstatus.BEENDET,
        col(Einsatz.widersprochen_am).is_(None),
    )
    if beside is not None:
        statement = statement.where(col(Einsatz.id) != beside)
    return session.execute(statement.limit(1)).first() is not None


def add(
    session: Session,
    stelle: int,
    dienst: int,
    angaben: Einsatzangaben,
    *,
    beleg: Beleg,
    by: int | None,
    today: date,
    due: date,
    gemeldet_von: int | None = None,
) -> int:
    """Confirmed if `by` somebody of the body itself."""
    einsatz = Einsatz(
        stelle_id=stelle,
        onlinedienst_id=dienst,
        beleg=beleg,
        gemeldet_von_id=stelle if beleg is Beleg.EIGENANGABE else gemeldet_von,
        stand=today,
        bestaetigt_am=today if by is not None else None,
        bestaetigt_von_id=by,
        pruefung_faellig=due,
        **_values(angaben),
    )
    session.add(einsatz)
    session.flush()
    assert einsatz.id is not None
    return einsatz.id


def find(session: Session, stelle: int, number: int, *, lock: bool) -> Einsatz | None:
    """With `lock` as it is now, and nobody else changes it before this transaction ends."""
    statement = select(Einsatz).where(col(Einsatz.id) == number, col(Einsatz.stelle_id) == stelle)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement).first()


def find_visible(session: Session, viewer: Betrachter, number: int) -> Einsatz | None:
    """Whoever said it, locked like what is about to change: its body first, as everywhere."""
    there = (col(Einsatz.id) == number, visible(viewer))
    stelle = session.execute(select(col(Einsatz.stelle_id)).where(*there)).scalar()
    if stelle is None:
        return None
    hold_bodies(session, [stelle])
    statement = select(Einsatz).where(*there)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).first()


def find_public(session: Session, number: int) -> Einsatz | None:
    statement = select(Einsatz).where(
        col(Einsatz.id) == number, col(Einsatz.sichtbarkeit) == Sichtbarkeit.OEFFENTLICH
    )
    return session.scalars(statement).first()


def said_in_public(session: Session, stelle: int, dienst: int) -> list[Einsatz]:
    """What everybody knows of a body and an assistant, whoever said it."""
    statement = select(Einsatz).where(
        col(Einsatz.stelle_id) == stelle,
        col(Einsatz.onlinedienst_id) == dienst,
        col(Einsatz.sichtbarkeit) == Sichtbarkeit.OEFFENTLICH,
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def change(
    session: Session, einsatz: Einsatz, angaben: Einsatzangaben, konto_id: int | None
) -> list[str]:
    """Names of the fields that changed; each of them is a line of history."""
    old, new = write_einsatz(stated(einsatz)), write_einsatz(angaben)
    changed = [name for name in FELDER if old[name] != new[name]]
    for name in changed:
        note(session, einsatz, name, old[name], new[name], konto_id)
    for column, value in _values(angaben).items():
        setattr(einsatz, column, value)
    session.flush()
    return changed


def note(
    session: Session,
    einsatz: Einsatz,
    feld: str,
    alt: str,
    neu: str,
    konto_id: int | None,
    grund: str = "",
) -> None:
    """A line of history."""
    session.add(
        EinsatzAenderung(
            einsatz_id=einsatz.id or 0, konto_id=konto_id, feld=feld, alt=alt, neu=neu, grund=grund
        )
    )


def stated(einsatz: Einsatz) -> Einsatzangaben:
    """What a statement says now."""
    reifegrad = None
    if einsatz.reifegrad_modell is not None and einsatz.reifegrad_stufe is not None:
        reifegrad = Reifegrad(Reifegradmodell(einsatz.reifegrad_modell), einsatz.reifegrad_stufe)
    own = {name: getattr(einsatz, name) for name in FELDER if name != "reifegrad"}
    return Einsatzangaben(**own, reifegrad=reifegrad)


def standing(session: Session, stelle: int, numbers: Sequence[int], today: date) -> list[int]:
    """Those of these that are the body's, neither over nor contradicted."""
    statement = select(col(Einsatz.id)).where(
        col(Einsatz.stelle_id) == stelle,
        col(Einsatz.id).in_(numbers),
        col(Einsatz.widersprochen_am).is_(None),
        col(Einsatz.status) != Einsatzstatus.BEENDET,
        or_(col(Einsatz.bis).is_(None), col(Einsatz.bis) >= today),
    )
    return [n for n in session.execute(statement.order_by(col(Einsatz.id))).scalars() if n]


def standing_for(
    session: Session, dienst: int, bodies: Sequence[int], viewer: Betrachter, today: date
) -> dict[int, list[Nutzung]]:
    """What is stated of these bodies and one assistant and not over, whoever said it."""
    found: dict[int, list[Nutzung]] = {}
    for part in chunks(bodies):
        ids = select(col(Einsatz.id)).where(
            col(Einsatz.stelle_id).in_(part),
            col(Einsatz.onlinedienst_id) == dienst,
            col(Einsatz.status) != Einsatzstatus.BEENDET,
            einsaetze.stands(viewer, today),
        )
        for row in einsaetze.by_ids(session, ids, viewer):
            found.setdefault(row.stelle_id, []).append(row)
    return found


def confirm(
    session: Session, numbers: Sequence[int], by: int | None, today: date, due: date
) -> None:
    values: dict[str, Any] = {"stand": today, "pruefung_faellig": due}
    if by is not None:
        values |= {"bestaetigt_am": today, "bestaetigt_von_id": by}
    _write(session, numbers, values)


def contradict(session: Session, stelle: int, number: int, by: int | None, today: date) -> bool:
    if not standing(session, stelle, [number], today):
        return False
    _write(session, [number], {"widersprochen_am": today, "widersprochen_von_id": by})
    return True


def _write(session: Session, numbers: Sequence[int], values: dict[str, Any]) -> None:
    statement = update(Einsatz).where(col(Einsatz.id).in_(numbers))
    session.connection().execute(
        statement.values(**values, version=col(Einsatz.version) + 1, geaendert_am=now())
    )


def _values(angaben: Einsatzangaben) -> dict[str, Any]:
    """By the names of the columns."""
    values = {name: getattr(angaben, name) for name in FELDER if name != "reifegrad"}
    reifegrad = angaben.reifegrad
    values["reifegrad_modell"] = reifegrad.modell.value if reifegrad else None
    values["reifegrad_stufe"] = reifegrad.stufe if reifegrad else None
    return values
