"""What makes one hit better than another, for both engines."""

from __future__ import annotations

from search.analyse import Analyse
from search.engine import Document, Typ

# The service is what people ask for; its single Verrichtungen and the assistants follow.
_TYP = {Typ.OZG_LEISTUNG: 1.35, Typ.ONLINEDIENST: 1.1, Typ.LEISTUNG: 1.0, Typ.KOMMUNE: 1.0}


def rank_factor(document: Document) -> float:
    """Multiplies how well the words match: by type, and by up to a quarter for the weight."""
    return _TYP[document.typ] * (0.75 + max(0, min(100, document.gewicht)) / 200)


def own_names(document: Document, analyse: Analyse) -> tuple[str, ...]:
    """What means this very document if it is all that somebody typed: its titles and its key."""
    names = [analyse.exact(name) for name in (document.titel, *document.namen)]
    match document.typ:
        case Typ.OZG_LEISTUNG:
            names += document.ozg_ids
        case Typ.LEISTUNG:
            names += document.leistungsschluessel
        case Typ.KOMMUNE:
            names += document.schluessel
        case Typ.ONLINEDIENST:
            names += [analyse.exact(key) for key in document.schluessel]
    return tuple(dict.fromkeys(name for name in names if name))
