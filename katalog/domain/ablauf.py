"""How a table of steps is read: which step, what is missing, what becomes of the case.

The tables stand in `nachnutzung` and `nachnutzung_kurz`. A step is refused in this order: by
role, by state, by what has to be so, by what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from katalog.domain.angaben import Versuch, check_angaben
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Gegenstand, Mail, Step, Wirkung, Ziel
from katalog.domain.vorgang import Aktion, Fall, Status, effective_status

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ereignis:
    """The line for the case's history; `datum` is the day the step is about, if it names one."""

    aktion: Aktion
    von_status: Status | None
    nach_status: Status
    datum: date | None
    notiz: str


@dataclass(frozen=True, slots=True)
class Ergebnis:
    """The case after a step, and everything to be written in the same transaction."""

    vorher: Fall
    fall: Fall
    ereignis: Ereignis
    mails: tuple[Mail, ...]
    wirkungen: tuple[Wirkung, ...]

    @property
    def felder(self) -> dict[str, Any]:
        """Fields of the case that changed, with their new values."""
        return {
            f.name: getattr(self.fall, f.name)
            for f in fields(Fall)
            if getattr(self.fall, f.name) != getattr(self.vorher, f.name)
        }


@dataclass(frozen=True, slots=True)
class Aussicht:
    """An action of this state and role: possible, unless something is missing first."""

    aktion: Aktion
    fehlt: tuple[str, ...] = ()


def take_step(steps: Steps, versuch: Versuch) -> Ergebnis:
    fall = versuch.fall
    step = _find_step(steps, versuch)
    fehlt = find_fehlende(step, fall)
    if fehlt:
        raise VoraussetzungFehlt(
            f"„{versuch.aktion.label}“ ist noch nicht möglich. {'. '.join(fehlt)}.", fehlt
        )
    faults = check_angaben(step.gefragt(versuch.rolle), versuch)
    if faults:
        raise UngueltigeEingaben(faults)
    after = _apply(step, versuch)
    return Ergebnis(
        vorher=fall,
        fall=after,
        ereignis=_describe(versuch, after),
        mails=step.mails,
        wirkungen=step.wirkungen,
    )


def list_offered(
    steps: Steps, fall: Fall, rolle: Rolle, today: date, am: Gegenstand
) -> tuple[Aussicht, ...]:
    status = effective_status(fall, today)
    return tuple(
        Aussicht(step.aktion, find_fehlende(step, fall))
        for step in steps
        if status in step.von and rolle in step.rollen and step.am is am
    )


def find_fehlende(step: Step, fall: Fall) -> tuple[str, ...]:
    found = (voraussetzung.fehlt(fall) for voraussetzung in step.voraussetzungen)
    return tuple(satz for satz in found if satz is not None)


def _find_step(steps: Steps, versuch: Versuch) -> Step:
    aktion, rolle = versuch.aktion, versuch.rolle
    rows = [step for step in steps if step.aktion is aktion]
    allowed = [step for step in rows if rolle in step.rollen]
    if rows and not allowed:
        roles = dict.fromkeys(r.label for step in rows for r in step.rollen)
        raise NichtErlaubt(
            f"„{aktion.label}“ ist Sache von: {' oder '.join(roles)}. Wenden Sie sich dorthin."
        )
    status = effective_status(versuch.fall, versuch.today)
    for step in allowed:
        if status in step.von:
            return step
    raise FalscherZustand(_say_wrong_state(aktion, status, allowed))


def _say_wrong_state(aktion: Aktion, status: Status | None, rows: list[Step]) -> str:
    here = "ohne Vorgang" if status is None else f"im Schritt „{status.label}“"
    states = [state for state in Status for step in rows if state in step.von]
    if states:
        where = f"Möglich ist das in: {', '.join(state.label for state in states)}."
    elif rows:
        where = "Damit beginnt ein neuer Vorgang."
    else:
        where = "Diesen Schritt gibt es auf diesem Weg nicht."
    return f"„{aktion.label}“ geht {here} nicht. {where} Laden Sie den Vorgang neu."


def _apply(step: Step, versuch: Versuch) -> Fall:
    fall = versuch.fall
    changes = step.aendert(versuch)
    target = _find_target(step, fall)
    if target is not fall.status:
        changes = {**changes, "status": target, "status_seit": versuch.today}
    return replace(fall, **changes)


def _find_target(step: Step, fall: Fall) -> Status | None:
    match step.nach:
        case Ziel.GLEICH:
            return fall.status
        case Ziel.VORHERIGER:
            return fall.status_vor_kuendigung
        case status:
            return status


def _describe(versuch: Versuch, after: Fall) -> Ereignis:
    if after.status is None:
        raise AssertionError("Jeder Schritt führt in einen Zustand.")
    angaben = versuch.angaben
    received = after.zugang if after.zugang != versuch.fall.zugang else None
    return Ereignis(
        aktion=versuch.aktion,
        von_status=versuch.fall.status,
        nach_status=after.status,
        datum=angaben.datum or angaben.termin or angaben.eingang or received,
        notiz=angaben.grund.strip(),
    )
