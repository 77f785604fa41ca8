"""What an information letter is made of: an assistant, an offer of it, what belongs to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from katalog.domain.begriffe import Dienstart, Dienstmerkmalart
from katalog.models.angebot import Release
from katalog.queries.dienste import DienstZeile, Link, Strecke
from katalog.queries.landesangebote import Angebot


@dataclass(frozen=True, slots=True)
class Stoff:
    """`ozg` are pairs of OZG-ID and title."""

    zeile: DienstZeile
    angebot: Angebot
    ozg: Sequence[tuple[str, str]]
    strecken: Sequence[Strecke]
    merkmale: Mapping[Dienstmerkmalart, Sequence[str]]
    verweise: Sequence[Link]
    releases: Sequence[Release]
    basis_url: str

    @property
    def gattung(self) -> str:
        efa = self.zeile.dienst.art is Dienstart.EFA
        return "EfA-Onlinedienst" if efa else "Onlinedienst"

    @property
    def land(self) -> str:
        return self.angebot.land or "diesem Wirkungsbereich"

    @property
    def kosten(self) -> str:
        offer, dienst = self.angebot.angebot, self.zeile.dienst
        models = (offer.kosten_modell, dienst.kosten_modell)
        texts = (offer.kosten_text, dienst.kosten_text, *(m.label for m in models if m))
        return next(filter(None, texts), "")

    @property
    def url(self) -> str:
        return f"{self.basis_url}/onlinedienste/{self.zeile.dienst.kennung}"
