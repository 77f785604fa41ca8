"""What guests must not see, what is gone, and addresses that were valid once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from katalog.db import open_engine, writing
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Schluesselart
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, Gebietsschluessel, Nachfolge
from katalog.models.stellen import Stelle
from tests.databases import copy_with_index, index_keeps_up
from tests.portal import Answer, ask, build_settings, running_portal, session_of
from tests.seite import Seite

Read = Callable[..., Seite]
Get = Callable[[str], Answer]

DRAFT, DROPPED, OTHER = "hundesteuer-online-demo", "hundeanmeldung-offen-demo", "drohnen-bw"
FLENSBURG, KIEL = "010010000000", "010020000000"
# Ahlen and Beckum of the Kreis Warendorf; one of them is made to vanish. Nobody knows what became
# of Beelen, and Drensteinfurt went to two others.
GONE_ARS, GONE_AGS, SUCCESSOR = "055700004004", "05570004", "055700008008"
LOST_ARS, SPLIT_ARS = "055700012012", "055700016016"


@pytest.fixture(scope="module")
def changed(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """A portal whose data were changed as the years would."""
    url = copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("anders") / "katalog.db")
    engine = open_engine(url)
    with writing(engine) as session:
        change(session)
    engine.dispose()
    index_keeps_up(url)
    with running_portal(build_settings(url)) as portal:
        yield lambda address: ask(portal, address)


def change(session: Session) -> None:
    connection = session.connection()
    by_key = col(Onlinedienst.kennung)
    connection.execute(update(Onlinedienst).where(by_key == DRAFT).values(entwurf=True))
    connection.execute(
        update(Onlinedienst).where(by_key == DROPPED).values(entfallen_am=date(2026, 10, 1))
    )
    ids = {row.ars: row for row in session.execute(select(Gebiet)).scalars()}
    connection.execute(
        update(Gebiet)
        .where(col(Gebiet.ars).in_([GONE_ARS, LOST_ARS, SPLIT_ARS]))
        .values(gueltig_bis=date(2025, 12, 31))
    )
    session.add_all(
        [
            *(
                Nachfolge(von_id=ids[gone].id, nach_id=ids[ars].id, datum=date(2026, 1, 1))
                for gone, ars in (
                    (GONE_ARS, SUCCESSOR),
                    (SPLIT_ARS, SUCCESSOR),
                    (SPLIT_ARS, "055700052052"),
                )
            ),
            Gebietsschluessel(
                gebiet_id=ids[SUCCESSOR].id, art=Schluesselart.ARS, wert="055700999999"
            ),
            Gebietsschluessel(gebiet_id=ids[SUCCESSOR].id, art=Schluesselart.AGS, wert="05570999"),
        ]
    )
    bodies = {
        row.gebiet_id: row.id
        for row in session.execute(
            select(Stelle).where(col(Stelle.gebiet_id).is_not(None))
        ).scalars()
    }
    service = session.execute(select(col(Onlinedienst.id)).where(by_key == OTHER)).scalar_one()
    for ars, seen_by, contradicted in (
        (FLENSBURG, Sichtbarkeit.VERWALTUNG, None),
        (KIEL, Sichtbarkeit.OEFFENTLICH, date(2026, 11, 1)),
    ):
        session.add(
            Einsatz(
                stelle_id=bodies[ids[ars].id],
                onlinedienst_id=service,
                rolle=Einsatzrolle.NUTZT,
                status=Einsatzstatus.PRODUKTIV,
                beleg=Beleg.EIGENANGABE,
                stand=date(2026, 11, 20),
                sichtbarkeit=seen_by,
                widersprochen_am=contradicted,
            )
        )


def addresses(answer: Answer) -> set[str]:
    return {a.attrs["href"] for a in answer.seite.main.all("a")}


@pytest.mark.parametrize("hidden", [DRAFT, DROPPED])
@pytest.mark.parametrize(
    "path",
    ["/onlinedienste?q=hund", "/suche?q=hund", "/suche?q=hund&ort=Warendorf", "/ozg/10160",
     "/leistungen/99110009104000", "/onlinedienste?plattform=kommunalportal-nrw", "/"],
)  # fmt: skip
def test_drafts_and_dropped_services_are_in_no_list(changed: Get, hidden: str, path: str) -> None:
    answer = changed(path)
    assert answer.status == 200
    main = answer.seite.main
    listed = [*main.all(class_="hit__title"), *main.all(class_="hit-line__title")]
    shown = {a.attrs["href"] for entry in listed for a in entry.all("a")}
    assert f"/onlinedienste/{hidden}" not in shown


def test_the_services_of_this_test_would_be_in_those_lists_otherwise(read: Read) -> None:
    for hidden in (DRAFT, DROPPED):
        for path in ("/onlinedienste?q=hund", "/suche?q=hund", "/leistungen/99110009104000"):
            found = {a.attrs["href"] for a in read(path).main.all("a")}
            assert f"/onlinedienste/{hidden}" in found


def test_nobody_sees_a_draft_and_no_page_links_to_it(changed: Get) -> None:
    """Guests see none, whoever uses the service already."""
    assert changed(f"/onlinedienste/{DRAFT}").status == 404
    for path in ("/kommunen/055700052052", "/kommunen/055150000000", "/", "/stellen/12899",
                 "/leistungen/99110009104000"):  # fmt: skip
        assert f"/onlinedienste/{DRAFT}" not in addresses(changed(path)), path


def test_a_service_that_was_dropped_keeps_its_address_and_says_so(changed: Get) -> None:
    answer = changed(f"/onlinedienste/{DROPPED}")
    assert answer.status == 200
    assert "entfallen am 01.10.2026" in answer.seite.text


def test_a_municipality_with_nothing_public_looks_like_one_without_statements(changed: Get) -> None:
    page = changed(f"/kommunen/{FLENSBURG}").seite
    assert "liegt noch keine öffentliche Angabe vor" in page.text
    assert f"/onlinedienste/{OTHER}" not in {a.attrs["href"] for a in page.main.all("a")}
    assert f"/kommunen/{FLENSBURG}" not in addresses(changed("/kommunen?angaben=ja&q=flensburg"))
    (row,) = changed("/kommunen?q=flensburg&ebene=gemeinde").seite.rows()
    assert row[3] == "keine"
    service = changed(f"/onlinedienste/{OTHER}").seite
    assert service.fact("Genutzt von") == "0 Kommunen"
    assert "Flensburg" not in service.text


def test_what_a_municipality_contradicted_is_shown_and_not_counted(changed: Get) -> None:
    service = changed(f"/onlinedienste/{OTHER}").seite
    assert service.fact("Genutzt von") == "0 Kommunen"
    (row,) = [cells for cells in service.rows() if len(cells) == 4]
    assert row[0].startswith("Kiel")
    assert row[3].startswith("widersprochen am 01.11.2026")
    assert f"/kommunen/{KIEL}" not in addresses(changed("/kommunen?angaben=ja&q=kiel"))


@pytest.mark.parametrize("key", ["055700999999", "05570999"])
def test_a_key_that_was_valid_once_leads_to_the_area_of_today(changed: Get, key: str) -> None:
    answer = changed(f"/kommunen/{key}")
    assert (answer.status, answer.header("location")) == (301, f"/kommunen/{SUCCESSOR}")
    assert changed(f"/kommunen/{SUCCESSOR}").status == 200


def test_an_area_that_is_gone_keeps_its_address_and_says_what_became_of_it(changed: Get) -> None:
    answer = changed(f"/kommunen/{GONE_ARS}")
    assert answer.status == 200
    assert answer.seite.heading == "Ahlen"
    assert "Aufgegangen in Beckum am 01.01.2026." in answer.seite.text
    assert "bestand bis 31.12.2025" in answer.seite.text
    assert f"/kommunen/{SUCCESSOR}" in addresses(answer)
    assert "Woher die Angaben stammen" in answer.seite.text


@pytest.mark.parametrize("key", [GONE_AGS, "05 570 004", "05 5 70 0004 004"])
def test_other_writings_of_a_gone_area_lead_to_its_one_address(changed: Get, key: str) -> None:
    answer = changed("/kommunen/" + key.replace(" ", "%20"))
    assert (answer.status, answer.header("location")) == (301, f"/kommunen/{GONE_ARS}")


def test_several_successors_are_named_and_none_is_said_to_be_unknown(changed: Get) -> None:
    split, lost = (changed(f"/kommunen/{ars}") for ars in (SPLIT_ARS, LOST_ARS))
    assert "Aufgegangen in 2 Gebieten." in split.seite.text
    assert {f"/kommunen/{SUCCESSOR}", "/kommunen/055700052052"} <= addresses(split)
    assert (lost.status, lost.seite.heading) == (200, "Beelen")
    assert "Nachfolge nicht bekannt" in lost.seite.text
    assert "entfallen am 31.12.2025: steht nicht mehr im Gemeindeverzeichnis" in lost.seite.text


def test_an_area_that_is_gone_is_in_no_list(changed: Get) -> None:
    for path in ("/kommunen?q=ahlen", "/kommunen?kreis=055700000000",
                 "/kommunen/055700000000", "/suche?q=ahlen"):  # fmt: skip
        assert f"/kommunen/{GONE_ARS}" not in addresses(changed(path)), path


@pytest.mark.full_run
def test_statements_that_are_not_public_appear_nowhere(planted: str, read: Read) -> None:
    with session_of(planted) as session:
        hidden = session.execute(
            select(col(Gebiet.ars), col(Onlinedienst.kennung), col(Stelle.name))
            .select_from(Einsatz)
            .join(Stelle, col(Stelle.id) == col(Einsatz.stelle_id))
            .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
            .join(Onlinedienst, col(Onlinedienst.id) == col(Einsatz.onlinedienst_id))
            .where(col(Einsatz.sichtbarkeit) != Sichtbarkeit.OEFFENTLICH)
        ).all()
    assert hidden
    for ars, kennung, name in hidden:
        own = read(f"/kommunen/{ars}").main.all("table", class_="table--ledger")
        assert not [a for t in own for a in t.all("a", href=f"/onlinedienste/{kennung}")]
        for page in every_page(read, f"/onlinedienste/{kennung}"):
            users = page.root.one(id="nutzung").all("a", href=f"/kommunen/{ars}")
            assert users == [], name


def every_page(read: Read, path: str) -> list[Seite]:
    pages = [read(path)]
    while following := pages[-1].main.all("a", rel="next"):
        pages.append(read(following[0].attrs["href"]))
    return pages
