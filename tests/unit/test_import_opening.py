"""Files, folders and archives: everything comes out once, in order, and nothing harmful does."""

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from importers.metering import MIB
from importers.opening import Limits, open_sources, peek, weigh
from importers.records import Hinweis, Unlesbar


def read(*paths: Path, limits: Limits | None = None, **options: object) -> dict[str, bytes]:
    sources = open_sources(paths, limits, **options)  # type: ignore[arg-type]
    return {name: stream.read() for name, stream in sources}


def zipped(members: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "lieferung.zip"
    yield path
    # Nothing is ever unpacked to disk.
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(Unlesbar) as refused:
        read(path, limits=limits)
    return str(refused.value)


# Ways in ----------------------------------------------------------------------------------------


def test_a_file_several_files_and_a_folder_are_read_by_name(tmp_path: Path) -> None:
    for name in ("b.xml", "a.xml", ".verborgen"):
        (tmp_path / name).write_text(name)
    inner = tmp_path / "unter"
    inner.mkdir()
    (inner / "c.xml").write_text("c.xml")
    assert read(tmp_path / "b.xml") == {"b.xml": b"b.xml"}
    assert list(read(tmp_path / "b.xml", tmp_path / "a.xml")) == ["b.xml", "a.xml"]
    assert list(read(tmp_path)) == ["a.xml", "b.xml", "unter/c.xml"]
    assert weigh([tmp_path]) == 15


def test_zip_gz_and_one_within_the_other_come_out_with_their_way(archive: Path) -> None:
    inner = zipped({"c.xml": "c"})
    archive.write_bytes(
        zipped({"a.xml": "a", "b.xml.gz": gzip.compress(b"b"), "x/innen.zip": inner})
    )
    assert read(archive) == {
        "lieferung.zip › a.xml": b"a",
        "lieferung.zip › b.xml": b"b",
        "lieferung.zip › x/innen.zip › c.xml": b"c",
    }


def test_a_gz_file_loses_its_ending_and_may_hold_several_members(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml.gz"
    path.write_bytes(gzip.compress(b"erst ") + gzip.compress(b"dann"))
    assert read(path) == {"dump.xml": b"erst dann"}


def test_the_stream_can_be_peeked_at_and_read_again_from_its_start(archive: Path) -> None:
    archive.write_bytes(zipped({"a.csv": b"x" * 300_000}))
    for _, stream in open_sources([archive]):
        assert peek(stream, 10) == b"x" * 10
        stream.read(200_000)
        stream.seek(0)
        assert len(stream.read()) == 300_000


def test_spreadsheets_and_shapefiles_are_documents_and_come_whole(tmp_path: Path) -> None:
    sheet = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
    layers = zipped({"vg/VG5000_GEM.shp": b"shp", "vg/VG5000_GEM.dbf": b"dbf"})
    outer = zipped({"liste.xlsx": sheet, "vg.zip": layers})
    for name, content in (("liste.xlsx", sheet), ("vg.zip", layers), ("beide.zip", outer)):
        (tmp_path / name).write_bytes(content)
    assert read(tmp_path / "liste.xlsx") == {"liste.xlsx": sheet}
    assert read(tmp_path / "vg.zip") == {"vg.zip": layers}
    assert set(read(tmp_path / "beide.zip").values()) == {sheet, layers}


def test_progress_counts_the_packed_bytes_once(tmp_path: Path) -> None:
    path = tmp_path / "dump.gz"
    path.write_bytes(gzip.compress(os.urandom(300_000)))
    counts: list[int] = []
    read(path, on_bytes=counts.append)
    assert sum(counts) == weigh([path]) == path.stat().st_size


def test_files_with_another_ending_are_left_aside_and_named(archive: Path) -> None:
    archive.write_bytes(zipped({"a.XML": "a", "liesmich.pdf": "%PDF"}))
    told: list[Hinweis] = []
    assert list(read(archive, suffixes=(".xml",), tell=told.append)) == ["lieferung.zip › a.XML"]
    assert [hint.wert for hint in told] == ["liesmich.pdf"]


def test_what_is_not_there_or_empty_is_said(tmp_path: Path) -> None:
    assert "gibt es nicht" in refusal(tmp_path / "fehlt.xml")
    (tmp_path / "leer").mkdir()
    assert "keine Dateien" in refusal(tmp_path / "leer")
    (tmp_path / "leer.zip").write_bytes(zipped({}))
    assert "keine Dateien" in refusal(tmp_path / "leer.zip")


# File drops -------------------------------------------------------------------------------------


def test_a_file_drop_is_read_in_the_order_of_its_index_files(tmp_path: Path) -> None:
    for name in ("x1", "x2", "x3", "x4", "fremd"):
        (tmp_path / f"{name}.xml").write_text(name)
    (tmp_path / "index10.txt").write_bytes(b"x1.xml\r\n")
    (tmp_path / "index2.txt").write_bytes(b"x4.xml\nx3.xml\n\n")
    (tmp_path / "index.txt").write_bytes(b"\xef\xbb\xbfx2.xml\r\nx4.xml\r\n")
    told: list[Hinweis] = []
    assert list(read(tmp_path, tell=told.append)) == ["x2.xml", "x4.xml", "x3.xml", "x1.xml"]
    assert [hint.wert for hint in told] == ["fremd.xml"]


def test_an_index_inside_an_archive_orders_its_own_folder(archive: Path) -> None:
    archive.write_bytes(
        zipped({"a/2.xml": "2", "a/1.xml": "1", "a/index.txt": "2.xml\n1.xml", "b/0.xml": "0"})
    )
    assert list(read(archive).values()) == [b"2", b"1", b"0"]


def test_an_index_named_alone_or_with_a_star_brings_its_files_once(tmp_path: Path) -> None:
    for name in ("X1", "X2"):
        (tmp_path / f"{name}.xml").write_text(name)
    index, other = tmp_path / "index.txt", tmp_path / "index_alt.txt"
    index.write_text("X2.xml\nX1.xml\n")
    other.write_text("fehlt.xml\n")
    assert list(read(index)) == ["X2.xml", "X1.xml"]
    star = [file for file in sorted(tmp_path.iterdir()) if file != other]
    assert list(read(*star)) == ["X2.xml", "X1.xml"]


def test_an_incomplete_delivery_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.txt").write_text("da.xml\nfehlt.xml\n")
    (tmp_path / "da.xml").write_text("da")
    assert "„fehlt.xml“" in refusal(tmp_path)


@pytest.mark.parametrize(
    "line", ["../geheim.xml", "/etc/passwd", "..\\geheim.xml", "a/b.xml", ".."]
)
def test_an_index_that_leads_out_of_its_folder_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "geheim.xml").write_text("geheim")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "index.txt").write_text(line)
    assert "nennt den Pfad" in refusal(drop)


def test_an_index_of_gigabytes_is_not_held_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "index.txt").open("wb") as file:
        file.truncate(65 * MIB)
    assert "64 MiB" in refusal(tmp_path)


# Ways out ---------------------------------------------------------------------------------------


def test_links_inside_a_folder_are_refused_and_a_named_link_is_followed(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "a.xml").symlink_to(secret)
    assert "Verknüpfung" in refusal(drop)
    assert read(drop / "a.xml") == {"a.xml": b"geheim"}
    (drop / "a.xml").unlink()
    (drop / "ordner").symlink_to(tmp_path)
    assert "Verknüpfung" in refusal(drop)


@pytest.mark.parametrize(
    "name", ["../a.xml", "a/../../b.xml", "/etc/a.xml", "..\\a.xml", "C:\\a.xml"]
)
def test_paths_that_lead_out_of_an_archive_are_refused(archive: Path, name: str) -> None:
    archive.write_bytes(zipped({"gut.xml": "x", name: "y"}))
    assert "hinausführt" in refusal(archive)


def test_a_link_inside_an_archive_is_refused(archive: Path) -> None:
    link = zipfile.ZipInfo("a.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(link, "/etc/passwd")
    assert "Verknüpfung" in refusal(archive)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_in_an_archive_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.xml", "gut")
        opened.writestr("a.xml", "böse")
    assert "zweimal" in refusal(archive)


def test_a_name_cannot_turn_the_direction_of_what_is_shown(archive: Path) -> None:
    archive.write_bytes(zipped({"a\u202elmx.exe": "x"}))
    assert list(read(archive)) == ["lieferung.zip › almx.exe"]


# Bombs ------------------------------------------------------------------------------------------

SMALL = Limits(total_bytes=8 * MIB, ratio_from=MIB, members=50, held_bytes=MIB)


def test_a_run_of_zeros_is_stopped_by_its_ratio(archive: Path) -> None:
    assert "200-Fache" in refusal_of(archive, zipped({"a.xml": bytes(4 * MIB)}))


def test_a_header_that_lies_about_the_size_gains_nothing(archive: Path) -> None:
    content = bytearray(zipped({"a.xml": bytes(4 * MIB)}))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(magic) + offset
        content[start : start + 4] = (10).to_bytes(4, "little")
    assert "beschädigt" in refusal_of(archive, bytes(content))


def refusal_of(archive: Path, content: bytes) -> str:
    archive.write_bytes(content)
    return refusal(archive, SMALL)


def test_a_gz_bomb_is_stopped_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(4 * MIB)))
    assert "200-Fache" in refusal(path, SMALL)
    path.write_bytes(gzip.compress(gzip.compress(bytes(64 * MIB))))
    assert "200-Fache" in refusal(path, SMALL)


def test_many_harmless_looking_members_are_stopped_by_their_sum(archive: Path) -> None:
    noise = os.urandom(MIB // 2)
    members: dict[str, bytes | str] = {f"{number}.xml": noise for number in range(20)}
    assert "Mehr als 8 MiB" in refusal_of(archive, zipped(members, zipfile.ZIP_STORED))


def test_too_many_files_are_stopped_in_archives_and_folders(archive: Path, tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {f"{number}.xml": "" for number in range(60)}
    assert "mehr als 50 Dateien" in refusal_of(archive, zipped(members))
    archive.unlink()
    for name in members:
        (tmp_path / name).touch()
    assert "mehr als 50 Dateien" in refusal(tmp_path, SMALL)
    for name in members:
        (tmp_path / name).unlink()
    archive.touch()


def test_a_huge_table_of_contents_is_not_read_at_once(archive: Path) -> None:
    members: dict[str, bytes | str] = {f"{number}-{'x' * 200}": "" for number in range(5_000)}
    archive.write_bytes(zipped(members, zipfile.ZIP_STORED))
    limits = Limits(table_of_contents=MIB)
    assert "Inhaltsverzeichnis" in refusal(archive, limits)


def test_archives_within_archives_end_at_the_second(archive: Path) -> None:
    content = b"boden"
    for level in range(6):
        content = zipped({f"{level}.{number}.zip": content for number in range(4)})
    archive.write_bytes(content)
    assert "das dritte Archiv" in refusal(archive)
    archive.write_bytes(gzip.compress(gzip.compress(gzip.compress(b"x"))))
    assert "das dritte Archiv" in refusal(archive)


def test_a_spreadsheet_may_not_be_a_bomb_either(archive: Path) -> None:
    sheet = zipped({"[Content_Types].xml": "<Types/>", "xl/sheet.xml": bytes(4 * MIB)})
    assert "200-Fache" in refusal_of(archive, sheet)


def test_an_archive_within_an_archive_must_fit_into_memory(archive: Path) -> None:
    inner = zipped({"a.xml": os.urandom(2 * MIB)}, zipfile.ZIP_STORED)
    assert "größer als 1 MiB" in refusal_of(archive, zipped({"innen.zip": inner}))


# Broken ones ------------------------------------------------------------------------------------


def test_broken_archives_are_said_to_be_broken(tmp_path: Path) -> None:
    good = zipped({"a.xml": os.urandom(100_000)}, zipfile.ZIP_STORED)
    changed = good[:5_000] + b"\0\0\0\0" + good[5_004:]
    packed = gzip.compress(os.urandom(100_000))
    broken = (
        good[:1_000],
        changed,
        b"PK\x03\x04",
        packed[:-2_000],
        packed[:50] + b"x" + packed[51:],
    )
    for number, content in enumerate(broken):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(content)
        assert "neu beschaffen" in refusal(path)


def test_foreign_archives_passwords_and_strange_methods_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo("a.xml"))
    assert "TAR-Archiv" in refusal(path)
    path.write_bytes(b"7z\xbc\xaf\x27\x1c")
    assert "7-Zip-Archiv" in refusal(path)
    path.write_bytes(zipped({"a.xml": "x"}, zipfile.ZIP_LZMA))
    assert "Verfahren" in refusal(path)
    protected = bytearray(zipped({"a.xml": "x"}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        protected[protected.index(magic) + offset] |= 1
    path.write_bytes(protected)
    assert "Kennwort" in refusal(path)
