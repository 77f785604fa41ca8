"""The open days of many cases at once, for calendars and reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.erinnerung import Faelligkeit, Terminart
from katalog.domain.vorgang import Fall
from katalog.models.fall import Aussetzung
from katalog.queries import faelle_termine
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_termine import Wiedervorlagetermin
from katalog.workflow.akte import Akte
from katalog.workflow.verlauf import Datum, list_dates
from katalog.workflow.werte import Akteur, Fassung, describe_fassung


@dataclass(frozen=True, slots=True)
class Terminlage:
    """Of a case what its days are about; named as in `Akte`."""

    id: int
    vorgangsnummer: str
    version: int
    dienst_name: str
    stelle_name: str
    fall: Fall
    aussetzung: Aussetzung | None
    neue_bedingungen: Fassung | None
    termine: tuple[Datum, ...]
    wiedervorlagen: tuple[Wiedervorlagetermin, ...]
    aufgehobenes_ende: date | None


def list_faelligkeiten(lage: Akte | Terminlage) -> Iterator[Faelligkeit]:
    """What is still to happen. New terms are something new each time, all else stays the same."""
    for datum in lage.termine:
        if datum.offen and datum.art is not None:
            key = datum.art.value
            if datum.art is Terminart.BEDINGUNGEN and lage.neue_bedingungen is not None:
                key = f"{key}-{lage.neue_bedingungen.id}"
            yield Faelligkeit(datum.art, datum.am, key)
    for each in lage.wiedervorlagen:
        key = key_of_reminder(each.id)
        yield Faelligkeit(Terminart.WIEDERVORLAGE, each.faellig, key, each.anlass)


def key_of_reminder(number: int) -> str:
    return f"{Terminart.WIEDERVORLAGE.value}-{number}"


def list_own_days(session: Session, akteur: Akteur) -> tuple[Terminlage, ...]:
    """Of all cases that somebody sees."""
    running = faelle_termine.load_running(session, akteur.today, akteur.betrachter)
    return tuple(collect_days(session, running, akteur.today))


def collect_days(
    session: Session, vorgaenge: Sequence[Vorgang], today: date
) -> Iterator[Terminlage]:
    cases = [vorgang.id for vorgang in vorgaenge]
    reminders = faelle_termine.open_reminders(session, cases)
    revoked = faelle_termine.ends_taken_back(session, cases)
    for vorgang in vorgaenge:
        yield Terminlage(
            id=vorgang.id,
            vorgangsnummer=vorgang.row.vorgangsnummer,
            version=vorgang.row.version,
            dienst_name=vorgang.dienst.kurzname or vorgang.dienst.name,
            stelle_name=vorgang.stelle.name,
            fall=vorgang.fall,
            aussetzung=vorgang.aussetzung,
            neue_bedingungen=None if vorgang.neu is None else describe_fassung(vorgang.neu),
            termine=list_dates(vorgang, today),
            wiedervorlagen=reminders.get(vorgang.id, ()),
            aufgehobenes_ende=revoked.get(vorgang.id),
        )
