"""A town changes many of its statements in one table: all that was changed, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.db import open_engine, reading
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.rollen import Rolle
from katalog.models.betrieb import Protokoll
from katalog.models.nutzung import Einsatz
from katalog.queries.konten import find_stelle
from tests.browsing import Reader, fields_of
from tests.databases import copy_with_index
from tests.portal import Answer, build_settings, running_portal
from tests.seite import Element, Seite
from tests.signing_in import COOKIE, make_session

TOWN, OTHER = "055700008008", "055700052052"
LIST = f"/kommunen/{TOWN}/angaben"
HERE = f"{LIST}/tabelle"


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("tabelle") / "katalog.db")


@pytest.fixture(scope="module")
def portal(database: str) -> Iterator[str]:
    with running_portal(build_settings(database)) as url:
        yield url


@pytest.fixture(scope="module")
def reader(portal: str, database: str) -> Reader:
    reader = Reader(portal, {COOKIE: make_session(database, "a@x.example", Rolle.KOMMUNE, TOWN)})
    for kennung in ("wbs-sozialplattform", "drohnen-bw"):
        path, said = f"{LIST}/neu/{kennung}", {"rolle": "nutzt", "status": "produktiv"}
        assert reader.post(path, mark_of(reader.open(path)) | said).status == 303
    return reader


def mark_of(page: Seite) -> dict[str, str]:
    return {"formular": page.root.all("input", name="formular")[0].attrs["value"]}


def the_form(page: Seite) -> Element:
    return page.root.one("form", method="post", action=HERE)


def number_of(page: Seite, kennung: str) -> str:
    """The row of an assistant, by the number of its statement."""
    link = page.root.one("table").one("a", href=f"/onlinedienste/{kennung}")
    head = next(e for e in link.ancestors() if e.tag == "th")
    return head.attrs["id"].removeprefix("dienst-")


def save(reader: Reader, page: Seite, **typed: str) -> Answer:
    """The whole form, as a browser sends it: `nummer` stands in it once for each row."""
    form = the_form(page)
    numbers = [("nummer", str(e.attrs["value"])) for e in form.all("input", name="nummer")]
    fields = fields_of(form) | {
        select.attrs["name"]: chosen.attrs["value"]
        for select in form.all("select")
        for chosen in [*select.all("option")[:1], *select.all("option", selected="")]
    }
    fields |= {name.replace("_", "-"): text for name, text in typed.items()}
    return reader.post_many(HERE, [*((k, v) for k, v in fields.items() if k != "nummer"), *numbers])


def stated(database: str, number: str) -> Einsatz:
    engine = open_engine(database)
    with reading(engine) as session:
        found = session.get(Einsatz, int(number))
    engine.dispose()
    assert found is not None
    return found


def count_of(database: str, model: type[Einsatz] | type[Protokoll]) -> int:
    engine = open_engine(database)
    with reading(engine) as session:
        found = len(session.scalars(select(col(model.id))).all())
    engine.dispose()
    return found


def test_two_rows_are_changed_and_one_is_new_in_one_go(reader: Reader, database: str) -> None:
    page = reader.open(reader.open(LIST).link("Als Tabelle bearbeiten"))
    assert page.faults == ()
    wbs, drone = (number_of(page, key) for key in ("wbs-sozialplattform", "drohnen-bw"))
    untouched = count_of(database, Protokoll)
    assert save(reader, page).header("location").endswith("gespeichert=0")
    assert count_of(database, Protokoll) == untouched

    done = save(
        reader, page,
        **{f"url_{wbs}": "https://beckum.example/wbs", f"status_{drone}": "beendet",
           "dienst_neu": "Hundesteuer online (Demo)"},
    )  # fmt: skip
    assert done.status == 303, done.seite.text
    shown = reader.open(done.header("location"))
    assert "3 Zeilen sind gespeichert" in shown.text
    assert stated(database, wbs).url == "https://beckum.example/wbs"
    assert stated(database, drone).status is Einsatzstatus.BEENDET
    assert stated(database, drone).bis is not None
    assert number_of(shown, "hundesteuer-online-demo")
    assert shown.root.one("table").all("a", href="/onlinedienste/drohnen-bw") == []
    # The same form once more: its rows are known by what they showed.
    again = save(reader, page, **{f"url_{wbs}": "https://beckum.example/alt"})
    assert again.status == 409
    [both] = again.seite.root.all("li", **{"class": "edit__both"})
    assert "https://beckum.example/wbs" in both.text
    assert "bei Ihnen: https://beckum.example/alt" in both.text
    assert stated(database, wbs).url == "https://beckum.example/wbs"
    # Having seen both, one may write over it.
    assert save(reader, again.seite).status == 303
    assert stated(database, wbs).url == "https://beckum.example/alt"


def test_one_fault_keeps_all_rows_from_being_written_and_says_so_at_its_field(
    reader: Reader, database: str
) -> None:
    page = reader.open(HERE)
    wbs, before = number_of(page, "wbs-sozialplattform"), count_of(database, Einsatz)
    answer = save(
        reader, page,
        **{f"url_{wbs}": "javascript:alert(1)", f"ab_{wbs}": "31.02.2026", "ab_neu": "1.1.2026",
           "dienst_neu": "fuehrerschein-umtauschen-demo", f"rolle_{wbs}": "herrscht"},
    )  # fmt: skip
    assert answer.status == 422
    assert answer.seite.faults == ()
    assert {f"#url-{wbs}", f"#ab-{wbs}", f"#rolle-{wbs}"} <= {
        a.attrs["href"] for a in answer.seite.links()
    }
    assert answer.seite.root.one("input", id=f"ab-{wbs}").attrs["value"] == "31.02.2026"
    assert "1 weitere Zeile ist in Ordnung" in answer.seite.text
    assert count_of(database, Einsatz) == before
    assert stated(database, wbs).url != "javascript:alert(1)"


def test_an_unknown_assistant_hides_no_fault_of_another_row(reader: Reader) -> None:
    page = reader.open(HERE)
    wbs = number_of(page, "wbs-sozialplattform")
    answer = save(reader, page, dienst_neu="gibtsnicht", **{f"bis_{wbs}": "31.02.2026"})
    assert "Diesen Onlinedienst gibt es im Katalog nicht" in answer.seite.text
    assert {"#dienst-neu", f"#bis-{wbs}"} <= {a.attrs["href"] for a in answer.seite.links()}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Hundesteuer", "Wählen Sie aus, welchen Onlinedienst Sie meinen"),
        ("wbs-sozialplattform", "Dazu gibt es schon eine Angabe mit dieser Rolle"),
        ("drohnen-bw", "Geben Sie an, seit wann die neue gilt"),
        ("fuehrerschein-umtauschen-demo", ""),
    ],
)
def test_a_new_row_says_what_it_is_about(
    reader: Reader, database: str, name: str, said: str
) -> None:
    before = count_of(database, Einsatz)
    answer = save(reader, reader.open(HERE), dienst_neu=name)
    assert answer.status == (422 if said else 303)
    assert said in (answer.seite.text if said else "")
    assert count_of(database, Einsatz) == before + (not said)
    if name == "Hundesteuer":
        chosen = answer.seite.root.one("select", id="kennung-neu").all("option")
        assert len(chosen) > 2


def test_without_javascript_a_choice_is_offered_and_taken(reader: Reader) -> None:
    offered = reader.open(f"{HERE}/dienste?dienst-neu=hund")
    assert "Hundesteuer online (Demo)" in [o.attrs["value"] for o in offered.root.all("option")]
    asked = save(reader, reader.open(HERE), dienst_neu="Hund anmelden", ab_neu="01.02.2026")
    options = asked.seite.root.one("select", id="kennung-neu").all("option")
    taken = next(o for o in options if "Stadtportal" in o.text)
    done = save(reader, asked.seite, kennung_neu=str(taken.attrs["value"]))
    assert done.status == 303
    assert "seit 02/2026" in reader.open(LIST).text


def test_a_row_that_is_gone_is_said_and_the_others_wait(reader: Reader, database: str) -> None:
    page = reader.open(HERE)
    wbs = number_of(page, "wbs-sozialplattform")
    engine = open_engine(database)
    with reading(engine) as session:
        other = find_stelle(session, OTHER)
        foreign = session.scalars(
            select(col(Einsatz.id)).where(col(Einsatz.stelle_id) == other).limit(1)
        ).one()
    engine.dispose()
    fields = fields_of(the_form(page)) | {f"fachverfahren-{wbs}": "Neu"}
    answer = reader.post_many(
        HERE, [*fields.items(), ("nummer", str(foreign)), (f"rolle-{foreign}", "nutzt")]
    )
    assert answer.status == 422
    assert "gibt es nicht mehr" in answer.seite.text
    assert stated(database, wbs).fachverfahren == ""


def test_the_table_shows_one_field_of_topics_and_only_ones_own_town(reader: Reader) -> None:
    chosen = reader.open(HERE).root.one("select", id="themenfeld").all("option")[1]
    page = reader.open(f"{HERE}?themenfeld={chosen.attrs['value']}")
    assert len(page.root.all("input", name="nummer")) > 0
    assert len(page.root.all("input", name="nummer")) < len(
        reader.open(HERE).root.all("input", name="nummer")
    )
    there, own = f"/kommunen/{OTHER}/angaben/tabelle", fields_of(the_form(page))
    assert reader.ask(there).status == 403
    assert reader.post(there, own).status == 403
    assert reader.ask(f"{there}/dienste?dienst-neu=x").status == 403
