"""Mails of a step: to whom, with which text; written in the transaction of the step.

An address is one that somebody has written down: at the case, at the offer, at the body; and where
nobody has, those of the accounts that act for the body. What a step must not go without (interest,
notice …) is refused if it would reach nobody; whatever only informs is left out, and a note at the
event says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.errors import VoraussetzungFehlt
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Empfaenger, Mail, Vorlage
from katalog.domain.vorgang import Fall
from katalog.outbox import Mail as Postsendung
from katalog.outbox import enqueue
from katalog.queries import faelle_post
from katalog.queries.faelle_post import Kontaktzeile
from katalog.workflow.texte import Stoff, write_copy, write_forwarding, write_own, write_text
from katalog.workflow.werte import Ansprechstelle, Brief

# The mail is the declaration itself: without it nothing has been declared.
_MUST_ARRIVE = frozenset({Empfaenger.KOORDINIERUNG, Empfaenger.MIK, Empfaenger.TRAEGER})
_FORWARDED = frozenset({Empfaenger.MIK, Empfaenger.TFF})
_FIRST_CONTACT = "erster-kontakt"
_GENERAL = frozenset({_FIRST_CONTACT, "ozg-ansprechperson"})
# Of names in a subject, so that the number at its end is never cut off.
_LONGEST_NAMES = 240
_NO_NUMBER = "Nummer wird vergeben"
# The case does not exist yet when these are read before they are sent.
_BEFORE_THE_CASE = frozenset({Vorlage.INTERESSE, Vorlage.ANFRAGE})


@dataclass(frozen=True, slots=True)
class Beteiligte:
    """Both sides of a case as far as mails need them; of one that is only begun as well."""

    stelle_id: int
    stelle: str
    gebiete: tuple[str, ...]
    dienst: str
    angebot_id: int | None
    gegenueber_id: int | None
    gegenueber: str
    ansprechstelle: Ansprechstelle | None
    mik_rolle_id: int | None = None


@dataclass(frozen=True, slots=True)
class Anlass:
    """What the mails are about: the case after the step, what was typed, where it is found.
    `nummer` empty: the case has none yet."""

    rolle: Rolle
    fall: Fall
    angaben: Angaben
    nummer: str
    adresse: str


@dataclass(slots=True)
class Adressbuch:
    """Looked up once for all mails of a step."""

    session: Session
    beteiligte: Beteiligte
    _known: dict[Empfaenger, tuple[str, ...]] = field(default_factory=dict)
    _contacts: list[Kontaktzeile] | None = None

    def find(self, empfaenger: Empfaenger) -> tuple[str, ...]:
        if empfaenger not in self._known:
            found = dict.fromkeys(a.strip().lower() for a in self._look_up(empfaenger))
            self._known[empfaenger] = tuple(a for a in found if is_mailadresse(a))
        return self._known[empfaenger]

    def _look_up(self, empfaenger: Empfaenger) -> list[str]:
        who = self.beteiligte
        match empfaenger:
            case Empfaenger.KOMMUNE:
                if who.ansprechstelle is not None and who.ansprechstelle.email:
                    return [who.ansprechstelle.email]
                return self._of_body(who.stelle_id, (Rolle.KOMMUNE,))
            case Empfaenger.KOORDINIERUNG:
                first = [c.postfach for c in self._of_offer() if c.rolle == _FIRST_CONTACT]
                return first or self._of_body(who.gegenueber_id, (Rolle.KOORDINIERUNG,))
            case Empfaenger.TRAEGER:
                return self._of_body(who.gegenueber_id, (Rolle.ANBIETER, Rolle.KOMMUNE))
            case Empfaenger.MIK if who.mik_rolle_id is not None:
                return [c.postfach for c in self._of_offer() if c.rolle_id == who.mik_rolle_id]
            case _:
                return [c.postfach for c in self._of_offer() if c.rolle == empfaenger.value]

    def _of_offer(self) -> list[Kontaktzeile]:
        offer = self.beteiligte.angebot_id
        return [c for c in self._all() if offer is not None and c.landesangebot_id == offer]

    def _of_body(self, stelle: int | None, rollen: tuple[Rolle, ...]) -> list[str]:
        """Where the body wants to be written to, or else the people who act for it here."""
        if stelle is None:
            return []
        own = [c for c in self._all() if c.stelle_id == stelle and c.rolle in _GENERAL]
        boxes = [contact.postfach for contact in own]
        return boxes[:1] or faelle_post.accounts(self.session, stelle, rollen)

    def _all(self) -> list[Kontaktzeile]:
        if self._contacts is None:
            who = self.beteiligte
            bodies = [n for n in (who.stelle_id, who.gegenueber_id) if n is not None]
            self._contacts = faelle_post.contacts(self.session, who.angebot_id, bodies)
        return self._contacts


def write_briefe(book: Adressbuch, mails: tuple[Mail, ...], anlass: Anlass) -> tuple[Brief, ...]:
    return tuple(_write(book, mail, anlass) for mail in mails)


def write_own_briefe(
    book: Adressbuch, mails: tuple[Mail, ...], anlass: Anlass
) -> tuple[Brief, ...]:
    """For a body that sends its mail itself: without the portal, and without a number. Whom it
    goes to may be left for the sender to fill in."""
    return tuple(
        replace(
            _write(book, mail, anlass),
            betreff=_subject(book, mail),
            text=write_own(mail.vorlage, _material(book, anlass, "")),
            kopie=(),
            antwort_an="",
            hinweis="",
        )
        for mail in mails
    )


def check_reach(book: Adressbuch, mails: tuple[Mail, ...]) -> None:
    for mail in mails:
        if mail.an in _MUST_ARRIVE and not _recipients(book, mail.an)[0]:
            who = book.beteiligte.gegenueber or mail.an.label
            raise VoraussetzungFehlt(
                f"„{mail.vorlage.label}“ erreicht niemanden: Zu „{who}“ ist keine Mailadresse "
                "hinterlegt. Es wurde nichts gespeichert. Bitten Sie dort um eine Adresse; sie "
                "wird am Angebot eingetragen.",
                (f"Mailadresse von {who}",),
            )


def send(session: Session, briefe: tuple[Brief, ...], case: int, event: int) -> int:
    """How many mails are on their way. The event makes each of them the only one of its kind."""
    count = 0
    for brief in briefe:
        for address in dict.fromkeys((*brief.an, *brief.kopie)):
            copy = address not in brief.an
            mail = Postsendung(
                anlass=f"vorgang:{case}:{event}",
                vorlage=brief.vorlage.value,
                empfaenger=address,
                betreff=brief.betreff,
                text=write_copy(brief.an, brief.text) if copy and brief.an else brief.text,
                antwort_an=brief.antwort_an,
                nachnutzung_id=case,
            )
            count += enqueue(session, mail)
    return count


def _write(book: Adressbuch, mail: Mail, anlass: Anlass) -> Brief:
    who = book.beteiligte
    to, forwarded = _recipients(book, mail.an)
    copies = book.find(mail.kopie) if mail.kopie is not None else ()
    answer = _answer_to(book, anlass.rolle)
    text = write_text(mail.vorlage, _material(book, anlass, answer))
    subject = f"{_subject(book, mail)} [{anlass.nummer or _NO_NUMBER}]"
    missing = [role for role, found in ((mail.an, to), (mail.kopie, copies)) if role and not found]
    hints = [
        f"Keine Mail „{mail.vorlage.label}“ an {role.label}: Dort ist keine Adresse hinterlegt."
        for role in missing
    ]
    if forwarded:
        text = write_forwarding(mail.an.label, text)
        hints.append(
            f"„{mail.vorlage.label}“ geht an {who.gegenueber} statt an {mail.an.label}, denn dort "
            "ist keine Adresse hinterlegt."
        )
    return Brief(mail.vorlage, to, copies, subject, text, answer, " ".join(hints))


def _subject(book: Adressbuch, mail: Mail) -> str:
    names = f"{book.beteiligte.dienst} – {book.beteiligte.stelle}"
    return f"{mail.vorlage.label}: {names[:_LONGEST_NAMES]}"


def _material(book: Adressbuch, anlass: Anlass, answer: str) -> Stoff:
    who = book.beteiligte
    return Stoff(
        stelle=who.stelle,
        gebiete=who.gebiete,
        dienst=who.dienst,
        gegenueber=who.gegenueber,
        ansprechstelle=_say_contact(who.ansprechstelle),
        fall=anlass.fall,
        angaben=anlass.angaben,
        adresse=anlass.adresse,
        antwort_an=answer,
    )


def _recipients(book: Adressbuch, empfaenger: Empfaenger) -> tuple[tuple[str, ...], bool]:
    """And whether the coordinating body has to pass the mail on."""
    found = book.find(empfaenger)
    if found or empfaenger not in _FORWARDED:
        return found, False
    return book.find(Empfaenger.KOORDINIERUNG), bool(book.find(Empfaenger.KOORDINIERUNG))


def _answer_to(book: Adressbuch, rolle: Rolle) -> str:
    """The contact on the side that acts; whoever answers reaches a person, not the portal."""
    if rolle is Rolle.KOMMUNE:
        side = Empfaenger.KOMMUNE
    elif book.beteiligte.angebot_id is None:
        side = Empfaenger.TRAEGER
    else:
        side = Empfaenger.KOORDINIERUNG
    return next(iter(book.find(side)), "")


def _say_contact(contact: Ansprechstelle | None) -> str:
    if contact is None:
        return "noch nicht benannt"
    return "\n".join(filter(None, (contact.name, contact.email, contact.telefon)))


def link_to(mails: tuple[Mail, ...], basis_url: str, case: int | None) -> str:
    """What is shown before the case exists links to the list, so that it can be sent as shown."""
    begins = case is None or any(mail.vorlage in _BEFORE_THE_CASE for mail in mails)
    return f"{basis_url}/nachnutzungen" + ("" if begins else f"/{case}")
