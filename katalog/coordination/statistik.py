"""The numbers of a coordinating body: its cases over time, and who uses what it offers.

Rows are read in a few questions, whatever their number; what they add up to, `domain` says. The
page, its files and the report on a key date all show the same `Lage`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from katalog.db import Session
from katalog.domain import abdeckung
from katalog.domain.abdeckung import (
    OHNE_KREIS,
    Aussage,
    Dienstabdeckung,
    Grundlage,
    Kreiszeile,
    Rueckgang,
    Traeger,
)
from katalog.domain.gebietsnetz import Gebietsnetz, Wirkungskreis, Zustaendigkeitsregel
from katalog.domain.rollen import Betrachter
from katalog.domain.vorgangsstatistik import Verlauf, list_departures
from katalog.queries import abdeckung as zeilen
from katalog.queries import vorgangsstatistik
from katalog.queries.abdeckung import Angebotene, Bereich
from katalog.queries.faelle_liste import Filter


@dataclass(frozen=True, slots=True)
class Lage:
    """Everything that was read. `kreise` are names by key, `stellen` names of bodies."""

    verlaeufe: Sequence[Verlauf]
    angebote: Sequence[Angebotene]
    aussagen: Sequence[Aussage]
    traeger: Mapping[int, Traeger]
    zustaendig: Mapping[int, tuple[Grundlage, frozenset[int]]]
    kreise: Mapping[str, str]
    stellen: Mapping[int, str]
    quelle_einwohner: str
    # The coordinating bodies whose numbers these are; `demo` if any of them is made up.
    absender: Sequence[str]
    demo: bool

    def cover(self, tag: date) -> list[Dienstabdeckung]:
        users = abdeckung.count_users(self.aussagen, self.traeger, tag)
        rows = []
        for each in {a.dienst_id: a for a in self.angebote}.values():
            grundlage, competent = self.zustaendig[each.dienst_id]
            there = [t for n in sorted(competent) if (t := self.traeger[n]).besteht_am(tag)]
            using = users.get(each.dienst_id, frozenset())
            rows.append(
                Dienstabdeckung(
                    each.dienst_id,
                    each.kennung,
                    each.name,
                    grundlage,
                    abdeckung.cover(there, using),
                    abdeckung.cover_by_kreis(there, using),
                )
            )
        return rows

    def by_kreis(self, rows: Sequence[Dienstabdeckung]) -> list[Kreiszeile]:
        """In the order of the names."""
        found: dict[str, tuple[int, int]] = {}
        for row in rows:
            for key, part in row.kreise.items():
                possible, used = found.get(key, (0, 0))
                found[key] = possible + part.zustaendig, used + part.nutzen
        names = {key: self.kreise.get(key) or OHNE_KREIS for key in found}
        return [Kreiszeile(names[key], *found[key]) for key in sorted(found, key=names.__getitem__)]

    def departures(self, von: date, bis: date) -> list[Rueckgang]:
        """Cases say why they ended; a body without a case is explained by its statement."""
        found: dict[tuple[int, int], tuple[date | None, str]] = {
            (each.stelle_id, each.dienst_id): (each.tag, each.grund)
            for each in reversed(list_departures(self.verlaeufe, von, bis))
        }
        for gone in abdeckung.explain_departures(self.aussagen, self.traeger, von, bis):
            found.setdefault((gone.stelle_id, gone.dienst_id), (gone.tag, gone.grund))
        rows = [
            Rueckgang(self.name_of(stelle), self.dienst_of(dienst), tag, grund)
            for (stelle, dienst), (tag, grund) in found.items()
        ]
        return sorted(rows, key=lambda row: (row.tag or date.min, row.stelle), reverse=True)

    def name_of(self, stelle_id: int) -> str:
        return self.stellen.get(stelle_id, "")

    def dienst_of(self, dienst_id: int) -> str:
        return next((a.name for a in self.angebote if a.dienst_id == dienst_id), "")


def read_lage(
    session: Session, betrachter: Betrachter, wanted: Filter, netz: Gebietsnetz, today: date
) -> Lage:
    """The cockpit's choice of a step leaves all steps here, or there would be nothing to count."""
    wanted = replace(wanted, status=(), nur_offene=False)
    verlaeufe = vorgangsstatistik.histories(session, betrachter, wanted, today)
    offers = zeilen.offered(session, betrachter.koordinierende_stellen, wanted.dienst)
    around = zeilen.bodies(session, betrachter.koordinierende_stellen, wanted.kreis)
    rules = zeilen.rules(session, {n for o in offers for n in o.leistungen}, today)
    said = zeilen.statements(session, [offer.dienst_id for offer in offers], betrachter)
    if wanted.kreis:
        here = {body.stelle_id for body in around}
        said = [each for each in said if each.stelle_id in here]
    owners = zeilen.coordinating(session, betrachter.koordinierende_stellen)
    names = {body.stelle_id: body.name for body in around}
    others = {each.stelle_id for each in said} | {each.stelle_id for each in verlaeufe}
    return Lage(
        verlaeufe=verlaeufe,
        angebote=offers,
        aussagen=said,
        traeger={body.stelle_id: _traeger(body, netz) for body in around},
        zustaendig={o.dienst_id: _find_competent(o, around, netz, rules) for o in offers},
        kreise={body.kreis: body.kreis_name for body in around},
        stellen=names | vorgangsstatistik.body_names(session, others - names.keys()),
        quelle_einwohner=zeilen.source_of_population(session),
        absender=[name for name, _ in owners],
        demo=any(made_up for _, made_up in owners),
    )


def _traeger(body: Bereich, netz: Gebietsnetz) -> Traeger:
    served = netz.stellen.get(body.stelle_id)
    people = netz.count_people(served) if served else None
    return Traeger(
        body.stelle_id, body.name, body.kreis, people, body.ab, body.bis, body.aufgegangen_in
    )


def _find_competent(
    offer: Angebotene,
    around: Sequence[Bereich],
    netz: Gebietsnetz,
    rules: Sequence[Zustaendigkeitsregel],
) -> tuple[Grundlage, frozenset[int]]:
    """What the offer names comes first, then what the register says of its services; where neither
    says anything, the bodies of the lowest level that administers itself."""
    here = {body.stelle_id for body in around}
    kind = netz.behoerden.get(offer.behoerdenart_id or 0, frozenset()) & here
    if kind:
        return Grundlage.BEHOERDENART, kind
    about = [rule for rule in rules if rule.leistung_id in offer.leistungen]
    if about:
        kreis = Wirkungskreis(netz, about)
        named = {
            number
            for number in kreis.bodies(()) & here
            if kreis.of(number, {rule.leistung_id for rule in about})
        }
        if named:
            return Grundlage.ZUSTAENDIGKEIT, frozenset(named)
    lowest = frozenset(body.stelle_id for body in around if body.ebene_zaehlt)
    return Grundlage.EBENE, lowest
