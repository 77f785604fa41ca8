"""The rows of a comparison: which fact in which group, and how an assistant states it.

A cell is a list of entries; an empty one is "keine Angabe". Order within a cell says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from katalog.domain.begriffe import Dienstmerkmalart
from katalog.domain.fristregel import Kuendigungsregel
from katalog.queries.dienste import DienstZeile, Strecke
from katalog.queries.landesangebote import Angebot
from katalog.queries.vergleich import Kosten


@dataclass(frozen=True, slots=True)
class Eintrag:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Spalte:
    """Everything about one assistant that a row may show; `naehe` is None if nobody asked."""

    zeile: DienstZeile
    merkmale: Mapping[Dienstmerkmalart, Sequence[str]]
    ozg: Sequence[tuple[str, str]]
    strecken: Sequence[Strecke]
    kosten: Sequence[Kosten]
    angebote: Sequence[Angebot]
    nutzer: int
    naehe: Sequence[str] | None


Zelle = Callable[[Spalte], Iterable[Eintrag]]
STATUS = "Status"


def _plain(*texts: str | None) -> Iterator[Eintrag]:
    yield from (Eintrag(text) for text in dict.fromkeys(texts) if text)


def _status(s: Spalte) -> Iterator[Eintrag]:
    return _plain(s.zeile.dienst.status.label if s.zeile.dienst.status else None)


def _ozg(s: Spalte) -> Iterator[Eintrag]:
    yield from (Eintrag(titel, f"/ozg/{ozg_id}") for ozg_id, titel in s.ozg)


def _leistungen(s: Spalte) -> Iterator[Eintrag]:
    served = {p.schluessel: p.bezeichnung or p.name for p in s.strecken if p.schluessel}
    yield from (Eintrag(name, f"/leistungen/{key}") for key, name in served.items())


def _reifegrad(s: Spalte) -> Iterator[Eintrag]:
    return _plain(
        *(
            f"Stufe {path.reifegrad_stufe} (Modell {path.reifegrad_modell})"
            for path in s.strecken
            if path.reifegrad_modell
        )
    )


def _zustaendig(s: Spalte) -> Iterator[Eintrag]:
    return _plain(*(o.angebot.zustaendige_stelle or o.behoerdenart for o in s.angebote))


def _listed(art: Dienstmerkmalart) -> Zelle:
    return lambda s: _plain(*s.merkmale.get(art, ()))


def _standard(s: Spalte) -> Iterator[Eintrag]:
    return _plain(f"{s.zeile.dienst.xstandard} {s.zeile.dienst.xstandard_version}".strip())


def _traeger(s: Spalte) -> Iterator[Eintrag]:
    if s.zeile.traeger:
        yield Eintrag(s.zeile.traeger, f"/stellen/{s.zeile.dienst.traeger_id}")


def _kosten(s: Spalte) -> Iterator[Eintrag]:
    """Which Land says so only matters where the Länder say different things."""
    models = {cost.modell for cost in s.kosten}
    if len(models) < 2:
        return _plain(*(cost.modell.label for cost in s.kosten))
    return _plain(
        *(
            f"{cost.modell.label} ({cost.land})" if cost.land else cost.modell.label
            for cost in s.kosten
        )
    )


def _kuendigung(s: Spalte) -> Iterator[Eintrag]:
    terms = [offer.bedingungen for offer in s.angebote if offer.bedingungen]
    return _plain(
        *(
            Kuendigungsregel(t.kuendigung_n, t.kuendigung_einheit, t.kuendigung_anker).satz
            for t in terms
        )
    )


def _quelltext(s: Spalte) -> Iterator[Eintrag]:
    if s.zeile.dienst.quellcode_url:
        yield Eintrag("offen", s.zeile.dienst.quellcode_url)


def _nutzer(s: Spalte) -> Iterator[Eintrag]:
    text = f"{s.nutzer} {'Kommune' if s.nutzer == 1 else 'Kommunen'}"
    yield Eintrag(text if s.nutzer else "noch keine Kommune bekannt")


def _naehe(s: Spalte) -> Iterator[Eintrag]:
    if s.naehe is None:
        return _plain()
    return _plain(*(s.naehe or ["keine bekannt"]))


def _angebot(s: Spalte) -> Iterator[Eintrag]:
    return _plain(
        *(
            f"{offer.land}: {offer.angebot.status.label}"
            if offer.land
            else offer.angebot.status.label
            for offer in s.angebote
        )
    )


def _koordinierung(s: Spalte) -> Iterator[Eintrag]:
    bodies = {offer.koordinierung_id: offer.koordinierung for offer in s.angebote}
    yield from (Eintrag(name, f"/stellen/{number}") for number, name in bodies.items())


def _checkliste(s: Spalte) -> Iterator[Eintrag]:
    return _plain(
        *(f"{len(offer.pruefpunkte)} Punkte" for offer in s.angebote if offer.pruefpunkte)
    )


NEARBY = "In der Nähe"
GROUPS: tuple[tuple[str, tuple[tuple[str, Zelle], ...]], ...] = (
    (
        "Fachlich",
        (
            ("Art", lambda s: _plain(s.zeile.dienst.art.label)),
            (STATUS, _status),
            ("Themenfeld", lambda s: _plain(s.zeile.themenfeld)),
            ("OZG-Leistungen", _ozg),
            ("LeiKa-Leistungen", _leistungen),
            ("Antragsstrecken", lambda s: _plain(str(len(s.strecken) or ""))),
            ("Reifegrad", _reifegrad),
            ("Zuständige Stelle", _zustaendig),
        ),
    ),
    (
        "Technisch",
        (
            ("Plattform", lambda s: _plain(s.zeile.plattform)),
            ("Standard", _standard),
            ("Transport", _listed(Dienstmerkmalart.TRANSPORTWEG)),
            ("Zustellung an", lambda s: _plain(s.zeile.dienst.zustellort)),
            ("Fachverfahren", _listed(Dienstmerkmalart.FACHVERFAHREN)),
            ("Anmeldung", _listed(Dienstmerkmalart.AUTHENTIFIZIERUNG)),
            ("Vertrauensniveau", lambda s: _plain(s.zeile.dienst.vertrauensniveau)),
            (
                "ePayment",
                lambda s: _plain(s.zeile.dienst.epayment.label if s.zeile.dienst.epayment else ""),
            ),
        ),
    ),
    (
        "Betrieb und Vertrag",
        (
            ("Träger", _traeger),
            ("Betreibendes Land", lambda s: _plain(s.zeile.land)),
            ("IT-Dienstleister", lambda s: _plain(s.zeile.dienstleister)),
            ("Kosten", _kosten),
            ("Kündigung", _kuendigung),
            ("Lizenz", lambda s: _plain(s.zeile.dienst.lizenz)),
            ("Quelltext", _quelltext),
        ),
    ),
    ("Nutzung", (("Genutzt von", _nutzer), (NEARBY, _naehe))),
    (
        "Nachnutzung",
        (
            ("Angebot", _angebot),
            ("Koordinierende Stelle", _koordinierung),
            ("Checkliste der Anbindung", _checkliste),
        ),
    ),
)
