"""Cases in every state, and everything a step may ask for: material for tests of the case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Vertragsschluss, Vertretung
from katalog.domain.fristen import Anker, Einheit, Kuendigungsregel, wirksam_zum
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Bedingungen, Fall, Status, Weg, Zustimmung

TODAY = date(2026, 11, 20)
REGEL = Kuendigungsregel(3, Einheit.MONAT, Anker.MONATSENDE)
FASSUNG_3 = Bedingungen("3", date(2025, 1, 1), Vertragsschluss.BESTAETIGUNG, REGEL)
FASSUNG_4 = Bedingungen("4", date(2027, 1, 1), Vertragsschluss.PRODUKTIVSETZUNG, REGEL)


def make_fall(status: Status | None, weg: Weg = Weg.LANDESANGEBOT) -> Fall:
    """A case as it normally is in a state; BEENDET is a notice whose end has passed."""
    fall = Fall(weg=weg, bedingungen=FASSUNG_3, bedingungen_offen=False)
    if weg is Weg.KOMMUNAL:
        fall = replace(fall, bedingungen=None)
    if status in {Status.GEKUENDIGT, Status.BEENDET}:
        ende = date(2027, 2, 28) if status is Status.GEKUENDIGT else date(2026, 11, 19)
        return replace(
            fall,
            status=Status.GEKUENDIGT,
            status_vor_kuendigung=Status.PRODUKTIV,
            kuendigungsregel=REGEL,
            vertrag_am=date(2025, 12, 10),
            produktiv_ab=date(2026, 3, 3),
            zugang=date(2026, 8, 10),
            wirksam_zum=ende,
        )
    return replace(fall, status=status)


def make_variants(status: Status | None, weg: Weg) -> Iterator[Fall]:
    """Cases of one state that differ in every fact a guard looks at."""
    usual = make_fall(status, weg)
    concluded = replace(usual, vertrag_am=date(2026, 9, 9))
    yield from (usual, concluded)
    yield replace(usual, bedingungen_offen=True)
    yield replace(usual, bedingungen=None)
    yield replace(usual, neue_bedingungen=FASSUNG_4)
    yield replace(usual, pflichtpunkte_offen=("Zertifikate",))
    yield replace(usual, testpunkte_offen=("Testfall bestanden",))
    yield replace(usual, golive_gemeldet_zum=TODAY)
    yield replace(usual, ausgesetzt_ab=TODAY)
    yield replace(usual, entkoppelt_am=TODAY)


def make_angaben(fall: Fall, rolle: Rolle, today: date = TODAY) -> Angaben:
    """Everything any step asks for, and right."""
    earlier, later = today - timedelta(days=10), today + timedelta(days=30)
    earlier = max(earlier, fall.interesse_am or earlier)
    zugang = today if rolle is Rolle.KOMMUNE else earlier
    fassung = "" if fall.zur_annahme is None else fall.zur_annahme.fassung
    return Angaben(
        grund="Das Fachverfahren wird ersetzt.",
        beleg="Mail vom 02.11.2026",
        ansprechstelle="ozg@rostock.example",
        wunschtermin=later,
        zustimmung=Zustimmung(fassung, "Beispiel", Vertretung.VOLLMACHT) if fassung else None,
        eingang=earlier,
        datum=earlier,
        termin=later,
        geplant_bis=later,
        hinweis_veroeffentlicht=True,
        zugang=zugang,
        ende=wirksam_zum(fall.regel or REGEL, zugang, fall.vertrag_am).wirksam_zum,
    )
