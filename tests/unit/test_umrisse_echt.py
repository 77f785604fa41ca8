"""The real boundaries of the BKG on their way from the archive into a drawing.

It takes ten seconds, and the archives that `test_import_vg250.py` makes have the same form: so the
real ones are read with KATALOG_TEST_VOLL=1.
"""

from pathlib import Path

import pytest

from importers import vg250
from importers.records import QuelleRecord, UmrissRecord
from map.geometrie import DATEN, Ebene, gebiete, load_topologie, nachbarn, umriss
from map.gitter import Gebiet
from map.skizze import skizze
from map.umrisse import Bericht, write_umrisse
from tests.umfang import VOLL

pytestmark = pytest.mark.skipif(not VOLL, reason="nur mit KATALOG_TEST_VOLL=1")

REAL_FILE = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "bkg"
    / "vg5000_01-01.gk3.shape.ebenen.zip"
)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Bericht:
    """Read and written once for all tests: that takes some seconds."""
    if not REAL_FILE.exists():
        pytest.skip("Die echten Grenzen liegen nicht in ../shared/data.")
    ebenen: dict[Ebene, list[Gebiet]] = {ebene: [] for ebene in Ebene}
    with REAL_FILE.open("rb") as stream:
        records = list(vg250.read(REAL_FILE.name, stream))
    for record in records:
        if isinstance(record, UmrissRecord):
            gebiet = Gebiet(record.kennung, record.polygone, (record.lon, record.lat))
            ebenen[Ebene(record.ebene)].append(gebiet)
    (quelle,) = (record for record in records if isinstance(record, QuelleRecord))
    assert quelle.stand is not None
    return write_umrisse(
        tmp_path_factory.mktemp("umrisse"), ebenen, quelle.stand, quelle.lizenz, "GeoNutzV"
    )


def test_the_real_boundaries_are_there_on_four_levels_without_a_fault(real: Bericht) -> None:
    assert {ebene: teil.befund.anzahl for ebene, teil in real.ebenen.items()} == {
        Ebene.LAND: 16, Ebene.KREIS: 401, Ebene.VERBAND: 4605, Ebene.GEMEINDE: 10997,
    }  # fmt: skip
    for teil in real.ebenen.values():
        assert (teil.befund.doppelt, teil.befund.ungueltig, teil.befund.uneins) == ((), (), ())
        assert (teil.ringe_entfallen, teil.ersetzt) == (0, ())
    assert real.ebenen[Ebene.KREIS].befund.je_land["05"] == 53
    assert len(real.ebenen[Ebene.GEMEINDE].befund.je_land) == 16
    assert load_topologie("kreis", real.fassung.ordner).vermerk == (
        "© GeoBasis-DE / BKG 2021 (Daten verändert)"
    )


def test_the_real_boundaries_stay_small(real: Bericht) -> None:
    groesse = {ebene: teil.groesse for ebene, teil in real.ebenen.items()}
    assert groesse[Ebene.GEMEINDE].roh < 2_500_000
    assert groesse[Ebene.GEMEINDE].gz < 620_000
    assert groesse[Ebene.LAND].gz + groesse[Ebene.KREIS].gz < 90_000
    for teil in groesse.values():
        assert teil.br is not None
        assert teil.br < 0.95 * teil.gz


def test_the_real_boundaries_are_read_and_drawn_like_the_shipped_ones(real: Bericht) -> None:
    ordner = real.fassung.ordner
    assert nachbarn("land", "11", ordner) == ("12",)
    assert set(nachbarn("kreis", "05570", ordner)) == set(nachbarn("kreis", "05570"))
    assert "05558" in nachbarn("kreis", "05515", ordner)
    kreis = gebiete("gemeinde", "05570", ordner)
    assert kreis == gebiete("gemeinde", "05570")
    # Another source and year, yet the same towns at the same place, to two hundredths of a degree.
    for ags in kreis:
        neu, alt = (umriss("gemeinde", ags, woher).kasten for woher in (ordner, DATEN))
        assert neu == pytest.approx(alt, abs=0.02), ags
    bild = skizze("gemeinde", kreis, breite=600, ordner=ordner)
    assert (bild.breite, len(bild.flaechen), bild.ohne_umriss) == (600, 13, ())
    # Mergers since 2016 are the difference between the two.
    assert "03152" in gebiete("kreis")
    assert "03152" not in gebiete("kreis", ordner=ordner)
