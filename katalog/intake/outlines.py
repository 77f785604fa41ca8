"""Outlines of the areas: no rows, but one version of files that is swapped in as a whole.

They are held against the list of areas first. Outlines of another year than the list are usual;
what mergers explain is no difference, and the rest may be one per cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from importers import vg250
from importers.opening import open_sources, weigh
from importers.recognition import Format, refuse_other_than
from importers.records import Hinweis, QuelleRecord, UmrissRecord, Unlesbar
from katalog.db import Engine, trying, writing
from katalog.domain.begriffe import Befundart, Gebietsebene, Laufstatus
from katalog.intake import register
from katalog.intake.auftrag import LESEN, Auftrag, Ergebnis, only_one
from katalog.intake.directory import Directory
from katalog.intake.findings import Written
from katalog.intake.report import Befund, of_reader
from katalog.intake.staging import Unit
from katalog.intake.takeover import UEBERNEHMEN, Progress
from katalog.models.grundlage import now
from katalog.queries import areas, importe
from map.fassungen import find_fassung
from map.geometrie import Ebene
from map.gitter import Gebiet
from map.umrisse import Bericht, Unbrauchbar, write_umrisse

_LABEL = "Umriss"
_EXAMPLES = 200


def import_outlines(
    engine: Engine, auftrag: Auftrag, progress: Progress, *, probe: bool
) -> Ergebnis:
    with only_one(engine):
        if probe:
            with trying(engine) as unit:
                return _run(unit, auftrag, progress, probe=True)
        return _run(partial(writing, engine), auftrag, progress, probe=False)


def _run(unit: Unit, auftrag: Auftrag, progress: Progress, *, probe: bool) -> Ergebnis:
    with unit() as session:
        names = [str(path) for path in auftrag.dateien]
        lauf = importe.begin(session, auftrag.format, names, complete=True)
    written = Written(lauf, {}, keep_all=probe)
    try:
        quelle, outlines = _read(auftrag, written, progress)
        _compare(unit, outlines, written)
        progress(UEBERNEHMEN, 0, len(outlines))
        before = find_fassung(auftrag.umrisse).version
        with _destination(auftrag.umrisse, probe=probe) as folder:
            bericht = _write(folder, quelle, outlines)
        _tell(bericht, written)
        new = bericht.fassung.version != before
        progress(UEBERNEHMEN, len(outlines), len(outlines))
    except (Unlesbar, Unbrauchbar) as fault:
        with unit() as session:
            written.write(session)
            importe.end(session, lauf, Laufstatus.ABGEBROCHEN, str(fault))
        report = written.report
        return Ergebnis(lauf, Laufstatus.ABGEBROCHEN, str(fault), report.zahlen, written.kept)
    zahlen = written.report.count(_LABEL)
    if new:
        zahlen.neu = len(outlines)
    else:
        zahlen.unveraendert = len(outlines)
    with unit() as session:
        to = Directory(session, auftrag.today)
        register.write_quellen(to, [quelle])
        found = importe.find_quelle(session, quelle.kennung)
        importe.note(session, lauf, quelle_id=found[0] if found else None, gelesen_am=now())
        written.write(session)
        importe.end(session, lauf, Laufstatus.FERTIG, written.message)
    return Ergebnis(lauf, Laufstatus.FERTIG, written.message, written.report.zahlen, written.kept)


def _read(
    auftrag: Auftrag, written: Written, progress: Progress
) -> tuple[QuelleRecord, list[UmrissRecord]]:
    total = weigh(auftrag.dateien)
    quelle, outlines = vg250.QUELLE, list[UmrissRecord]()
    for name, stream in open_sources(auftrag.dateien):
        if outlines:
            raise Unlesbar("Mehrere Dateien mit Umrissen: Bitte geben Sie genau ein Archiv an.")
        refuse_other_than(Format.VG250, stream)
        for outcome in vg250.read(name, stream, bezogen=auftrag.today.year):
            match outcome:
                case QuelleRecord():
                    quelle = outcome
                case Hinweis():
                    written.report.say(of_reader(outcome, name))
                case UmrissRecord():
                    outlines.append(outcome)
    progress(LESEN, total, total)
    return quelle, outlines


def _compare(unit: Unit, outlines: Sequence[UmrissRecord], written: Written) -> None:
    """What only the outlines or only the list has; too much of it, and they do not fit."""
    drawn = [o.kennung for o in outlines if o.ebene == Gebietsebene.GEMEINDE]
    with unit() as session:
        listed, vanished = areas.municipal_keys(session)
    difference = vg250.compare(drawn, listed, vanished)
    for keys, cause in (
        (difference.nur_umriss, "Hat einen Umriss, steht aber nicht in der Gebietsliste."),
        (difference.nur_liste, "Steht in der Gebietsliste, hat aber keinen Umriss."),
    ):
        for key in keys[:_EXAMPLES]:
            written.report.say(Befund(Befundart.HINWEIS, f"Gemeinde {key}", ursache=cause))
    written.report.say(
        Befund(
            Befundart.HINWEIS,
            ursache=(
                f"Umrisse und Gebietsliste: {len(difference.nur_umriss)} Gemeinden nur mit Umriss,"
                f" {len(difference.nur_liste)} nur in der Liste ({difference.anteil:.2%})."
            ),
        )
    )
    vg250.refuse_unmatched(difference)


@contextmanager
def _destination(umrisse: Path, *, probe: bool) -> Iterator[Path]:
    """A trial makes them, too, and passes all checks or none; only nobody ever sees them."""
    if not probe:
        yield umrisse
        return
    with TemporaryDirectory(prefix="katalog-probe-") as folder:
        yield Path(folder)


def _write(folder: Path, quelle: QuelleRecord, outlines: Sequence[UmrissRecord]) -> Bericht:
    if quelle.stand is None:
        raise Unlesbar(
            "Das Archiv nennt keinen Gebietsstand (aktualitaet.txt). Laden Sie das vollständige"
            " Paket des BKG."
        )
    levels: dict[Ebene, list[Gebiet]] = defaultdict(list)
    for o in outlines:
        levels[Ebene(o.ebene)].append(Gebiet(o.kennung, o.polygone, (o.lon, o.lat)))
    return write_umrisse(folder, levels, quelle.stand, quelle.lizenz, quelle.lizenz)


def _tell(bericht: Bericht, written: Written) -> None:
    for ebene, found in bericht.ebenen.items():
        size = found.groesse
        written.report.say(
            Befund(
                Befundart.HINWEIS,
                f"Ebene {ebene}",
                wert=str(found.befund.anzahl),
                ursache=(
                    f"{found.befund.anzahl} Umrisse, {size.roh // 1000} kB, gepackt"
                    f" {size.gz // 1000} kB (gzip);"
                    f" {found.ringe_entfallen} Ringe unter einem Gitterschritt entfallen."
                ),
            )
        )
