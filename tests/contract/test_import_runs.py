"""A run of import: nothing before all is read, the same end whatever happens on the way."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from importers.recognition import Format
from importers.records import LageRecord, QuelleRecord, Record, ThemenfeldRecord
from katalog import intake
from katalog.db import Engine, Lock, alone, reading, writing
from katalog.domain.begriffe import Befundart, Laufstatus, Leistungsmerkmalart, Quellenart
from katalog.domain.errors import Konflikt
from katalog.intake.auftrag import Ergebnis
from katalog.intake.runs import import_files
from katalog.models import metadata
from katalog.models.quellen import Importlauf, Importsatz, Pruefergebnis, Quelle, Quellsatz
from katalog.models.register import (
    Lage,
    Leistung,
    Leistungsbegriff,
    Leistungsmerkmal,
    Leistungstext,
    OzgLeistung,
    OzgZuordnung,
)
from katalog.queries.quellsaetze import provenance_of
from tests.databases import State
from tests.importing import EMPTY, TODAY, Content, comparable, nothing_shown, order
from tests.umfang import VOLL

OZG = "ozg_id;titel\n10083;Wohnberechtigungsschein\n10119;Personalausweis\n10250;Hundesteuer\n"
LEIKA = (
    "leika_schluessel;bezeichnung;ozg_id\n"
    "99107022012000;Wohnberechtigungsschein Ausstellung;10083\n"
    "99008001012000;Personalausweis Ausstellung;10119\n"
    "nicht im LeiKa;Hund melden;10250\n"
    "nicht im LeiKa;Hund melden;10250\n"
)


@pytest.fixture
def take(engine: Engine, tmp_path: Path) -> Callable[..., Ergebnis]:
    """Import a text as a file of a format."""

    def take_text(kind: Format, text: str | bytes, **options: Any) -> Ergebnis:
        path = tmp_path / f"datei.{'xml' if kind is Format.XZUFI else 'csv'}"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        probe = options.pop("probe", False)
        return import_files(engine, order(kind, path, **options), nothing_shown, probe=probe)

    return take_text


def numbers(ergebnis: Ergebnis) -> tuple[int, int, int, int]:
    total = ergebnis.total
    return total.neu, total.geaendert, total.unveraendert, total.entfallen


def leistungen(engine: Engine) -> dict[str, Leistung]:
    with reading(engine) as session:
        return {
            row.leistungsschluessel or row.ersatzschluessel or "": row
            for row in session.scalars(select(Leistung))
        }


# Again and again ----------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(engine: Engine, take: Callable[..., Ergebnis]) -> None:
    assert numbers(take(Format.OZG, OZG)) == (3, 0, 0, 0)
    assert numbers(take(Format.LEIKA, LEIKA)) == (4, 0, 0, 0)
    before = comparable(engine)
    assert numbers(take(Format.OZG, OZG)) == (0, 0, 3, 0)
    assert numbers(take(Format.LEIKA, LEIKA)) == (0, 0, 4, 0)
    assert comparable(engine) == before


def test_services_without_a_key_stay_as_many_as_the_list_has(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    take(Format.OZG, OZG)
    take(Format.LEIKA, LEIKA)
    without = [row for row in leistungen(engine).values() if row.leistungsschluessel is None]
    assert [row.bezeichnung for row in without] == ["Hund melden"] * 2
    assert len({row.ersatzschluessel for row in without}) == 2


def test_what_a_complete_list_no_longer_has_is_dropped_but_kept_and_comes_back(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    take(Format.OZG, OZG)
    shorter = "\n".join(OZG.splitlines()[:-1])
    ergebnis = take(Format.OZG, shorter)
    assert numbers(ergebnis) == (0, 0, 2, 1)
    with reading(engine) as session:
        rows = {row.ozg_id: row.entfallen_am for row in session.scalars(select(OzgLeistung))}
    assert rows == {"10083": None, "10119": None, "10250": TODAY}
    assert numbers(take(Format.OZG, OZG)) == (1, 0, 2, 0)
    with reading(engine) as session:
        assert [r.entfallen_am for r in session.scalars(select(OzgLeistung))] == [None] * 3


def test_a_partial_delivery_drops_nothing(take: Callable[..., Ergebnis]) -> None:
    take(Format.OZG, OZG)
    first = "\n".join(OZG.splitlines()[:2])
    assert numbers(take(Format.OZG, first, vollstaendig=False)) == (0, 0, 1, 0)


def test_a_list_that_lost_most_of_what_it_had_is_refused_unless_meant(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    many = "ozg_id;titel\n" + "".join(f"{10000 + n};Leistung {n}\n" for n in range(200))
    take(Format.OZG, many)
    half = "\n".join(many.splitlines()[:101])
    before = comparable(engine)
    refused = take(Format.OZG, half)
    assert refused.status is Laufstatus.ABGEBROCHEN
    assert "--entfallene-zulassen" in refused.meldung
    assert comparable(engine) == before
    assert numbers(take(Format.OZG, half, verlust_erlaubt=True)) == (0, 0, 100, 100)


def test_of_a_record_that_comes_twice_the_later_counts(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    def written(*rows: str) -> str:
        return "kennung;name;art;status;ozg_id\n" + "\n".join(rows)

    take(Format.OZG, OZG)
    ergebnis = take(Format.EFA, written("wbs;WBS alt;efa;pilot;10083", "neu;Neu;efa;;10083"))
    assert ergebnis.total.neu == 2
    changed = take(Format.EFA, written("wbs;WBS neu;efa;pilot;10083", "neu;Neu;efa;;10083"))
    assert numbers(changed) == (0, 1, 1, 0)


# Before anything changes --------------------------------------------------------------------------


def test_a_file_that_breaks_off_changes_nothing(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    from tests.xzufi_generator import generate

    whole = b"".join(generate("2.2.0", 40))
    before = comparable(engine)
    ergebnis = take(Format.XZUFI, whole[: len(whole) // 2])
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    assert comparable(engine) == before
    with reading(engine) as session:
        assert session.execute(select(func.count()).select_from(Importsatz)).scalar_one() == 0
        (lauf,) = session.scalars(select(Importlauf))
    assert (lauf.status, lauf.meldung) == (Laufstatus.ABGEBROCHEN, ergebnis.meldung)


def test_a_file_of_another_format_is_called_by_its_name(take: Callable[..., Ergebnis]) -> None:
    line = "10" + "20211130" + "01" + " " * 10 + "Schleswig-Holstein".ljust(50)
    ergebnis = take(Format.XZUFI, line.ljust(220) + "\r\n")
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    assert "Das sieht nach GV100AD aus, nicht nach XZuFi" in ergebnis.meldung


def test_a_trial_says_what_would_change_and_changes_nothing(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    take(Format.OZG, OZG)
    before = comparable(engine, runs=True)
    changed = OZG.replace("Hundesteuer", "Hundehaltung").replace("10119;Personalausweis\n", "")
    ergebnis = take(Format.OZG, changed + "10400;Neu\n1;Falsch\n", probe=True)
    assert numbers(ergebnis) == (1, 1, 1, 1)
    assert ergebnis.total.abgelehnt == 1
    said = {
        befund.art: (befund.objekt, befund.stelle, befund.alt, befund.wert)
        for befund in ergebnis.befunde
        if befund.art is not Befundart.HINWEIS
    }
    assert said[Befundart.NEU][0] == "OZG-Leistung 10400 (Neu)"
    assert said[Befundart.GEAENDERT][1:] == ("titel", "Hundesteuer", "Hundehaltung")
    assert said[Befundart.ENTFALLEN][0] == "OZG-Leistung 10119 (Personalausweis)"
    assert said[Befundart.ABGELEHNT][3] == "1"
    assert comparable(engine, runs=True) == before


def test_what_a_trial_says_is_what_happens(take: Callable[..., Ergebnis]) -> None:
    take(Format.OZG, OZG)
    trial = take(Format.LEIKA, LEIKA, probe=True)
    real = take(Format.LEIKA, LEIKA)
    assert trial.zahlen == real.zahlen


# Several sources ----------------------------------------------------------------------------------


def speak(engine: Engine, art: str, titel: str, **more: Any) -> None:
    """Another source says something about 10083."""
    from importers.records import OzgLeistungRecord

    quelle = QuelleRecord(f"quelle-{art}", f"Quelle {art}", art)
    record = OzgLeistungRecord(quelle.kennung, "10083", titel, **more)
    with writing(engine) as session:
        intake.take_over(session, [record], quelle, TODAY)


def title(engine: Engine) -> tuple[str, str]:
    with reading(engine) as session:
        row = session.scalars(select(OzgLeistung).where(col(OzgLeistung.ozg_id) == "10083")).one()
        return row.titel, row.beschreibung


def test_an_official_list_counts_more_than_an_import_and_that_more_than_the_starting_set(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    speak(engine, "seed", "Aus dem Grundbestand", beschreibung="Nur hier beschrieben")
    assert title(engine) == ("Aus dem Grundbestand", "Nur hier beschrieben")
    speak(engine, "import", "Aus einem Import")
    assert title(engine) == ("Aus einem Import", "Nur hier beschrieben")
    take(Format.OZG, OZG)
    assert title(engine) == ("Wohnberechtigungsschein", "Nur hier beschrieben")
    # Said again, the weaker ones change nothing.
    speak(engine, "import", "Aus einem Import, neu")
    speak(engine, "seed", "Aus dem Grundbestand, neu", beschreibung="Nur hier beschrieben")
    assert title(engine) == ("Wohnberechtigungsschein", "Nur hier beschrieben")


def test_a_field_tells_where_it_comes_from_and_who_says_otherwise(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    speak(engine, "seed", "Aus dem Grundbestand", beschreibung="Nur hier")
    take(Format.OZG, OZG)
    with reading(engine) as session:
        found = {feld.feld: feld for feld in provenance_of(session, "ozg", "10083")}
    assert found["titel"].wert == "Wohnberechtigungsschein"
    assert found["titel"].quelle.titel == "OZG-Umsetzungskatalog"
    ((other, by),) = found["titel"].abweichend
    assert (other, by.titel) == ("Aus dem Grundbestand", "Quelle seed")
    assert found["beschreibung"].quelle.titel == "Quelle seed"


def test_an_entry_by_hand_is_protected_and_the_contradiction_reported(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    take(Format.OZG, OZG)
    speak(engine, "eingabe", "Von Hand berichtigt")
    assert title(engine)[0] == "Von Hand berichtigt"
    changed = OZG.replace("Wohnberechtigungsschein", "Wohnberechtigung")
    ergebnis = take(Format.OZG, changed)
    assert title(engine)[0] == "Von Hand berichtigt"
    with reading(engine) as session:
        statement = select(Pruefergebnis).where(
            col(Pruefergebnis.importlauf_id) == ergebnis.lauf,
            col(Pruefergebnis.art) == Befundart.WIDERSPRUCH,
        )
        (befund,) = session.scalars(statement)
    assert (befund.stelle, befund.alt, befund.wert) == (
        "titel",
        "Von Hand berichtigt",
        "Wohnberechtigung",
    )


def test_when_a_source_drops_a_thing_another_still_names_it(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    speak(engine, "seed", "Aus dem Grundbestand")
    take(Format.OZG, OZG)
    take(Format.OZG, OZG.replace("10083;Wohnberechtigungsschein\n", ""))
    assert title(engine)[0] == "Aus dem Grundbestand"


def test_the_order_of_two_lists_does_not_matter(
    engine: Engine,
    take: Callable[..., Ergebnis],
    kind: str,
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    tmp_path: Path,
) -> None:
    """The list of services names OZG-IDs that only the other list brings: those links wait."""
    take(Format.OZG, OZG)
    take(Format.LEIKA, LEIKA)
    other = open_database(fresh_database(kind, State.MIGRATED))
    for kind_, text in ((Format.LEIKA, LEIKA), (Format.OZG, OZG)):
        path = tmp_path / f"{kind_}.csv"
        path.write_text(text)
        ergebnis = import_files(other, order(kind_, path), nothing_shown)
        assert ergebnis.status is Laufstatus.FERTIG
    with reading(other) as session:
        links = session.execute(select(func.count()).select_from(OzgZuordnung)).scalar_one()
        waiting = session.scalars(select(Quellsatz).where(col(Quellsatz.hash) == "")).all()
    assert links == 4
    assert waiting == []
    assert comparable(other) == comparable(engine)


def test_a_lage_that_comes_later_is_made_up_for(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    take(Format.OZG, "ozg_id;titel;lage\n10083;WBS;Wohnen\n")
    quelle = QuelleRecord("liste", "Liste", "seed")
    lagen: list[Record] = [
        ThemenfeldRecord("liste", "bauen_wohnen", "Bauen & Wohnen"),
        LageRecord("liste", "Wohnen", "lebenslage", "bauen_wohnen"),
    ]
    with writing(engine) as session:
        assert session.scalars(select(OzgLeistung)).one().lage_id is None
        assert intake.take_over(session, lagen, quelle, TODAY).faults == []
    take(Format.LEIKA, LEIKA)
    with reading(engine) as session:
        service = session.scalars(select(OzgLeistung).where(col(OzgLeistung.ozg_id) == "10083"))
        lage = session.scalars(select(Lage)).one()
        assert service.one().lage_id == lage.id


# On the way ---------------------------------------------------------------------------------------


@pytest.mark.full_run
def test_two_imports_at_once_are_refused(engine: Engine, take: Callable[..., Ergebnis]) -> None:
    with alone(engine, Lock.IMPORT) as first:
        assert first
        with pytest.raises(Konflikt, match="Gerade läuft schon ein Import"):
            take(Format.OZG, OZG)
    assert take(Format.OZG, OZG).status is Laufstatus.FERTIG


@pytest.mark.full_run
def test_others_read_and_write_while_a_list_is_taken_over(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "viele.csv"
    path.write_text("ozg_id;titel\n" + "".join(f"{n};Leistung {n}\n" for n in range(10000, 16000)))
    going, written, seen = threading.Event(), 0, set[int]()
    done = threading.Event()

    def write_beside() -> None:
        nonlocal written
        going.wait(timeout=30)
        while not done.is_set():
            with writing(engine) as session:
                session.add(Quelle(kennung=f"neben-{written}", titel="x", art=Quellenart.IMPORT))
            with reading(engine) as session:
                count = select(func.count()).select_from(OzgLeistung)
                seen.add(session.execute(count).scalar_one())
            written += 1
            time.sleep(0.005)

    beside = threading.Thread(target=write_beside)
    beside.start()
    try:
        ergebnis = import_files(
            engine, order(Format.OZG, path), lambda kind, done_, total: going.set()
        )
    finally:
        going.set()
        done.set()
        beside.join(timeout=60)
    assert ergebnis.total.neu == 6_000
    # Between the first batch and the last: a reader saw part of it, so it was in no one's way.
    assert written > 3
    assert any(0 < count < 6_000 for count in seen), seen


# Killed -------------------------------------------------------------------------------------------

# Imports with transactions of a few records and dies at the n-th commit, just before or just after
# it: each time in a fork, since starting Python takes longer than the import.
DYING = """
import json, os, signal, sys, traceback
from contextlib import contextmanager
from pathlib import Path
from katalog.db import open_engine
from katalog.intake import runs, staging, takeover
from tests.importing import nothing_shown, order
from importers.recognition import format_of

staging.BATCH = takeover.BATCH = 2
commits = 0
write = runs.writing

@contextmanager
def deadly(engine):
    global commits
    with write(engine) as session:
        yield session
        commits += 1
        if commits == n and not after:
            os.kill(os.getpid(), signal.SIGKILL)
    if commits == n and after:
        os.kill(os.getpid(), signal.SIGKILL)

runs.writing = deadly
for line in sys.stdin:
    url, kind, path, n, after = json.loads(line)
    child = os.fork()
    if not child:
        try:
            runs.import_files(
                open_engine(url), order(format_of(kind), Path(path)), nothing_shown
            )
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def import_and_die() -> Iterator[Callable[..., int]]:
    """Gives how the import ended."""
    with subprocess.Popen(
        [sys.executable, "-c", DYING],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        text=True,
    ) as process:
        orders, ends = process.stdin, process.stdout
        assert orders is not None
        assert ends is not None

        def go(url: str, kind: Format, path: Path, n: int, *, after: bool) -> int:
            print(json.dumps([url, kind.value, str(path), n, after]), file=orders, flush=True)
            return int(ends.readline())

        yield go
        orders.close()


@pytest.fixture
def lists(tmp_path: Path) -> dict[Format, Path]:
    paths = {}
    for kind, text in ((Format.OZG, OZG), (Format.LEIKA, LEIKA)):
        paths[kind] = tmp_path / f"{kind}.csv"
        paths[kind].write_text(text)
    return paths


# The n-th commit of an import of four records in batches of two: while it is being read, when it
# has been read, in the first and second batch, at the end.
MOMENTS = range(1, 12) if VOLL else (6,)


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Content]:
    """What the lists give in each kind of database when nobody is killed."""
    return {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kennt kein SIGKILL.")
@pytest.mark.parametrize("n", MOMENTS)
@pytest.mark.full_run
def test_whenever_it_is_killed_the_next_run_ends_as_if_it_had_not_been(
    n: int,
    kind: str,
    lists: dict[Format, Path],
    undisturbed: dict[str, Content],
    import_and_die: Callable[..., int],
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
) -> None:
    if kind not in undisturbed:
        beside = open_database(fresh_database(kind, State.MIGRATED))
        for format_ in (Format.OZG, Format.LEIKA):
            import_files(beside, order(format_, lists[format_]), nothing_shown)
        undisturbed[kind] = comparable(beside)
    url = fresh_database(kind, State.MIGRATED)
    killed = open_database(url)
    import_files(killed, order(Format.OZG, lists[Format.OZG]), nothing_shown)
    for after in (False, True):
        end = import_and_die(url, Format.LEIKA, lists[Format.LEIKA], n, after=after)
        assert end == -signal.SIGKILL
    ergebnis = import_files(killed, order(Format.LEIKA, lists[Format.LEIKA]), nothing_shown)
    assert ergebnis.status is Laufstatus.FERTIG
    assert comparable(killed) == undisturbed[kind]
    with reading(killed) as session:
        assert session.scalars(select(Importsatz)).all() == []
        left = select(Importlauf).where(col(Importlauf.status) == Laufstatus.LAEUFT)
        assert session.scalars(left).all() == []


# XZuFi --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.1.0", "2.2.0", "2.3.1"])
@pytest.mark.full_run
def test_xzufi_of_every_version_becomes_services_bodies_and_competences(
    version: str, engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    from tests.xzufi_generator import generate

    ergebnis = take(Format.XZUFI, b"".join(generate(version, 60)))
    assert ergebnis.status is Laufstatus.FERTIG
    zahlen = ergebnis.zahlen["LeiKa-Leistung"]
    assert zahlen.neu > 20
    before = comparable(engine)
    again = take(Format.XZUFI, b"".join(generate(version, 60)))
    assert (again.total.neu, again.total.geaendert) == (0, 0)
    assert comparable(engine) == before


def xzufi(*parts: str) -> str:
    return (
        '<x:n xmlns:x="http://xoev.de/schemata/xzufi/2_2_0" xzufiVersion="2.2.0">'
        + "".join(parts)
        + "</x:n>"
    )


def service(number: str, name: str, key: str = "") -> str:
    code = f"<x:referenzLeiKa><code>{key}</code></x:referenzLeiKa>" if key else ""
    return (
        f'<x:schreibe><x:leistung><x:id schemeAgencyID="L1">{number}</x:id>{code}'
        f'<x:modulText><x:inhalt languageCode="de">{name}</x:inhalt>'
        "<x:leikaTextmodul><code>02</code></x:leikaTextmodul></x:modulText>"
        "</x:leistung></x:schreibe>"
    )


def test_a_removal_drops_the_service_and_a_later_writing_brings_it_back(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    gone = '<x:loesche klasse="Leistung"><x:id schemeAgencyID="L1">1</x:id></x:loesche>'
    take(Format.XZUFI, xzufi(service("1", "Eins", "99107022012000"), service("2", "Zwei")))
    assert numbers(take(Format.XZUFI, xzufi(gone))) == (0, 0, 0, 1)
    assert leistungen(engine)["99107022012000"].entfallen_am == TODAY
    # What stands later in one delivery counts.
    take(Format.XZUFI, xzufi(gone, service("1", "Eins", "99107022012000")))
    assert leistungen(engine)["99107022012000"].entfallen_am is None
    take(Format.XZUFI, xzufi(service("1", "Eins neu", "99107022012000"), gone))
    assert leistungen(engine)["99107022012000"].entfallen_am == TODAY


def test_texts_words_and_validity_of_a_service_are_taken_over_and_follow_the_source(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    def said(needed: str, words: tuple[str, ...], until: str) -> str:
        modules = {"02": "Hund anmelden", "06": "bleibt beim Portal", "08": needed}
        texts = "".join(
            f"<x:modulText><x:inhalt>{text}</x:inhalt><x:leikaTextmodul><code>{code}</code>"
            "</x:leikaTextmodul></x:modulText>"
            for code, text in modules.items()
        )
        terms = "".join(
            f"<x:begriffImKontext><x:begriff>{word}</x:begriff></x:begriffImKontext>"
            for word in words
        )
        return xzufi(
            '<x:schreibe><x:leistung><x:id schemeAgencyID="L1">1</x:id>'
            f"{texts}<x:modulKosten><x:beschreibung>60 Euro</x:beschreibung></x:modulKosten>"
            f"<x:modulBegriffImKontext>{terms}</x:modulBegriffImKontext>"
            "<x:informationsbereichSDG><code>1010300</code></x:informationsbereichSDG>"
            f"<x:gueltigkeit><x:beginn>2025-01-01</x:beginn><x:ende>{until}</x:ende>"
            "</x:gueltigkeit></x:leistung></x:schreibe>"
        )

    def kept() -> tuple[dict[str, str], list[str], list[str], date | None]:
        with reading(engine) as session:
            texts = session.scalars(select(Leistungstext)).all()
            words = session.scalars(select(col(Leistungsbegriff.begriff))).all()
            areas = session.scalars(
                select(col(Leistungsmerkmal.wert)).where(
                    col(Leistungsmerkmal.art) == Leistungsmerkmalart.SDG
                )
            ).all()
            (service,) = session.scalars(select(Leistung))
        assert service.gueltig_ab == date(2025, 1, 1)
        return (
            {text.modul: text.text for text in texts},
            sorted(words),
            list(areas),
            service.gueltig_bis,
        )

    take(Format.XZUFI, said("&lt;b&gt;Impfpass&lt;/b&gt;", ("Hundesteuer", "Hund"), "9999-12-31"))
    assert kept() == (
        {"08": "Impfpass", "98": "60 Euro"}, ["Hund", "Hundesteuer"], ["1010300"], None,
    )  # fmt: skip
    take(Format.XZUFI, said("Ausweis", ("Hund", "Welpe"), "2027-12-31"))
    assert kept() == (
        {"08": "Ausweis", "98": "60 Euro"}, ["Hund", "Welpe"], ["1010300"], date(2027, 12, 31),
    )  # fmt: skip
    ergebnis = take(Format.XZUFI, said("Ausweis", (), "2024-12-31"))
    assert ergebnis.total.abgelehnt == 1
    assert kept()[0]["08"] == "Ausweis"


def test_a_broken_record_in_the_middle_costs_that_record_only(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    broken = "<x:schreibe><x:leistung><x:modulText/></x:leistung></x:schreibe>"
    ergebnis = take(Format.XZUFI, xzufi(service("1", "Eins"), broken, service("2", "Zwei")))
    assert ergebnis.status is Laufstatus.FERTIG
    assert (ergebnis.total.neu, ergebnis.total.abgelehnt) == (2, 1)
    assert sorted(row.bezeichnung for row in leistungen(engine).values()) == ["Eins", "Zwei"]


def test_of_two_editorial_offices_the_one_for_the_wider_area_names_the_service(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    def with_area(xml: str, ars: str) -> str:
        area = f"<x:gueltigkeitGebietID>{ars}</x:gueltigkeitGebietID></x:leistung>"
        return xml.replace("</x:leistung>", area)

    town = with_area(service("7", "Hund anmelden in der Stadt", "99107022012000"), "055700052052")
    land = with_area(service("8", "Hundehaltung Anmeldung", "99107022012000"), "050000000000")
    take(Format.XZUFI, xzufi(town))
    assert leistungen(engine)["99107022012000"].bezeichnung == "Hund anmelden in der Stadt"
    take(Format.XZUFI, xzufi(land))
    assert leistungen(engine)["99107022012000"].bezeichnung == "Hundehaltung Anmeldung"


def office(name: str, *services: str) -> str:
    competent = "".join(
        f'<x:zustaendigkeit><x:leistungID schemeAgencyID="L1">{number}</x:leistungID>'
        "<x:gebietID>055700052052</x:gebietID></x:zustaendigkeit>"
        for number in services
    )
    return (
        '<x:schreibe><x:organisationseinheit><x:id schemeAgencyID="L1">OE</x:id>'
        f'<x:name><x:name languageCode="de">{name}</x:name></x:name>{competent}'
        "</x:organisationseinheit></x:schreibe>"
    )


def test_an_element_that_is_known_is_recognised_only_while_all_of_it_still_counts(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    """What an element said before it was changed must not pass for known when it comes back."""
    first = xzufi(service("1", "Eins"), office("Bürgeramt", "1"))
    ergebnis = take(Format.XZUFI, first)
    # The town is not known here, so the competence waits: its element has to be read again.
    assert (ergebnis.total.neu, ergebnis.total.abgelehnt) == (2, 1)
    before = comparable(engine)
    again = take(Format.XZUFI, first)
    assert (again.total.unveraendert, again.total.abgelehnt) == (2, 1)
    assert comparable(engine) == before
    take(Format.XZUFI, xzufi(service("1", "Eins"), office("Rathaus")))
    take(Format.XZUFI, first)
    assert comparable(engine) == before


def test_the_last_word_counts_also_of_elements_that_are_known(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    known, other = service("1", "Eins"), service("1", "Anders")
    take(Format.XZUFI, xzufi(known))

    def name() -> str:
        (row,) = leistungen(engine).values()
        return row.bezeichnung

    take(Format.XZUFI, xzufi(other, known))
    assert name() == "Eins"
    take(Format.XZUFI, xzufi(known, other))
    assert name() == "Anders"


# The report ---------------------------------------------------------------------------------------


def test_every_row_that_was_read_is_counted_once(take: Callable[..., Ergebnis]) -> None:
    take(Format.OZG, OZG)
    rows = [
        "leika_schluessel;bezeichnung;ozg_id",
        "99107022012000;Wohnberechtigungsschein;10083",
        "99107022012000;Wohnberechtigungsschein;10119",
        "123;Falscher Schlüssel;10083",
        "nicht im LeiKa;Ohne;10083",
    ]
    total = take(Format.LEIKA, "\n".join(rows)).total
    # Two rows with one key are one service for two OZG services; the reader says so.
    assert (total.neu, total.abgelehnt) == (2, 1)


def test_findings_and_numbers_are_kept_with_the_run(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    ergebnis = take(Format.OZG, OZG + "1;Falsch\n")
    with reading(engine) as session:
        lauf = session.get_one(Importlauf, ergebnis.lauf)
        found = session.scalars(
            select(Pruefergebnis).where(col(Pruefergebnis.importlauf_id) == lauf.id)
        ).all()
        quelle = session.get_one(Quelle, lauf.quelle_id)
    assert lauf.zahlen["OZG-Leistung"]["neu"] == 3
    assert lauf.beendet_am is not None
    assert quelle.kennung == "ozg-umsetzungskatalog"
    (refused,) = [befund for befund in found if befund.art is Befundart.ABGELEHNT]
    assert (refused.zeile, refused.stelle, refused.wert) == (5, "ozg_id", "1")
    assert refused.abhilfe


def test_a_source_may_get_a_name_of_its_own(engine: Engine, take: Callable[..., Ergebnis]) -> None:
    take(Format.OZG, OZG, quelle="ozg-land", titel="Liste des Landes")
    with reading(engine) as session:
        titles = {q.kennung: q.titel for q in session.scalars(select(Quelle))}
    assert titles == {"ozg-land": "Liste des Landes"}


def test_an_empty_database_stays_so_when_nothing_was_read(
    engine: Engine, take: Callable[..., Ergebnis]
) -> None:
    ergebnis = take(Format.OZG, "ozg_id;titel\n")
    assert ergebnis.status is Laufstatus.ABGEBROCHEN
    assert comparable(engine) == EMPTY


def test_every_table_is_compared() -> None:
    """Only what tells of the runs themselves is left out, and what they note for the search."""
    runs = {"importlauf", "importsatz", "pruefergebnis"}
    assert set(EMPTY) == set(metadata.tables) - runs - {"indexauftrag"}
