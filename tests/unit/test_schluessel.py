"""Keys: parse or refuse, keep as text, recognise what somebody typed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from katalog.domain.begriffe import Gebietsebene
from katalog.domain.erkennung import Kennungsart, recognise
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.laender import Landeskuerzel, find_land, parse_land
from katalog.domain.schluessel import (
    Gemeindeschluessel,
    Leistungsschluessel,
    Leistungstyp,
    OzgId,
    Regionalschluessel,
    find_widerspruch,
)
from katalog.domain.typisierung import Typisierung, format_typisierung, parse_typisierung

moderate = settings(max_examples=40, database=None, deadline=None)
digits = st.text(alphabet="0123456789", min_size=14, max_size=14)

WBS = Leistungsschluessel("99107022012000")


# Leistungsschluessel --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "99107022012000",
        "99 107 022 012 000",
        "99.107.022.012.000",
        "99-107-022-012-000",
        "99\u00a0107\u202f022 012\u2013000",
        "  99107022012000\n",
    ],
)
def test_a_key_is_read_with_blanks_dots_and_dashes(written: str) -> None:
    assert Leistungsschluessel.parse(written) == WBS


def test_a_key_has_five_parts_and_is_shown_in_groups() -> None:
    parts = (WBS.instanz, WBS.gruppierung, WBS.kennung, WBS.verrichtung, WBS.detail)
    assert parts == ("99", "107", "022", "012", "000")
    assert WBS.anzeige == "99 107 022 012 000"
    assert str(WBS) == "99107022012000"


@pytest.mark.parametrize(
    ("key", "typ", "above"),
    [
        ("99107022000000", Leistungstyp.LO, []),
        ("99107022012000", Leistungstyp.LOV, ["99107022000000"]),
        ("99008001012011", Leistungstyp.LOVD, ["99008001012000", "99008001000000"]),
        # Positions 12 to 14 decide, even where a list left the Verrichtung out.
        ("99008001000011", Leistungstyp.LOVD, ["99008001000000"]),
    ],
)
def test_the_typ_follows_from_the_last_six_digits(
    key: str, typ: Leistungstyp, above: list[str]
) -> None:
    schluessel = Leistungsschluessel(key)
    assert schluessel.typ is typ
    assert [parent.wert for parent in schluessel.uebergeordnete] == above


def test_a_key_of_a_land_is_as_good_as_one_of_the_federal_catalogue() -> None:
    assert Leistungsschluessel.parse("05 107 022 012 000").instanz == "05"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "fehlt"),
        (" - ", "fehlt"),
        ("nicht im LeiKa", "andere Zeichen"),
        ("9910702201200", "hat 13"),
        ("991070220120000", "hat 15"),
        ("99107022012000.0", "hat 15"),
        ("9910702201200²", "andere Zeichen"),
        ("٩٩١٠٧٠٢٢٠١٢٠٠٠", "andere Zeichen"),
        ("99,107,022,012,000", "andere Zeichen"),
    ],
)
def test_anything_else_is_refused_with_the_reason_and_an_example(written: str, reason: str) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        Leistungsschluessel.parse(written)
    assert reason in refused.value.meldung
    assert "14 Ziffern, zum Beispiel 99107022012000" in refused.value.meldung
    assert refused.value.feld == "leistungsschluessel"


def test_the_constructor_is_as_strict_as_parse_but_does_not_clean() -> None:
    with pytest.raises(UngueltigeEingabe):
        Leistungsschluessel("99 107 022 012 000")


@moderate
@given(digits)
def test_every_fourteen_digits_survive_their_display(key: str) -> None:
    schluessel = Leistungsschluessel(key)
    assert Leistungsschluessel.parse(schluessel.anzeige) == schluessel
    for parent in schluessel.uebergeordnete:
        assert parent.wert[:8] == key[:8]
        assert parent.typ is not Leistungstyp.LOVD


# OzgId ----------------------------------------------------------------------------------------


def test_an_ozg_id_has_five_digits_and_begins_with_one() -> None:
    assert OzgId.parse(" 10083 ").wert == "10083"
    assert OzgId.parse("19999").wert == "19999"


@pytest.mark.parametrize("written", ["1008", "100830", "20083", "OZG10083", ""])
def test_other_ozg_ids_are_refused(written: str) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        OzgId.parse(written)
    assert refused.value.feld == "ozg_id"


# Regionalschluessel and Gemeindeschluessel ----------------------------------------------------

WARENDORF = Regionalschluessel("055700052052")


def test_an_ars_shows_its_parts() -> None:
    assert WARENDORF.anzeige == "05 5 70 0052 052"
    assert Regionalschluessel.parse(WARENDORF.anzeige) == WARENDORF
    assert (WARENDORF.land, WARENDORF.regierungsbezirk, WARENDORF.kreis) == ("05", "055", "05570")
    assert (WARENDORF.verband, WARENDORF.gemeinde) == ("055700052", "052")
    assert WARENDORF.landeskuerzel is Landeskuerzel.NW


@pytest.mark.parametrize(
    ("ars", "ebene"),
    [
        ("000000000000", None),
        ("050000000000", Gebietsebene.LAND),
        ("055000000000", Gebietsebene.REGIERUNGSBEZIRK),
        ("055700000000", Gebietsebene.KREIS),
        ("051170000000", Gebietsebene.KREIS),
        ("130710000000", Gebietsebene.KREIS),
        ("055700052000", Gebietsebene.VERBAND),
        ("055700052052", Gebietsebene.GEMEINDE),
    ],
)
def test_zeros_stand_for_higher_levels(ars: str, ebene: Gebietsebene | None) -> None:
    assert Regionalschluessel(ars).ebene is ebene


@pytest.mark.parametrize(
    ("short", "ars"),
    [
        ("05", "050000000000"),
        ("055", "055000000000"),
        ("05 5 70", "055700000000"),
        ("055700052", "055700052000"),
        ("055700052052", "055700052052"),
        ("00", "000000000000"),
    ],
)
def test_a_cut_ars_is_filled_up_only_on_demand(short: str, ars: str) -> None:
    assert Regionalschluessel.of_gekuerzt(short).wert == ars
    if short.replace(" ", "") != ars:
        with pytest.raises(UngueltigeEingabe):
            Regionalschluessel.parse(short)


def test_an_ags_is_not_taken_for_a_cut_ars() -> None:
    with pytest.raises(UngueltigeEingabe, match="Die Angabe hat 8"):
        Regionalschluessel.of_gekuerzt("05570052")


@pytest.mark.parametrize("ars", ["175700052052", "995700052052", "000000000001"])
def test_an_ars_of_no_land_is_refused(ars: str) -> None:
    with pytest.raises(UngueltigeEingabe, match="von 01 bis 16"):
        Regionalschluessel(ars)


@pytest.mark.parametrize(
    ("ags", "ebene", "display", "kreis"),
    [
        ("05", Gebietsebene.LAND, "05", None),
        ("055", Gebietsebene.REGIERUNGSBEZIRK, "05 5", None),
        ("05570", Gebietsebene.KREIS, "05 5 70", "05570"),
        ("05570052", Gebietsebene.GEMEINDE, "05 5 70 052", "05570"),
    ],
)
def test_the_length_of_an_ags_is_its_level(
    ags: str, ebene: Gebietsebene, display: str, kreis: str | None
) -> None:
    schluessel = Gemeindeschluessel.parse(display)
    assert schluessel.wert == ags
    assert (schluessel.ebene, schluessel.anzeige, schluessel.kreis) == (ebene, display, kreis)
    assert (schluessel.land, schluessel.landeskuerzel) == ("05", Landeskuerzel.NW)


@pytest.mark.parametrize("ags", ["0", "0557", "055700", "0557005", "055700520", "abc", "99", "00"])
def test_other_ags_are_refused(ags: str) -> None:
    with pytest.raises(UngueltigeEingabe) as refused:
        Gemeindeschluessel.parse(ags)
    assert refused.value.feld == "ags"


def test_a_zero_lost_in_a_spreadsheet_is_pointed_out_and_not_restored_silently() -> None:
    with pytest.raises(UngueltigeEingabe, match="führende Null: 05570052"):
        Gemeindeschluessel.parse("5570052")
    with pytest.raises(UngueltigeEingabe, match="führende Null: 055700052052"):
        Regionalschluessel.parse("55700052052")


def test_two_official_keys_that_disagree_are_reported() -> None:
    uder_ags = Gemeindeschluessel("16061119")
    assert find_widerspruch(Regionalschluessel("160615051119"), uder_ags) is None
    report = find_widerspruch(Regionalschluessel("160615051097"), uder_ags)
    assert report is not None
    assert "16061097" in report
    assert "16061119" in report


def test_an_ags_of_a_kreis_is_not_compared_with_the_ars_of_a_gemeinde() -> None:
    assert find_widerspruch(WARENDORF, Gemeindeschluessel("05570")) is None


# Länder ---------------------------------------------------------------------------------------


def test_the_sixteen_laender_are_numbered_in_the_official_order() -> None:
    assert [land.schluessel for land in Landeskuerzel] == [f"{n:02}" for n in range(1, 17)]
    assert " ".join(Landeskuerzel) == "SH HH NI HB NW HE RP BW BY SL BE BB MV SN ST TH"
    assert find_land("13071") is Landeskuerzel.MV
    assert find_land("000000000000") is None


@pytest.mark.parametrize("written", ["NW", " nw ", "DE-NW", "05", "Nordrhein-Westfalen"])
def test_a_land_is_read_in_every_usual_form(written: str) -> None:
    assert parse_land(written) is Landeskuerzel.NW


@pytest.mark.parametrize("written", ["", "XX", "17", "Preußen", "5"])
def test_an_unknown_land_is_refused(written: str) -> None:
    with pytest.raises(UngueltigeEingabe, match="zum Beispiel NW"):
        parse_land(written)


# Recognition ----------------------------------------------------------------------------------

LEIKA, OZG = Kennungsart.LEISTUNGSSCHLUESSEL, Kennungsart.OZG_ID
AGS, ARS = Kennungsart.AGS, Kennungsart.ARS


@pytest.mark.parametrize(
    ("typed", "art", "digits_only", "full"),
    [
        ("99107022012000", LEIKA, "99107022012000", True),
        ("99 107 022 012 000", LEIKA, "99107022012000", True),
        ("99.107.022", LEIKA, "99107022", False),
        ("99107", LEIKA, "99107", False),
        ("LeiKa 107", LEIKA, "107", False),
        ("LeiKa-ID: 99107022012000", LEIKA, "99107022012000", True),
        ("Leistungsschlüssel 99 107", LEIKA, "99107", False),
        ("05 107 022", LEIKA, "05107022", False),
        ("10083", OZG, "10083", True),
        ("10 083", OZG, "10083", True),
        ("OZG 10083", OZG, "10083", True),
        ("OZG-ID: 106", OZG, "106", False),
        ("05570052", AGS, "05570052", True),
        ("05 5 70", AGS, "05570", True),
        ("AGS 05570", AGS, "05570", True),
        ("13", AGS, "13", True),
        ("055700052052", ARS, "055700052052", True),
        ("05 5 70 0052 052", ARS, "055700052052", True),
        ("055700052", ARS, "055700052", False),
        ("ARS 05570", ARS, "05570", False),
    ],
)
def test_the_most_likely_kind_comes_first(
    typed: str, art: Kennungsart, digits_only: str, full: bool
) -> None:
    first = recognise(typed)[0]
    assert (first.art, first.ziffern, first.vollstaendig) == (art, digits_only, full)


def test_a_number_that_is_two_keys_gives_both() -> None:
    assert [found.art for found in recognise("13071")] == [OZG, AGS, LEIKA]


def test_a_leading_word_leaves_no_doubt() -> None:
    assert [found.art for found in recognise("AGS 13071")] == [AGS]


@pytest.mark.parametrize(
    "typed",
    ["", "hund anmelden", "12 hunde", "hund 12", "10115 Berlin", "²", "1", "99", "9" * 15, "-"],
)
def test_words_and_other_numbers_are_no_keys(typed: str) -> None:
    assert recognise(typed) == ()


def test_a_query_of_ten_megabytes_is_no_key_and_costs_nothing() -> None:
    assert recognise("9" * 10_000_000) == ()


@moderate
@given(st.text(max_size=80))
def test_recognition_survives_any_text_and_returns_only_digits(typed: str) -> None:
    for found in recognise(typed):
        assert re.fullmatch(r"[0-9]{1,14}", found.ziffern)


@moderate
@given(digits.map(Leistungsschluessel), st.integers(8, 14))
def test_every_beginning_of_a_federal_key_is_recognised(
    schluessel: Leistungsschluessel, length: int
) -> None:
    federal = f"99{schluessel.wert[2:]}"
    assert [found.art for found in recognise(federal[:length])] == [LEIKA]


# Typisierung ----------------------------------------------------------------------------------


def test_a_typisierung_is_a_list() -> None:
    assert parse_typisierung("1, 2/3") == (Typisierung.T1, Typisierung.T2_3)
    assert parse_typisierung("2/3A") == (Typisierung.T2_3A,)
    assert parse_typisierung(" 4b,4b ,12") == (Typisierung.T4B, Typisierung.T12)


@pytest.mark.parametrize("written", ["", "  ", ","])
def test_no_typisierung_is_an_empty_list(written: str) -> None:
    assert parse_typisierung(written) == ()


@pytest.mark.parametrize("written", ["13", "2c", "1; 2", "2/4", "zwei"])
def test_an_unknown_typisierung_is_refused_with_the_known_ones(written: str) -> None:
    with pytest.raises(UngueltigeEingabe, match="2/3a"):
        parse_typisierung(written)


def test_every_known_code_survives_writing_and_reading() -> None:
    assert parse_typisierung(format_typisierung(tuple(Typisierung))) == tuple(Typisierung)
