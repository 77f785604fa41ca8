"""Lists and boards of the cases somebody may see, and what they can be narrowed down by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.am_zug import Zug, find_zug
from katalog.domain.vorgang import Status, effective_status
from katalog.queries import faelle, faelle_angebote, faelle_liste
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_liste import Filter
from katalog.queries.paging import Seite
from katalog.workflow.verlauf import Datum, find_next
from katalog.workflow.werte import Akteur, Fassung, describe_fassung

_ALL = Filter()


@dataclass(frozen=True, slots=True)
class Vorgangszeile:
    id: int
    vorgangsnummer: str
    version: int
    status: Status
    status_seit: date
    tage: int
    dienst_kennung: str
    dienst_name: str
    stelle_id: int
    stelle_name: str
    gegenueber: str
    am_zug: Zug | None
    ausgesetzt: bool
    ausgesetzt_bis: date | None
    wirksam_zum: date | None
    neue_bedingungen: str
    wartet_auf: str
    aktenzeichen: str
    bearbeiter: str
    naechster: Datum | None


@dataclass(frozen=True, slots=True)
class Auswahlwerte:
    """Key and name of what there are visible cases of."""

    dienste: tuple[tuple[str, str], ...]
    kreise: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Angebotszeile:
    """An offer of one's own coordinating body, to record an interest in it."""

    angebot_id: int
    dienst_id: int
    kennung: str
    name: str
    koordinierung_id: int
    eingestellt_zum: date | None
    bedingungen: Fassung | None


def list_cases(
    session: Session, akteur: Akteur, wanted: Filter, seite: int = 1
) -> Seite[Vorgangszeile]:
    found = faelle_liste.list_cases(session, akteur.betrachter, wanted, akteur.today, seite)
    return Seite(_lines(session, found.rows, akteur.today), found.total, found.number, found.size)


def list_board(
    session: Session, akteur: Akteur, wanted: Filter, je_spalte: int = 6
) -> dict[Status, tuple[Vorgangszeile, ...]]:
    """Of each step those that have been in it longest."""
    found = faelle_liste.list_board(session, akteur.betrachter, wanted, akteur.today, je_spalte)
    columns: dict[Status, list[Vorgangszeile]] = defaultdict(list)
    for line in _lines(session, found, akteur.today):
        columns[line.status].append(line)
    return {status: tuple(lines) for status, lines in columns.items()}


def count_by_status(session: Session, akteur: Akteur, wanted: Filter = _ALL) -> dict[Status, int]:
    return faelle_liste.count_by_status(session, akteur.betrachter, wanted, akteur.today)


def list_choices(session: Session, akteur: Akteur) -> Auswahlwerte:
    return Auswahlwerte(
        tuple(faelle_liste.used_dienste(session, akteur.betrachter)),
        tuple(faelle_liste.used_kreise(session, akteur.betrachter)),
    )


def list_offers(session: Session, akteur: Akteur) -> tuple[Angebotszeile, ...]:
    mine = akteur.betrachter.koordinierende_stellen
    terms = {
        number: faelle.in_force(faelle.versions_of(session, number), akteur.today)
        for number in mine
    }
    return tuple(
        Angebotszeile(
            angebot_id=offer.id or 0,
            dienst_id=offer.onlinedienst_id,
            kennung=dienst.kennung,
            name=dienst.kurzname or dienst.name,
            koordinierung_id=offer.koordinierung_id,
            eingestellt_zum=offer.eingestellt_zum,
            bedingungen=(
                describe_fassung(found) if (found := terms[offer.koordinierung_id]) else None
            ),
        )
        for offer, dienst in faelle_angebote.offers_of(session, mine)
    )


def _lines(session: Session, found: Sequence[Vorgang], today: date) -> tuple[Vorgangszeile, ...]:
    assigned = [v.row.bearbeiter_id for v in found if v.row.bearbeiter_id is not None]
    names = faelle_liste.editors(session, assigned) if assigned else {}
    reminders = faelle_liste.next_reminders(session, [vorgang.id for vorgang in found])
    return tuple(_line(v, names, reminders.get(v.id), today) for v in found)


def _line(
    vorgang: Vorgang, names: dict[int, str], reminder: date | None, today: date
) -> Vorgangszeile:
    row, fall = vorgang.row, vorgang.fall
    return Vorgangszeile(
        id=vorgang.id,
        vorgangsnummer=row.vorgangsnummer,
        version=row.version,
        status=effective_status(fall, today) or row.status,
        status_seit=row.status_seit,
        tage=max(0, (today - row.status_seit).days),
        dienst_kennung=vorgang.dienst.kennung,
        dienst_name=vorgang.dienst.kurzname or vorgang.dienst.name,
        stelle_id=row.zustaendige_stelle_id,
        stelle_name=vorgang.stelle.name,
        gegenueber=vorgang.gegenueber,
        am_zug=find_zug(fall, today),
        ausgesetzt=fall.aussetzung_offen,
        ausgesetzt_bis=fall.ausgesetzt_bis,
        wirksam_zum=fall.wirksam_zum,
        neue_bedingungen="" if vorgang.neu is None else vorgang.neu.fassung,
        wartet_auf=row.wartet_auf,
        aktenzeichen=row.aktenzeichen,
        bearbeiter=names.get(row.bearbeiter_id or 0, ""),
        naechster=find_next(vorgang, today, reminder),
    )
