"""A contact of a body: read from a form, checked as a whole, and who may see what of it.

The function mailbox comes first and is public. A person may be named beside it, for administrations
only: names change and belong to people, a mailbox belongs to the task.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from katalog.domain.errors import UngueltigeEingabe, UngueltigeEingaben
from katalog.domain.mailadresse import LONGEST_ADDRESS, is_mailadresse
from katalog.domain.rollen import DEFAULT_SICHTBARKEIT, Datenart, Sichtbarkeit

HAUPTROLLE = "ozg-ansprechperson"
LONGEST = {"bezeichnung": 300, "telefon": 60, "person": 200, "funktionspostfach": LONGEST_ADDRESS}


@dataclass(frozen=True, slots=True)
class Kontaktangaben:
    rolle: str
    bezeichnung: str
    funktionspostfach: str
    telefon: str
    person: str
    vertritt: int | None

    @property
    def sichtbarkeit(self) -> Sichtbarkeit:
        art = Datenart.FUNKTIONSPOSTFACH if self.funktionspostfach else Datenart.PERSON
        return DEFAULT_SICHTBARKEIT[art]


def parse_kontakt(
    fields: Mapping[str, str], rollen: Collection[str], vertretbar: Mapping[int, str]
) -> Kontaktangaben:
    """`rollen` are those that exist, `vertretbar` the body's other contacts with their roles."""
    texts = {name: " ".join(fields.get(name, "").split()) for name in LONGEST}
    faults = [
        UngueltigeEingabe(
            name, text, f"Der Text ist zu lang. Möglich sind {LONGEST[name]} Zeichen."
        )
        for name, text in texts.items()
        if len(text) > LONGEST[name]
    ]
    rolle = fields.get("rolle", "")
    if rolle not in rollen:
        faults.append(UngueltigeEingabe("rolle", rolle, "Wählen Sie eine der Aufgaben."))
    postfach = texts["funktionspostfach"].lower()
    if postfach and not is_mailadresse(postfach):
        text = "Das ist keine E-Mail-Adresse. Beispiel: ozg@kommune.example"
        faults.append(UngueltigeEingabe("funktionspostfach", postfach, text))
    chosen = fields.get("vertritt", "")
    vertritt = next((number for number in vertretbar if str(number) == chosen), None)
    if chosen and (vertritt is None or vertretbar[vertritt] != rolle):
        text = "Vertreten lässt sich, wer bei Ihnen dieselbe Aufgabe hat."
        faults.append(UngueltigeEingabe("vertritt", chosen, text))
    if rolle == HAUPTROLLE and not chosen:
        faults += _faults_of_main(postfach, vertretbar)
    if not (postfach or texts["telefon"] or texts["person"]):
        text = "Tragen Sie ein Funktionspostfach ein, oder wer sonst zu erreichen ist."
        faults.append(UngueltigeEingabe("funktionspostfach", "", text))
    if faults:
        raise UngueltigeEingaben(faults)
    return Kontaktangaben(
        rolle, texts["bezeichnung"], postfach, texts["telefon"], texts["person"], vertritt
    )


def _faults_of_main(postfach: str, others: Mapping[int, str]) -> list[UngueltigeEingabe]:
    if HAUPTROLLE in others.values():
        text = "Es gibt schon eine OZG-Ansprechperson. Tragen Sie diese als ihre Vertretung ein."
        return [UngueltigeEingabe("vertritt", "", text)]
    if not postfach:
        text = "Die OZG-Ansprechperson braucht ein Funktionspostfach: Dorthin schreiben andere."
        return [UngueltigeEingabe("funktionspostfach", "", text)]
    return []
