"""Maps: what an address asks for becomes areas with their state, on the choice that lists show.

Statements belong to bodies and assistants; which municipalities they colour is decided by
`domain.kartenbild`. Areas of all Germany take longer to read than most answers: they are kept, and
so are the last answers, until anybody commits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from katalog import discovery
from katalog.db import Engine, Session, reading
from katalog.discovery import Auswahl, Suche
from katalog.domain.begriffe import Gebietsebene, Objektart
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.gebietsnetz import Gebietsnetz, Gemeinden, Wirkungskreis
from katalog.domain.kartenbild import (
    Kartenansicht,
    Kartenbild,
    Messgroesse,
    Stand,
    paint,
    spread,
)
from katalog.domain.rollen import Betrachter
from katalog.queries.gebietsnetz import load_netz, load_regeln
from katalog.queries.kartenaussagen import Aussagenfrage, aussagen, ruled_leistungen
from katalog.queries.listen import Einsatzfilter

__all__ = ["Atlas", "Kartenfrage"]

T = TypeVar("T")

_MOST_KEPT = 24


@dataclass(frozen=True, slots=True)
class Kartenfrage:
    """`auswahl` chooses as in a list, `filter` among the statements, `raum` the part of Germany.

    `tag` is the day looked at.
    """

    auswahl: Auswahl
    filter: Einsatzfilter
    ansicht: Kartenansicht | None
    tag: date
    raum: tuple[str, ...] = ()

    @property
    def gezeigt(self) -> Kartenansicht:
        """Who has it is a question about something; without one, how much there is."""
        return self.ansicht or (Kartenansicht.STAND if self.narrowed else Kartenansicht.ANZAHL)

    @property
    def narrowed(self) -> bool:
        """Whether it is about some assistants or services; else it is about everything."""
        about = self.auswahl.typ is not Objektart.KOMMUNE and (
            self.auswahl.q or self.auswahl.filter
        )
        return bool(about or self.filter.kennung or self.filter.leistungsschluessel
                    or self.filter.ozg_id)  # fmt: skip

    def key(self) -> Hashable:
        auswahl, chosen = self.auswahl, self.auswahl.filter
        choice = tuple((name, tuple(chosen[name])) for name in sorted(chosen))
        return (auswahl.typ, auswahl.q, choice, self.filter, self.tag, self.raum)


class Atlas:
    """`state` names the state of the database, see `db.watch`."""

    def __init__(self, engine: Engine, state: Callable[[], str]) -> None:
        self._engine = engine
        self._state = state
        # One value, so that nobody ever sees the answers of one state with the name of another.
        self._kept: tuple[str, dict[Hashable, Any]] = ("", {})

    def netz(self) -> Gebietsnetz:
        return self._keep("netz", load_netz)

    def bild(
        self,
        suche: Suche,
        frage: Kartenfrage,
        ebene: Gebietsebene,
        viewer: Betrachter,
        today: date,
    ) -> Kartenbild:
        nach = measure(frage.gezeigt, ebene)
        netz = self.netz()
        staende, within = self.staende(suche, frage, viewer, today)

        def draw(_session: Session) -> Kartenbild:
            return paint(netz, ebene, nach, staende, within)

        return self._keep(("bild", frage.key(), ebene, nach, viewer, today), draw)

    def staende(
        self, suche: Suche, frage: Kartenfrage, viewer: Betrachter, today: date
    ) -> tuple[dict[int, Stand], Gemeinden | None]:
        """Of every municipality that anything is said of, and which of them are meant at all."""
        netz = self.netz()
        check_day(frage.tag, today)

        def ask(session: Session) -> tuple[dict[int, Stand], Gemeinden | None]:
            wanted = choose(session, suche, frage, today)
            within = find_within(netz, frage, wanted)
            said = aussagen(session, wanted, viewer, frage.tag, today)
            services = ruled_leistungen(session, wanted)
            rules = load_regeln(session, set().union(*services.values()), frage.tag)
            return spread(said, Wirkungskreis(netz, rules), services, within), within

        return self._keep(("staende", frage.key(), viewer, today), ask)

    def _keep(self, key: Hashable, make: Callable[[Session], T]) -> T:
        """Made in a transaction of its own, begun after the state it is kept under was read."""
        state = self._state()
        known, answers = self._kept
        if state != known or len(answers) > _MOST_KEPT:
            netz = {} if state != known else {k: v for k, v in answers.items() if k == "netz"}
            answers = netz
            self._kept = (state, answers)
        if key not in answers:
            with reading(self._engine) as session:
                answers[key] = make(session)
        found: T = answers[key]
        return found


def measure(ansicht: Kartenansicht, ebene: Gebietsebene) -> Messgroesse:
    """One town of twelve is no reason to colour a whole Kreis: there it is the share that counts."""
    coarse = ebene in {Gebietsebene.LAND, Gebietsebene.KREIS}
    match ansicht:
        case Kartenansicht.STAND:
            return Messgroesse.ANTEIL if coarse else Messgroesse.STATUS
        case Kartenansicht.ANZAHL:
            return Messgroesse.ANZAHL
        case Kartenansicht.ANTEIL:
            return Messgroesse.ANTEIL


def check_day(tag: date, today: date) -> None:
    """Plans have dates, too, but what will be nobody knows."""
    if tag > today:
        raise UngueltigeEingabe(
            "zum",
            tag.isoformat(),
            f"Die Karte zeigt, was war und ist. Wählen Sie einen Tag bis zum {today:%d.%m.%Y}.",
        )


def choose(session: Session, suche: Suche, frage: Kartenfrage, today: date) -> Aussagenfrage:
    """The ids behind the words and filters of a list, found as the list finds them."""
    auswahl = frage.auswahl
    wanted = Aussagenfrage(frage.filter)
    if not auswahl.q and not auswahl.filter:
        return wanted
    typ = auswahl.typ or Objektart.ONLINEDIENST
    ids = discovery.all_ids(session, suche, replace(auswahl, typ=typ), today)
    match typ:
        case Objektart.ONLINEDIENST:
            return replace(wanted, dienste=ids)
        case Objektart.LEISTUNG:
            return replace(wanted, leistungen=ids)
        case Objektart.OZG_LEISTUNG:
            return replace(wanted, ozg=ids)
        case Objektart.KOMMUNE:
            return replace(wanted, gebiete=ids)


def find_within(netz: Gebietsnetz, frage: Kartenfrage, wanted: Aussagenfrage) -> Gemeinden | None:
    within: Gemeinden | None = None
    if frage.raum:
        within = frozenset().union(*(find_raum(netz, key).gemeinden for key in frage.raum))
    if wanted.gebiete is not None:
        listed: Gemeinden = frozenset().union(*(netz.gebiete.get(n, ()) for n in wanted.gebiete))
        within = listed if within is None else within & listed
    return within


def find_raum(netz: Gebietsnetz, key: str) -> Any:
    raum = netz.find_raum(key)
    if raum is None:
        raise UngueltigeEingabe(
            "raum",
            key,
            "Dieses Gebiet gibt es nicht. Möglich sind der Schlüssel eines Landes, Kreises oder "
            "einer Gemeinde (AGS oder ARS) und die Kennung einer koordinierenden Stelle.",
        )
    return raum
