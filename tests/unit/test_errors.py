"""The exception tree: drawn as it is, German, and without HTTP."""

import re

import pytest

from katalog.domain import errors
from katalog.domain.errors import (
    KatalogFehler,
    Konfigurationsfehler,
    Konflikt,
    NichtAngemeldet,
    NichtErlaubt,
    NichtGefunden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VeralteterStand,
    VoraussetzungFehlt,
)


def walk(cls: type[KatalogFehler], depth: int = 0) -> list[tuple[int, str]]:
    below = [line for sub in cls.__subclasses__() for line in walk(sub, depth + 1)]
    return [(depth, cls.__name__), *below]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    lines = re.findall(r"^ {4}([│├└─ ]*)([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    drawn = [(len(branch) // 4, name) for branch, name in lines]
    assert drawn == walk(KatalogFehler)


def test_every_class_has_a_german_title_of_its_own() -> None:
    classes = [getattr(errors, name) for _, name in walk(KatalogFehler)]
    titles = [cls.titel for cls in classes]
    assert len(set(titles)) == len(titles)


def test_a_refused_value_keeps_the_field_and_what_was_typed() -> None:
    error = UngueltigeEingabe("ars", "abc", "Das ist kein Schlüssel. Prüfen Sie ihn.")
    assert (error.feld, error.wert) == ("ars", "abc")
    assert str(error) == error.meldung == "Das ist kein Schlüssel. Prüfen Sie ihn."


def test_a_huge_value_is_not_carried_into_pages_and_logs() -> None:
    assert len(UngueltigeEingabe("q", "x" * 10_000_000, "Zu lang.").wert) == 80
    assert len(str(NichtGefunden("Kommune", "9" * 10_000_000))) < 200


def test_several_faults_of_a_form_read_as_one_message_and_keep_their_fields() -> None:
    first = UngueltigeEingabe("grund", "", "Der Grund fehlt.")
    second = UngueltigeEingabe("datum", "", "Das Datum fehlt.")
    group = UngueltigeEingaben([first, second])
    assert str(group) == "Der Grund fehlt. Das Datum fehlt."
    assert [fault.feld for fault in group.fehler] == ["grund", "datum"]


def test_one_fault_can_be_walked_like_several() -> None:
    error = UngueltigeEingabe("grund", "", "Der Grund fehlt.")
    assert error.fehler == (error,)


def test_not_found_says_what_is_missing_and_what_to_do() -> None:
    error = NichtGefunden("Onlinedienst", "wbs")
    assert str(error).startswith("Onlinedienst „wbs“ ist hier nicht zu finden. ")
    assert "Suche" in str(error)


def test_a_lost_update_tells_that_nothing_was_saved() -> None:
    assert "nicht gespeichert" in str(VeralteterStand())
    assert isinstance(VeralteterStand(), Konflikt)


def test_an_unmet_precondition_lists_what_is_missing() -> None:
    error = VoraussetzungFehlt("Noch nicht möglich.", ["Zertifikate", "DVDV-Eintrag"])
    assert error.fehlt == ("Zertifikate", "DVDV-Eintrag")


def test_a_missing_sign_in_is_a_missing_permission() -> None:
    with pytest.raises(NichtErlaubt, match="Melden Sie sich an"):
        raise NichtAngemeldet


def test_a_configuration_error_names_the_setting_first() -> None:
    assert str(Konfigurationsfehler("KATALOG_SMTP", "fehlt.")) == "KATALOG_SMTP: fehlt."
