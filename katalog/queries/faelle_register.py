"""The statement of use that follows a case: it says what the case says, with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.registerbild import Registerbild
from katalog.models.fall import Aussetzung, Nachnutzung
from katalog.models.grundlage import now
from katalog.models.nutzung import Abhaengigkeit, Einsatz, EinsatzAenderung, EinsatzAntragsstrecke
from katalog.models.quellen import Quelle

_PLANNED = {Einsatzstatus.GEPLANT, Einsatzstatus.IN_UMSETZUNG}


def follow_in_register(
    session: Session,
    row: Nachnutzung,
    bild: Registerbild | None,
    *,
    own_word: bool | None,
    konto_id: int | None,
    today: date,
    due: date,
) -> None:
    """The body's statement of use becomes what the case says, with a line of history per field.

    `own_word` None: nobody said anything, the calendar alone changed what holds.
    """
    known = _statement_of(session, row)
    if bild is None:
        if known is not None and known.nachnutzung_id is not None:
            _forget(session, known)
        return
    on_its_own = known is not None and known.nachnutzung_id is None
    if known is not None and on_its_own and known.status not in _PLANNED | {bild.einsatz}:
        # The body says that it uses the service already; a plan would say less.
        return
    rolle = Einsatzrolle.PLANT if bild.einsatz in _PLANNED else Einsatzrolle.NUTZT
    if (known is None or known.rolle is not rolle) and (
        said := _said_by_others(session, row, rolle)
    ):
        if known is not None:
            _forget(session, known)
        known = _take_over(session, said, konto_id)
    wanted: dict[str, Any] = {
        "rolle": rolle,
        "status": bild.einsatz,
        "ab": bild.ab,
        # A service that went live after its contract had ended was still in use that day.
        "bis": max(bild.bis, bild.ab) if bild.bis and bild.ab else bild.bis,
        "ausgesetzt_bis": bild.ausgesetzt_bis,
        "sichtbarkeit": bild.sichtbarkeit,
        "nachnutzung_id": row.id,
    }
    if own_word is not None:
        wanted |= {
            "stand": today,
            "pruefung_faellig": due,
            "beleg": Beleg.EIGENANGABE if own_word else Beleg.KOORDINIERUNG,
        }
    if own_word:
        wanted |= {"bestaetigt_am": today, "gemeldet_von_id": row.zustaendige_stelle_id}
    if known is None:
        assert row.onlinedienst_id is not None
        session.add(
            Einsatz(
                stelle_id=row.zustaendige_stelle_id, onlinedienst_id=row.onlinedienst_id, **wanted
            )
        )
        session.flush()
        return
    _change_statement(session, known, wanted, konto_id)


def _statement_of(session: Session, row: Nachnutzung) -> Einsatz | None:
    """That of the case, or what the body said on its own before: it uses the service once."""
    statement = (
        select(Einsatz)
        .where(
            col(Einsatz.stelle_id) == row.zustaendige_stelle_id,
            col(Einsatz.onlinedienst_id) == row.onlinedienst_id,
            or_(
                col(Einsatz.nachnutzung_id) == row.id,
                col(Einsatz.nachnutzung_id).is_(None)
                & col(Einsatz.quelle_id).is_(None)
                & col(Einsatz.rolle).in_([Einsatzrolle.NUTZT, Einsatzrolle.PLANT])
                & (col(Einsatz.status) != Einsatzstatus.BEENDET)
                & col(Einsatz.widersprochen_am).is_(None),
            ),
        )
        .order_by(func.coalesce(col(Einsatz.nachnutzung_id), 0).desc(), col(Einsatz.id))
        .limit(1)
        .with_for_update()
    )
    return session.execute(statement).scalar_one_or_none()


def _said_by_others(session: Session, row: Nachnutzung, rolle: Einsatzrolle) -> Einsatz | None:
    """What a list or a provider says of the same pair and role; the newest of several."""
    statement = (
        select(Einsatz)
        .where(
            col(Einsatz.stelle_id) == row.zustaendige_stelle_id,
            col(Einsatz.onlinedienst_id) == row.onlinedienst_id,
            col(Einsatz.nachnutzung_id).is_(None),
            col(Einsatz.quelle_id).is_not(None),
            col(Einsatz.rolle) == rolle,
            col(Einsatz.status) != Einsatzstatus.BEENDET,
            col(Einsatz.widersprochen_am).is_(None),
        )
        .order_by(col(Einsatz.id).desc())
        .limit(1)
        .with_for_update()
    )
    return session.execute(statement).scalar_one_or_none()


def _take_over(session: Session, einsatz: Einsatz, konto_id: int | None) -> Einsatz:
    """It stays one statement, with what it says of address and procedure; whose word it was, its
    history keeps. The source itself no longer writes it, see `intake.use`."""
    quelle = session.get(Quelle, einsatz.quelle_id)
    session.add(
        EinsatzAenderung(
            einsatz_id=einsatz.id or 0,
            konto_id=konto_id,
            feld="quelle",
            alt="" if quelle is None else quelle.titel,
            grund="Vom Vorgang der Nachnutzung übernommen",
        )
    )
    einsatz.quelle_id = None
    return einsatz


# What a reader sees of a statement; the rest of `wanted` is bookkeeping.
_HISTORY = ("rolle", "status", "ab", "bis", "ausgesetzt_bis", "sichtbarkeit")


def _change_statement(
    session: Session, einsatz: Einsatz, wanted: Mapping[str, Any], konto_id: int | None
) -> None:
    changed = [name for name in _HISTORY if getattr(einsatz, name) != wanted[name]]
    session.add_all(
        EinsatzAenderung(
            einsatz_id=einsatz.id or 0,
            konto_id=konto_id,
            feld=name,
            alt="" if getattr(einsatz, name) is None else str(getattr(einsatz, name)),
            neu="" if wanted[name] is None else str(wanted[name]),
        )
        for name in changed
    )
    for name, value in wanted.items():
        setattr(einsatz, name, value)
    einsatz.version += 1
    einsatz.geaendert_am = now()
    session.flush()


def _forget(session: Session, einsatz: Einsatz) -> None:
    """A plan that was given up is nobody's business any more; the case remembers it."""
    connection = session.connection()
    connection.execute(
        update(Einsatz).where(col(Einsatz.vorbild_id) == einsatz.id).values(vorbild_id=None)
    )
    for model in (EinsatzAenderung, Abhaengigkeit, EinsatzAntragsstrecke):
        connection.execute(delete(model).where(col(model.einsatz_id) == einsatz.id))
    connection.execute(delete(Einsatz).where(col(Einsatz.id) == einsatz.id))
    session.expunge(einsatz)


def pauses_begun(session: Session, today: date) -> list[int]:
    """Cases whose announced pause has begun while the register still calls them productive."""
    statement = (
        select(col(Aussetzung.nachnutzung_id))
        .join(Einsatz, col(Einsatz.nachnutzung_id) == col(Aussetzung.nachnutzung_id))
        .where(
            col(Aussetzung.wiederaufgenommen_am).is_(None),
            col(Aussetzung.ab) <= today,
            col(Einsatz.status) == Einsatzstatus.PRODUKTIV,
        )
        .order_by(col(Aussetzung.nachnutzung_id))
    )
    return list(session.execute(statement).scalars())
