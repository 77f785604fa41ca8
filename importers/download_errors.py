"""Why something could not be fetched, each with a German message: what was, what to do.

Unlesbar
└── NichtAbrufbar
    ├── KeineVerbindung     no internet, name unknown, port closed
    ├── Abgebrochen         the connection broke off, or what came is damaged
    ├── ZuLangsam           a server that takes longer than our patience
    ├── ZuGross             more bytes than the source can have
    ├── ServerFehler        a status that is none of success
    │   └── NichtGefunden   404 and 410
    ├── Abgelehnt           an address we do not ask: host, port, scheme, private network
    │   ├── Weitergeleitet  a redirect to such an address, or in circles
    │   └── Untersagt       an address that its server wants no programs to ask (robots.txt)
    ├── Unsicher            the certificate is not that of the host
    ├── KeineDatei          a page (of an error, of a captive portal) or nothing at all
    └── NichtAblegbar       the folder for fetched files is full, locked or not ours
"""

from __future__ import annotations

from importers.cleaning import clean_line
from importers.records import Unlesbar

NOTHING_CHANGED = "Es wurde nichts geändert."
_SHOWN = 200


class NichtAbrufbar(Unlesbar):
    """`again`: another try may succeed; `pause`: after how many seconds the server wants it."""

    def __init__(
        self, message: str, *, again: bool = False, pause: float | None = None, status: int = 0
    ) -> None:
        super().__init__(message)
        self.again = again
        self.pause = pause
        self.status = status

    def after(self, tries: int) -> NichtAbrufbar:
        """The same, said after the last of several tries."""
        if tries < 2:
            return self
        return type(self)(f"{self} Versucht wurde es {tries}-mal.", status=self.status)


class KeineVerbindung(NichtAbrufbar):
    pass


class Abgebrochen(NichtAbrufbar):
    pass


class ZuLangsam(NichtAbrufbar):
    pass


class ZuGross(NichtAbrufbar):
    pass


class ServerFehler(NichtAbrufbar):
    pass


class NichtGefunden(ServerFehler):
    pass


class Abgelehnt(NichtAbrufbar):
    pass


class Weitergeleitet(Abgelehnt):
    pass


class Untersagt(Abgelehnt):
    pass


class Unsicher(NichtAbrufbar):
    pass


class KeineDatei(NichtAbrufbar):
    pass


class NichtAblegbar(NichtAbrufbar):
    pass


def no_connection(host: str, cause: str, *, again: bool) -> KeineVerbindung:
    return KeineVerbindung(
        f"Ohne Internetverbindung zu {show(host)} lässt sich nichts abrufen ({cause})."
        f" {NOTHING_CHANGED} Bitte prüfen, ob dieser Rechner {show(host)} unmittelbar über HTTPS"
        " erreicht; ein Proxy aus der Umgebung wird nicht benutzt. Ohne Internet lassen sich von"
        " Hand beschaffte Dateien mit „katalog import“ einlesen.",
        again=again,
    )


def broken_off(host: str) -> Abgebrochen:
    return Abgebrochen(
        f"Die Übertragung von {show(host)} brach ab. {NOTHING_CHANGED} Bitte erneut abrufen; was"
        " schon da ist, wird dabei fortgesetzt, wo der Server es erlaubt.",
        again=True,
    )


def too_slow(host: str, seconds: float, *, again: bool) -> ZuLangsam:
    spelled = f"{seconds:g}".replace(".", ",")
    return ZuLangsam(
        f"{show(host)} antwortet zu langsam: Nach {spelled} Sekunden wurde abgebrochen."
        f" {NOTHING_CHANGED} Bitte später erneut versuchen.",
        again=again,
    )


def too_large(address: str, at_most: int) -> ZuGross:
    return ZuGross(
        f"{show(address)} liefert mehr als {spell_bytes(at_most)} und wurde abgebrochen; so groß"
        f" ist diese Quelle nie. {NOTHING_CHANGED} Bitte prüfen, ob die Adresse stimmt."
    )


def show(text: str) -> str:
    """An address may come from a foreign server: one line, no control characters, not endless."""
    line = clean_line(text[: 2 * _SHOWN]).text
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def spell_bytes(count: int) -> str:
    for size, unit in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} Bytes"
