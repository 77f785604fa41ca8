"""Council resolutions: written by the body they bind, reported on with what the catalogue knows.

A report is drafted anew whenever somebody looks. Handed in, it is kept as it was, for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.ausgabe.beschlussbericht import Berichtsstoff, write_beschlussbericht
from katalog.ausgabe.brief import Brief
from katalog.db import Session
from katalog.domain.beschluss import Beschlussangaben, Punktangaben
from katalog.domain.errors import (
    FalscherZustand,
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    VeralteterStand,
    VoraussetzungFehlt,
)
from katalog.domain.rollen import Betrachter, Recht, Sichtbarkeit, may, may_see, require
from katalog.journal import record
from katalog.models.koordination import Berichtstermin, Beschluss, Beschlusspunkt
from katalog.queries import beschluesse
from katalog.queries.beschluesse import Punkt

_HINT = "Alle Beschlüsse stehen auf der Seite der Kommune."
_MOST_POINTS = 100
_MOST_DATES = 200


@dataclass(frozen=True, slots=True)
class Ort:
    """Whose resolution it is, and where the portal shows it; `pfad` begins with the slash."""

    stelle: int
    name: str
    pfad: str
    basis_url: str


@dataclass(frozen=True, slots=True)
class Entwurf:
    """`termin` is the report that it would be; none where it is an extra one.

    `nicht_oeffentlich`: how many of the statements named in it the public does not see otherwise.
    """

    brief: Brief
    termin: Berichtstermin | None
    nicht_oeffentlich: int

    @property
    def kennzeichen(self) -> str:
        """What it says and for which date: sent twice, the second would be for another one."""
        return f"{self.brief.pruefsumme} {self.termin.datum if self.termin else ''}".strip()


# Seeing -------------------------------------------------------------------------------------


def see(session: Session, betrachter: Betrachter, stelle: int, number: int) -> Beschluss:
    found = beschluesse.find(session, stelle, number)
    if found is None or not may_see(betrachter, found.sichtbarkeit, stelle):
        raise NichtGefunden("Der Beschluss", str(number), _HINT)
    return found


def may_see_draft(betrachter: Betrachter, stelle: int) -> bool:
    return may_see(betrachter, Sichtbarkeit.EIGENE, stelle)


def draft(session: Session, ort: Ort, beschluss: Beschluss, today: date) -> Entwurf:
    number = _number_of(beschluss)
    points = beschluesse.punkte(session, number)
    evidence = beschluesse.nachweise(session, ort.stelle, points, today)
    due = [t for t in beschluesse.termine(session, number) if t.erledigt_am is None]
    stoff = Berichtsstoff(
        beschluss=beschluss,
        punkte=points,
        nachweise=evidence,
        kommune=ort.name,
        kommune_url=f"{ort.basis_url}{ort.pfad.removesuffix('/beschluesse')}",
        url=f"{ort.basis_url}{ort.pfad}/{number}",
        basis_url=ort.basis_url,
        stand=today,
        naechster=due[1].datum if len(due) > 1 else None,
    )
    hidden = {
        each.nutzung.id
        for rows in evidence.values()
        for each in rows
        if each.nutzung.sichtbarkeit is not Sichtbarkeit.OEFFENTLICH
    }
    return Entwurf(write_beschlussbericht(stoff), due[0] if due else None, len(hidden))


def handed_in(session: Session, beschluss: Beschluss, datum: date) -> Brief:
    for termin in beschluesse.termine(session, _number_of(beschluss)):
        if termin.datum == datum and termin.bericht:
            return Brief.decode(termin.bericht)
    raise NichtGefunden("Der Bericht", datum.isoformat(), "Abgegebene stehen beim Beschluss.")


# Writing ------------------------------------------------------------------------------------


def add(session: Session, betrachter: Betrachter, stelle: int, angaben: Beschlussangaben) -> int:
    require(betrachter, Recht.BESCHLUSS_PFLEGEN, stelle=stelle)
    _check_vorlage(session, stelle, angaben.vorlage, None)
    number = beschluesse.add(session, stelle, angaben)
    _note(session, betrachter, "beschluss_angelegt", stelle, number)
    return number


def change(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    number: int,
    version: int,
    angaben: Beschlussangaben,
) -> None:
    """`version` is what the form showed: whoever changed it since is not overwritten."""
    beschluss = own(session, betrachter, stelle, number, lock=True)
    if beschluss.version != version:
        raise VeralteterStand
    _check_vorlage(session, stelle, angaben.vorlage, number)
    before = beschluss.sichtbarkeit
    beschluesse.change(session, beschluss, angaben)
    what = "beschluss_geaendert" if before is angaben.sichtbarkeit else "beschluss_sichtbarkeit"
    _note(session, betrachter, what, stelle, number, sichtbarkeit=str(angaben.sichtbarkeit))


def own(
    session: Session, betrachter: Betrachter, stelle: int, number: int, *, lock: bool = False
) -> Beschluss:
    require(betrachter, Recht.BESCHLUSS_PFLEGEN, stelle=stelle)
    found = beschluesse.find(session, stelle, number, lock=lock)
    if found is None:
        raise NichtGefunden("Der Beschluss", str(number), _HINT)
    return found


def may_write(betrachter: Betrachter, stelle: int) -> bool:
    return may(betrachter, Recht.BESCHLUSS_PFLEGEN, stelle=stelle)


def require_writing(betrachter: Betrachter, stelle: int) -> None:
    require(betrachter, Recht.BESCHLUSS_PFLEGEN, stelle=stelle)


def find_punkt(session: Session, beschluss: Beschluss, number: int) -> Punkt:
    for punkt in beschluesse.punkte(session, _number_of(beschluss)):
        if punkt.punkt.id == number:
            return punkt
    raise NichtGefunden("Der Beschlusspunkt", str(number), "Alle Punkte stehen beim Beschluss.")


def write_punkt(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    number: int,
    punkt: tuple[int, int] | None,
    angaben: Punktangaben,
) -> None:
    """`punkt`: the one that is changed and the version its form showed; none for a new one."""
    beschluss = own(session, betrachter, stelle, number, lock=True)
    known = [each.punkt for each in beschluesse.punkte(session, number)]
    row = Beschlusspunkt(beschluss_id=number, nummer=0, auftrag="")
    if punkt is None and len(known) >= _MOST_POINTS:
        raise FalscherZustand(f"Ein Beschluss hat höchstens {_MOST_POINTS} Punkte.")
    if punkt is not None:
        row = find_punkt(session, beschluss, punkt[0]).punkt
        if row.version != punkt[1]:
            raise VeralteterStand
    if any(each.nummer == angaben.nummer and each.id != row.id for each in known):
        raise UngueltigeEingabe(
            "nummer",
            str(angaben.nummer),
            f"Einen Punkt {angaben.nummer} hat der Beschluss schon. Ändern Sie jenen, oder nehmen "
            "Sie eine andere Nummer.",
        )
    ozg = beschluesse.ozg_numbers(session, angaben.ozg_ids)
    if missing := [key for key in angaben.ozg_ids if key not in ozg]:
        raise UngueltigeEingabe(
            "ozg", missing[0], f"Die OZG-ID {', '.join(missing)} gibt es im Katalog nicht."
        )
    beschluesse.write_punkt(session, row, angaben, list(ozg.values()))
    _note(session, betrachter, "beschlusspunkt_geschrieben", stelle, number, punkt=angaben.nummer)


def remove_punkt(
    session: Session, betrachter: Betrachter, stelle: int, number: int, punkt: int
) -> None:
    """For what was typed by mistake. Reports that were handed in keep what they said."""
    beschluss = own(session, betrachter, stelle, number, lock=True)
    row = find_punkt(session, beschluss, punkt).punkt
    nummer = row.nummer
    beschluesse.remove_punkt(session, row)
    _note(session, betrachter, "beschlusspunkt_entfernt", stelle, number, punkt=nummer)


def plan_report(
    session: Session, betrachter: Betrachter, stelle: int, number: int, datum: date
) -> None:
    own(session, betrachter, stelle, number, lock=True)
    known = beschluesse.termine(session, number)
    if any(termin.datum == datum for termin in known):
        raise SchonVorhanden("Für diesen Tag ist schon ein Bericht vorgesehen oder abgegeben.")
    if len(known) >= _MOST_DATES:
        raise FalscherZustand(f"Ein Beschluss hat höchstens {_MOST_DATES} Berichtstermine.")
    beschluesse.add_termin(session, number, datum)
    _note(session, betrachter, "bericht_vorgesehen", stelle, number, datum=datum.isoformat())


def drop_report(
    session: Session, betrachter: Betrachter, stelle: int, number: int, datum: date
) -> None:
    own(session, betrachter, stelle, number, lock=True)
    for termin in beschluesse.termine(session, number):
        if termin.datum == datum and termin.erledigt_am is None:
            beschluesse.remove_termin(session, termin)
            _note(
                session, betrachter, "bericht_gestrichen", stelle, number, datum=datum.isoformat()
            )
            return
    raise FalscherZustand("Diesen Termin gibt es nicht, oder sein Bericht ist schon abgegeben.")


def hand_in(
    session: Session,
    betrachter: Betrachter,
    ort: Ort,
    number: int,
    shown: str,
    today: date,
) -> date:
    """The report for the date that is due next; of today where none is planned.

    `shown` is the `kennzeichen` of what was read before: nobody hands in what they have not seen.
    """
    beschluss = own(session, betrachter, ort.stelle, number, lock=True)
    entwurf = draft(session, ort, beschluss, today)
    if entwurf.kennzeichen != shown:
        raise VeralteterStand(
            "Seit Sie den Bericht gesehen haben, hat sich etwas geändert. Er ist nicht abgegeben. "
            "Lesen Sie ihn noch einmal, und geben Sie ihn dann ab."
        )
    if not beschluesse.punkte(session, number):
        raise VoraussetzungFehlt(
            "Der Bericht hat noch nichts zu berichten. Tragen Sie die Punkte des Beschlusses ein.",
            ["Beschlusspunkte"],
        )
    termin = entwurf.termin or _extra(session, number, today)
    beschluesse.hand_in(session, termin, entwurf.brief.encode().decode(), today)
    _note(
        session, betrachter, "bericht_abgegeben", ort.stelle, number,
        datum=termin.datum.isoformat(), pruefsumme=entwurf.brief.pruefsumme,
    )  # fmt: skip
    return termin.datum


def _extra(session: Session, number: int, today: date) -> Berichtstermin:
    if any(termin.datum == today for termin in beschluesse.termine(session, number)):
        raise FalscherZustand(
            "Für heute ist schon ein Bericht abgegeben. Sehen Sie einen weiteren Termin vor, wenn "
            "noch einer nötig ist."
        )
    return beschluesse.add_termin(session, number, today)


def _check_vorlage(session: Session, stelle: int, vorlage: str, number: int | None) -> None:
    if beschluesse.taken(session, stelle, vorlage, number):
        raise UngueltigeEingabe(
            "vorlage", vorlage, "Zu dieser Vorlage gibt es schon einen Beschluss. Ändern Sie jenen."
        )


def _number_of(beschluss: Beschluss) -> int:
    assert beschluss.id is not None
    return beschluss.id


def _note(
    session: Session, betrachter: Betrachter, what: str, stelle: int, number: int, **more: object
) -> None:
    angaben: dict[str, object] = {"stelle_id": stelle} | more
    record(session, what, "beschluss", number, angaben, betrachter.konto_id)
