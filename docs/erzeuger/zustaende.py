"""The states of a reuse case, drawn and listed from the tables that also guard them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from katalog.domain.nachnutzung import STEPS_BY_WEG
from katalog.domain.registerbild import AUSGESETZT, BILDER, ENTKOPPELT, Bild
from katalog.domain.schritt import Gegenstand, Mail, Step, Ziel
from katalog.domain.vorgang import ABGESCHLOSSEN, Aktion, Status

_NONE = "–"


def render() -> str:
    lines = [
        "# Zustände der Nachnutzung",
        "",
        "<!-- Erzeugt von docs/erzeugen.py aus katalog/domain. Nicht von Hand ändern. -->",
        "",
        "Dieselben Tabellen steuern, was ein Vorgang zulässt, welche Schaltflächen er zeigt und",
        "was hier steht.",
    ]
    for weg, steps in STEPS_BY_WEG.items():
        lines += ["", f"## {weg.label}", "", *_draw(steps), "", *_list(steps)]
    lines += ["", *_list_bilder()]
    return "\n".join(lines) + "\n"


def _draw(steps: tuple[Step, ...]) -> Iterator[str]:
    yield "Schritte, die den Zustand nicht ändern, stehen nur in der Tabelle."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    edges = list(dict.fromkeys(_edges(steps)))
    used = {state for source, target, _ in edges for state in (source, target)}
    for state in Status:
        if state in used:
            yield f'    state "{state.label}" as {state.value}'
    yield f"    [*] --> {Status.ENTWURF.value}"
    for source, target, label in edges:
        start = "[*]" if source is None else source.value
        yield f"    {start} --> {target.value}: {label}"
    for state in Status:
        if state in used and state in ABGESCHLOSSEN:
            yield f"    {state.value} --> [*]"
    yield "```"


def _edges(steps: tuple[Step, ...]) -> Iterator[tuple[Status | None, Status, str]]:
    for step in steps:
        label = f"{step.aktion.label} ({_join(r.label for r in step.rollen)})"
        for source in _ordered(step.von):
            match step.nach:
                case Ziel.GLEICH:
                    continue
                case Ziel.VORHERIGER:
                    for target in _states_before_notice(steps):
                        yield source, target, label
                case target:
                    yield source, target, label
    if any(step.nach is Status.GEKUENDIGT for step in steps):
        yield Status.GEKUENDIGT, Status.BEENDET, "Ende der Kündigung ist vorbei (abgeleitet)"


def _states_before_notice(steps: tuple[Step, ...]) -> Iterator[Status]:
    for step in steps:
        if step.aktion is Aktion.KUENDIGEN:
            yield from (state for state in _ordered(step.von) if state is not None)


def _list(steps: tuple[Step, ...]) -> Iterator[str]:
    yield from _table(
        (
            "von",
            "Aktion",
            "Rolle",
            "nach",
            "Voraussetzungen",
            "Angaben",
            "Mails",
            "Wirkung",
            "umkehrbar durch",
        ),
        (_row(step) for step in steps),
    )


def _row(step: Step) -> tuple[str, ...]:
    return (
        _join(_NONE if state is None else state.label for state in _ordered(step.von)),
        f"{step.aktion.label} (`{step.aktion.value}`)"
        + (" am Landesangebot" if step.am is Gegenstand.LANDESANGEBOT else ""),
        _join(rolle.label for rolle in step.rollen),
        _name_target(step),
        _join((voraussetzung.satz for voraussetzung in step.voraussetzungen), "; "),
        _join_angaben(step),
        _join((_name_mail(mail) for mail in step.mails), "; "),
        _join((wirkung.label for wirkung in step.wirkungen), "; "),
        _NONE if step.umkehr is None else step.umkehr.label,
    )


def _name_target(step: Step) -> str:
    match step.nach:
        case Ziel.GLEICH:
            return "="
        case Ziel.VORHERIGER:
            return "der Zustand vor der Kündigung"
        case status:
            return status.label


def _join_angaben(step: Step) -> str:
    parts = [_join((angabe.label for angabe in step.angaben), "; ")]
    if step.vertretend:
        extra = _join((angabe.label for angabe in step.vertretend), "; ")
        parts.append(f"die Koordinierende Stelle außerdem: {extra}")
    return "; ".join(part for part in parts if part != _NONE)


def _name_mail(mail: Mail) -> str:
    copy = "" if mail.kopie is None else f", Kopie an {mail.kopie.label}"
    return f"{mail.vorlage.label} an {mail.an.label}{copy}"


def _list_bilder() -> Iterator[str]:
    yield "## Was das Register zeigt"
    yield ""
    rows: list[tuple[str, Bild | None]] = [(state.label, BILDER[state]) for state in Status]
    rows += [("zusätzlich ausgesetzt", AUSGESETZT), ("vor dem Ende entkoppelt", ENTKOPPELT)]
    yield from _table(
        ("Zustand", "Status des Einsatzes", "sichtbar", "Wortlaut", "zählt als verfügbar"),
        (_bild_row(name, bild) for name, bild in rows),
    )
    yield ""
    yield "Wird vor der Produktivsetzung gekündigt, bleibt das Bild des Zustands davor bis zum Ende"
    yield "stehen und verschwindet dann. Das Ende des Einsatzes ist der frühere Tag aus Ende der"
    yield "Kündigung und Entkopplung."


def _bild_row(name: str, bild: Bild | None) -> tuple[str, ...]:
    if bild is None:
        return (name, "nichts", _NONE, _NONE, _NONE)
    satz = bild.satz.replace("{", "‹").replace("}", "›")
    counts = "ja" if bild.zaehlt_als_verfuegbar else "nein"
    return (name, bild.einsatz.label, bild.sichtbarkeit.label, satz, counts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _line(head)
    yield _line(("---",) * len(head))
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell or _NONE for cell in cells)} |"


def _join(parts: Iterable[str], separator: str = ", ") -> str:
    return separator.join(parts) or _NONE


def _ordered(states: frozenset[Status | None]) -> list[Status | None]:
    known: list[Status | None] = [None, *Status]
    return [state for state in known if state in states]
