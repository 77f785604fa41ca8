"""Lists of municipalities and of their changes, in any order: one end, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from importers.recognition import Format
from importers.records import QuelleRecord, StelleRecord
from katalog import intake
from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import (
    Befundart,
    Gebietsebene,
    Gebietsereignis,
    Laufstatus,
    Schluesselart,
)
from katalog.intake.auftrag import Ergebnis
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.models.register import Gebiet, Gebietsschluessel, Nachfolge
from katalog.models.stellen import Mitglied, Stelle, Wirkungsgebiet
from katalog.queries import geschichte
from katalog.queries.importberichte import vanished_area
from katalog.queries.kommunen import find_kommune, find_today
from katalog.queries.quellsaetze import provenance_of
from tests.builders import differing_tables
from tests.databases import State
from tests.deliveries import (
    Deliveries,
    Line,
    area,
    areas_of,
    change,
    find_area,
    find_body,
    findings,
    numbers,
    read_all,
    town,
)
from tests.importing import TODAY, comparable

END_2023, END_2024, END_2025 = date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)
MERGED_ON, DAY_BEFORE = date(2024, 7, 1), date(2024, 6, 30)

LAND = area("10", "16", "Thüringen")
KREIS = area("40", "16061", "Eichsfeld", kind="44")
AMT = area("50", "160615012", "Uder (VGem)", kind="54")
OTHER_AMT = area("50", "160615051", "Hanstein (VGem)", kind="54")
UDER = town("160615012097", "Uder")
ASBACH = town("160615012001", "Asbach-Sickenberg")
LUTTER = town("160615012058", "Lutter")
BIRKENFELDE = town("160615051010", "Birkenfelde")
ABOVE = [LAND, KREIS, AMT, OTHER_AMT]
LIST: list[Line] = [*ABOVE, UDER, ASBACH, LUTTER, BIRKENFELDE]

LUTTER_KEY = "gemeinde/16061058"

# Asbach-Sickenberg and Lutter merge to Neuhain; one change, two rows.
NEUHAIN = town("160615012120", "Neuhain")
INTO_NEUHAIN = ("160615012120", "Neuhain")
MERGER = [
    change("1", ("160615012001", "Asbach-Sickenberg"), INTO_NEUHAIN, MERGED_ON),
    change("1", ("160615012058", "Lutter"), INTO_NEUHAIN, MERGED_ON),
]
AFTER_MERGER: list[Line] = [*ABOVE, UDER, BIRKENFELDE, NEUHAIN]


# Where both databases are told to do the same, one of them is asked.
ONE_DATABASE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def deliver(engine: Engine, tmp_path: Path) -> Deliveries:
    return Deliveries(engine, tmp_path)


def keys(engine: Engine) -> set[tuple[str, str, str]]:
    """Older keys: kind, value, and the name of the area they lead to."""
    statement = select(
        col(Gebietsschluessel.art), col(Gebietsschluessel.wert), col(Gebiet.name)
    ).join(Gebiet, col(Gebiet.id) == col(Gebietsschluessel.gebiet_id))
    with reading(engine) as session:
        return {(art.value, wert, name) for art, wert, name in session.execute(statement)}


def successions(engine: Engine) -> set[tuple[str, str, date]]:
    with reading(engine) as session:
        names = {g.id: g.name for g in session.scalars(select(Gebiet))}
        return {
            (names[row.von_id], names[row.nach_id], row.datum)
            for row in session.scalars(select(Nachfolge))
        }


def today_under(engine: Engine, key: str) -> str | None:
    with reading(engine) as session:
        return find_today(session, key)


def use(deliver: Deliveries, *towns: str) -> None:
    """The towns that use the assistant "wbs", by their ARS."""
    deliver.done(deliver.table(Format.EFA, "kennung;name", "wbs;Wohnberechtigungsschein"))
    rows = [f"{ars};wbs;nutzt;produktiv;01.01.2022" for ars in towns]
    deliver.done(deliver.table(Format.TEILNAHME, "ars;kennung;rolle;status;ab", *rows))


def statements_of(engine: Engine) -> list[tuple[str, str]]:
    """Whose they are, and whose they were before."""
    with reading(engine) as session:
        names = {s.id: s.name for s in session.scalars(select(Stelle))}
        return sorted(
            (names[row.stelle_id], names.get(row.urspruengliche_stelle_id, ""))
            for row in session.scalars(select(Einsatz))
        )


# One list after the other -------------------------------------------------------------------------


def test_a_vanished_area_closes_on_the_day_of_the_list_and_stays_addressable(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    ergebnis = deliver.areas(END_2024, [row for row in LIST if row is not ASBACH])
    asbach = find_area(engine, "Asbach-Sickenberg")
    assert (asbach.gueltig_ab, asbach.gueltig_bis) == (END_2023, END_2024)
    assert ergebnis.total.entfallen == 1
    assert find_body(engine, asbach).name == "Asbach-Sickenberg"
    with reading(engine) as session:
        assert find_kommune(session, asbach.ars) is None
        gone = vanished_area(session, asbach.ars)
    assert gone is not None
    assert gone.gebiet.id == asbach.id


@ONE_DATABASE
def test_an_area_that_a_later_list_has_again_is_open_again(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.areas(END_2024, [row for row in LIST if row is not ASBACH])
    deliver.areas(END_2025, LIST)
    assert find_area(engine, "Asbach-Sickenberg").gueltig_bis is None


@ONE_DATABASE
def test_a_new_area_begins_with_the_list_that_brings_it(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.areas(END_2024, [*LIST, NEUHAIN])
    neuhain, amt = find_area(engine, "Neuhain"), find_area(engine, "Uder", Gebietsebene.VERBAND)
    assert (neuhain.gueltig_ab, neuhain.gueltig_bis) == (END_2024, None)
    assert (neuhain.parent_id, neuhain.kreis_id) == (amt.id, amt.kreis_id)
    assert find_body(engine, neuhain).land_id == neuhain.land_id


def test_another_ars_with_the_same_ags_is_the_same_area_and_the_old_key_leads_to_it(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    before = find_area(engine, "Lutter")
    moved = town("160615051058", "Lutter")
    deliver.areas(END_2024, [moved if row is LUTTER else row for row in LIST])
    after = find_area(engine, "Lutter")
    assert (after.id, after.ars, after.ags) == (before.id, "160615051058", "16061058")
    assert after.parent_id == find_area(engine, "Hanstein", Gebietsebene.VERBAND).id
    assert after.gueltig_bis is None
    assert keys(engine) == {("ars", "160615012058", "Lutter")}
    assert today_under(engine, "160615012058") == "160615051058"


def test_an_older_list_after_a_newer_one_turns_nothing_back(
    engine: Engine, deliver: Deliveries
) -> None:
    renamed = town("160615051058", "Lutterhain")
    newer = [*ABOVE, UDER, BIRKENFELDE, NEUHAIN, renamed]
    deliver.areas(END_2024, newer)
    deliver.areas(END_2023, LIST)
    assert {(g.name, g.ars, g.gueltig_bis) for g in areas_of(engine)} == {
        ("Uder", "160615012097", None),
        ("Birkenfelde", "160615051010", None),
        ("Neuhain", "160615012120", None),
        ("Lutterhain", "160615051058", None),
        # Only the older list has it, so it was there until the newer one.
        ("Asbach-Sickenberg", "160615012001", END_2024),
    }
    assert find_body(engine, find_area(engine, "Lutterhain")).name == "Lutterhain"


@ONE_DATABASE
def test_an_older_list_says_nothing_changed_where_nothing_did(
    engine: Engine, deliver: Deliveries
) -> None:
    newer = [*ABOVE, UDER, BIRKENFELDE, town("160615012058", "Lutterhain")]
    deliver.areas(END_2024, newer)
    older = deliver.areas(END_2023, [*ABOVE, UDER, BIRKENFELDE, LUTTER])
    assert numbers(older) == (0, 0, 7, 0, 0)
    with reading(engine) as session:
        found = {feld.feld: feld.wert for feld in provenance_of(session, "gebiet", LUTTER_KEY)}
    assert found["name"] == "Lutterhain"
    assert numbers(deliver.areas(END_2024, newer)) == (0, 0, 7, 0, 0)


@ONE_DATABASE
def test_an_older_list_of_another_edition_adds_what_nobody_knew_and_no_more(
    engine: Engine, deliver: Deliveries
) -> None:
    without_people = [*ABOVE, town("160615012097", "Uder neu", people=None)]
    deliver.areas(END_2024, without_people)
    deliver.gv(END_2023, [*ABOVE, town("160615012097", "Uder", people=2_688)])
    uder = find_area(engine, "Uder neu")
    assert (uder.einwohner, uder.plz, uder.stand) == (2_688, "37318", END_2024)


@ONE_DATABASE
def test_the_two_editions_of_one_day_say_the_same(engine: Engine, deliver: Deliveries) -> None:
    deliver.gv(END_2024, LIST)
    names = {(g.ars, g.ags, g.name, g.bezeichnung) for g in areas_of(engine)}
    again = deliver.areas(END_2024, LIST)
    assert {(g.ars, g.ags, g.name, g.bezeichnung) for g in areas_of(engine)} == names
    assert findings(engine, again, Befundart.WIDERSPRUCH) == []
    assert again.total.entfallen == 0


@ONE_DATABASE
def test_a_kreisfreie_stadt_stands_once_and_is_its_own_kreis(
    engine: Engine, deliver: Deliveries
) -> None:
    erfurt = town("160510000000", "Erfurt, Stadt", kind="61", people=214_000)
    for day in (END_2023, END_2024):
        deliver.areas(day, [*LIST, area("40", "16051", "Erfurt, Stadt", kind="41"), erfurt])
    stadt = find_area(engine, "Erfurt")
    assert (stadt.kreisfrei, stadt.kreis_id, stadt.ags) == (True, stadt.id, "16051000")
    assert [g.name for g in areas_of(engine, Gebietsebene.KREIS)] == ["Eichsfeld"]
    assert today_under(engine, "16051") == "160510000000"


@ONE_DATABASE
def test_a_gemeindefreies_gebiet_is_an_area_that_says_so(
    engine: Engine, deliver: Deliveries
) -> None:
    forest = town("160619200200", "Forst Rusteberg", kind="66", people=None)
    deliver.areas(END_2023, [*LIST, forest])
    found = find_area(engine, "Forst Rusteberg")
    assert (found.bezeichnung, found.ags) == ("Gemeindefreies Gebiet", "16061200")
    assert found.parent_id == find_area(engine, "Eichsfeld", Gebietsebene.KREIS).id
    deliver.areas(END_2024, LIST)
    assert find_area(engine, "Forst Rusteberg").gueltig_bis == END_2024


# Mergers ------------------------------------------------------------------------------------------


def test_a_merger_closes_the_day_before_and_says_what_became_of_whom(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.changes(*MERGER)
    for name in ("Asbach-Sickenberg", "Lutter"):
        assert find_area(engine, name).gueltig_bis == DAY_BEFORE
    neuhain = find_area(engine, "Neuhain")
    assert (neuhain.gueltig_ab, neuhain.gueltig_bis) == (MERGED_ON, None)
    assert neuhain.parent_id == find_area(engine, "Uder", Gebietsebene.VERBAND).id
    assert find_body(engine, neuhain).name == "Neuhain"
    assert successions(engine) == {
        ("Asbach-Sickenberg", "Neuhain", MERGED_ON),
        ("Lutter", "Neuhain", MERGED_ON),
    }
    assert today_under(engine, "160615012058") == neuhain.ars
    assert today_under(engine, "16061058") == neuhain.ars


def test_statements_of_towns_that_merge_stand_side_by_side_and_keep_whose_they_were(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(
        deliver,
        "160615012001",
        "160615012058",
        "160615012097",
    )
    deliver.changes(*MERGER)
    assert statements_of(engine) == [
        ("Neuhain", "Asbach-Sickenberg"),
        ("Neuhain", "Lutter"),
        ("Uder", ""),
    ]
    with reading(engine) as session:
        history = [
            (row.feld, row.alt, row.neu, row.grund)
            for row in session.scalars(select(EinsatzAenderung).order_by(col(EinsatzAenderung.alt)))
        ]
    reason = "Gebietsänderung 16/2024/0001-R"
    assert history == [
        ("stelle", "Asbach-Sickenberg", "Neuhain", reason),
        ("stelle", "Lutter", "Neuhain", reason),
    ]


@ONE_DATABASE
def test_a_town_that_takes_others_in_keeps_its_own_statement_beside_theirs(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012001", "160615012097")
    into_uder = ("160615012097", "Uder")
    deliver.changes(change("1", ("160615012001", "Asbach-Sickenberg"), into_uder, MERGED_ON))
    assert statements_of(engine) == [
        ("Uder", ""),
        ("Uder", "Asbach-Sickenberg"),
    ]


@ONE_DATABASE
def test_a_statement_that_moves_twice_remembers_where_it_came_from_first(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012058")
    deliver.changes(*MERGER)
    deliver.changes(change("1", INTO_NEUHAIN, ("160615012097", "Uder"), date(2025, 1, 1)))
    assert statements_of(engine) == [("Uder", "Lutter")]
    assert today_under(engine, "160615012120") == "160615012097"


def test_the_story_of_a_body_tells_what_went_into_it_and_what_it_was_called(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012001", "160615012058", "160615012097")
    deliver.changes(*MERGER)
    key, renamed = ("160615012121", "Neuhain"), ("160615012121", "Hainstadt")
    deliver.changes(
        change("3", INTO_NEUHAIN, key, date(2025, 1, 1), number="16/2025/0001-R"),
        change("4", key, renamed, date(2026, 1, 1), number="16/2026/0001-R"),
    )
    with reading(engine) as session:
        story = geschichte.of_area(session, find_area(engine, "Hainstadt").id or 0)
        lutter = geschichte.of_area(session, find_area(engine, "Lutter").id or 0)
    assert [(b.am, b.art, b.frueher) for b in story] == [
        (date(2026, 1, 1), Gebietsereignis.NAME, ("Neuhain",)),
        (date(2025, 1, 1), Gebietsereignis.SCHLUESSEL,
            ("Regionalschlüssel 160615012120", "Gemeindeschlüssel 16061120")),
        (MERGED_ON, Gebietsereignis.AUFNAHME, ()),
    ]  # fmt: skip
    assert [(o.name, o.angaben) for o in story[-1].orte] == [
        ("Asbach-Sickenberg", 1),
        ("Lutter", 1),
    ]
    assert story[-1].angaben == 2
    assert all(b.quelle for b in story)
    assert [(b.art, b.orte[0].name) for b in lutter] == [(Gebietsereignis.NACHFOLGE, "Hainstadt")]


SPLIT = [
    change("1", ("160615012058", "Lutter"), (ars, name), MERGED_ON, number="16/2024/0007-R")
    for ars, name in (("160615012097", "Uder"), ("160615051010", "Birkenfelde"))
]


@ONE_DATABASE
def test_statements_of_a_town_that_went_into_two_stay_and_a_finding_says_so(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012058")
    ergebnis = deliver.changes(*SPLIT)
    assert statements_of(engine) == [("Lutter", "")]
    assert successions(engine) == {
        ("Lutter", "Uder", MERGED_ON),
        ("Lutter", "Birkenfelde", MERGED_ON),
    }
    said = [
        befund
        for befund in findings(engine, ergebnis, Befundart.HINWEIS)
        if "Angaben zur Nutzung bleiben" in befund.ursache
    ]
    assert len(said) == 1
    assert "ging in 2 Gebieten auf; 1 Angaben" in said[0].ursache
    assert "von Hand" in said[0].abhilfe


@pytest.mark.full_run
def test_what_is_to_be_done_by_hand_is_said_every_time_and_changes_nothing(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012058")
    deliver.changes(*SPLIT)
    before = read_all(engine)
    again = deliver.changes(*SPLIT)
    assert numbers(again) == (0, 0, 2, 0, 0)
    assert any("von Hand" in b.abhilfe for b in findings(engine, again, Befundart.HINWEIS))
    assert differing_tables(before, read_all(engine)) == []


def test_who_worked_for_a_vanished_town_works_for_what_it_became(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    quelle = QuelleRecord("liste", "Liste der Koordinierungen", "import")
    works_for = ("160615012001", "160615012058", "160615051010")
    koordinierung = StelleRecord(
        "liste", "ego", "Koordinierung", "koordinierung", wirkungsgebiet=works_for
    )
    lutter = find_area(engine, "Lutter")
    with writing(engine) as session:
        intake.take_over(session, [koordinierung], quelle, TODAY)
        found = session.scalars(select(Stelle).where(col(Stelle.kennung) == "ego")).one()
        assert found.id is not None
        body = find_body(engine, lutter).id
        assert body is not None
        session.add(Mitglied(verbund_id=found.id, stelle_id=body, ab=END_2023))
    deliver.changes(*MERGER)
    with reading(engine) as session:
        served = select(col(Gebiet.name)).join(
            Wirkungsgebiet, col(Wirkungsgebiet.gebiet_id) == col(Gebiet.id)
        )
        names = sorted(session.scalars(served))
        (member,) = session.scalars(select(Mitglied))
    assert names == ["Asbach-Sickenberg", "Birkenfelde", "Lutter", "Neuhain"]
    assert member.bis == DAY_BEFORE


# Names and keys -----------------------------------------------------------------------------------


RENAME = change("4", ("160615012058", "Lutter"), ("160615012058", "Lutterhain"), MERGED_ON)


@ONE_DATABASE
def test_a_renamed_town_has_one_row_with_the_new_name_for_its_body_too(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    before = find_area(engine, "Lutter")
    deliver.changes(RENAME)
    after = find_area(engine, "Lutterhain")
    assert (after.id, after.sortier) == (before.id, "lutterhain")
    assert find_body(engine, after).name == "Lutterhain"
    assert successions(engine) == set()


@ONE_DATABASE
def test_an_older_renaming_does_not_undo_the_name_of_a_newer_list(
    engine: Engine, deliver: Deliveries
) -> None:
    newest = town("160615012058", "Lutterdorf")
    deliver.areas(END_2024, [newest if row is LUTTER else row for row in LIST])
    deliver.changes(RENAME)
    assert find_area(engine, "Lutterdorf").gueltig_bis is None


def test_an_association_gets_key_and_name_anew_and_keeps_its_row(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    before = find_area(engine, "Hanstein", Gebietsebene.VERBAND)
    deliver.changes(
        change(
            "3, 4",
            ("160615051", "Hanstein (VGem)"),
            ("160615052", "Hanstein-Rusteberg (VGem)"),
            MERGED_ON,
            unit="Gemeindeverband",
        )
    )
    after = find_area(engine, "Hanstein-Rusteberg", Gebietsebene.VERBAND)
    assert (after.id, after.ars, after.ags) == (before.id, "160615052000", None)
    assert keys(engine) == {("ars", "160615051000", "Hanstein-Rusteberg")}
    body = find_body(engine, after)
    assert body.name == "Verwaltungsgemeinschaft Hanstein-Rusteberg"


@ONE_DATABASE
def test_a_town_without_an_association_does_not_become_one(
    engine: Engine, deliver: Deliveries
) -> None:
    """The list of changes has an entry for it on that level, the register has none."""
    alone = town("160610056056", "Leinefelde, Stadt", kind="63")
    deliver.areas(END_2023, [*LIST, alone])
    deliver.changes(
        change(
            "1",
            ("160615051", "Hanstein (VGem)"),
            ("160610056", "Leinefelde, Stadt"),
            MERGED_ON,
            unit="Gemeindeverband",
        )
    )
    names = [gebiet.name for gebiet in areas_of(engine, Gebietsebene.VERBAND)]
    assert names == ["Uder", "Hanstein"]
    assert today_under(engine, "160615051000") == "160610056056"


NEW_KEY = change("3", ("160615012058", "Lutter"), ("160640000058", "Lutter"), MERGED_ON)
OTHER_KREIS = area("40", "16064", "Unstrut-Hainich-Kreis", kind="44")
LUTTER_ELSEWHERE = town("160640000058", "Lutter")
AFTER_NEW_KEY: list[Line] = [
    *(row for row in LIST if row is not LUTTER),
    OTHER_KREIS,
    LUTTER_ELSEWHERE,
]


def test_a_new_key_stays_with_the_row_where_only_the_old_one_is_known(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012058")
    before = find_area(engine, "Lutter")
    deliver.changes(NEW_KEY)
    after = find_area(engine, "Lutter")
    assert (after.id, after.ars, after.ags) == (before.id, "160640000058", "16064058")
    assert keys(engine) == {
        ("ars", "160615012058", "Lutter"),
        ("ags", "16061058", "Lutter"),
    }
    assert statements_of(engine) == [("Lutter", "")]
    assert today_under(engine, "16061058") == "160640000058"


def test_where_a_list_already_made_a_row_of_the_new_key_it_follows_the_old_one(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012058")
    deliver.areas(END_2024, AFTER_NEW_KEY)
    assert len([g for g in areas_of(engine) if g.name == "Lutter"]) == 2
    deliver.changes(NEW_KEY)
    old, new = (g for g in areas_of(engine) if g.name == "Lutter")
    assert (old.gueltig_bis, new.gueltig_bis) == (DAY_BEFORE, None)
    assert successions(engine) == {("Lutter", "Lutter", MERGED_ON)}
    with reading(engine) as session:
        (einsatz,) = session.scalars(select(Einsatz))
    assert einsatz.stelle_id == find_body(engine, new).id
    assert einsatz.urspruengliche_stelle_id == find_body(engine, old).id
    assert today_under(engine, "160615012058") == "160640000058"


@ONE_DATABASE
def test_a_list_after_a_change_of_key_puts_the_row_where_it_belongs(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.changes(NEW_KEY)
    deliver.areas(END_2024, AFTER_NEW_KEY)
    lutter = find_area(engine, "Lutter")
    kreis = find_area(engine, "Unstrut-Hainich-Kreis", Gebietsebene.KREIS)
    assert (lutter.kreis_id, lutter.gueltig_bis) == (kreis.id, None)


@ONE_DATABASE
def test_what_a_new_key_is_given_to_may_take_others_in_on_the_same_day(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012001")
    taken_in = change(
        "1", ("160615012001", "Asbach-Sickenberg"), ("160640000058", "Lutter"), MERGED_ON
    )
    deliver.changes(taken_in, NEW_KEY)
    assert successions(engine) == {("Asbach-Sickenberg", "Lutter", MERGED_ON)}
    assert len(areas_of(engine)) == 4
    assert statements_of(engine) == [("Lutter", "Asbach-Sickenberg")]


@ONE_DATABASE
def test_a_kreisfreie_stadt_that_joins_a_kreis_is_found_under_its_old_keys(
    engine: Engine, deliver: Deliveries
) -> None:
    """As Eisenach in 2021: the list of changes names it as a Kreis and as a municipality."""
    eisenach = town("160560000000", "Eisenach, Stadt", kind="61")
    deliver.areas(END_2023, [*LIST, area("40", "16056", "Eisenach, Stadt", kind="41"), eisenach])
    deliver.changes(
        change("1", ("16056", "Eisenach"), ("16061", "Eichsfeld"), MERGED_ON,
               unit="Kreisfreie Stadt"),
        change("3", ("160560000000", "Eisenach"), ("160610105105", "Eisenach"), MERGED_ON),
    )  # fmt: skip
    deliver.areas(END_2024, [*LIST, town("160610105105", "Eisenach, Stadt", kind="67")])
    stadt = find_area(engine, "Eisenach")
    kreis = find_area(engine, "Eichsfeld", Gebietsebene.KREIS)
    assert (stadt.kreisfrei, stadt.kreis_id) == (False, kreis.id)
    assert today_under(engine, "160560000000") == "160610105105"
    assert today_under(engine, "16056000") == "160610105105"


# A day to come ------------------------------------------------------------------------------------


def test_a_change_to_come_waits_and_is_made_up_for_once_it_is_in_force(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012058")
    deliver.today = date(2024, 6, 30)
    early = deliver.changes(*MERGER)
    assert early.total.abgelehnt == 2
    refused = findings(engine, early, Befundart.ABGELEHNT)
    assert ["01.07.2024 in Kraft" in befund.ursache for befund in refused] == [True, True]
    assert find_area(engine, "Lutter").gueltig_bis is None
    deliver.today = MERGED_ON
    later = deliver.done(deliver.table(Format.OZG, "ozg_id;titel", "10083;Wohnen"))
    assert find_area(engine, "Lutter").gueltig_bis == DAY_BEFORE
    assert statements_of(engine) == [("Neuhain", "Lutter")]
    assert any("nachgeholt" in b.ursache for b in findings(engine, later, Befundart.HINWEIS))


@ONE_DATABASE
def test_a_change_to_come_is_made_up_for_by_the_same_file_as_well(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.today = date(2024, 6, 30)
    deliver.changes(*MERGER)
    deliver.today = MERGED_ON
    again = deliver.changes(*MERGER)
    assert again.total.abgelehnt == 0
    assert find_area(engine, "Lutter").gueltig_bis == DAY_BEFORE


@ONE_DATABASE
def test_a_change_in_force_is_made_up_for_by_an_import_that_brings_nothing_new(
    engine: Engine, deliver: Deliveries
) -> None:
    """The finding promises it for "the next import", whatever that is."""
    deliver.areas(END_2023, LIST)
    deliver.today = date(2024, 6, 30)
    deliver.changes(*MERGER)
    deliver.today = MERGED_ON
    deliver.areas(END_2023, LIST)
    assert find_area(engine, "Lutter").gueltig_bis == DAY_BEFORE


# Whatever comes first -----------------------------------------------------------------------------

LATER_LIST: list[Line] = [*ABOVE, BIRKENFELDE, town("160615012097", "Uder am See")]
LATER_CHANGES = [
    change("1", INTO_NEUHAIN, ("160615012097", "Uder"), date(2025, 1, 1)),
    change(
        "4", ("160615012097", "Uder"), ("160615012097", "Uder am See"), date(2025, 1, 1),
        number="16/2025/0002-R",
    ),
]  # fmt: skip
STEPS: dict[str, Callable[[Deliveries], Ergebnis]] = {
    "list of 2025": lambda deliver: deliver.areas(END_2025, LATER_LIST),
    "changes of 2024": lambda deliver: deliver.changes(*MERGER),
    "changes of 2025": lambda deliver: deliver.changes(*LATER_CHANGES),
}


@pytest.mark.parametrize("names", list(permutations(STEPS)), ids=" - ".join)
@pytest.mark.full_run
def test_in_whatever_order_files_come_the_same_areas_stand_and_old_keys_lead_to_them(
    fresh_database: Callable[[str, State], str],
    open_database: Callable[[str], Engine],
    tmp_path: Path,
    names: tuple[str, ...],
) -> None:
    engine = open_database(fresh_database("sqlite", State.MIGRATED))
    deliver = Deliveries(engine, tmp_path)
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012001", "160615012058", "160615012097")
    for name in names:
        STEPS[name](deliver)
    towns = areas_of(engine)
    assert {(g.ars, g.name) for g in towns if g.gueltig_bis is None} == {
        ("160615012097", "Uder am See"),
        ("160615051010", "Birkenfelde"),
    }
    assert {g.name: g.gueltig_bis for g in towns if g.name in {"Asbach-Sickenberg", "Lutter"}} == {
        "Asbach-Sickenberg": DAY_BEFORE,
        "Lutter": DAY_BEFORE,
    }
    for gebiet in towns:
        assert find_body(engine, gebiet).name == gebiet.name
    assert {follow(engine, key) for key in ("160615012001", "16061058", "160615012120")} == {
        "160615012097"
    }
    assert statements_of(engine) == [
        ("Uder am See", ""),
        ("Uder am See", "Asbach-Sickenberg"),
        ("Uder am See", "Lutter"),
    ]


def follow(engine: Engine, key: str) -> str:
    """As the pages do: from one address to the next, as long as there is one."""
    with reading(engine) as session:
        while (onward := find_today(session, key)) is not None:
            key = onward
    return key


@pytest.mark.parametrize("list_first", [True, False])
@ONE_DATABASE
def test_statements_end_up_in_the_same_place_whichever_file_comes_first(
    engine: Engine, deliver: Deliveries, list_first: bool
) -> None:
    deliver.areas(END_2023, LIST)
    use(deliver, "160615012001", "160615012058")
    if list_first:
        deliver.areas(END_2024, AFTER_MERGER)
    deliver.changes(*MERGER)
    if not list_first:
        deliver.areas(END_2024, AFTER_MERGER)
    assert statements_of(engine) == [("Neuhain", "Asbach-Sickenberg"), ("Neuhain", "Lutter")]
    assert find_area(engine, "Lutter").gueltig_bis == DAY_BEFORE


@ONE_DATABASE
def test_statements_follow_a_chain_whose_later_link_was_read_first(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, [*LIST, NEUHAIN])
    use(deliver, "160615012058")
    deliver.changes(*LATER_CHANGES)
    deliver.changes(*MERGER)
    assert statements_of(engine) == [("Uder am See", "Lutter")]


@ONE_DATABASE
def test_a_list_closes_what_only_a_change_had_brought(engine: Engine, deliver: Deliveries) -> None:
    deliver.areas(END_2023, LIST)
    deliver.changes(*MERGER)
    gone_again = [*ABOVE, UDER, BIRKENFELDE]
    deliver.areas(END_2024, gone_again)
    assert find_area(engine, "Neuhain").gueltig_bis == END_2024
    assert numbers(deliver.areas(END_2024, gone_again)) == (0, 0, 6, 0, 0)


@ONE_DATABASE
def test_an_older_list_gives_nothing_of_a_vanished_town_to_what_it_became(
    engine: Engine, deliver: Deliveries
) -> None:
    """The change came first, so the vanished town is known by its keys only."""
    deliver.changes(*MERGER)
    deliver.gv(END_2023, LIST)
    assert find_area(engine, "Neuhain").einwohner is None


# Statements that name what is no more -------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        "160615012058",
        "16061058",
    ],
)
def test_a_statement_under_a_vanished_key_lands_at_the_successor_and_remembers(
    engine: Engine, deliver: Deliveries, key: str
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.changes(*MERGER)
    deliver.done(deliver.table(Format.EFA, "kennung;name", "wbs;WBS"))
    column = "ars" if len(key) == 12 else "ags"
    lines = (f"{column};kennung;rolle;status;ab", f"{key};wbs;nutzt;produktiv;01.01.2022")
    ergebnis = deliver.table(Format.TEILNAHME, *lines)
    assert ergebnis.status is Laufstatus.FERTIG, findings(engine, ergebnis, Befundart.ABGELEHNT)
    assert statements_of(engine) == [("Neuhain", "Lutter")]
    before = read_all(engine)
    assert numbers(deliver.table(Format.TEILNAHME, *lines)) == (0, 0, 1, 0, 0)
    assert differing_tables(before, read_all(engine)) == []


@ONE_DATABASE
def test_the_list_that_brought_a_statement_may_come_again_after_the_merger(
    engine: Engine, deliver: Deliveries
) -> None:
    """With another end, so that it is a change of the statement and not a second one."""
    head = "ars;kennung;rolle;status;ab;bemerkung"
    row = "160615012058;wbs;nutzt;produktiv;01.01.2022;"
    deliver.areas(END_2023, LIST)
    deliver.done(deliver.table(Format.EFA, "kennung;name", "wbs;WBS"))
    deliver.done(deliver.table(Format.TEILNAHME, head, row))
    deliver.changes(*MERGER)
    ergebnis = deliver.done(deliver.table(Format.TEILNAHME, head, row + "läuft gut"))
    assert numbers(ergebnis) == (0, 1, 0, 0, 0)
    assert statements_of(engine) == [("Neuhain", "Lutter")]
    with reading(engine) as session:
        assert [e.bemerkung for e in session.scalars(select(Einsatz))] == ["läuft gut"]


# What stays open ----------------------------------------------------------------------------------


def test_vanished_areas_without_a_successor_are_named_until_one_is_known(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    ergebnis = deliver.areas(END_2024, AFTER_MERGER)
    said = findings(engine, ergebnis, Befundart.HINWEIS)
    named = [befund.objekt for befund in said if "nicht mehr im Verzeichnis" in befund.ursache]
    assert named == ["Gemeinde Asbach-Sickenberg (16061001)", "Gemeinde Lutter (16061058)"]
    assert any("gv-aenderungen" in befund.abhilfe for befund in said)
    assert "2 entfallene Gebiete ohne bekannte Nachfolge." in [b.ursache for b in said]
    done = deliver.changes(*MERGER)
    assert not any("Nachfolge" in b.ursache for b in findings(engine, done, Befundart.HINWEIS))


# Again --------------------------------------------------------------------------------------------


def test_everything_again_changes_no_row(engine: Engine, deliver: Deliveries) -> None:
    erfurt = town("160510000000", "Erfurt, Stadt", kind="61", people=214_000)
    moved = change("3", ("160615051010", "Birkenfelde"), ("160640000010", "Birkenfelde"), MERGED_ON)
    renamed = change("4", ("160615012097", "Uder"), ("160615012097", "Uder am See"), MERGED_ON)
    later = [*ABOVE, OTHER_KREIS, erfurt, town("160615012097", "Uder am See"), NEUHAIN,
             town("160640000010", "Birkenfelde")]  # fmt: skip

    def everything() -> list[tuple[int, int, int, int, int]]:
        return [
            numbers(ergebnis)
            for ergebnis in (
                deliver.areas(END_2023, [*LIST, erfurt]),
                deliver.gv(END_2024, later),
                deliver.changes(*MERGER, moved, renamed),
            )
        ]

    everything()
    use(deliver, "160615012001", "160615012097")
    before, said = read_all(engine), comparable(engine)
    assert everything() == [(0, 0, 9, 0, 0), (0, 0, 9, 0, 0), (0, 0, 4, 0, 0)]
    assert differing_tables(before, read_all(engine)) == []
    assert comparable(engine) == said


@ONE_DATABASE
def test_older_keys_are_stored_with_the_source_that_named_them(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.areas(END_2023, LIST)
    deliver.changes(NEW_KEY)
    with reading(engine) as session:
        rows = session.scalars(
            select(Gebietsschluessel).where(col(Gebietsschluessel.art) == Schluesselart.AGS)
        ).all()
    assert [(row.wert, row.gueltig_bis) for row in rows] == [("16061058", DAY_BEFORE)]
    assert all(row.quelle_id is not None for row in rows)
