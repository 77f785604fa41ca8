"""A whole list of statements: compared row by row first, and taken over as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from importers.cleaning import plain_text
from importers.records import Fault, TeilnahmeRecord
from importers.teilnahme import Zeile
from katalog.db import Session
from katalog.domain import abgleich
from katalog.domain.abgleich import Aenderung, Zeilenart
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import FELDER, Einsatzangaben, parse_einsatz, write_einsatz
from katalog.domain.errors import UngueltigeEingaben, VeralteterStand
from katalog.domain.rollen import Betrachter, Recht, may
from katalog.journal import record
from katalog.models.nutzung import Einsatz
from katalog.participation.angaben import change_use, state_use
from katalog.queries import kommunen, meldeliste
from katalog.queries.meldeliste import Benannt
from katalog.queries.teilnahme import hold_bodies, stated


@dataclass(frozen=True, slots=True)
class Zeilenbefund:
    """A row with what becomes of it; `nummer` and `version` are those of the statement it is.

    `von_anderen`: others say something of it already, which may only want to be confirmed.
    """

    zeile: Zeile
    art: Zeilenart
    stelle: Benannt | None = None
    dienst: Benannt | None = None
    angaben: Einsatzangaben | None = None
    nummer: int | None = None
    version: int = 0
    aenderungen: tuple[Aenderung, ...] = ()
    fehler: tuple[Fault, ...] = ()
    von_anderen: bool = False

    @property
    def besagt(self) -> list[Any]:
        return [
            self.zeile.nummer,
            self.stelle,
            self.dienst,
            write_einsatz(self.angaben) if self.angaben else None,
            self.nummer,
            self.version,
        ]


Abgleich = abgleich.Abgleich[Zeilenbefund]


def compare(
    session: Session,
    betrachter: Betrachter,
    zeilen: Sequence[Zeile],
    today: date,
    *,
    lock: bool = False,
) -> Abgleich:
    """With `lock` what was compared stays so until this transaction ends."""
    return _Comparison(session, betrachter, zeilen, today, lock=lock).run()


def take_over(
    session: Session,
    betrachter: Betrachter,
    zeilen: Sequence[Zeile],
    kennzeichen: str,
    today: date,
) -> Abgleich:
    """All that was shown, or nothing: `kennzeichen` is that of the comparison shown."""
    found = compare(session, betrachter, zeilen, today, lock=True)
    if found.kennzeichen != kennzeichen:
        raise VeralteterStand(
            "Seit der Prüfung hat sich etwas geändert. Es wurde nichts übernommen. Sehen Sie die "
            "Zeilen noch einmal durch."
        )
    apply(session, betrachter, found, today)
    record(session, "liste_uebernommen", "liste", None, found.zahlen, betrachter.konto_id)
    return found


def apply(
    session: Session, betrachter: Betrachter, found: Abgleich, today: date
) -> tuple[int, ...]:
    """What is new or changed, as `compare` found it with `lock`: the numbers of the statements.

    What ends comes first and makes room: a row above it may begin the same anew.
    """
    rows = [each for each in found.zeilen if each.art in {Zeilenart.NEU, Zeilenart.GEAENDERT}]
    rows.sort(key=lambda each: not _ends(each))
    return tuple(_write(session, betrachter, each, today) for each in rows)


def _write(session: Session, betrachter: Betrachter, each: Zeilenbefund, today: date) -> int:
    assert each.stelle
    assert each.dienst
    assert each.angaben
    stelle = each.stelle.id
    if each.nummer is None:
        return state_use(session, betrachter, stelle, each.dienst.id, each.angaben, today)
    change_use(session, betrachter, stelle, each.nummer, each.version, each.angaben, today)
    return each.nummer


class _Comparison:
    """Everything the rows name is looked up at once, then each row on its own."""

    def __init__(
        self,
        session: Session,
        betrachter: Betrachter,
        zeilen: Sequence[Zeile],
        today: date,
        *,
        lock: bool,
    ) -> None:
        self.session, self.betrachter, self.zeilen, self.today = session, betrachter, zeilen, today
        records = [zeile.record for zeile in zeilen if zeile.record]
        keys = {key for each in records for key in (each.ars, each.ags) if key}
        self.bodies = meldeliste.bodies_by_key(session, keys)
        allowed = {
            body.id
            for body in self.bodies.values()
            if may(betrachter, Recht.EINSATZ_ANGEBEN, stelle=body.id)
        }
        self.allowed = allowed
        self.assistants = meldeliste.assistants_by_key(
            session, {each.kennung for each in records}, allowed
        )
        self.said_by_others = meldeliste.said_by_others(session, allowed)
        if lock:
            hold_bodies(session, allowed)
        own = meldeliste.own_statements(session, allowed, lock=lock)
        self.by_number = {einsatz.id: einsatz for einsatz in own}
        # What a row names with its number is not what another means without one.
        self.named = {each.nummer for each in records}
        self.claimed: set[int] = set()
        self.own: dict[tuple[int, int, Einsatzrolle], list[Einsatz]] = {}
        for einsatz in own:
            self.own.setdefault(_pair(einsatz), []).append(einsatz)
        # Where there is a running statement already.
        self.taken: set[tuple[int, int, Einsatzrolle]] = set()

    def run(self) -> Abgleich:
        found = [self._look_at(zeile) for zeile in self.zeilen]
        moving = {each.nummer for each in found if _moves(each)}
        self.taken = {
            pair
            for pair, group in self.own.items()
            for einsatz in group
            if einsatz.status is not Einsatzstatus.BEENDET and einsatz.id not in moving
        }
        return Abgleich(tuple(self._keep_apart(each) for each in found))

    def _look_at(self, zeile: Zeile) -> Zeilenbefund:
        given = zeile.record
        if given is None:
            return Zeilenbefund(zeile, Zeilenart.ABGELEHNT, fehler=zeile.fehler)
        try:
            return self._place(zeile, given)
        except _Refused as refused:
            return Zeilenbefund(zeile, Zeilenart.ABGELEHNT, fehler=refused.faults)

    def _place(self, zeile: Zeile, given: TeilnahmeRecord) -> Zeilenbefund:
        body = self._body(given)
        dienst = self.assistants.get(given.kennung)
        if dienst is None:
            raise _refuse(
                given, "kennung", given.kennung, "Diesen Onlinedienst gibt es im Katalog nicht.",
                "Die Kennung steht am Ende der Adresse des Onlinedienstes. Fehlt er im Katalog, "
                "geben Sie ihn unter „Angabe machen“ als Entwurf an.",
            )  # fmt: skip
        einsatz = self._statement(given, body, dienst)
        if einsatz is not None:
            self._claim(given, einsatz)
        now = stated(einsatz) if einsatz else None
        texts = self._texts(zeile, given, now)
        if einsatz and now and texts == _cleaned(now):
            return _existing(zeile, body, dienst, einsatz, now, ())
        try:
            angaben = parse_einsatz(texts, self.today)
        except UngueltigeEingaben as error:
            faults = [
                Fault(given.zeile, each.feld, each.wert, each.meldung, "") for each in error.fehler
            ]
            raise _Refused(tuple(faults)) from error
        if now is None or einsatz is None:
            said = (body.id, dienst.id) in self.said_by_others
            return Zeilenbefund(zeile, Zeilenart.NEU, body, dienst, angaben, von_anderen=said)
        return _existing(zeile, body, dienst, einsatz, angaben, _changes(now, angaben))

    def _body(self, given: TeilnahmeRecord) -> Benannt:
        found = [self.bodies.get(key) for key in (given.ars, given.ags) if key]
        body = found[0]
        if body is None:
            key = given.ars or given.ags
            today = kommunen.find_today(self.session, key)
            raise _refuse(
                given, "ars" if given.ars else "ags", key,
                "Dieser Schlüssel gilt nicht mehr." if today else "Diesen Schlüssel gibt es nicht.",
                f"Heute ist es {today}." if today else "Prüfen Sie die Ziffern.",
            )  # fmt: skip
        if any(other != body for other in found):
            raise _refuse(
                given, "ags", given.ags, "ARS und AGS meinen verschiedene Kommunen.",
                "Prüfen Sie beide, oder lassen Sie einen davon weg.",
            )  # fmt: skip
        if body.id not in self.allowed:
            raise _refuse(
                given, "ars" if given.ars else "ags", given.ars or given.ags,
                f"Für „{body.name}“ dürfen Sie keine Angaben machen.",
                "Beantragen Sie die Zuordnung unter „Mein Konto“, oder löschen Sie die Zeile.",
            )  # fmt: skip
        return body

    def _statement(self, given: TeilnahmeRecord, body: Benannt, dienst: Benannt) -> Einsatz | None:
        """The one that the row is about; none if it is a new one."""
        if given.nummer is not None:
            einsatz = self.by_number.get(given.nummer)
            if einsatz is None or einsatz.stelle_id != body.id:
                foreign = meldeliste.exists_elsewhere(self.session, given.nummer, body.id)
                raise _refuse(
                    given, "nummer", str(given.nummer),
                    "Diese Angabe hat jemand anderes gemacht, oder Sie haben ihr widersprochen."
                    if foreign else f"Eine Angabe mit dieser Nummer hat „{body.name}“ nicht.",
                    "Leeren Sie die Nummer, dann wird aus der Zeile eine neue Angabe.",
                )  # fmt: skip
            if einsatz.onlinedienst_id != dienst.id:
                raise _refuse(
                    given, "kennung", given.kennung,
                    "Die Angabe mit dieser Nummer meint einen anderen Onlinedienst.",
                    "Leeren Sie die Nummer, dann wird aus der Zeile eine neue Angabe.",
                )  # fmt: skip
            return einsatz
        group = self.own.get((body.id, dienst.id, Einsatzrolle(given.rolle)), [])
        group = [einsatz for einsatz in group if einsatz.id not in self.named]
        same_begin = [einsatz for einsatz in group if einsatz.ab == given.ab]
        running = [einsatz for einsatz in group if einsatz.status is not Einsatzstatus.BEENDET]
        return next(iter([*same_begin, *running]), None)

    def _claim(self, given: TeilnahmeRecord, einsatz: Einsatz) -> None:
        assert einsatz.id is not None
        if einsatz.id in self.claimed:
            raise _refuse(
                given, "kennung", given.kennung,
                "Dieselbe Angabe steht schon in einer Zeile darüber.",
                "Löschen Sie eine von beiden. Sollen es zwei Angaben sein, geben Sie ihnen "
                "verschiedene Rollen.",
            )  # fmt: skip
        self.claimed.add(einsatz.id)

    def _texts(
        self, zeile: Zeile, given: TeilnahmeRecord, now: Einsatzangaben | None
    ) -> dict[str, str]:
        """The fields as a form would send them; a column that the list has not changes nothing."""
        said = {
            "rolle": given.rolle,
            "status": given.status,
            "ab": given.ab.isoformat() if given.ab else "",
            "bis": given.bis.isoformat() if given.bis else "",
            "url": given.url,
            "fachverfahren": given.fachverfahren,
            "bemerkung": given.bemerkung,
            "sichtbarkeit": given.sichtbarkeit,
            "reifegrad": f"{given.reifegrad_modell}/{given.reifegrad}"
            if given.reifegrad_modell
            else "",
        }
        before = _cleaned(now) if now else {}
        return {
            name: said[name] if name in zeile.werte else before.get(name, "") for name in FELDER
        }

    def _keep_apart(self, each: Zeilenbefund) -> Zeilenbefund:
        """A body has one running statement for an assistant and a role, whatever rows say."""
        given = each.zeile.record
        if not _moves(each) or not (each.angaben and each.stelle and each.dienst and given):
            return each
        pair = (each.stelle.id, each.dienst.id, each.angaben.rolle)
        if _ends(each):
            return each
        if pair not in self.taken:
            self.taken.add(pair)
            return each
        fault = Fault(
            given.zeile, "rolle", given.rolle,
            "Zu diesem Onlinedienst gibt es schon eine laufende Angabe mit dieser Rolle.",
            "Ändern Sie jene, oder setzen Sie bei einer von beiden den Status auf „beendet“.",
        )  # fmt: skip
        return replace(each, art=Zeilenart.ABGELEHNT, fehler=(fault,), aenderungen=())


class _Refused(Exception):
    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.faults = faults


def _refuse(given: TeilnahmeRecord, place: str, value: str, cause: str, remedy: str) -> _Refused:
    return _Refused((Fault(given.zeile, place, value, cause, remedy),))


def _existing(
    zeile: Zeile,
    body: Benannt,
    dienst: Benannt,
    einsatz: Einsatz,
    angaben: Einsatzangaben,
    changes: tuple[Aenderung, ...],
) -> Zeilenbefund:
    art = Zeilenart.GEAENDERT if changes else Zeilenart.UNVERAENDERT
    return Zeilenbefund(
        zeile, art, body, dienst, angaben, einsatz.id, einsatz.version, aenderungen=changes
    )


def _moves(each: Zeilenbefund) -> bool:
    """After the row there may be a running statement where none was."""
    changed = {change.feld for change in each.aenderungen}
    return each.art is Zeilenart.NEU or not changed.isdisjoint({"rolle", "status"})


def _ends(each: Zeilenbefund) -> bool:
    return each.angaben is not None and each.angaben.status is Einsatzstatus.BEENDET


def _pair(einsatz: Einsatz) -> tuple[int, int, Einsatzrolle]:
    return (einsatz.stelle_id, einsatz.onlinedienst_id, einsatz.rolle)


def _cleaned(angaben: Einsatzangaben) -> dict[str, str]:
    """Without what no file brings back, such as two blanks in a row."""
    return {name: plain_text(text).text for name, text in write_einsatz(angaben).items()}


def _changes(before: Einsatzangaben, after: Einsatzangaben) -> tuple[Aenderung, ...]:
    old, new = write_einsatz(before), write_einsatz(after)
    return tuple(Aenderung(name, old[name], new[name]) for name in FELDER if old[name] != new[name])
