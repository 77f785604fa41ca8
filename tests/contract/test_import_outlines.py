"""Outlines of the areas: a trial makes and checks what an import would, and leaves nothing."""

from __future__ import annotations

from pathlib import Path

from importers.recognition import Format
from katalog import intake
from katalog.db import Engine, writing
from katalog.domain.begriffe import Befundart, Laufstatus
from katalog.intake.auftrag import Auftrag, Ergebnis
from katalog.intake.runs import import_files
from tests.contract.test_intake import AREAS, LIEFERANT, QUELLE, area
from tests.deliveries import findings
from tests.importing import TODAY, comparable, nothing_shown
from tests.unit.test_import_vg250 import archive

TELGTE = area("gemeinde", "055705001044", "Telgte", ags="05570044")


def take(engine: Engine, folder: Path, *, probe: bool) -> Ergebnis:
    path = folder / "vg250.zip"
    path.write_bytes(archive().getvalue())
    auftrag = Auftrag(Format.VG250, [path], TODAY, folder / "umrisse")
    ergebnis = import_files(engine, auftrag, nothing_shown, probe=probe)
    assert ergebnis.status is Laufstatus.FERTIG, ergebnis.meldung
    return ergebnis


def test_a_trial_says_what_an_import_would_and_leaves_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    with writing(engine) as session:
        intake.take_over(session, [QUELLE, *AREAS, TELGTE], LIEFERANT, TODAY)
    before = comparable(engine, runs=True)
    trial = take(engine, tmp_path, probe=True)
    assert comparable(engine, runs=True) == before
    assert not (tmp_path / "umrisse").exists()

    real = take(engine, tmp_path, probe=False)
    said = [b.ursache for b in trial.befunde if b.art is Befundart.HINWEIS]
    # Sizes are known only of outlines that were made.
    assert any("Umrisse, " in cause and "kB" in cause for cause in said)
    assert said == [b.ursache for b in findings(engine, real, Befundart.HINWEIS)]
    assert (trial.total.neu, real.total.neu) == (8, 8)

    again = take(engine, tmp_path, probe=True)
    assert (again.total.neu, again.total.unveraendert) == (0, real.total.neu)
