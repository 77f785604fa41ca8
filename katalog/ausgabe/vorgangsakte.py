"""The file of a case for an office's own records: all that happened, as a letter and as data.

Both are made of one value, `Aktenstoff`: what people read in the PDF is what programs read in the
JSON that travels inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from katalog.ausgabe import brief
from katalog.ausgabe.brief import Abschnitt, Angaben, Brief, Kapitel, Muster, Text, Zeile, zeile
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.kalender import format_datum
from katalog.domain.nachnutzung import EREIGNISSE
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.domain.rechnung import Rechnung
from katalog.domain.vorgang import Status, Weg
from katalog.queries.faelle_lesen import (
    Dokumentzeile,
    Ereigniszeile,
    Kuendigungszeile,
    Nachrichtzeile,
    Notizzeile,
    Pruefpunktzeile,
    Wiedervorlagezeile,
    Zustimmungszeile,
)


@dataclass(frozen=True, slots=True)
class Aktentermin:
    bezeichnung: str
    am: date
    offen: bool
    ueberfaellig: bool


@dataclass(frozen=True, slots=True)
class Aktenbedingungen:
    """The version that rules the case, or is to be accepted first."""

    fassung: str
    gueltig_ab: date
    kuendigung: str
    klausel: str
    text: str
    text_hash: str
    angenommen: bool


@dataclass(frozen=True, slots=True)
class Aktenstoff:
    """A case as one side of it may know it. `erstellt` is a moment in the time zone of the reader;
    `ansprechstelle` are lines; `notizen` are those of `seite`, whose file it is."""

    vorgangsnummer: str
    aktenzeichen: str
    erstellt: datetime
    seite: str
    url: str
    weg: Weg
    status: Status
    status_seit: date
    dienst: str
    dienst_kennung: str
    stelle: str
    stelle_ars: str | None
    gebiete: tuple[str, ...]
    gegenueber: str
    handelt: Handlungsweise
    ansprechstelle: tuple[str, ...]
    bearbeitung: str
    wartet_auf: str
    grund: str
    register: str
    termine: tuple[Aktentermin, ...]
    rechnung: Rechnung
    kuendigungen: tuple[Kuendigungszeile, ...]
    ereignisse: tuple[Ereigniszeile, ...]
    nachrichten: tuple[Nachrichtzeile, ...]
    pruefpunkte: tuple[Pruefpunktzeile, ...]
    dokumente: tuple[Dokumentzeile, ...]
    bedingungen: Aktenbedingungen | None
    zustimmungen: tuple[Zustimmungszeile, ...]
    notizen: tuple[Notizzeile, ...]
    wiedervorlagen: tuple[Wiedervorlagezeile, ...]

    def encode(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=2)


def write_akte(stoff: Aktenstoff) -> Brief:
    return Brief(
        art="Vorgangsakte",
        titel=f"{stoff.dienst} für {stoff.stelle}",
        absender=stoff.seite,
        adressaten=f"Vorgang {stoff.vorgangsnummer}, {stoff.status.label}",
        stand=stoff.erstellt.date(),
        kapitel=tuple(_chapters(stoff)),
        quellen=(),
        url=stoff.url,
        verweis="Vorgang im OZG-Katalog",
    )


def _chapters(stoff: Aktenstoff) -> Iterator[Kapitel]:
    yield Kapitel("Vorgang", (brief.zeilen(*_case(stoff)),))
    yield Kapitel(
        "Termine und Fristen", (_table(_days(stoff), "Noch kein Termin."),), tuple(_notices(stoff))
    )
    yield Kapitel("Verlauf", (_table(_events(stoff), "Noch ist nichts geschehen."),))
    yield _correspondence(stoff)
    yield _checklist(stoff)
    yield Kapitel("Dokumente", (_table(_documents(stoff), "Keine Dokumente."),))
    yield _terms(stoff)
    yield Kapitel(
        f"Notizen und Wiedervorlagen: {stoff.seite}",
        (_table(_notes(stoff), "Keine Notizen, keine offenen Wiedervorlagen."),),
    )


def _table(lines: Iterator[Zeile], nothing: str) -> Angaben | brief.Absatz:
    found = tuple(lines)
    return Angaben(found) if found else brief.absatz(nothing)


def _case(stoff: Aktenstoff) -> Iterator[Zeile]:
    yield zeile("Vorgangsnummer", stoff.vorgangsnummer)
    yield zeile("Aktenzeichen", stoff.aktenzeichen)
    yield zeile("Stand", f"{stoff.status.label}, seit {format_datum(stoff.status_seit)}")
    yield zeile("Weg", stoff.weg.label)
    yield zeile("Onlinedienst", stoff.dienst, f"Kennung: {stoff.dienst_kennung}")
    ars = f"ARS: {stoff.stelle_ars}" if stoff.stelle_ars else None
    yield zeile("Zuständige Stelle", stoff.stelle, ars)
    yield zeile("Gilt für", ", ".join(stoff.gebiete))
    other = "Koordinierende Stelle" if stoff.weg is Weg.LANDESANGEBOT else "Träger"
    yield zeile(other, stoff.gegenueber)
    yield zeile("Die zuständige Stelle handelt", stoff.handelt.label)
    yield zeile("Ansprechstelle für die Anbindung", *stoff.ansprechstelle)
    yield zeile("Bearbeitung", stoff.bearbeitung)
    yield zeile("Wartet auf", stoff.wartet_auf)
    yield zeile("Angabe im Katalog", stoff.register)
    if stoff.grund:
        yield zeile("Grund des Abschlusses", stoff.grund)
    yield zeile("Akte erstellt", _moment(stoff, stoff.erstellt))


def _days(stoff: Aktenstoff) -> Iterator[Zeile]:
    for termin in stoff.termine:
        state = "überfällig" if termin.ueberfaellig else "steht noch aus" if termin.offen else ""
        yield zeile(termin.bezeichnung, ", ".join(filter(None, (format_datum(termin.am), state))))


def _notices(stoff: Aktenstoff) -> Iterator[Abschnitt]:
    if stoff.rechnung:
        steps = [f"{step.satz} ({step.paragraph})" for step in stoff.rechnung]
        block = brief.liste(steps, nummeriert=True)
        yield Abschnitt("So ist das Ende berechnet", (block,))
    for notice in stoff.kuendigungen:
        back = notice.zurueckgenommen_am
        lines = brief.zeilen(
            zeile("Zugegangen am", format_datum(notice.zugang)),
            zeile("Ende der Nutzung", format_datum(notice.wirksam_zum)),
            zeile("Berechnung", notice.rechnung),
            zeile("Grund", notice.grund),
            *([zeile("Zurückgenommen am", format_datum(back))] if back else []),
        )
        yield Abschnitt(f"Kündigung, erfasst am {_moment(stoff, notice.erfasst_am)}", (lines,))


def _events(stoff: Aktenstoff) -> Iterator[Zeile]:
    """Oldest first, as a file is read."""
    for event in reversed(stoff.ereignisse):
        day = f", {format_datum(event.datum)}" if event.datum else ""
        proxy = f", im Namen von {event.im_namen_von}" if event.im_namen_von else ""
        yield zeile(
            _moment(stoff, event.am),
            f"{EREIGNISSE[event.aktion]}{day}",
            *(line.strip() for line in event.notiz.splitlines()),
            f"Durch: {event.wer or 'Konto ohne Namen'}{proxy}",
            f"Schritt danach: {event.nach_status.label}",
        )


def _correspondence(stoff: Aktenstoff) -> Kapitel:
    if not stoff.nachrichten:
        nothing = brief.absatz("Zu diesem Vorgang ging keine Mail ab.")
        return Kapitel("Schriftverkehr", (nothing,))
    letters = tuple(_letter(stoff, mail) for mail in reversed(stoff.nachrichten))
    return Kapitel("Schriftverkehr", (), letters)


def _letter(stoff: Aktenstoff, mail: Nachrichtzeile) -> Abschnitt:
    sent = f", {_moment(stoff, mail.uebergeben_am)}" if mail.uebergeben_am else ""
    return Abschnitt(
        mail.betreff,
        (
            brief.zeilen(
                zeile("Geschrieben", _moment(stoff, mail.erstellt_am)),
                zeile("An", mail.empfaenger),
                zeile("Versand", f"{mail.status.label}{sent}"),
            ),
            Muster("Wortlaut", mail.text),
        ),
    )


def _checklist(stoff: Aktenstoff) -> Kapitel:
    if not stoff.pruefpunkte:
        return Kapitel("Checkliste", (brief.absatz("Noch keine Checkliste."),))
    sections = []
    for stufe in Pruefpunktstufe:
        lines = [_item(item) for item in stoff.pruefpunkte if item.stufe is stufe]
        if lines:
            sections.append(Abschnitt(stufe.label, (brief.zeilen(*lines),)))
    return Kapitel("Checkliste", (), tuple(sections))


def _item(item: Pruefpunktzeile) -> Zeile:
    needed = "" if item.pflicht else " (wenn nötig)"
    by = f" durch {item.erledigt_von}" if item.erledigt_von else ""
    state = f"erledigt am {format_datum(item.erledigt_am)}{by}" if item.erledigt_am else "offen"
    return zeile(f"{item.titel}{needed}", state, *item.notiz.splitlines())


def _documents(stoff: Aktenstoff) -> Iterator[Zeile]:
    for document in stoff.dokumente:
        size = f"{-(-document.groesse // 1024)} kB, {document.medientyp}"
        yield zeile(
            document.name,
            f"{size}, vom {_moment(stoff, document.hochgeladen_am)}",
            f"SHA-256: {document.hash}",
        )


def _terms(stoff: Aktenstoff) -> Kapitel:
    terms, title = stoff.bedingungen, "Nachnutzungsbedingungen"
    if terms is None:
        return Kapitel(title, (brief.absatz("Für diesen Vorgang gelten keine."),))
    version, begun = f"Fassung {terms.fassung}", format_datum(terms.gueltig_ab)
    state = None if terms.angenommen else "noch nicht angenommen"
    facts = brief.zeilen(
        zeile("Fassung", f"{version}, gültig ab {begun}", state),
        zeile("Kündigungsfrist", terms.kuendigung),
        zeile("Klausel", terms.klausel),
        zeile("Prüfsumme des Textes (SHA-256)", terms.text_hash),
    )
    sections = [Abschnitt("Zustimmungen", (_table(_acceptances(stoff), "Noch keine."),))]
    sections.append(Abschnitt("Wortlaut", (Muster(version, terms.text),)))
    return Kapitel(title, (facts,), tuple(sections))


def _acceptances(stoff: Aktenstoff) -> Iterator[Zeile]:
    for accepted in stoff.zustimmungen:
        office = f", {accepted.funktion}" if accepted.funktion else ""
        yield zeile(
            _moment(stoff, accepted.erklaert_am),
            f"Fassung {accepted.fassung} angenommen durch {accepted.name}{office}",
            accepted.vertretung.label,
            f"SHA-256: {accepted.text_hash}",
        )


def _notes(stoff: Aktenstoff) -> Iterator[Zeile]:
    for note in reversed(stoff.notizen):
        lines = [Text(line.strip()) for line in note.text.splitlines() if line.strip()]
        yield zeile(f"Notiz, {_moment(stoff, note.am)}", *lines, note.wer and f"Von: {note.wer}")
    for reminder in stoff.wiedervorlagen:
        yield zeile(f"Wiedervorlage, {format_datum(reminder.faellig)}", reminder.anlass)


def _moment(stoff: Aktenstoff, moment: datetime) -> str:
    local = moment.astimezone(stoff.erstellt.tzinfo)
    return f"{format_datum(local.date())}, {local:%H:%M} Uhr"
