"""What a mail that came is taken for: whose it is, about what, and which case it belongs to.

Only two things are certain enough to file a mail without asking: it answers a mail of ours, whose
Message-ID nobody can guess; or it names a number and comes from somebody of that case. All else is
a proposal, and says what it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from importers.mail import Maildatei
from katalog.db import Session
from katalog.domain.eingang import (
    Eingangsart,
    Interessenmail,
    find_name,
    find_numbers,
    find_wish_date,
    newest_part,
    read_interest,
)
from katalog.domain.mailadresse import is_mailadresse, names_a_body
from katalog.domain.sortierung import sort_key
from katalog.queries import betrachter, eingang_absender
from katalog.queries.eingang_absender import Fundstelle

_WORDS_OF_INTEREST = ("nachnutz", "interesse", "übernehmen", "teilnehmen")


@dataclass(frozen=True, slots=True)
class Deutung:
    """`sicher`: the mail belongs to `fall`; otherwise that is what a person may confirm."""

    art: Eingangsart
    stelle_id: int | None = None
    dienst_id: int | None = None
    wunschtermin: date | None = None
    fall: Fundstelle | None = None
    sicher: bool = False
    gruende: tuple[str, ...] = ()


def interpret(session: Session, koordinierung: int, mail: Maildatei, came: date) -> Deutung:
    own = eingang_absender.find_own_mail(session, mail.message_id) if mail.message_id else None
    if own is not None:
        return Deutung(Eingangsart.EIGENE, sicher=True)
    answered = [
        case
        for case in eingang_absender.cases_of_mails(session, mail.bezug)
        if case.koordinierung_id == koordinierung
    ]
    art = Eingangsart.AUTOMATISCH if mail.automatisch else Eingangsart.ANTWORT
    if len(answered) == 1:
        said = "Sie antwortet auf eine Mail des Portals zu diesem Vorgang."
        return Deutung(art, answered[0].stelle_id, fall=answered[0], sicher=True, gruende=(said,))
    named = _named_case(session, koordinierung, mail)
    if named is not None:
        trusted = not mail.automatisch and _belongs_to(session, named, mail.von)
        said = f"Sie nennt die Nummer {named.vorgangsnummer}{_say_sender(mail, trusted=trusted)}."
        return Deutung(art, named.stelle_id, fall=named, sicher=trusted, gruende=(said,))
    if mail.automatisch:
        return Deutung(Eingangsart.AUTOMATISCH)
    return _read_request(session, koordinierung, mail, came)


def _named_case(session: Session, koordinierung: int, mail: Maildatei) -> Fundstelle | None:
    """The subject first: below an answer stand older mails, perhaps about other cases."""
    for text in (mail.betreff, newest_part(mail.text), mail.text):
        numbers = find_numbers(text)[:20]
        found = [
            case
            for case in eingang_absender.cases_by_number(session, numbers)
            if case.koordinierung_id == koordinierung
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _say_sender(mail: Maildatei, *, trusted: bool) -> str:
    if mail.automatisch:
        return ""
    return (
        " und kommt von dieser Stelle" if trusted else ", der Absender ist dort aber nicht bekannt"
    )


def _belongs_to(session: Session, case: Fundstelle, address: str) -> bool:
    """An address that somebody has written down for the body or the case, or of its domain."""
    if not is_mailadresse(address):
        return False
    known = eingang_absender.bodies_writing_from(session, address)
    if not known and names_a_body(address):
        known = eingang_absender.bodies_writing_from(session, address, whole_domain=True)
    return case.stelle_id in known


def _read_request(session: Session, koordinierung: int, mail: Maildatei, came: date) -> Deutung:
    template = read_interest(mail.text)
    said = f"{mail.betreff}\n{newest_part(mail.text)}"
    bodies = eingang_absender.bodies_by_id(
        session, betrachter.in_the_areas_of(session, [koordinierung])
    )
    stelle, by_whom = _find_body(session, bodies, mail, template, said)
    dienst, by_what = _find_assistant(session, koordinierung, template, said)
    reasons = tuple(filter(None, (by_whom, by_what)))
    if template is not None:
        return Deutung(
            Eingangsart.INTERESSE, stelle, dienst, template.wunschtermin, gruende=reasons
        )
    asks = any(word in said.casefold() for word in _WORDS_OF_INTEREST)
    art = Eingangsart.INTERESSE if asks and dienst is not None else Eingangsart.UNKLAR
    return Deutung(art, stelle, dienst, find_wish_date(said, came), gruende=reasons)


def _find_body(
    session: Session,
    bodies: dict[int, str],
    mail: Maildatei,
    template: Interessenmail | None,
    said: str,
) -> tuple[int | None, str]:
    """By the template, the sender, and last by its name in the text: only if it is one alone."""
    if template is not None:
        wanted = sort_key(template.stelle)
        named = [number for number, name in bodies.items() if sort_key(name) == wanted]
        if len(named) == 1:
            return named[0], f"Zuständige Stelle laut Mail: {template.stelle}."
    if is_mailadresse(mail.von):
        for whole in (False, True) if names_a_body(mail.von) else (False,):
            found = eingang_absender.bodies_writing_from(session, mail.von, whole_domain=whole)
            known = [number for number in found if number in bodies]
            if len(known) == 1:
                return known[0], f"{bodies[known[0]]} schreibt von {_sign(mail.von, whole=whole)}."
    number = find_name(f"{mail.von_name}\n{said}", {n: (name,) for n, name in bodies.items()})
    return number, f"Der Text nennt {bodies[number]}." if number is not None else ""


def _sign(address: str, *, whole: bool) -> str:
    return f"Adressen mit @{address.rpartition('@')[2]}" if whole else address


def _find_assistant(
    session: Session, koordinierung: int, template: Interessenmail | None, said: str
) -> tuple[int | None, str]:
    """What is offered comes before what is not; a name that is written out before one that is
    part of a sentence."""
    known = eingang_absender.assistants(session)
    offered = eingang_absender.offered(session, koordinierung)
    if template is not None:
        wanted = sort_key(template.dienst)
        exact = [n for n, names in known.items() if wanted in map(sort_key, names)]
        chosen = _only(exact, offered)
        if chosen is not None:
            return chosen, f"Onlinedienst laut Mail: {template.dienst}."
        said = template.dienst
    ours = {number: names for number, names in known.items() if number in offered}
    number = find_name(said, ours)
    if number is None:
        number = find_name(said, known)
    return number, f"Der Text nennt „{known[number][0]}“." if number is not None else ""


def _only(found: Sequence[int], offered: set[int]) -> int | None:
    ours = [number for number in found if number in offered] or list(found)
    return ours[0] if len(ours) == 1 else None
