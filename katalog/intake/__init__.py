"""Records become rows: the only way into register and catalogue, for seed and imports alike.

Kinds are written in the order in which they name each other, whatever order they arrive in. A
record that cannot be placed is reported and left out; the others are taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from importers import records
from katalog.db import Session
from katalog.intake import areas, offers, register, use
from katalog.intake.directory import Directory, Report

__all__ = ["Report", "take_over"]

_WRITERS: tuple[tuple[type[Any], Callable[[Directory, list[Any]], None]], ...] = (
    (records.QuelleRecord, register.write_quellen),
    (records.ThemenfeldRecord, register.write_themenfelder),
    (records.LageRecord, register.write_lagen),
    (records.OzgLeistungRecord, register.write_ozg_leistungen),
    (records.LeistungRecord, register.write_leistungen),
    (records.GebietRecord, areas.write_gebiete),
    (records.StelleRecord, areas.write_stellen),
    (records.KontaktrolleRecord, areas.write_kontaktrollen),
    (records.BehoerdenartRecord, areas.write_behoerdenarten),
    (records.PlattformRecord, areas.write_plattformen),
    (records.NetzwerkRecord, areas.write_netzwerke),
    (records.AbsichtserklaerungRecord, areas.write_absichtserklaerungen),
    (records.FallzahlRecord, use.write_fallzahlen),
    (records.OnlinedienstRecord, offers.write_onlinedienste),
    (records.LandesangebotRecord, offers.write_landesangebote),
    (records.PruefpunktlisteRecord, offers.write_pruefpunktlisten),
    (records.BedingungenRecord, offers.write_bedingungen),
    (records.EinsatzRecord, use.write_einsaetze),
    (records.FestlegungRecord, use.write_festlegungen),
    (records.BeschlussRecord, use.write_beschluesse),
)


def take_over(
    session: Session,
    incoming: Iterable[records.Record],
    progress: Callable[[str, int, int], None] = lambda kind, done, total: None,
) -> Report:
    by_kind: dict[type[Any], list[Any]] = defaultdict(list)
    for record in incoming:
        by_kind[type(record)].append(record)
    directory = Directory(session)
    done, total = 0, sum(len(group) for group in by_kind.values())
    for kind, write in _WRITERS:
        if by_kind[kind]:
            write(directory, by_kind[kind])
            done += len(by_kind[kind])
            progress(kind.__name__.removesuffix("Record"), done, total)
    return directory.report
