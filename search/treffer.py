"""What an engine keeps of a document to show it as a hit, without asking a database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from search import markierung
from search.analyse import TEXT_LIMIT, Analyse
from search.engine import Document, Hit, Marked, Typ
from search.lesarten import Wanted
from search.markierung import Text


def to_satz(document: Document) -> str:
    shown = [
        document.typ,
        document.id,
        document.titel,
        document.zusatz,
        document.ozg_ids,
        document.leistungsschluessel,
        [text[:TEXT_LIMIT] for text in document.texte],
        document.weitere,
    ]
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Satz:
    """A stored document, its texts read as far as a question has needed them."""

    typ: Typ
    id: str
    titel: Text
    zusatz: str
    ozg_ids: tuple[str, ...]
    leistungsschluessel: tuple[str, ...]
    texte: tuple[Text, ...]
    weitere: tuple[str, ...]
    analyse: Analyse
    _names: tuple[Text, ...] | None = field(default=None, init=False)

    def hit(self, wanted: Wanted, with_excerpt: bool = True) -> Hit:
        ausschnitt: Marked = ()
        if with_excerpt:
            explained = not wanted.typed or self.titel.place(wanted.typed) is not None
            ausschnitt = () if explained else markierung.name_with(self.names(), wanted)
            ausschnitt = ausschnitt or markierung.excerpt(self.texte, wanted.all)
        return Hit(
            typ=self.typ,
            id=self.id,
            titel=markierung.mark(self.titel, wanted.all),
            ausschnitt=ausschnitt,
            zusatz=self.zusatz,
            ozg_ids=self.ozg_ids,
            leistungsschluessel=self.leistungsschluessel,
        )

    def names(self) -> tuple[Text, ...]:
        if self._names is None:
            self._names = tuple(markierung.read(name, self.analyse) for name in self.weitere)
        return self._names


def bare_hit(satz: str) -> Hit:
    typ, id_ = json.loads(satz)[:2]
    return Hit(Typ(typ), id_, (), (), "", (), ())


def from_satz(satz: str, analyse: Analyse) -> Satz:
    typ, id_, titel, zusatz, ozg_ids, keys, texte, weitere = json.loads(satz)
    return Satz(
        typ=Typ(typ),
        id=id_,
        titel=markierung.read(titel, analyse),
        zusatz=zusatz,
        ozg_ids=tuple(ozg_ids),
        leistungsschluessel=tuple(keys),
        texte=tuple(markierung.read(text, analyse) for text in texte),
        weitere=tuple(weitere),
        analyse=analyse,
    )
