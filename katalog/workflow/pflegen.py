"""What is kept beside the steps of a case: checklist, notes, reminders, who works on it; terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from katalog.db import Session
from katalog.domain.begriffe import Vertragsschluss
from katalog.domain.errors import (
    FalscherZustand,
    NichtErlaubt,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    VeralteterStand,
)
from katalog.domain.fristregel import Anker, Einheit, Kuendigungsregel
from katalog.domain.rollen import Recht, Rolle, require
from katalog.domain.vorgang import Status
from katalog.journal import record
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.queries import faelle, faelle_angebote, faelle_schreiben
from katalog.queries.faelle import Vorgang
from katalog.workflow.akte import list_colleagues, own_side
from katalog.workflow.beginnen import check_contact
from katalog.workflow.handeln import find_case, rollen_in
from katalog.workflow.vollzug import note
from katalog.workflow.werte import Akteur, Ansprechstelle, Fassung, describe_fassung

_LONGEST = {"aktenzeichen": 100, "wartet_auf": 300, "anlass": 300, "notiz": 5_000, "text": 200_000}
_CHECKING = frozenset({Status.IN_ANBINDUNG, Status.IM_TEST})


def tick(
    session: Session,
    akteur: Akteur,
    case_id: int,
    pruefpunkt_id: int,
    *,
    done: bool,
    notiz: str | None = None,
) -> None:
    """Locked like a step, so that no test begins while an item is being opened again."""
    vorgang = _acting(session, akteur, case_id)
    if vorgang.row.status not in _CHECKING:
        raise FalscherZustand(
            f"Die Checkliste wird in Anbindung und Test geführt, nicht im Schritt "
            f"„{vorgang.row.status.label}“."
        )
    found = faelle_schreiben.tick_item(
        session, vorgang.id, pruefpunkt_id, akteur.today if done else None,
        akteur.betrachter.konto_id, None if notiz is None else _short("notiz", notiz),
    )  # fmt: skip
    if not found:
        raise NichtGefunden("Der Prüfpunkt", str(pruefpunkt_id), "Laden Sie den Vorgang neu.")
    note(session, akteur, "pruefpunkt_geaendert", vorgang, pruefpunkt=pruefpunkt_id, erledigt=done)


def add_note(session: Session, akteur: Akteur, case_id: int, text: str) -> None:
    """For one's own side; whoever is on both writes for the coordinating one."""
    vorgang = _acting(session, akteur, case_id)
    if not text.strip():
        raise UngueltigeEingabe("notiz", text, "Die Notiz ist leer. Schreiben Sie einen Satz.")
    number = faelle_schreiben.add_note(
        session, vorgang.id, own_side(akteur, vorgang)[-1], akteur.betrachter.konto_id,
        _short("notiz", text),
    )  # fmt: skip
    note(session, akteur, "notiz_geschrieben", vorgang, notiz=number)


def set_reminder(
    session: Session, akteur: Akteur, case_id: int, faellig: date, anlass: str
) -> None:
    vorgang = _acting(session, akteur, case_id)
    if faellig <= akteur.today:
        raise UngueltigeEingabe(
            "faellig", faellig.isoformat(), "Die Wiedervorlage muss in der Zukunft liegen."
        )
    if not anlass.strip():
        raise UngueltigeEingabe("anlass", anlass, "Schreiben Sie, was dann anzusehen ist.")
    number = faelle_schreiben.add_reminder(
        session, vorgang.id, faellig, _short("anlass", anlass), akteur.betrachter.konto_id
    )
    note(session, akteur, "wiedervorlage_gesetzt", vorgang, wiedervorlage=number)


def close_reminder(session: Session, akteur: Akteur, case_id: int, number: int) -> None:
    vorgang = _acting(session, akteur, case_id)
    if not faelle_schreiben.close_reminder(session, vorgang.id, number, akteur.today):
        raise NichtGefunden("Die Wiedervorlage", str(number), "Sie ist vielleicht schon erledigt.")
    note(session, akteur, "wiedervorlage_erledigt", vorgang, wiedervorlage=number)


def set_details(
    session: Session,
    akteur: Akteur,
    case_id: int,
    version: int,
    *,
    aktenzeichen: str | None = None,
    wartet_auf: str | None = None,
) -> None:
    """What is None stays as it is."""
    given = {"aktenzeichen": aktenzeichen, "wartet_auf": wartet_auf}
    values = {name: _short(name, text) for name, text in given.items() if text is not None}
    _change(session, akteur, case_id, version, "vorgang_geaendert", values)


def assign(
    session: Session, akteur: Akteur, case_id: int, version: int, konto_id: int | None
) -> None:
    """To a colleague of the coordinating body, whose cockpit shows whose case it is."""
    vorgang = _acting(session, akteur, case_id)
    rollen = rollen_in(akteur, vorgang)
    if Rolle.KOORDINIERUNG not in rollen:
        raise NichtErlaubt("Wer den Vorgang bearbeitet, legt die Koordinierende Stelle fest.")
    if konto_id is not None and konto_id not in dict(list_colleagues(session, vorgang, rollen)):
        raise UngueltigeEingabe(
            "bearbeiter", str(konto_id), "Diese Person handelt nicht für die Koordinierende Stelle."
        )
    values = {"bearbeiter_id": konto_id}
    _change(session, akteur, case_id, version, "vorgang_zugewiesen", values)


def set_contact(
    session: Session, akteur: Akteur, case_id: int, version: int, contact: Ansprechstelle
) -> None:
    check_contact(contact)
    vorgang = _acting(session, akteur, case_id)
    number = faelle_schreiben.ensure_contact(
        session,
        vorgang.row.zustaendige_stelle_id,
        contact.name.strip(),
        contact.email.strip().lower(),
        contact.telefon.strip(),
    )
    values = {"ansprechperson_id": number}
    _change(session, akteur, case_id, version, "ansprechstelle_geaendert", values)


# Terms ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NeueFassung:
    """A version to be published; the notice rule is data of it."""

    fassung: str
    text: str
    gueltig_ab: date
    vertragsschluss: Vertragsschluss
    n: int
    einheit: Einheit
    anker: Anker
    annahmefrist: date | None = None
    mindestlaufzeit_monate: int = 0
    form: str = ""
    klausel: str = ""


def publish_terms(session: Session, akteur: Akteur, koordinierung_id: int, new: NeueFassung) -> int:
    """Every active case of the body then has new terms to accept: that follows from the versions,
    and nothing is written to the cases."""
    require(akteur.betrachter, Recht.LANDESANGEBOT_PFLEGEN, stelle=koordinierung_id)
    Kuendigungsregel(new.n, new.einheit, new.anker, new.mindestlaufzeit_monate)
    _check_fassung(session, akteur, koordinierung_id, new)
    before = faelle.versions_of(session, koordinierung_id)
    recipient = before[-1].empfaenger_rolle_id if before else None
    number = faelle_angebote.add_terms(
        session,
        Nachnutzungsbedingungen(
            koordinierung_id=koordinierung_id,
            fassung=new.fassung.strip(),
            text=new.text.strip(),
            text_hash="",
            gueltig_ab=new.gueltig_ab,
            annahmefrist=new.annahmefrist,
            vertragsschluss=new.vertragsschluss,
            kuendigung_n=new.n,
            kuendigung_einheit=new.einheit,
            kuendigung_anker=new.anker,
            kuendigung_form=new.form.strip()[:300],
            mindestlaufzeit_monate=new.mindestlaufzeit_monate or None,
            empfaenger_rolle_id=recipient,
            klausel=new.klausel.strip()[:500],
            stand=akteur.today,
        ),
    )
    record(
        session, "bedingungen_veroeffentlicht", "nachnutzungsbedingungen", number,
        {"koordinierung_id": koordinierung_id, "fassung": new.fassung.strip()},
        akteur.betrachter.konto_id,
    )  # fmt: skip
    return number


def list_terms(session: Session, koordinierung_id: int) -> tuple[Fassung, ...]:
    """Newest first."""
    return tuple(
        describe_fassung(terms) for terms in reversed(faelle.versions_of(session, koordinierung_id))
    )


def _check_fassung(
    session: Session, akteur: Akteur, koordinierung_id: int, new: NeueFassung
) -> None:
    if not new.fassung.strip() or len(new.fassung) > 40:
        raise UngueltigeEingabe(
            "fassung", new.fassung, "Die Fassung braucht eine kurze Bezeichnung, etwa 2.0."
        )
    if not new.text.strip():
        raise UngueltigeEingabe("text", "", "Der Text der Nachnutzungsbedingungen fehlt.")
    _short("text", new.text)
    if new.gueltig_ab < akteur.today:
        raise UngueltigeEingabe(
            "gueltig_ab", new.gueltig_ab.isoformat(), "Eine neue Fassung gilt frühestens ab heute."
        )
    if faelle_angebote.has_terms(session, koordinierung_id, new.fassung.strip()):
        raise SchonVorhanden(
            f"Die Fassung „{new.fassung.strip()}“ gibt es schon. Wählen Sie eine neue Bezeichnung."
        )


# Shared -----------------------------------------------------------------------------------------


def _acting(session: Session, akteur: Akteur, case_id: int) -> Vorgang:
    vorgang = find_case(session, akteur, case_id, lock=True)
    if not rollen_in(akteur, vorgang):
        raise NichtErlaubt("Sie können diesen Vorgang lesen, aber nichts an ihm ändern.")
    return vorgang


def _change(
    session: Session, akteur: Akteur, case_id: int, version: int, what: str, values: dict[str, Any]
) -> None:
    vorgang = _acting(session, akteur, case_id)
    if vorgang.row.version != version:
        raise VeralteterStand
    changed = {name: v for name, v in values.items() if getattr(vorgang.row, name) != v}
    if changed:
        faelle_schreiben.change_case(session, vorgang.row, changed)
        note(session, akteur, what, vorgang, felder=sorted(changed))


def _short(name: str, text: str) -> str:
    longest = _LONGEST[name]
    if len(text) > longest:
        raise UngueltigeEingabe(
            name, text, f"Der Text ist zu lang. Möglich sind {longest} Zeichen."
        )
    return text.strip()
