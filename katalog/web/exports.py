"""A list as a file: what `?format=` asks for, made while it is sent."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

from katalog.ausgabe.export import Zusammenstellung, export, parse_format
from katalog.ausgabe.kopf import Anlass
from katalog.domain.errors import NichtVerfuegbar
from katalog.settings import BERLIN, Settings
from katalog.web.address import Address
from katalog.web.page import Download, View

_NAME = "OZG-Katalog"
# Each one holds a connection until its reader has everything, and a reader may be slow. The pages
# need theirs as well, see `open_engine`.
_AT_A_TIME = 8
_places = threading.BoundedSemaphore(_AT_A_TIME)


def wants_file(address: Address) -> bool:
    return bool(address.all("format"))


def download(view: View, bestand: Zusammenstellung[Any]) -> Download:
    ausgabeformat = parse_format(view.address.text("format"))
    file = export(view.portal.engine, bestand, ausgabeformat, occasion(view.portal.settings))
    if not _places.acquire(blocking=False):
        raise NichtVerfuegbar(
            "Gerade werden so viele Dateien abgerufen, dass für eine weitere kein Platz ist. "
            "Versuchen Sie es in ein paar Minuten noch einmal."
        )
    pieces = _Held(file.pieces)
    return Download(file.name, file.media_type, pieces, pieces.close)


def occasion(settings: Settings) -> Anlass:
    return Anlass(
        basis_url=settings.basis_url.rstrip("/"),
        herausgeber=settings.betreiber.name or _NAME,
        erstellt=datetime.combine(settings.today(), datetime.now(BERLIN).timetz()),
    )


class _Held:
    """Pieces that keep their place until they are all sent or nobody wants them any more.

    Closed by whoever sends them, at any time: also while a thread makes the next piece.
    """

    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces = pieces
        self._turn = threading.Lock()
        # The interpreter forgets this object at last where an error kept it from being closed.
        self._leave = weakref.finalize(self, _places.release)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._turn:
            return next(self._pieces)

    def close(self) -> None:
        with self._turn:
            self._pieces.close()
        self._leave()
