"""What can go wrong, without HTTP; `web` and `api` map each class to a status in one place.

    KatalogFehler
    ├── UngueltigeEingabe       one value that cannot be read or is not allowed
    ├── UngueltigeEingaben      several of them, so that a form marks all its fields at once
    ├── NichtErlaubt            the account may not do or see this
    │   └── NichtAngemeldet     nobody is signed in, which may be all that is missing
    ├── NichtGefunden           there is no such thing, or not for this account
    ├── Konflikt                the request was fine, the state of the thing is not
    │   ├── VeralteterStand     somebody else changed it in the meantime
    │   ├── FalscherZustand     the action does not exist in this state
    │   ├── VoraussetzungFehlt  the action exists, but something has to be done first
    │   └── SchonVorhanden      it exists already
    ├── NichtVerfuegbar         a part of the system does not answer
    └── Konfigurationsfehler    the operator has to change a setting

Every message is a German text for people: what happened, then what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

# A typed value is repeated to the person who typed it, not a whole uploaded file.
_LONGEST_VALUE = 80


class KatalogFehler(Exception):
    titel: ClassVar[str] = "Das hat nicht geklappt"

    def __init__(self, meldung: str) -> None:
        super().__init__(meldung)
        self.meldung = meldung


class UngueltigeEingabe(KatalogFehler):
    titel = "Angabe prüfen"

    def __init__(self, feld: str, wert: str, meldung: str) -> None:
        super().__init__(meldung)
        self.feld = feld
        self.wert = wert if len(wert) <= _LONGEST_VALUE else f"{wert[: _LONGEST_VALUE - 1]}…"

    @property
    def fehler(self) -> tuple[UngueltigeEingabe, ...]:
        return (self,)

    @property
    def by_field(self) -> dict[str, str]:
        return {self.feld: self.meldung}


class UngueltigeEingaben(KatalogFehler):
    titel = "Angaben prüfen"

    def __init__(self, fehler: Sequence[UngueltigeEingabe]) -> None:
        super().__init__(" ".join(einzeln.meldung for einzeln in fehler))
        self.fehler = tuple(fehler)

    @property
    def by_field(self) -> dict[str, str]:
        """What a form says at each field: the first of its faults, in the order of the form."""
        found: dict[str, str] = {}
        for fehler in self.fehler:
            found.setdefault(fehler.feld, fehler.meldung)
        return found


class NichtErlaubt(KatalogFehler):
    titel = "Dafür fehlt die Berechtigung"


class NichtAngemeldet(NichtErlaubt):
    titel = "Bitte anmelden"

    def __init__(
        self, meldung: str = "Dafür müssen Sie angemeldet sein. Melden Sie sich an."
    ) -> None:
        super().__init__(meldung)


class NichtGefunden(KatalogFehler):
    titel = "Nicht gefunden"

    def __init__(
        self,
        art: str,
        schluessel: str,
        hinweis: str = "Prüfen Sie die Schreibweise oder nutzen Sie die Suche.",
    ) -> None:
        super().__init__(
            f"{art} „{schluessel[:_LONGEST_VALUE]}“ ist hier nicht zu finden. {hinweis}"
        )
        self.art = art
        self.schluessel = schluessel


class Konflikt(KatalogFehler):
    titel = "Das passt nicht zum aktuellen Stand"


class VeralteterStand(Konflikt):
    titel = "Inzwischen geändert"

    def __init__(
        self,
        meldung: str = (
            "Jemand anderes hat den Datensatz inzwischen geändert. Ihre Eingabe wurde nicht "
            "gespeichert. Laden Sie die Seite neu und prüfen Sie Ihre Angaben."
        ),
    ) -> None:
        super().__init__(meldung)


class FalscherZustand(Konflikt):
    titel = "In diesem Schritt nicht möglich"


class VoraussetzungFehlt(Konflikt):
    titel = "Vorher ist noch etwas zu tun"

    def __init__(self, meldung: str, fehlt: Sequence[str]) -> None:
        super().__init__(meldung)
        self.fehlt = tuple(fehlt)


class SchonVorhanden(Konflikt):
    titel = "Schon vorhanden"


class NichtVerfuegbar(KatalogFehler):
    titel = "Vorübergehend nicht verfügbar"


class Konfigurationsfehler(KatalogFehler):
    titel = "Einstellung prüfen"

    def __init__(self, einstellung: str, meldung: str) -> None:
        super().__init__(f"{einstellung}: {meldung}")
        self.einstellung = einstellung
