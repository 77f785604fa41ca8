"""How stored values of open lists are written on pages; an unknown value stands for itself."""

from __future__ import annotations

_WORDS = {
    "bundid": "BundID",
    "mein-unternehmenskonto": "Mein Unternehmenskonto",
    "servicekonto": "Servicekonto des Landes",
    "online-ausweis": "Online-Ausweis",
    "ohne": "ohne Anmeldung",
    "osci-xta": "OSCI/XTA",
    "fit-connect": "FIT-Connect",
    "e-mail": "E-Mail-Postfach",
    "https-schnittstelle": "HTTPS-Schnittstelle",
}


def word_of(value: str) -> str:
    return _WORDS.get(value, value)
