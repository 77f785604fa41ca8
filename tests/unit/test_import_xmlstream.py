"""XML from strangers: nothing is expanded, fetched or held, and every refusal says why."""

import io
import itertools
import time
from pathlib import Path

import pytest

from importers import xmlstream
from importers.records import Unlesbar
from importers.xmlstream import MAX_ELEMENT, line_of, read_elements, read_root
from tests.xzufi_generator import Pieces

LAUGHS = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "ha">'
    for level in range(10)
)


def texts(content: bytes, *names: str) -> list[str]:
    elements = read_elements(io.BytesIO(content), names or ("satz",))
    return ["".join(map(str, element.itertext())) for element in elements]


def refusal(content: bytes) -> str:
    with pytest.raises(Unlesbar) as refused:
        texts(content)
    return str(refused.value)


def test_elements_are_found_by_local_name_whole_and_outermost() -> None:
    content = (
        b'<a xmlns:x="urn:x"><x:satz>1</x:satz><b><satz xmlns="urn:y">2<satz>3</satz></satz></b>'
        b"<satz/></a>"
    )
    assert texts(content) == ["1", "23", ""]


def test_lines_are_right_beyond_the_sixteen_bits_of_old_parsers() -> None:
    content = b"<a>" + b"\n" * 70_000 + b"<satz>x</satz></a>"
    (line,) = [line_of(element) for element in read_elements(io.BytesIO(content), ("satz",))]
    assert line == 70_001


def test_what_was_read_is_gone_from_memory() -> None:
    content = b"<a><kopf/>" + b"<b><satz><c/></satz></b>" * 1_000 + b"</a>"
    kept = [
        sum(1 for _ in element.getroottree().getroot().iter())
        for element in read_elements(io.BytesIO(content), ("satz",))
    ]
    # Root, container, element, its child, and what the parser has built ahead of it in the piece.
    assert max(kept[-10:]) < 40


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        f"<!DOCTYPE a [{LAUGHS}]>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.ent"> %p;]>',
        f'<!DOCTYPE a [<!ENTITY x "{"y" * 40_000}">]>',
        "<!-- davor --> <?pi?>\n<!doctype a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_doctype_is_refused_before_parsing(doctype: str, encoding: str) -> None:
    content = f"{doctype}<a><satz>&x;&l9;</satz></a>".encode(encoding)
    assert "DOCTYPE" in refusal(content)
    with pytest.raises(Unlesbar, match="DOCTYPE"):
        read_root(io.BytesIO(content))


def test_no_file_is_read_and_no_entity_vanishes_silently(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    xinclude = (
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><satz>'
        f'<xi:include href="{secret}" parse="text"/></satz></a>'
    )
    assert texts(xinclude.encode()) == [""]
    assert "Entität" in refusal(b"<a><satz>vor &geheim; nach</satz></a>")


def test_the_second_lock_holds_where_the_first_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xmlstream, "_check_prolog", lambda head: None)
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    for entity in (f'SYSTEM "{secret}"', '"geheim"'):
        content = f"<!DOCTYPE a [<!ENTITY x {entity}>]><a><satz>&x;</satz></a>"
        assert "DOCTYPE" in refusal(content.encode())


@pytest.mark.parametrize("encoding", ["utf-7", "IBM037", "utf-32", "shift_jis", "quatsch"])
def test_encodings_that_could_hide_a_doctype_are_refused(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><a><satz/></a>'
    assert "Kodierung" in refusal(content.encode())


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_a_wide_encoding_without_a_word_about_it_is_refused(encoding: str) -> None:
    assert "Kodierung" in refusal("<!DOCTYPE a><a><satz/></a>".encode(encoding))


def test_a_file_that_lies_about_utf_16_is_refused() -> None:
    assert "Kodierung" in refusal(b'<?xml version="1.0" encoding="UTF-16"?><a><satz/></a>')


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"]
)
def test_the_encodings_of_official_files_are_read(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><a><satz>Köln</satz></a>'
    assert texts(content.encode(encoding)) == ["Köln"]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"<a><satz>K\xf6ln</satz></a>", "passen nicht zur genannten Kodierung"),
        (b"<a><satz>\0</satz></a>", "Steuerzeichen"),
        (b"<a><satz>\x0b</satz></a>", "Steuerzeichen"),
        (b"<a><satz>&#0;</satz></a>", "Steuerzeichen"),
        (b"<a><satz></a>", "nicht geschlossen"),
        (b"<a><x:satz/></a>", "Präfix"),
        (b"<a/><satz/>", "nach dem Ende"),
        (b"<a b=1/>", "wohlgeformtes"),
        (b'<x: xmlns:x="urn:x"><satz/></x:>', "Zeile 1"),
        (b"", "leer"),
        (b" \n ", "leer"),
        (b"Sehr geehrte", "kein XML"),
        (b"<!-- " + b"x" * 70_000 + b" --><a/>", "64 kB Kommentar"),
        (b"<a>" * 300 + b"</a>" * 300, "tiefer als 256"),
        (b"<" + b"n" * 60_000 + b"/>", "Name ist zu lang"),
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_cause(content: bytes, part: str) -> None:
    assert part in refusal(content)


def test_the_place_of_a_break_is_named() -> None:
    assert refusal(b"<a>\n<satz/>\n<satz>&x;</satz></a>").startswith("Zeile 3: eine Entität")
    assert "bricht in Zeile 2 ab" in refusal(b"<a><satz/>\n<satz>")


def test_256_levels_are_read() -> None:
    assert texts(b"<a>" * 254 + b"<satz>x</satz>" + b"</a>" * 254) == ["x"]


def test_a_truncated_file_yields_what_came_before_and_then_raises() -> None:
    content = b"<a>" + b"<satz>" + b"x" * 1_000 + b"</satz>"
    elements = read_elements(io.BytesIO(content + b"\n<satz>" * 2), ("satz",))
    assert next(elements).text == "x" * 1_000
    with pytest.raises(Unlesbar, match="bricht in Zeile 3 ab"):
        next(elements)


@pytest.mark.parametrize(
    "piece", [b"<x/>", b"<satz>", b" ", b"<!-- x -->", b"<?p x?>", b"text", b"<x y='1'/>"]
)
def test_endless_content_without_a_record_is_stopped_at_the_limit(piece: bytes) -> None:
    # Endless to the reader; a reader that does not stop meets an end after 20 MB all the same.
    content = itertools.chain([b"<a>"], itertools.repeat(piece * (50_000 // len(piece)), 400))
    pieces = Pieces(content)
    with pytest.raises(Unlesbar):
        for _ in read_elements(io.BufferedReader(pieces, 1 << 16), ("satz",)):
            pass
    assert pieces.given < MAX_ELEMENT + (1 << 18)


def test_a_text_of_a_million_characters_is_read_and_one_beyond_the_limit_refused() -> None:
    assert len(texts(b"<a><satz>" + b"x" * 1_000_000 + b"</satz></a>")[0]) == 1_000_000
    assert "Mehr als 4 MB" in refusal(b"<a><satz>" + b"x" * 12_000_000 + b"</satz></a>")


def test_a_hundred_thousand_attributes_take_no_quadratic_time() -> None:
    attributes = b" ".join(b'a%d="1"' % number for number in range(100_000))
    started = time.process_time()
    assert texts(b"<a><satz " + attributes + b">x</satz></a>") == ["x"]
    assert time.process_time() - started < 2


def test_the_root_is_read_without_taking_anything_from_the_stream() -> None:
    stream = io.BytesIO(b'<x:a xmlns:x="urn:x" b="1" x:c="2"><satz/>')
    root = read_root(stream)
    assert (root.namespace, root.name, root.attributes) == ("urn:x", "a", {"b": "1", "c": "2"})
    assert stream.tell() == 0
    with pytest.raises(Unlesbar, match="endet vor dem ersten"):
        read_root(io.BytesIO(b"<x:a xmlns:x="))
    with pytest.raises(Unlesbar, match="keinen gültigen Namen"):
        read_root(io.BytesIO(b'<x: xmlns:x="urn:x"/>'))
