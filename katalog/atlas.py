"""Maps: what an address asks for becomes areas with their state, on the choice that lists show.

Statements belong to bodies and assistants; which municipalities they colour is decided by
`domain.kartenbild`. Areas of all Germany take longer to read than most answers: they are kept, and
so are the last answers, until anybody commits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from katalog import discovery
from katalog.db import Engine, Session, reading
from katalog.discovery import Auswahl, Suche
from katalog.domain.begriffe import Gebietsebene, Objektart
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.gebietsnetz import NIRGENDS, Gebietsnetz, Gemeinden, Raum, Wirkungskreis
from katalog.domain.kartenbild import Kartenbild, Staende, paint, share_out, spread
from katalog.domain.kartenklassen import Kartenansicht, Messgroesse
from katalog.domain.rollen import Betrachter
from katalog.queries import kartenaussagen
from katalog.queries.gebietsnetz import load_netz, load_regeln
from katalog.queries.kartenanteile import shares
from katalog.queries.kartenaussagen import Aussagenfrage
from katalog.queries.listen import Einsatzfilter

__all__ = ["Asker", "Atlas", "Kartenfrage"]

T = TypeVar("T")

_MOST_KEPT = 40
_YEARS_BACK = 5


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
    def typ(self) -> Objektart:
        """What words and filters choose; who asks for nothing in particular means assistants."""
        return self.auswahl.typ or Objektart.ONLINEDIENST

    @property
    def gezeigt(self) -> Kartenansicht:
        """Who has it is a question about something; without one, how much there is."""
        return self.ansicht or (Kartenansicht.STAND if self.narrowed else Kartenansicht.ANZAHL)

    @property
    def narrowed(self) -> bool:
        """Whether it is about some assistants or services; else it is about everything."""
        words = self.auswahl.q or self.auswahl.filter
        about = words and self.typ is not Objektart.KOMMUNE
        keys = self.filter.kennung, self.filter.leistungsschluessel, self.filter.ozg_id
        return bool(about) or any(keys)

    def key(self) -> Hashable:
        auswahl, chosen = self.auswahl, self.auswahl.filter
        choice = tuple((name, tuple(chosen[name])) for name in sorted(chosen))
        return (auswahl.typ, auswahl.q, choice, self.filter, self.tag, self.raum)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when, and by which search engine."""

    suche: Suche
    viewer: Betrachter
    today: date


@dataclass(frozen=True, slots=True)
class _Lage:
    """A question with everything that has to be read to answer it."""

    wanted: Aussagenfrage
    kreis: Wirkungskreis
    leistungen: dict[int, frozenset[int]]
    within: Gemeinden | None


class Atlas:
    """`state` names the state of the database, see `db.watch`."""

    def __init__(self, engine: Engine, state: Callable[[], str]) -> None:
        self._engine = engine
        self._state = state
        # One value, so that nobody ever sees the answers of one state with the name of another.
        self._kept: tuple[str, dict[Hashable, Any]] = ("", {})

    def netz(self) -> Gebietsnetz:
        return self._keep("netz", load_netz)

    def within(self, frage: Kartenfrage, asker: Asker) -> Gemeinden | None:
        """The municipalities that are meant at all; None for all of them."""
        netz = self.netz()

        def ask(session: Session) -> Gemeinden | None:
            return _find_within(netz, frage, _choose(session, frage, asker))

        return self._keep(("raum", frage.key(), asker.today), ask)

    def bild(self, frage: Kartenfrage, ebene: Gebietsebene, asker: Asker) -> Kartenbild:
        check_day(frage.tag, asker.today)
        netz, nach = self.netz(), measure(frage.gezeigt, ebene)

        def draw(session: Session) -> Kartenbild:
            lage = _survey(session, netz, frage, asker)
            bild = paint(netz, ebene, nach, _spread(session, lage, frage.tag, asker), lage.within)
            if frage.gezeigt is not Kartenansicht.ANTEIL:
                return bild
            fields = frage.auswahl.filter.get("themenfeld", ())
            found = shares(session, asker.viewer, asker.today, fields)
            return share_out(bild, netz, found, lage.within)

        return self._keep(
            ("bild", frage.key(), frage.gezeigt, ebene, asker.viewer, asker.today), draw
        )

    def rueckblick(self, frage: Kartenfrage, asker: Asker) -> list[tuple[date, int]]:
        """How many municipalities had something productive at the end of each of the last years."""
        netz = self.netz()

        def ask(session: Session) -> list[tuple[date, int]]:
            lage = _survey(session, netz, frage, asker)
            first = kartenaussagen.first_day(session, lage.wanted, asker.viewer)
            if first is None:
                return []
            this_year = asker.today.year
            years = range(max(first.year, this_year - _YEARS_BACK), this_year)
            days = [*(date(year, 12, 31) for year in years), asker.today]
            return [(day, _spread(session, lage, day, asker).produktiv) for day in days]

        return self._keep(
            ("rueckblick", replace(frage, tag=asker.today).key(), asker.viewer, asker.today), ask
        )

    def einsaetze(
        self, session: Session, frage: Kartenfrage, gemeinden: Gemeinden, asker: Asker
    ) -> list[int]:
        """Statements that colour any of these municipalities."""
        netz = self.netz()
        lage = _survey(session, netz, frage, asker)
        usual = [stelle for stelle, area in netz.stellen.items() if area & gemeinden]
        found = kartenaussagen.einzelne(
            session,
            lage.wanted,
            lage.kreis.bodies(usual),
            asker.viewer,
            frage.tag,
            asker.today,
        )
        return [
            number
            for number, stelle, dienst in found
            if lage.kreis.of(stelle, lage.leistungen.get(dienst, ())) & gemeinden
        ]

    def _keep(self, key: Hashable, make: Callable[[Session], T]) -> T:
        """Made in a transaction of its own, begun after the state it is kept under was read."""
        state = self._state()
        known, answers = self._kept
        if state != known or len(answers) > _MOST_KEPT:
            netz = answers.get("netz") if state == known else None
            answers = {"netz": netz} if netz else {}
            self._kept = (state, answers)
        if key not in answers:
            with reading(self._engine) as session:
                answers[key] = make(session)
        found: T = answers[key]
        return found


def measure(ansicht: Kartenansicht, ebene: Gebietsebene) -> Messgroesse:
    """One town of twelve is no reason to colour a whole Kreis: there the share counts."""
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


def find_raum(netz: Gebietsnetz, key: str) -> Raum:
    raum = netz.find_raum(key)
    if raum is None:
        raise UngueltigeEingabe(
            "raum",
            key,
            "Dieses Gebiet gibt es nicht. Möglich sind der Schlüssel eines Landes, Kreises oder "
            "einer Gemeinde (AGS oder ARS) und die Kennung einer koordinierenden Stelle.",
        )
    return raum


# Asking ───────────────────────────────────────────────────────────────────────────────────────


def _survey(session: Session, netz: Gebietsnetz, frage: Kartenfrage, asker: Asker) -> _Lage:
    wanted = _choose(session, frage, asker)
    services = kartenaussagen.ruled_leistungen(session, wanted)
    rules = load_regeln(session, frozenset().union(*services.values()), frage.tag)
    return _Lage(wanted, Wirkungskreis(netz, rules), services, _find_within(netz, frage, wanted))


def _spread(session: Session, lage: _Lage, tag: date, asker: Asker) -> Staende:
    said = kartenaussagen.aussagen(session, lage.wanted, asker.viewer, tag, asker.today)
    return spread(said, lage.kreis, lage.leistungen, lage.within)


def _choose(session: Session, frage: Kartenfrage, asker: Asker) -> Aussagenfrage:
    """The ids behind the words and filters of a list, found as the list finds them."""
    auswahl = frage.auswahl
    wanted = Aussagenfrage(frage.filter)
    if not auswahl.q and not auswahl.filter:
        return wanted
    ids = discovery.all_ids(session, asker.suche, replace(auswahl, typ=frage.typ), asker.today)
    match frage.typ:
        case Objektart.ONLINEDIENST:
            return replace(wanted, dienste=ids)
        case Objektart.LEISTUNG:
            return replace(wanted, leistungen=ids)
        case Objektart.OZG_LEISTUNG:
            return replace(wanted, ozg=ids)
        case Objektart.KOMMUNE:
            return replace(wanted, gebiete=ids)


def _find_within(netz: Gebietsnetz, frage: Kartenfrage, wanted: Aussagenfrage) -> Gemeinden | None:
    within: Gemeinden | None = None
    if frage.raum:
        within = _united([find_raum(netz, key).gemeinden for key in frage.raum])
    if wanted.gebiete is not None:
        listed = _united([netz.gebiete.get(number, NIRGENDS) for number in wanted.gebiete])
        within = listed if within is None else within & listed
    return within


def _united(areas: Sequence[Gemeinden]) -> Gemeinden:
    return frozenset().union(*areas)
