"""The address of a list holds its whole state; links change one thing and keep the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.errors import UngueltigeEingabe
from katalog.web.address import Address, read_address
from katalog.web.forms import read_form

FIELD_NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
# Control characters do not survive reading; lone halves of a character are no text at all.
VALUES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


def test_fields_are_read_in_the_order_in_which_they_stand() -> None:
    address = read_address("/ozg", b"lage=B&q=Hund&lage=A")
    assert address.fields == (("lage", "B"), ("q", "Hund"), ("lage", "A"))
    assert address.all("lage") == ("B", "A")


def test_umlauts_plus_signs_and_ampersands_survive_reading_and_writing() -> None:
    address = read_address("/ozg", b"q=B%C3%BCrger+%26+%2B")
    assert address.text("q") == "Bürger & +"
    assert str(address) == "/ozg?q=B%C3%BCrger+%26+%2B"


def test_empty_fields_are_left_out() -> None:
    assert str(read_address("/ozg", b"q=&lage=&seite=2")) == "/ozg?seite=2"


def test_an_address_without_fields_has_no_question_mark() -> None:
    assert str(Address("/ozg")) == "/ozg"


def test_the_last_of_several_texts_counts() -> None:
    assert read_address("/ozg", b"q=a&q=b").text("q") == "b"


def test_blanks_and_control_characters_around_a_text_are_dropped() -> None:
    assert read_address("/ozg", b"q=%00%20Hund%0D%0A%09anmelden%20").text("q") == "Hund anmelden"


def test_blanks_that_documents_put_into_words_count_as_blanks() -> None:
    """No-break blanks and soft hyphens come along when somebody copies from a letter."""
    assert read_address("/ozg", "q=Hund\u00a0anmelden".encode()).text("q") == "Hund anmelden"
    assert read_address("/ozg", b"q=99%C2%A0107%E2%80%AF022").text("q") == "99 107 022"
    assert "steuer" in read_address("/ozg", b"q=Hunde%C2%ADsteuer").text("q")


def test_a_filter_never_holds_a_character_that_no_database_stores() -> None:
    address = read_address("/ozg", b"lage=%00&lage=a%00b&%00=c&themenfeld=a%0Ab")
    assert not any(c < " " for field in address.fields for text in field for c in text)


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert read_address("/ozg", b"q=%ff").text("q") == "\ufffd"
    assert read_address("/ozg", b"q=\xff").text("q") == "\ufffd"


def test_a_text_of_200_characters_is_read_and_one_of_201_refused() -> None:
    assert len(read_address("/ozg", b"q=" + b"a" * 200).text("q")) == 200
    with pytest.raises(UngueltigeEingabe) as refusal:
        read_address("/ozg", b"q=" + b"a" * 201).text("q")
    assert refusal.value.feld == "q"
    assert len(refusal.value.wert) == 50
    assert "200 Zeichen" in refusal.value.meldung


def test_a_query_of_8192_bytes_is_read_and_one_byte_more_refused() -> None:
    assert read_address("/ozg", b"q=" + b"a" * 8190).all("q") == ("a" * 8190,)
    with pytest.raises(UngueltigeEingabe, match="zu lang"):
        read_address("/ozg", b"q=" + b"a" * 8191)


def test_100_fields_are_read_and_101_refused() -> None:
    assert len(read_address("/ozg", b"&".join([b"a=1"] * 100)).fields) == 100
    with pytest.raises(UngueltigeEingabe, match="mehr als 100 Angaben"):
        read_address("/ozg", b"&".join([b"a=1"] * 101))


@pytest.mark.parametrize(("query", "page"), [(b"", 1), (b"seite=1", 1), (b"seite=0042", 42)])
def test_a_page_number_is_read(query: bytes, page: int) -> None:
    assert read_address("/ozg", query).page() == page


@pytest.mark.parametrize(
    "typed",
    [
        "0", "-1", "%2B1", "1.0", "1e3", "abc", "1_0", "0x10", "1000001", "9" * 20, "1 2", "²",
        "%D9%A1", "%EF%BC%91",
    ],
)  # fmt: skip
def test_a_page_number_that_no_list_can_have_is_refused(typed: str) -> None:
    """The last two are digits of other scripts, which `int` would read."""
    with pytest.raises(UngueltigeEingabe) as refusal:
        read_address("/ozg", f"seite={typed}".encode()).page()
    assert refusal.value.feld == "seite"


def test_a_value_is_added_to_a_filter_and_the_list_starts_again() -> None:
    address = read_address("/ozg", b"q=Hund&seite=3&lage=A")
    assert str(address.toggled("lage", "B")) == "/ozg?q=Hund&lage=A&lage=B"


def test_a_chosen_value_is_taken_back_and_its_neighbours_stay() -> None:
    address = read_address("/ozg", b"lage=A&lage=B&themenfeld=A&seite=3")
    assert str(address.toggled("lage", "A")) == "/ozg?lage=B&themenfeld=A"


@given(st.lists(st.tuples(FIELD_NAMES, VALUES), max_size=6), FIELD_NAMES, VALUES)
def test_toggling_twice_leads_back(fields: list[tuple[str, str]], name: str, value: str) -> None:
    address = Address("/ozg", tuple(dict.fromkeys(fields))).without("seite")
    twice = address.toggled(name, value).toggled(name, value)
    assert sorted(twice.fields) == sorted(address.without("seite").fields)


@given(st.lists(st.tuples(FIELD_NAMES, VALUES), max_size=6))
def test_what_was_written_is_read_again(fields: list[tuple[str, str]]) -> None:
    address = Address("/ozg", tuple(fields))
    query = str(address).partition("?")[2]
    assert read_address("/ozg", query.encode()).fields == address.fields


@given(st.binary(max_size=300))
def test_any_query_is_read_or_refused_with_a_german_sentence(query: bytes) -> None:
    def read() -> str:
        try:
            address = read_address("/ozg", query)
            return f"{address.text('q')} {address.page()}."
        except UngueltigeEingabe as refusal:
            return refusal.meldung

    assert read().endswith(".")


def test_setting_a_field_replaces_all_its_values_and_keeps_the_others() -> None:
    address = read_address("/ozg", b"a=1&b=2&a=3")
    assert str(address.with_(a="4")) == "/ozg?b=2&a=4"
    assert str(address.with_(a="")) == "/ozg?b=2"


def test_the_first_page_has_no_number_in_its_address() -> None:
    address = read_address("/ozg", b"q=Hund&seite=3")
    assert str(address.at_page(1)) == "/ozg?q=Hund"
    assert str(address.at_page(4)) == "/ozg?q=Hund&seite=4"


def test_a_path_is_written_so_that_it_cannot_end_the_address_or_an_attribute() -> None:
    assert str(Address('/ozg/ü?#"<>')) == "/ozg/%C3%BC%3F%23%22%3C%3E"


def test_only_a_text_of_several_lines_keeps_its_lines() -> None:
    form = read_form("application/x-www-form-urlencoded", b"t=a%0D%0A%0Db%00%0Ac&t2=x%0Ay")
    assert form.lines("t") == "a\n b \nc"
    assert form.last("t") == "a  b  c"
    assert form.text("t2") == "x y"
