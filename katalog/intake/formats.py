"""The formats of `katalog import`: who reads them, and what their deliveries mean.

Readers are loaded when they are needed: that of the boundaries brings half a geometry library.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from importers.recognition import Format
from importers.records import QuelleRecord
from katalog.intake.known import salt


@dataclass(frozen=True, slots=True)
class Lieferart:
    """`complete`: what a delivery no longer has is gone. `whole`: one bad row refuses them all.

    `source`: the reader does not say whose data these are. `recognises`: its reader passes over
    elements that are known.
    """

    module: str
    complete: bool
    whole: bool = False
    area_list: bool = False
    suffixes: tuple[str, ...] = ()
    source: QuelleRecord | None = None
    recognises: bool = False

    def read(
        self,
        name: str,
        stream: BinaryIO,
        quelle: QuelleRecord,
        known: Callable[[int], bool],
    ) -> Iterator[Any]:
        module = importlib.import_module(f"importers.{self.module}")
        if self.source is not None:
            yield quelle
            yield from module.read(name, stream)
        elif self.recognises:
            yield from module.read(name, stream, quelle, known=known, salt=salt())
        else:
            yield from module.read(name, stream, quelle)

    def default_source(self) -> QuelleRecord:
        if self.source is not None:
            return self.source
        module = importlib.import_module(f"importers.{self.module}")
        quelle: QuelleRecord = module.QUELLE
        return quelle


_TABLES = (".csv", ".xlsx", ".txt")

LIEFERARTEN: dict[Format, Lieferart] = {
    Format.XZUFI: Lieferart("xzufi", complete=False, suffixes=(".xml",), recognises=True),
    Format.FIM: Lieferart("fim", complete=True, suffixes=(".json",)),
    Format.OZG: Lieferart("ozg", complete=True, suffixes=_TABLES),
    Format.LEIKA: Lieferart("leika", complete=True, suffixes=_TABLES),
    Format.EFA: Lieferart("efa", complete=True, suffixes=_TABLES),
    Format.GV100: Lieferart(
        "gv100", complete=True, area_list=True, suffixes=(".asc", ".txt")
    ),
    Format.GV: Lieferart("gv", complete=True, area_list=True, suffixes=(".xlsx",)),
    # A file has the changes of one year; those of other years stay.
    Format.GV_AENDERUNGEN: Lieferart("gv_aenderungen", complete=False, suffixes=(".xlsx",)),
    Format.GENERICODE: Lieferart("genericode", complete=False, suffixes=(".xml",)),
    Format.TEILNAHME: Lieferart(
        "teilnahme", complete=False, whole=True, suffixes=_TABLES,
        source=QuelleRecord("teilnahme", "Meldeliste", "import"),
    ),
    Format.VORGAENGE: Lieferart(
        "vorgaenge", complete=False, whole=True, suffixes=_TABLES,
        source=QuelleRecord("vorgaenge", "Vorgangsliste", "import"),
    ),
    Format.KDN: Lieferart("kdn", complete=True, suffixes=_TABLES),
    Format.DATAHUB: Lieferart("datahub", complete=True, suffixes=_TABLES),
    Format.PUBLICCODE: Lieferart("publiccode", complete=False, suffixes=(".yml", ".yaml")),
}  # fmt: skip
