"""`katalog import`: options that would have no effect are refused, and codes tell how it went."""

import pytest

from importers.recognition import format_of
from katalog.cli.arguments import build_parser
from katalog.cli.importing import exit_code, is_address, refuse_without_effect
from katalog.domain.begriffe import Laufstatus
from katalog.domain.errors import UngueltigeEingabe
from katalog.intake.auftrag import Ergebnis
from katalog.intake.report import Zahlen

FIM = "https://fimportal.de/api/v0"


def call(*arguments: str) -> None:
    options = build_parser().parse_args(["import", *arguments])
    address = options.quellen[0] if is_address(options.quellen) else ""
    refuse_without_effect(options, format_of(options.format), address)


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (("ozg", "a.csv", "--titel", "Liste"), "--titel benennt die Quelle"),
        (("fim", "a.json", "--seit", "2026-01-01"), "nur für die Adresse des FIM-Portals"),
        (("fim", FIM, "--seit", "2026-01-01", "--vollstaendig"), "nie vollständig"),
        (("fim", FIM, "--seit", "gestern"), "kein Tag"),
        (("vg250", "a.zip", "b.zip"), "genau ein Archiv"),
        (("vg250", "a.zip", "--quelle", "bkg"), "gilt --quelle nicht"),
        (("vg250", "a.zip", "--teilweise"), "gilt --teilweise nicht"),
        (("vg250", "a.zip", "--entfallene-zulassen"), "gilt --entfallene-zulassen nicht"),
    ],
)
def test_an_option_without_effect_is_refused_and_not_passed_over(
    arguments: tuple[str, ...], cause: str
) -> None:
    with pytest.raises(UngueltigeEingabe, match=cause):
        call(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ozg", "a.csv", "b.csv", "--quelle", "land", "--titel", "Liste", "--vollstaendig"),
        ("fim", FIM, "--seit", "2026-01-01"),
        ("fim", FIM, "--seit", "2026-01-01", "--teilweise"),
        ("vg250", "a.zip", "--dry-run"),
    ],
)
def test_an_option_with_effect_is_taken(arguments: tuple[str, ...]) -> None:
    call(*arguments)


def test_the_code_tells_all_from_a_part_from_nothing() -> None:
    def code(status: Laufstatus, refused: int) -> int:
        return exit_code(Ergebnis(1, status, "", {"x": Zahlen(neu=1, abgelehnt=refused)}))

    codes = [code(Laufstatus.FERTIG, 0), code(Laufstatus.FERTIG, 1)]
    codes.append(code(Laufstatus.ABGEBROCHEN, 1))
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["import", "gibt-es-nicht", "a.csv"])
    assert [*codes, ended.value.code] == [0, 3, 1, 2]
