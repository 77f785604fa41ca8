"""One statement of use: stated, changed, confirmed, contradicted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.db import Session
from katalog.domain.begriffe import Beleg, Einsatzstatus
from katalog.domain.einsatz import Einsatzangaben, confirm_again
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    VeralteterStand,
)
from katalog.domain.rollen import Betrachter, Recht, require
from katalog.journal import record
from katalog.models.nutzung import Einsatz
from katalog.queries import teilnahme

_RUNNING = "Zu diesem Onlinedienst gibt es schon eine laufende Angabe mit dieser Rolle."
_STANDS_NO_MORE = "Diese Angabe ist beendet, oder ihr wurde widersprochen. Machen Sie eine neue."
_HINT = "Alle Angaben Ihrer Stelle stehen in der Liste."


def state_use(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    dienst: int,
    angaben: Einsatzangaben,
    today: date,
) -> int:
    require(betrachter, Recht.EINSATZ_ANGEBEN, stelle=stelle)
    teilnahme.hold_bodies(session, [stelle])
    if teilnahme.has_own(session, stelle, dienst, angaben.rolle):
        raise SchonVorhanden(
            f"{_RUNNING} Ändern Sie sie in der Liste, statt eine zweite anzulegen."
        )
    own = stelle in betrachter.eigene_stellen
    number = teilnahme.add(
        session,
        stelle,
        dienst,
        angaben,
        beleg=Beleg.EIGENANGABE if own else Beleg.KOORDINIERUNG,
        by=betrachter.konto_id if own else None,
        today=today,
        due=confirm_again(today),
    )
    note(session, betrachter, "einsatz_angegeben", number, stelle)
    return number


def change_use(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    number: int,
    version: int,
    angaben: Einsatzangaben,
    today: date,
) -> None:
    """`version` is what the form showed: whoever changed it since is not overwritten."""
    teilnahme.hold_bodies(session, [stelle])
    einsatz = find_own(session, betrachter, stelle, number, lock=True)
    if einsatz.version != version:
        raise VeralteterStand
    runs_then = angaben.status is not Einsatzstatus.BEENDET
    dienst = einsatz.onlinedienst_id
    if runs_then and teilnahme.has_own(session, stelle, dienst, angaben.rolle, beside=number):
        raise SchonVorhanden(f"{_RUNNING} Setzen Sie eine von beiden auf „beendet“.")
    changed = teilnahme.change(session, einsatz, angaben, betrachter.konto_id)
    own = stelle in betrachter.eigene_stellen
    teilnahme.confirm(
        session, [number], betrachter.konto_id if own else None, today, confirm_again(today)
    )
    if changed:
        note(session, betrachter, "einsatz_geaendert", number, stelle, changed)


def find_own(
    session: Session, betrachter: Betrachter, stelle: int, number: int, *, lock: bool = False
) -> Einsatz:
    """What somebody else said is confirmed or contradicted, never changed in their name."""
    require(betrachter, Recht.EINSATZ_ANGEBEN, stelle=stelle)
    einsatz = teilnahme.find(session, stelle, number, lock=lock)
    if einsatz is None:
        raise NichtGefunden("Die Angabe", str(number), _HINT)
    if einsatz.beleg not in {Beleg.EIGENANGABE, Beleg.KOORDINIERUNG} or einsatz.quelle_id:
        raise NichtErlaubt(
            "Diese Angabe hat jemand anderes gemacht. Bestätigen Sie sie oder widersprechen Sie, "
            "und machen Sie dann eine eigene."
        )
    return einsatz


def confirm(
    session: Session, betrachter: Betrachter, stelle: int, numbers: Sequence[int], today: date
) -> int:
    """Those of the body that still stand; how many that were."""
    require(betrachter, Recht.EINSATZ_BESTAETIGEN, stelle=stelle)
    standing = teilnahme.standing(session, stelle, numbers, today)
    teilnahme.confirm(session, standing, betrachter.konto_id, today, confirm_again(today))
    for number in standing:
        note(session, betrachter, "einsatz_bestaetigt", number, stelle)
    return len(standing)


def confirm_seen(
    session: Session, betrachter: Betrachter, number: int, version: int, today: date
) -> None:
    """One of them, as it was when somebody looked at it."""
    stelle = _seen(session, betrachter, number, version, Recht.EINSATZ_BESTAETIGEN)
    if not confirm(session, betrachter, stelle, [number], today):
        raise FalscherZustand(_STANDS_NO_MORE)


def contradict_seen(
    session: Session, betrachter: Betrachter, number: int, version: int, today: date
) -> None:
    stelle = _seen(session, betrachter, number, version, Recht.EINSATZ_WIDERSPRECHEN)
    if not teilnahme.standing(session, stelle, [number], today):
        raise FalscherZustand(_STANDS_NO_MORE)
    contradict(session, betrachter, stelle, number, today)


def change_seen(
    session: Session,
    betrachter: Betrachter,
    number: int,
    version: int,
    angaben: Einsatzangaben,
    today: date,
) -> None:
    stelle = _seen(session, betrachter, number, version, Recht.EINSATZ_ANGEBEN)
    change_use(session, betrachter, stelle, number, version, angaben, today)


def _seen(session: Session, betrachter: Betrachter, number: int, version: int, recht: Recht) -> int:
    """The body that it is about, if it still is what was seen and this is theirs to do."""
    einsatz = teilnahme.find_visible(session, betrachter, number)
    if einsatz is None:
        raise NichtGefunden("Die Angabe", str(number), _HINT)
    require(betrachter, recht, stelle=einsatz.stelle_id)
    if einsatz.version != version:
        raise VeralteterStand
    return einsatz.stelle_id


def contradict(
    session: Session, betrachter: Betrachter, stelle: int, number: int, today: date
) -> None:
    require(betrachter, Recht.EINSATZ_WIDERSPRECHEN, stelle=stelle)
    if not teilnahme.contradict(session, stelle, number, betrachter.konto_id, today):
        raise NichtGefunden("Die Angabe", str(number), _HINT)
    note(session, betrachter, "einsatz_widersprochen", number, stelle)


def note(
    session: Session,
    betrachter: Betrachter,
    vorgang: str,
    number: int,
    stelle: int,
    felder: Sequence[str] = (),
    als: str = "",
) -> None:
    """In the trail, with the side on which the account acted."""
    side = "kommune" if stelle in betrachter.eigene_stellen else "koordinierung"
    angaben: dict[str, object] = {"stelle_id": stelle, "als": als or side}
    if felder:
        angaben["felder"] = list(felder)
    record(session, vorgang, "einsatz", number, angaben, betrachter.konto_id)
