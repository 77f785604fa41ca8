"""Many cases edited in a list: compared row by row first, then taken over as it was shown.

A list changes what is kept beside the steps of a case, each by the service that a form uses. Steps
and the days they set are never a cell's business: whoever changes one there is told so. `stand` is
the version of the case that the row knew; what has changed since is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from importers.cleaning import plain_text
from importers.records import Fault
from importers.vorgangsliste import VorgangslisteRecord, Zeile
from katalog.ausgabe.felder import as_text
from katalog.ausgabe.vorgangsliste import VORGANGSLISTE
from katalog.db import Session
from katalog.domain import abgleich
from katalog.domain.abgleich import Aenderung, Zeilenart
from katalog.domain.errors import VeralteterStand
from katalog.domain.rollen import Recht, reach
from katalog.journal import record
from katalog.queries import vorgangsliste
from katalog.queries.vorgangsliste import Listenzeile
from katalog.workflow.handeln import find_case
from katalog.workflow.pflegen import (
    add_note,
    assign,
    close_reminder,
    set_details,
    set_reminder,
)
from katalog.workflow.werte import Akteur

_DETAILS = ("aktenzeichen", "wartet_auf")
_REMINDER = ("wiedervorlage", "anlass")
_TITLES = {feld.name: feld.titel for feld in VORGANGSLISTE.felder}


@dataclass(frozen=True, slots=True)
class Vorgangsbefund:
    """A row with what becomes of it. `jetzt` is the case as it is, where the row names one."""

    zeile: Zeile
    art: Zeilenart
    jetzt: Listenzeile | None = None
    aenderungen: tuple[Aenderung, ...] = ()
    fehler: tuple[Fault, ...] = ()

    @property
    def besagt(self) -> list[Any]:
        row = self.jetzt.vorgang.row if self.jetzt else None
        return [
            self.zeile.nummer,
            row and [row.id, row.version],
            [[change.feld, change.alt, change.neu] for change in self.aenderungen],
        ]


Abgleich = abgleich.Abgleich[Vorgangsbefund]


def compare_list(session: Session, akteur: Akteur, zeilen: Sequence[Zeile]) -> Abgleich:
    return Abgleich(tuple(_Comparison(session, akteur, zeilen).run()))


def take_over_list(
    session: Session, akteur: Akteur, zeilen: Sequence[Zeile], kennzeichen: str
) -> Abgleich:
    """All that was shown, or nothing: `kennzeichen` is that of the comparison shown."""
    found = compare_list(session, akteur, zeilen)
    if found.kennzeichen != kennzeichen:
        raise VeralteterStand(
            "Seit der Prüfung hat sich etwas geändert. Es wurde nichts übernommen. Sehen Sie die "
            "Zeilen noch einmal durch."
        )
    for each in found.of(Zeilenart.GEAENDERT):
        _write(session, akteur, each)
    konto = akteur.betrachter.konto_id
    record(session, "vorgangsliste_uebernommen", "liste", None, found.zahlen, konto)
    return found


def _write(session: Session, akteur: Akteur, each: Vorgangsbefund) -> None:
    given, now = each.zeile.record, each.jetzt
    assert given is not None
    assert now is not None
    case, changed = now.vorgang.id, {change.feld for change in each.aenderungen}
    if details := {name: getattr(given, name) for name in _DETAILS if name in changed}:
        set_details(session, akteur, case, given.stand, **details)
    if "bearbeitung" in changed:
        body = now.vorgang.koordinierung_id or 0
        people = vorgangsliste.colleagues(session, [body])
        # What was set just now has made the case another version.
        version = find_case(session, akteur, case).row.version
        assign(session, akteur, case, version, people.get((body, given.bearbeitung)))
    if changed & set(_REMINDER):
        if now.wiedervorlage is not None:
            close_reminder(session, akteur, case, now.wiedervorlage.id)
        if given.wiedervorlage is not None:
            set_reminder(session, akteur, case, given.wiedervorlage, given.anlass)
    if "notiz" in changed:
        add_note(session, akteur, case, given.notiz)


class _Comparison:
    """Everything the rows name is looked up at once, then each row on its own."""

    def __init__(self, session: Session, akteur: Akteur, zeilen: Sequence[Zeile]) -> None:
        self.zeilen, self.today = zeilen, akteur.today
        self.mine = reach(akteur.betrachter, Recht.KOORDINIEREN).stellen
        named = {zeile.record.vorgangsnummer for zeile in zeilen if zeile.record}
        ids = vorgangsliste.ids_by_number(session, akteur.betrachter, named)
        rows = vorgangsliste.list_rows(session, sorted(ids.values()), akteur.today)
        self.rows = {row.vorgang.row.vorgangsnummer: row for row in rows}
        self.people = vorgangsliste.colleagues(session, self.mine)
        self.notes: dict[int, str] = {}
        for stelle in self.mine:
            self.notes |= vorgangsliste.last_notes(session, ids.values(), stelle)

    def run(self) -> list[Vorgangsbefund]:
        return [self._look_at(zeile) for zeile in self.zeilen]

    def _look_at(self, zeile: Zeile) -> Vorgangsbefund:
        given = zeile.record
        if given is None:
            return Vorgangsbefund(zeile, Zeilenart.ABGELEHNT, fehler=zeile.fehler)
        now = self.rows.get(given.vorgangsnummer)
        if now is None or now.vorgang.koordinierung_id not in self.mine:
            fault = Fault(
                zeile.nummer, "vorgangsnummer", given.vorgangsnummer,
                "Diesen Vorgang gibt es nicht, oder Sie koordinieren ihn nicht.",
                "Prüfen Sie die Nummer, oder löschen Sie die Zeile.",
            )  # fmt: skip
            return Vorgangsbefund(zeile, Zeilenart.ABGELEHNT, fehler=(fault,))
        changes = self._changes(zeile, given, now)
        faults = tuple(self._faults(zeile, given, now, changes))
        if faults:
            return Vorgangsbefund(zeile, Zeilenart.ABGELEHNT, now, fehler=faults)
        art = Zeilenart.GEAENDERT if changes else Zeilenart.UNVERAENDERT
        return Vorgangsbefund(zeile, art, now, changes)

    def _changes(
        self, zeile: Zeile, given: VorgangslisteRecord, now: Listenzeile
    ) -> tuple[Aenderung, ...]:
        """A column that the list has not changes nothing."""
        row = now.vorgang.row
        pairs = {
            "aktenzeichen": (_clean(row.aktenzeichen), given.aktenzeichen),
            "bearbeitung": (now.bearbeitung.lower(), given.bearbeitung),
            "wartet_auf": (_clean(row.wartet_auf), given.wartet_auf),
            "wiedervorlage": (_iso(now.faellig), _iso(given.wiedervorlage)),
            "anlass": (_clean(now.anlass), given.anlass),
        }
        changes = [
            Aenderung(name, old, new)
            for name, (old, new) in pairs.items()
            if name in zeile.werte and old != new
        ]
        # Handed in a second time the same note is there already.
        if given.notiz and given.notiz != _clean(self.notes.get(now.vorgang.id, "")):
            changes.append(Aenderung("notiz", "", given.notiz))
        return tuple(changes)

    def _faults(
        self,
        zeile: Zeile,
        given: VorgangslisteRecord,
        now: Listenzeile,
        changes: Sequence[Aenderung],
    ) -> list[Fault]:
        number, changed = zeile.nummer, {change.feld for change in changes}
        found = [
            Fault(
                number, name, text,
                f"„{_TITLES[name]}“ ändert sich nur im Vorgang selbst, mit dem Schritt dort.",
                f"Im Vorgang steht: {shown or 'nichts'}. Setzen Sie die Zelle darauf zurück.",
            )
            for name, text, shown in _read_only(given, now)
            if text != shown
        ]  # fmt: skip
        if changes and given.stand != now.vorgang.row.version:
            found.append(Fault(
                number, "stand", str(given.stand),
                "Der Vorgang hat sich geändert, seit die Liste heruntergeladen wurde.",
                "Laden Sie die Liste neu herunter, und tragen Sie Ihre Änderung dort ein.",
            ))  # fmt: skip
        body = now.vorgang.koordinierung_id or 0
        known = not given.bearbeitung or (body, given.bearbeitung) in self.people
        if "bearbeitung" in changed and not known:
            found.append(Fault(
                number, "bearbeitung", given.bearbeitung,
                "Mit dieser Adresse handelt niemand für die Koordinierende Stelle.",
                "Prüfen Sie die Adresse, oder lassen Sie die Person zuordnen.",
            ))  # fmt: skip
        if changed & set(_REMINDER):
            found += self._reminder_faults(number, given)
        return found

    def _reminder_faults(self, number: int, given: VorgangslisteRecord) -> list[Fault]:
        day = given.wiedervorlage
        if day is None:
            return [] if not given.anlass else [Fault(
                number, "wiedervorlage", "", "Zu diesem Anlass fehlt der Tag.",
                "Tragen Sie ihn ein, oder leeren Sie auch den Anlass.",
            )]  # fmt: skip
        if day <= self.today:
            return [Fault(
                number, "wiedervorlage", day.isoformat(),
                "Eine neue Wiedervorlage liegt in der Zukunft.", "Wählen Sie einen späteren Tag.",
            )]  # fmt: skip
        if not given.anlass:
            return [Fault(
                number, "anlass", "", "Der Anlass der Wiedervorlage fehlt.",
                "Schreiben Sie, was dann anzusehen ist.",
            )]  # fmt: skip
        return []


def _read_only(given: VorgangslisteRecord, now: Listenzeile) -> list[tuple[str, str, str]]:
    """Name, what stands in the list, what is so."""
    values = {feld.name: feld.wert(now) for feld in VORGANGSLISTE.felder}
    return [(name, text, _clean(as_text(values[name]))) for name, text in given.gelesen.items()]


def _clean(text: str) -> str:
    """Without what no file brings back, such as two blanks in a row."""
    return plain_text(text).text


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
