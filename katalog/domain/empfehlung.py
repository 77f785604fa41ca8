"""What a body could take over next: reasons in sentences, each with the points it brings.

The order is a sum that anybody can check by hand. `PUNKTE` says what each reason is worth; what
readers call important counts twice. Nothing else moves an assistant up or down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from katalog.domain.begriffe import Angebotsstatus, Begriff, Dienststatus, Kostenmodell, Top100
from katalog.domain.kalender import format_datum
from katalog.domain.reifegrad import Reifegrad, list_stufen


class Kriterium(Begriff):
    KOSTEN = "kosten", "Kosten"
    NACHBARN = "nachbarn", "Nachbarn"
    AEHNLICHE = "aehnliche", "Ähnliche Kommunen"
    ANGEBOT = "angebot", "Angebot im eigenen Land"
    FACHVERFAHREN = "fachverfahren", "Fachverfahren"
    PLATTFORM = "plattform", "Plattform"
    REIFE = "reife", "Stand des Onlinedienstes"
    FALLZAHL = "fallzahl", "Fallzahl"
    TOP100 = "top100", "TOP 100"
    AUFTRAG = "auftrag", "Auftrag des Rates"
    ERSATZ = "ersatz", "Schon abgedeckt"
    NUTZUNG = "nutzung", "Verbreitung"


class Schwerpunkt(Begriff):
    """What readers may call important."""

    KOSTEN = "kosten", "Kosten"
    NACHBARN = "nachbarn", "Nachbarn"
    SCHNELL = "schnell", "schnell"


# What each reason is worth at most and, where something may speak against, how much that takes.
PUNKTE: Mapping[Kriterium, tuple[int, int]] = {
    Kriterium.KOSTEN: (3, -1),
    Kriterium.NACHBARN: (5, -1),
    Kriterium.AEHNLICHE: (3, 0),
    Kriterium.ANGEBOT: (4, -3),
    Kriterium.FACHVERFAHREN: (3, 0),
    Kriterium.PLATTFORM: (2, 0),
    Kriterium.REIFE: (2, -3),
    Kriterium.FALLZAHL: (3, 0),
    Kriterium.TOP100: (1, 0),
    Kriterium.AUFTRAG: (3, 0),
    Kriterium.ERSATZ: (0, -4),
    Kriterium.NUTZUNG: (0, 0),
}
DOPPELT: Mapping[Schwerpunkt, frozenset[Kriterium]] = {
    Schwerpunkt.KOSTEN: frozenset({Kriterium.KOSTEN}),
    Schwerpunkt.NACHBARN: frozenset({Kriterium.NACHBARN, Kriterium.AEHNLICHE}),
    Schwerpunkt.SCHNELL: frozenset(
        {Kriterium.ANGEBOT, Kriterium.FACHVERFAHREN, Kriterium.PLATTFORM, Kriterium.REIFE}
    ),
}
# Applications in a year, from which on a service is worth so many points.
_MANY = ((1000, 3), (100, 2), (1, 1))
# From three quarters of the highest level of its model on.
_MATURE = 0.75
_FEW_USERS = 2
_MOST_NAMED = 3
# That something is available is no reason to take it over yet.
MINDESTENS = 3


@dataclass(frozen=True, slots=True)
class Nachbar:
    """`km` as the crow flies, None where no source says where one of both lies."""

    name: str
    km: int | None = None
    pausiert: bool = False


@dataclass(frozen=True, slots=True)
class Anzahl:
    """Applications in a year; `wo` ("im Kreis …") is empty for the body's own."""

    faelle: int
    jahr: int
    wo: str = ""


@dataclass(frozen=True, slots=True)
class Landessicht:
    """What the own Land says of an assistant. Without `status` it says nothing."""

    status: Angebotsstatus | None = None
    koordinierung: str = ""
    ab: date | None = None


@dataclass(frozen=True, slots=True)
class Auftrag:
    """A point of a resolution of the body's council that is still open."""

    vorlage: str
    faellig: date | None = None


@dataclass(frozen=True, slots=True)
class Standort:
    """Whoever asks; `vergleichbar` names the bodies that count as alike."""

    name: str
    land: str = ""
    nachbarn: int = 0
    nachbarschaft: str = ""
    vergleichbar: str = ""


@dataclass(frozen=True, slots=True)
class Kandidat:
    """What the catalogue knows of one assistant, seen from where the body stands."""

    id: int
    sortier: str
    status: Dienststatus | None = None
    kosten: Kostenmodell | None = None
    reifegrad: Reifegrad | None = None
    top100: Top100 | None = None
    land: Landessicht = Landessicht()
    fremdes_land: str = ""
    nachbarn: tuple[Nachbar, ...] = ()
    aehnliche: tuple[str, ...] = ()
    fallzahl: Anzahl | None = None
    fachverfahren: tuple[str, ...] = ()
    plattform: str = ""
    auf_plattform: int = 0
    absicht: bool = False
    auftrag: Auftrag | None = None
    ersetzt: str = ""


@dataclass(frozen=True, slots=True)
class Grund:
    kriterium: Kriterium
    satz: str
    punkte: int
    dafuer: bool = True


@dataclass(frozen=True, slots=True)
class Empfehlung:
    """`gruende` with the points they bring to this reader, weights included."""

    kandidat: Kandidat
    gruende: tuple[Grund, ...]

    @property
    def punkte(self) -> int:
        return sum(grund.punkte for grund in self.gruende)

    @property
    def dafuer(self) -> tuple[Grund, ...]:
        """What weighs most comes first."""
        found = (grund for grund in self.gruende if grund.dafuer)
        return tuple(sorted(found, key=lambda grund: -grund.punkte))

    @property
    def dagegen(self) -> tuple[Grund, ...]:
        return tuple(grund for grund in self.gruende if not grund.dafuer)


def recommend(
    ort: Standort,
    kandidaten: Iterable[Kandidat],
    vorhanden: Collection[int],
    schwerpunkte: Collection[Schwerpunkt],
    today: date,
) -> list[Empfehlung]:
    """The best first; only what reaches `MINDESTENS` points, and nothing of `vorhanden`."""
    found = [
        weigh(ort, kandidat, schwerpunkte, today)
        for kandidat in kandidaten
        if kandidat.id not in vorhanden
    ]
    return sorted((each for each in found if each.punkte >= MINDESTENS), key=_place)


def _place(empfehlung: Empfehlung) -> tuple[int, int, str, int]:
    kandidat = empfehlung.kandidat
    return -empfehlung.punkte, -len(kandidat.nachbarn), kandidat.sortier, kandidat.id


def weigh(
    ort: Standort, kandidat: Kandidat, schwerpunkte: Collection[Schwerpunkt], today: date
) -> Empfehlung:
    double = {kriterium for each in schwerpunkte for kriterium in DOPPELT[each]}
    return Empfehlung(
        kandidat,
        tuple(
            replace(grund, punkte=grund.punkte * (2 if grund.kriterium in double else 1))
            for grund in _reasons(ort, kandidat, today)
        ),
    )


def _reasons(ort: Standort, k: Kandidat, today: date) -> Iterable[Grund]:
    yield from _by_offer(ort, k, today)
    yield from _by_cost(k)
    yield from _by_neighbours(ort, k)
    yield from _by_alike(ort, k)
    yield from _by_fit(k)
    yield from _by_mandate(k)
    yield from _by_volume(ort, k)
    if k.top100:
        yield _for(Kriterium.TOP100, f"Gehört zu den {k.top100.label}.", 1)
    yield from _by_maturity(k)
    if k.ersetzt:
        yield _against(
            Kriterium.ERSATZ, f"Für dieselbe OZG-Leistung gibt es hier schon „{k.ersetzt}“.", -4
        )


def with_users(empfehlung: Empfehlung, nutzende: int) -> Empfehlung:
    """Told where it is shown, and worth no points: to count all users of all would take long."""
    if nutzende > _FEW_USERS:
        return empfehlung
    sentence = (
        "Im ganzen Katalog nutzt ihn nur 1 Kommune."
        if nutzende == 1
        else f"Im ganzen Katalog nutzen ihn nur {nutzende} Kommunen."
        if nutzende
        else "Noch nutzt ihn laut Katalog niemand."
    )
    return replace(empfehlung, gruende=(*empfehlung.gruende, _against(Kriterium.NUTZUNG, sentence)))


def _by_offer(ort: Standort, k: Kandidat, today: date) -> Iterable[Grund]:
    within = f" in {ort.land}" if ort.land else ""
    offer = k.land
    match offer.status:
        case Angebotsstatus.ANGEBOTEN if offer.ab is not None and offer.ab > today:
            sentence = f"Wird{within} ab {format_datum(offer.ab)} angeboten: {offer.koordinierung}."
            yield _for(Kriterium.ANGEBOT, sentence, 1)
        case Angebotsstatus.ANGEBOTEN:
            sentence = f"Wird{within} zur Nachnutzung angeboten: {offer.koordinierung}."
            yield _for(Kriterium.ANGEBOT, sentence, 4)
        case Angebotsstatus.GEPLANT:
            sentence = f"Ein Angebot{within} ist geplant: {offer.koordinierung}."
            yield _for(Kriterium.ANGEBOT, sentence, 1)
        case Angebotsstatus.ZURUECKGESTELLT:
            yield _against(Kriterium.ANGEBOT, f"Das Angebot ist{within} zurückgestellt.", -3)
        case Angebotsstatus.EINGESTELLT:
            yield _against(Kriterium.ANGEBOT, f"Das Angebot ist{within} eingestellt.", -3)
        case None if k.fremdes_land:
            sentence = (
                f"Lösung eines anderen Landes ({k.fremdes_land}); ein Angebot{within} ist nicht "
                "verzeichnet."
            )
            yield _against(Kriterium.ANGEBOT, sentence, -2)
        case None:
            yield _against(Kriterium.ANGEBOT, f"Ein Angebot{within} ist nicht verzeichnet.")


def _by_cost(k: Kandidat) -> Iterable[Grund]:
    match k.kosten:
        case Kostenmodell.KOSTENNEUTRAL:
            yield _for(Kriterium.KOSTEN, "Kostenneutral für Kommunen.", 3)
        case None:
            yield _against(Kriterium.KOSTEN, "Was er kostet, steht nicht im Katalog.")
        case other:
            yield _against(Kriterium.KOSTEN, f"Ist nicht kostenneutral: {other.label}.", -1)


def _by_neighbours(ort: Standort, k: Kandidat) -> Iterable[Grund]:
    using = [n for n in k.nachbarn if not n.pausiert]
    if using:
        of = f"{len(using)} von {_counted(ort.nachbarn, 'Nachbar', 'Nachbarn')} {ort.nachbarschaft}"
        verb = "nutzt" if len(using) == 1 else "nutzen"
        sentence = f"{of} {verb} ihn: {_names(n.name for n in using)}{_nearest(using)}."
        yield _for(Kriterium.NACHBARN, sentence, min(len(using), 5))
    paused = [n.name for n in k.nachbarn if n.pausiert]
    if paused:
        yield _against(
            Kriterium.NACHBARN, f"Vorübergehend nicht verfügbar bei: {_names(paused)}.", -1
        )


def _nearest(using: Sequence[Nachbar]) -> str:
    placed = [(n.km, n.name) for n in using if n.km is not None]
    if not placed:
        return ""
    km, name = min(placed)
    distance = f"{km}\N{NO-BREAK SPACE}km"
    return f" ({distance})" if len(using) == 1 else f"; am nächsten {name} ({distance})"


def _by_alike(ort: Standort, k: Kandidat) -> Iterable[Grund]:
    if k.aehnliche:
        number = len(k.aehnliche)
        of = f"{_counted(number, 'ähnliche Kommune', 'ähnliche Kommunen')} {ort.vergleichbar}"
        verb = "nutzt" if number == 1 else "nutzen"
        sentence = f"{of} {verb} ihn: {_names(k.aehnliche)}."
        yield _for(Kriterium.AEHNLICHE, sentence, min((number + 1) // 2, 3))


def _by_fit(k: Kandidat) -> Iterable[Grund]:
    if k.fachverfahren:
        sentence = f"Passt zu einem Fachverfahren von hier: {_names(k.fachverfahren)}."
        yield _for(Kriterium.FACHVERFAHREN, sentence, 3)
    if k.auf_plattform:
        already = _counted(k.auf_plattform, "Onlinedienst", "Onlinediensten")
        sentence = f"Hier schon im Einsatz: die Plattform {k.plattform} mit {already}."
        yield _for(Kriterium.PLATTFORM, sentence, 2)
    elif k.absicht:
        sentence = f"Das Land hat erklärt, die Plattform nutzen zu wollen: {k.plattform}."
        yield _for(Kriterium.PLATTFORM, sentence, 1)


def _by_mandate(k: Kandidat) -> Iterable[Grund]:
    if k.auftrag:
        until = f", fällig am {format_datum(k.auftrag.faellig)}" if k.auftrag.faellig else ""
        sentence = f"Der Rat hat es beauftragt: Beschluss {k.auftrag.vorlage}{until}."
        yield _for(Kriterium.AUFTRAG, sentence, 3)


def _by_volume(ort: Standort, k: Kandidat) -> Iterable[Grund]:
    """What is known only of a larger area says that there is a need, and not how great it is."""
    if k.fallzahl is None or not k.fallzahl.faelle:
        return
    number, year = k.fallzahl.faelle, k.fallzahl.jahr
    written = f"{number:,}".replace(",", ".")
    cases = "Fall" if number == 1 else "Fälle"
    points = next(worth for least, worth in _MANY if number >= least) if not k.fallzahl.wo else 1
    yield _for(
        Kriterium.FALLZAHL,
        f"{written} {cases} im Jahr {year} {k.fallzahl.wo or f'in {ort.name}'}.",
        points,
    )


def _by_maturity(k: Kandidat) -> Iterable[Grund]:
    grade = f", Reifegrad {k.reifegrad}" if k.reifegrad else ""
    mature = 1 if k.reifegrad and _is_mature(k.reifegrad) else 0
    match k.status:
        case Dienststatus.VERFUEGBAR:
            yield _for(Kriterium.REIFE, f"Ist verfügbar{grade}.", 1 + mature)
        case Dienststatus.PILOT:
            yield _against(Kriterium.REIFE, f"Wird erst erprobt{grade}.")
        case Dienststatus.GEPLANT | Dienststatus.IN_ENTWICKLUNG:
            yield _against(Kriterium.REIFE, f"Ist noch nicht fertig: {k.status.label}.", -3)
        case Dienststatus.ABGEKUENDIGT | Dienststatus.EINGESTELLT:
            yield _against(Kriterium.REIFE, f"Wird nicht weitergeführt: {k.status.label}.", -3)
        case None if mature:
            yield _for(Kriterium.REIFE, f"Hat einen hohen Reifegrad: {k.reifegrad}.", 1)
        case None:
            yield _against(Kriterium.REIFE, "Ob er verfügbar ist, steht nicht im Katalog.")


def _is_mature(grad: Reifegrad) -> bool:
    return grad.stufe >= _MATURE * (len(list_stufen(grad.modell)) - 1)


def _for(kriterium: Kriterium, satz: str, punkte: int) -> Grund:
    return Grund(kriterium, satz, punkte)


def _against(kriterium: Kriterium, satz: str, punkte: int = 0) -> Grund:
    return Grund(kriterium, satz, punkte, dafuer=False)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _names(names: Iterable[str]) -> str:
    listed: Sequence[str] = list(names)
    more = len(listed) - _MOST_NAMED
    return ", ".join(listed[:_MOST_NAMED]) + (f" und {more} weitere" if more > 0 else "")
