"""One batch of records of one kind becomes rows: merged with what other sources say, then written.

All of it happens in the session that is given, so a batch is taken over as a whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from katalog.domain.begriffe import Befundart, Quellenart
from katalog.domain.herkunft import Beitrag, Felder, Widerspruch, contradictions, merge, same
from katalog.intake.directory import Directory, Unplaceable
from katalog.intake.kinds import Kind
from katalog.intake.report import Befund, Report, of_change
from katalog.queries import quellsaetze
from katalog.queries.quellsaetze import Satz

# Stands for the fields of a thing that only its one record speaks about.
_ITSELF: Felder = {}
_STAYS = "Steht nicht mehr in der Lieferung. Was im Bestand steht, bleibt, wie es ist."
_BACK = "War entfallen und ist wieder da."
_MADE_UP_FOR = "Was beim vorigen Import noch fehlte, ist jetzt übernommen."


@dataclass(frozen=True, slots=True)
class Vorgemerkt:
    """A record that is new, changed or gone, as staging found it."""

    fremdschluessel: str
    schluessel: str
    nachrang: int
    stand: date | None
    hash: str
    inhalt: str
    zeile: int | None = None
    entfaellt: bool = False
    rohsatz: int | None = None
    teile: int = 1


@dataclass(slots=True)
class _Ding:
    """A thing that records of the batch speak about: what counted before, what counts now."""

    schluessel: str
    neue: list[Vorgemerkt]
    vorher: list[Beitrag]
    nachher: list[Beitrag]
    gab_es: bool
    offen: bool
    alt: Felder | None = None
    neu: Felder | None = None
    record: Any = None
    fault: Unplaceable | None = None
    notes: list[Unplaceable] = field(default_factory=list)


class Lieferung:
    """The source whose records are taken over, and how much its word and others' count."""

    def __init__(self, quelle_id: int, art: Quellenart, cited: Mapping[str, Quellenart]) -> None:
        self.quelle_id = quelle_id
        self.art = art
        self.cited = cited


def apply(
    to: Directory, lieferung: Lieferung, kind: Kind, batch: Sequence[Vorgemerkt], report: Report
) -> int:
    """Take the batch over; returns how many records were refused."""
    things = _gather(to, lieferung, kind, batch)
    writing = [d for d in things if d.neu is not None and (d.offen or not _alike(d, kind))]
    ending = [d for d in things if d.neu is None and (kind.decides or d.alt is not None)]
    for thing in writing:
        if thing.record is None:
            thing.record = msgspec.convert(thing.neu, kind.record)
    _write(to, kind, writing)
    _end(to, kind, ending)
    _store(to, lieferung, kind, things)
    _tell(to, kind, things, report)
    return sum(len(d.neue) for d in things if d.fault is not None)


def _gather(
    to: Directory, lieferung: Lieferung, kind: Kind, batch: Sequence[Vorgemerkt]
) -> list[_Ding]:
    arriving: dict[str, list[Vorgemerkt]] = defaultdict(list)
    for satz in batch:
        arriving[satz.schluessel].append(satz)
    known = quellsaetze.about(to.session, kind.art, list(arriving))
    return [_weigh(lieferung, kind, key, new, known.get(key, [])) for key, new in arriving.items()]


def _weigh(
    lieferung: Lieferung, kind: Kind, key: str, new: list[Vorgemerkt], known: Sequence[Satz]
) -> _Ding:
    if not known and len(new) == 1 and not new[0].entfaellt:
        # By far the most frequent: a thing nobody has spoken about before.
        record = msgspec.json.decode(new[0].inhalt, type=kind.record)
        return _Ding(key, new, [], [], False, False, record=record, neu=_ITSELF)
    replaced = {satz.fremdschluessel for satz in new}
    counting = [satz for satz in known if satz.gilt]
    before = [satz.beitrag(lieferung.cited) for satz in counting]
    after = [
        beitrag
        for satz, beitrag in zip(counting, before, strict=True)
        if not (satz.quelle_id == lieferung.quelle_id and satz.fremdschluessel in replaced)
    ]
    after += [
        Satz(
            lieferung.quelle_id, s.fremdschluessel, key, lieferung.art, s.nachrang, s.stand,
            s.inhalt, True,
        ).beitrag(lieferung.cited)
        for s in new
        if not s.entfaellt
    ]  # fmt: skip
    if kind.decides and all(satz.entfaellt for satz in new):
        after = []
    offen = any(satz.offen for satz in counting if satz.fremdschluessel in replaced)
    return _Ding(key, new, before, after, bool(known), offen, merge(before), merge(after))


def _alike(thing: _Ding, kind: Kind) -> bool:
    if thing.alt is None or thing.neu is None:
        return False
    old, new = thing.alt, thing.neu
    return all(
        same(old.get(feld), new.get(feld))
        for feld in old.keys() | new.keys()
        if feld not in kind.silent
    )


def _write(to: Directory, kind: Kind, things: Sequence[_Ding]) -> None:
    to.refused, to.notes, to.remarks = {}, {}, {}
    to.before = {
        thing.schluessel: msgspec.convert(thing.alt, kind.record)
        for thing in things
        if thing.alt is not None
    }
    if things:
        kind.write(to, [thing.record for thing in things])
    for thing in things:
        thing.fault = to.refused.get(id(thing.record))
        thing.notes = to.notes.get(id(thing.record), [])


def _end(to: Directory, kind: Kind, things: Sequence[_Ding]) -> None:
    if things and kind.drop is not None:
        to.before = {
            thing.schluessel: msgspec.convert(thing.alt, kind.record)
            for thing in things
            if thing.alt is not None
        }
        kind.drop(to, [thing.schluessel for thing in things])


def _store(to: Directory, lieferung: Lieferung, kind: Kind, things: Sequence[_Ding]) -> None:
    taken: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    gone: list[str] = []
    for thing in things:
        for satz in thing.neue:
            if satz.entfaellt:
                gone.append(satz.fremdschluessel)
                continue
            grund = str(thing.fault) if thing.fault else "; ".join(str(n) for n in thing.notes)
            row = {
                "quelle_id": lieferung.quelle_id,
                "art": kind.art,
                "fremdschluessel": satz.fremdschluessel,
                "schluessel": satz.schluessel,
                "nachrang": satz.nachrang,
                "stand": satz.stand,
                "hash": "" if grund else satz.hash,
                "inhalt": satz.inhalt,
                "uebernommen": True,
                "grund": grund,
                "entfallen_am": None,
                "rohsatz": satz.rohsatz,
                "teile": satz.teile,
            }
            (waiting if thing.fault else taken).append(row)
    quellsaetze.store(to.session, taken)
    quellsaetze.keep_waiting(to.session, waiting)
    quellsaetze.drop(to.session, lieferung.quelle_id, kind.art, gone, to.today)


def _tell(to: Directory, kind: Kind, things: Sequence[_Ding], report: Report) -> None:
    zahlen = report.count(kind.label)
    for thing in things:
        if thing.fault is not None:
            zahlen.abgelehnt += len(thing.neue)
            row = thing.neue[0].zeile
            report.say(_refusal(Befundart.ABGELEHNT, _name_of(kind, thing), thing.fault, row))
            continue
        _count(kind, thing, report)
        for note in thing.notes:
            report.say(_refusal(Befundart.HINWEIS, _name_of(kind, thing), note, None))
        for remark in to.remarks.get(id(thing.record), ()) if thing.record is not None else ():
            art = Befundart.WIDERSPRUCH if remark.widerspruch else Befundart.HINWEIS
            objekt = _name_of(kind, thing)
            report.say(Befund(art, objekt, None, remark.stelle, remark.wert, "", remark.ursache))
        for conflict in contradictions(thing.nachher, kind.keys):
            report.say(_contradiction(_name_of(kind, thing), conflict))


def _contradiction(objekt: str, conflict: Widerspruch) -> Befund:
    gilt, anders = conflict.gilt, conflict.abweichend
    return Befund(
        Befundart.WIDERSPRUCH,
        objekt,
        stelle=conflict.feld,
        wert=quellsaetze.show(anders.felder[conflict.feld]),
        alt=quellsaetze.show(gilt.felder[conflict.feld]),
        ursache=(
            f"„{anders.quelle}“ sagt etwas anderes als „{gilt.quelle}“; es gilt weiter"
            f" „{gilt.quelle}“."
        ),
    )


def _count(kind: Kind, thing: _Ding, report: Report) -> None:
    zahlen = report.count(kind.label)
    arrived = sum(not satz.entfaellt for satz in thing.neue)
    zahlen.entfallen += len(thing.neue) - arrived
    if thing.neu is None:
        if kind.decides or thing.alt is not None:
            _say(report, Befundart.ENTFALLEN, kind, thing, "" if kind.drop else _STAYS)
    elif thing.alt is None:
        zahlen.neu += arrived
        _say(report, Befundart.NEU, kind, thing, _BACK if thing.gab_es else "")
    elif not _alike(thing, kind):
        zahlen.geaendert += arrived
        if report.wants(Befundart.GEAENDERT):
            objekt = _name_of(kind, thing)
            for befund in of_change(objekt, thing.alt, thing.neu, kind.silent):
                report.say(befund)
        else:
            report.unsaid += 1
    elif thing.offen and not thing.notes:
        zahlen.geaendert += arrived
        _say(report, Befundart.GEAENDERT, kind, thing, _MADE_UP_FOR)
    else:
        zahlen.unveraendert += arrived


def _say(report: Report, art: Befundart, kind: Kind, thing: _Ding, cause: str = "") -> None:
    if report.wants(art):
        report.say(Befund(art, _name_of(kind, thing), ursache=cause))
    else:
        report.unsaid += 1


def _name_of(kind: Kind, thing: _Ding) -> str:
    record = thing.record
    if record is None and (felder := thing.neu or thing.alt):
        record = msgspec.convert(felder, kind.record)
    name = kind.name(record) if record is not None else ""
    shown = kind.shown(thing.schluessel) if kind.shown else f"{kind.label} {thing.schluessel}"
    return f"{shown} ({name})" if name else shown


def _refusal(art: Befundart, objekt: str, fault: Unplaceable, row: int | None) -> Befund:
    text = str(fault)
    cause = text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
    return Befund(art, objekt, row, ursache=cause, abhilfe=fault.remedy)
