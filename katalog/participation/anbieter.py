"""What a provider says about those who use its assistants: its word, until they speak themselves.

Provider of an assistant is its Traeger and the IT-Dienstleister that runs it. A provider knows who
is productive; what municipalities plan is not its to tell. Either side may contradict the other,
and what a municipality contradicted is not said again over its head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from katalog.db import Session
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import Einsatzangaben, parse_einsatz
from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Betrachter, Recht, Sichtbarkeit, reach, require
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.participation.angaben import note
from katalog.queries import teilnahme, verlauf

ROLLEN = (Einsatzrolle.NUTZT, Einsatzrolle.PILOTIERT)
STATUS = (Einsatzstatus.PRODUKTIV, Einsatzstatus.VORUEBERGEHEND, Einsatzstatus.BEENDET)
_HINT = "Was Sie zu diesem Onlinedienst sagen können, steht in der Liste."


def parse_by_provider(texts: Mapping[str, str], today: date) -> Einsatzangaben:
    """In use, and public: a statement about others is made before everybody's eyes."""
    angaben = parse_einsatz(texts, today)
    if angaben.rolle not in ROLLEN or angaben.status not in STATUS:
        text = "Was Kommunen planen oder selbst gebaut haben, geben sie selbst an."
        raise UngueltigeEingaben([UngueltigeEingabe("status", angaben.status, text)])
    return replace(angaben, sichtbarkeit=Sichtbarkeit.OEFFENTLICH)


def state_as_provider(
    session: Session,
    betrachter: Betrachter,
    dienst: Onlinedienst,
    stelle: int,
    angaben: Einsatzangaben,
    today: date,
) -> int:
    """Due at once: the body is asked with its next mail whether it is so."""
    speaking = require_own(betrachter, dienst)
    assert dienst.id is not None
    teilnahme.hold_bodies(session, [stelle])
    said = teilnahme.said_in_public(session, stelle, dienst.id)
    if any(_town_contradicted(session, each) for each in said):
        raise VoraussetzungFehlt(
            "Die Kommune hat Ihrer Angabe widersprochen. Klären Sie es mit ihr; angeben kann sie "
            "die Nutzung dann selbst.",
            [],
        )
    if any(
        each.rolle is angaben.rolle
        and each.status is not Einsatzstatus.BEENDET
        and not each.widersprochen_am
        for each in said
    ):
        raise SchonVorhanden(
            "Dazu gibt es schon eine laufende Angabe. Stimmt sie nicht, widersprechen Sie ihr in "
            "der Liste."
        )
    number = teilnahme.add(
        session,
        stelle,
        dienst.id,
        angaben,
        beleg=Beleg.ANBIETER,
        by=None,
        today=today,
        due=today,
        gemeldet_von=speaking,
    )
    note(session, betrachter, "einsatz_angegeben", number, stelle, als="anbieter")
    return number


def _town_contradicted(session: Session, einsatz: Einsatz) -> bool:
    """As the trail has it: a provider may have taken its own word back, and may give it again."""
    if einsatz.beleg is not Beleg.ANBIETER or not einsatz.widersprochen_am or einsatz.id is None:
        return False
    return any(
        line.vorgang == "einsatz_widersprochen" and line.als != "anbieter"
        for line in verlauf.of_statement(session, einsatz.id)
    )


def contradict_as_provider(
    session: Session, betrachter: Betrachter, dienst: Onlinedienst, number: int, today: date
) -> None:
    """Of its own assistant only, and only what it sees."""
    require_own(betrachter, dienst, Recht.EINSATZ_WIDERSPRECHEN)
    einsatz = teilnahme.find_public(session, number)
    if einsatz is None or einsatz.onlinedienst_id != dienst.id:
        raise NichtGefunden("Die Angabe", str(number), _HINT)
    stelle = einsatz.stelle_id
    if not teilnahme.contradict(session, stelle, number, betrachter.konto_id, today):
        raise NichtGefunden("Die Angabe", str(number), _HINT)
    note(session, betrachter, "einsatz_widersprochen", number, stelle, als="anbieter")


def speaks_for(
    betrachter: Betrachter, dienst: Onlinedienst, recht: Recht = Recht.EINSATZ_ANGEBEN
) -> int | None:
    """The body in whose name somebody speaks of an assistant: its owner before who runs it."""
    own = reach(betrachter, recht).traeger
    return next((n for n in (dienst.traeger_id, dienst.dienstleister_id) if n in own), None)


def require_own(
    betrachter: Betrachter, dienst: Onlinedienst, recht: Recht = Recht.EINSATZ_ANGEBEN
) -> int:
    number = speaks_for(betrachter, dienst, recht)
    require(betrachter, recht, traeger=number)
    assert number is not None
    return number
