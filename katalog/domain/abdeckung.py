"""Who of those that are competent uses a service on a day, and for how many people.

A share means nothing without what it is a share of: `Grundlage` says how the competent bodies were
found. Every body that counted on an earlier day and does not any more has a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from katalog.domain.begriffe import Begriff, Einsatzrolle, Einsatzstatus
from katalog.domain.kalender import format_datum


class Grundlage(Begriff):
    BEHOERDENART = "behoerdenart", "Behörden der im Angebot genannten Art"
    ZUSTAENDIGKEIT = (
        "zustaendigkeit",
        "Stellen, die laut Verzeichnis für die Leistung zuständig sind",
    )
    EBENE = "ebene", "Gemeindeverbände und Gemeinden ohne Verband, solange niemand andere nennt"


# A plan or a look from outside is no use; whoever runs or tries a service has it.
IM_EINSATZ = frozenset({
    Einsatzrolle.NUTZT, Einsatzrolle.BETREIBT, Einsatzrolle.PILOTIERT, Einsatzrolle.ERSTELLT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traeger:
    """A body that could use a service. `einwohner` None: unknown for some of its area.

    `ab` and `bis` are the first and last day of its area where a merger made or ended it.
    """

    stelle_id: int
    name: str
    kreis: str
    einwohner: int | None
    ab: date | None = None
    bis: date | None = None
    aufgegangen_in: str = ""

    def besteht_am(self, tag: date) -> bool:
        return (self.ab is None or self.ab <= tag) and (self.bis is None or tag <= self.bis)


Traegerliste: TypeAlias = Mapping[int, Traeger]


@dataclass(frozen=True, slots=True)
class Aussage:
    """A statement of use as it stands today; its dates say what it said of another day."""

    stelle_id: int
    dienst_id: int
    status: Einsatzstatus
    ab: date | None = None
    bis: date | None = None
    ausgesetzt_bis: date | None = None
    stand: date | None = None
    widersprochen_am: date | None = None
    aus_vorgang: bool = False
    # The body that made it, where a merger has moved it to another since.
    urspruenglich: int | None = None

    def stelle_am(self, tag: date, traeger: Traegerliste) -> int:
        before = traeger.get(self.urspruenglich or 0)
        return before.stelle_id if before and before.besteht_am(tag) else self.stelle_id

    def zaehlt_am(self, tag: date) -> bool:
        """Productive on that day, as far as the dates tell. What has been interrupted or ended
        since was running before; what nobody had contradicted by then still counted."""
        since = self.ab or self.stand
        if since is not None and since > tag:
            return False
        if self.bis is not None and self.bis < tag:
            return False
        if self.widersprochen_am is not None and self.widersprochen_am <= tag:
            return False
        match self.status:
            case Einsatzstatus.PRODUKTIV:
                return True
            case Einsatzstatus.VORUEBERGEHEND:
                return self.stand is not None and self.stand > tag
            case Einsatzstatus.BEENDET:
                return self.bis is not None
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Abdeckung:
    """`weitere` use it and are not among the competent; they count in no share."""

    zustaendig: int
    nutzen: int
    einwohner: int | None
    einwohner_mit: int | None
    weitere: int = 0

    @property
    def anteil(self) -> float | None:
        """In per cent; None where nobody is competent."""
        return 100 * self.nutzen / self.zustaendig if self.zustaendig else None

    @property
    def anteil_einwohner(self) -> float | None:
        if not self.einwohner or self.einwohner_mit is None:
            return None
        return 100 * self.einwohner_mit / self.einwohner


@dataclass(frozen=True, slots=True)
class Weggang:
    stelle_id: int
    dienst_id: int
    tag: date | None
    grund: str


OHNE_KREIS = "ohne Kreis"


@dataclass(frozen=True, slots=True)
class Dienstabdeckung:
    """`kreise` has the competent bodies by the key of their Kreis."""

    dienst_id: int
    kennung: str
    name: str
    grundlage: Grundlage
    abdeckung: Abdeckung
    kreise: Mapping[str, Abdeckung]


@dataclass(frozen=True, slots=True)
class Kreiszeile:
    """`moeglich` is every offered service with every competent body of the Kreis."""

    name: str
    moeglich: int
    genutzt: int

    @property
    def anteil(self) -> float:
        return 100 * self.genutzt / self.moeglich if self.moeglich else 0.0


@dataclass(frozen=True, slots=True)
class Rueckgang:
    """Somebody who used a service and does not any more, in words. `tag` None: nobody said when."""

    stelle: str
    dienst: str
    tag: date | None
    grund: str


def count_users(
    aussagen: Iterable[Aussage], traeger: Traegerliste, tag: date
) -> dict[int, frozenset[int]]:
    """By assistant, each body once."""
    found: dict[int, set[int]] = defaultdict(set)
    for aussage in aussagen:
        if aussage.zaehlt_am(tag):
            found[aussage.dienst_id].add(aussage.stelle_am(tag, traeger))
    return {dienst: frozenset(bodies) for dienst, bodies in found.items()}


def cover(zustaendig: Collection[Traeger], users: Collection[int]) -> Abdeckung:
    using = [traeger for traeger in zustaendig if traeger.stelle_id in users]
    return Abdeckung(
        zustaendig=len(zustaendig),
        nutzen=len(using),
        einwohner=_people(zustaendig),
        einwohner_mit=_people(using) if _people(zustaendig) is not None else None,
        weitere=len(users) - len(using),
    )


def cover_by_kreis(zustaendig: Iterable[Traeger], users: Collection[int]) -> dict[str, Abdeckung]:
    """Only of those that are competent, so that the parts add up to the whole."""
    groups: dict[str, list[Traeger]] = defaultdict(list)
    for traeger in zustaendig:
        groups[traeger.kreis].append(traeger)
    return {
        kreis: cover(some, {t.stelle_id for t in some} & set(users))
        for kreis, some in groups.items()
    }


def _people(bodies: Iterable[Traeger]) -> int | None:
    numbers = [traeger.einwohner for traeger in bodies]
    return None if None in numbers else sum(filter(None, numbers))


def explain_departures(
    aussagen: Sequence[Aussage], traeger: Traegerliste, von: date, bis: date
) -> list[Weggang]:
    """Each body that counted for an assistant since `von` and does not on `bis`, with its reason.

    Also one that came and went in between: it was in the number of some day.
    """
    after = count_users(aussagen, traeger, bis)
    said: dict[tuple[int, int], list[Aussage]] = defaultdict(list)
    for aussage in aussagen:
        first = max(von, aussage.ab or aussage.stand or von)
        stelle = aussage.stelle_am(first, traeger)
        if aussage.zaehlt_am(first) and stelle not in after.get(aussage.dienst_id, frozenset()):
            said[aussage.dienst_id, stelle].append(aussage)
    found = [
        Weggang(stelle, dienst, *_reason(some, traeger.get(stelle), bis))
        for (dienst, stelle), some in said.items()
    ]
    return sorted(found, key=lambda each: (each.tag or date.min, each.stelle_id), reverse=True)


def _reason(said: Sequence[Aussage], traeger: Traeger | None, bis: date) -> tuple[date | None, str]:
    """By the statement that held longest: the others had been over before."""
    if traeger is not None and not traeger.besteht_am(bis):
        into = f" in {traeger.aufgegangen_in}" if traeger.aufgegangen_in else ""
        return traeger.bis, f"Gebiet aufgegangen{into}"
    last = max(said, key=lambda each: each.bis or date.max)
    if last.widersprochen_am is not None and last.widersprochen_am <= bis:
        return last.widersprochen_am, "Widerspruch der Stelle gegen die Angabe"
    if last.bis is not None and last.bis < bis:
        what = "Kündigung" if last.aus_vorgang else "Nutzung beendet"
        return last.bis, f"{what} zum {format_datum(last.bis)}"
    if last.status is Einsatzstatus.VORUEBERGEHEND:
        until = last.ausgesetzt_bis
        planned = f", voraussichtlich bis {format_datum(until)}" if until else ", Ende unbestimmt"
        return last.stand, f"vorübergehend nicht verfügbar{planned}"
    return last.stand, f"Angabe jetzt „{last.status.label}“"
