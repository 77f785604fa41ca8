"""Encodings are found out and said; long lines and mixed files are refused."""

import csv
import io
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.decoding import TextLines, decode_sample
from importers.records import Unlesbar

GERMAN = "Schlüssel;Name\r\n05570052;Warendorf – „Stadt“\r\n"


def read(content: bytes, **options: int) -> tuple[list[str], str]:
    lines = TextLines(io.BytesIO(content), **options)
    return list(lines), lines.encoding


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (GERMAN.encode(), "UTF-8"),
        (GERMAN.encode("utf-8-sig"), "UTF-8"),
        (GERMAN.encode("cp1252"), "Windows-1252"),
        (GERMAN.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), "UTF-16"),
        (GERMAN.encode("utf-32"), "UTF-32"),
    ],
)
def test_every_encoding_gives_the_same_lines_and_is_named(content: bytes, encoding: str) -> None:
    lines, found = read(content)
    assert "".join(lines) == GERMAN
    assert found == encoding


def test_letters_alone_may_be_either_of_the_two_single_byte_encodings() -> None:
    lines, encoding = read("Köln\n".encode("latin-1"))
    assert lines == ["Köln\n"]
    assert encoding in {"Windows-1252", "ISO 8859-1 (Latin-1)"}


def test_a_byte_that_windows_1252_does_not_have_means_latin_1() -> None:
    assert read(b"K\xf6ln \x81\n")[1] == "ISO 8859-1 (Latin-1)"


def test_an_umlaut_after_megabytes_of_ascii_still_decides_the_encoding() -> None:
    lines, encoding = read(b"05570052;Warendorf\n" * 100_000 + "Köln\n".encode("cp1252"))
    assert (lines[-1], encoding) == ("Köln\n", "Windows-1252")


def test_a_character_cut_by_the_end_of_a_piece_stays_whole() -> None:
    for shift in range(4):
        text = "x" * shift + "ä€𝄞" * 60_000
        assert "".join(read(text.encode(), max_line=10**6)[0]) == text


def test_a_file_that_changes_its_encoding_in_the_middle_is_refused() -> None:
    with pytest.raises(Unlesbar, match="nicht mehr UTF-8"):
        read("Köln\n".encode() * 100_000 + "Köln\n".encode("cp1252"))


@pytest.mark.parametrize("content", [b"a;b\0c\n", b"K\xc3\xb6ln\0\n", "Köln".encode("utf-16-le")])
def test_null_bytes_mean_that_it_is_no_text(content: bytes) -> None:
    with pytest.raises(Unlesbar, match="Nullbytes"):
        read(content)


class Endless(io.RawIOBase):
    """A line as a gigabyte of it would come; cut after ten million, should nobody stop it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        if self.given > 10_000_000:
            return b""
        self.given += size
        return b"x" * size


def test_a_line_without_end_is_refused_after_the_limit_and_not_read_on() -> None:
    endless = Endless()
    with pytest.raises(Unlesbar, match="Zeile 1 ist länger als 1000000"):
        list(TextLines(endless))  # type: ignore[arg-type]
    assert endless.given < 2_000_000


def test_the_limit_of_a_line_counts_every_line_anew() -> None:
    assert len(read(b"x" * 99 + b"\n" + b"y" * 99 + b"\n", max_line=100)[0]) == 2
    with pytest.raises(Unlesbar, match="Zeile 2"):
        read(b"x\n" + b"y" * 101, max_line=100)


def test_line_ends_of_all_systems_end_lines_and_quoted_ones_reach_the_csv_reader() -> None:
    lines = TextLines(io.BytesIO(b'a;"b\nc"\r\nd;e\rf;g'))
    assert list(csv.reader(lines, delimiter=";")) == [["a", "b\nc"], ["d", "e"], ["f", "g"]]
    assert lines.line == 4


def test_an_empty_file_has_no_lines() -> None:
    assert read(b"") == ([], "ASCII")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_german(content: bytes) -> None:
    with suppress(Unlesbar):
        lines, encoding = read(content)
        assert encoding
        assert content.isascii() is (encoding == "ASCII") or not lines
    assert isinstance(decode_sample(content), str)


def test_a_quarter_megabyte_of_noise_is_decided_quickly() -> None:
    noise = bytes(1 + (number * 7919) % 255 for number in range(300_000))
    started = time.process_time()
    read(noise, max_line=10**6)
    assert time.process_time() - started < 2
