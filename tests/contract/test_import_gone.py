"""What a complete delivery no longer has: which kinds it covers, what ends, what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from importers.recognition import Format
from katalog import intake
from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Angebotsstatus, Befundart, Laufstatus
from katalog.intake.auftrag import Ergebnis
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import Nachnutzung
from katalog.models.stellen import Kontakt, Plattform, Stelle
from tests.contract.test_import_profiles import (
    CASES,
    CONFIRMED,
    KEY,
    ONE_DATABASE,
    UNDER_NOTICE,
    WARENDORF,
    WORLD,
    communes,
    rows_of,
)
from tests.contract.test_intake import LIEFERANT
from tests.deliveries import Deliveries, findings
from tests.importing import TODAY

OFFERS = "kennung;name;art;betreiber;plattform;koordinierung"
WHOLE = "wohngeld;Wohngeld digital;EfA-Leistung;Amt für Digitales;Sozialplattform;ego"
BARE = "wohngeld;Wohngeld digital;EfA-Leistung;;;"


@pytest.fixture
def deliver(engine: Engine, tmp_path: Path) -> Deliveries:
    with writing(engine) as session:
        assert intake.take_over(session, WORLD, LIEFERANT, TODAY).faults == []
    return Deliveries(engine, tmp_path)


def offer(deliver: Deliveries, *rows: str, **options: Any) -> Ergebnis:
    return deliver.done(deliver.table(Format.EFA, OFFERS, *rows, **options))


def ended(engine: Engine) -> dict[str, date | None]:
    """The day on which body, platform and offer that came with the assistant ended."""
    with reading(engine) as session:
        body = select(col(Stelle.entfallen_am)).where(col(Stelle.name) == "Amt für Digitales")
        offer_ = (
            select(Landesangebot)
            .join(Onlinedienst, col(Onlinedienst.id) == col(Landesangebot.onlinedienst_id))
            .where(col(Onlinedienst.kennung) == "wohngeld")
        )
        angebot = session.scalars(offer_).one()
        assert (angebot.status is Angebotsstatus.EINGESTELLT) is bool(angebot.eingestellt_zum)
        return {
            "Stelle": session.scalars(body).one(),
            "Plattform": session.scalars(select(col(Plattform.entfallen_am))).one(),
            "Landesangebot": angebot.eingestellt_zum,
        }


def test_of_a_kind_that_always_came_along_nothing_may_be_left(
    engine: Engine, deliver: Deliveries
) -> None:
    offer(deliver, WHOLE)
    assert set(ended(engine).values()) == {None}
    ergebnis = offer(deliver, BARE)
    assert ended(engine) == {"Stelle": TODAY, "Plattform": TODAY, "Landesangebot": TODAY}
    gone = [befund.objekt for befund in findings(engine, ergebnis, Befundart.ENTFALLEN)]
    assert len(gone) == 3
    offer(deliver, WHOLE)
    assert set(ended(engine).values()) == {None}


@ONE_DATABASE
def test_a_partial_delivery_ends_no_kind(engine: Engine, deliver: Deliveries) -> None:
    offer(deliver, WHOLE)
    assert offer(deliver, BARE, vollstaendig=False).total.entfallen == 0
    assert set(ended(engine).values()) == {None}


@ONE_DATABASE
def test_another_table_of_the_same_format_is_complete_for_itself(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.done(communes(deliver, WARENDORF))
    head = "id;name;fachverfahren;leika_id"
    deliver.done(deliver.table(Format.KDN, head, f"7;Wohnberechtigung online;Wohnen 3;{KEY}"))
    assert deliver.done(communes(deliver, WARENDORF)).total.entfallen == 0
    assert [row.funktionspostfach for row in rows_of(engine, Kontakt)] == ["info@warendorf.example"]


@ONE_DATABASE
def test_another_format_of_the_same_source_is_complete_for_itself(deliver: Deliveries) -> None:
    both = {"quelle": "landesliste"}
    ozg = ("ozg_id;titel", "10083;Wohnberechtigung")
    leika = ("leistungsschluessel;bezeichnung", f"{KEY};Ausstellung")
    deliver.done(deliver.table(Format.OZG, *ozg, **both))
    deliver.done(deliver.table(Format.LEIKA, *leika, **both))
    for kind, lines in ((Format.OZG, ozg), (Format.LEIKA, leika)):
        assert deliver.done(deliver.table(kind, *lines, **both)).total.entfallen == 0


@ONE_DATABASE
def test_a_delivery_that_lost_most_of_one_kind_is_refused(
    engine: Engine, deliver: Deliveries
) -> None:
    """The column of the bodies is gone, and yet four fifths of all records are there."""
    named = [f"dienst-{n};Dienst {n};efa;{f'Amt {n}' if n < 60 else ''};;" for n in range(400)]
    offer(deliver, *named)
    bare = [row.replace(f"Amt {n}", "") for n, row in enumerate(named)]
    refused = deliver.table(Format.EFA, OFFERS, *bare)
    assert refused.status is Laufstatus.ABGEBROCHEN
    assert "fehlen 60 Datensätze" in refused.meldung
    assert "Stelle" in refused.meldung
    assert offer(deliver, *bare, verlust_erlaubt=True).total.entfallen == 60


def test_website_and_mailbox_that_nobody_states_any_more_are_gone(
    engine: Engine, deliver: Deliveries
) -> None:
    other = WARENDORF.replace("Warendorf", "Münster").replace("05570052", "05515000")
    deliver.done(communes(deliver, WARENDORF, other))
    assert len(rows_of(engine, Kontakt)) == 2
    deliver.done(communes(deliver, other))
    websites = {body.name: body.website for body in rows_of(engine, Stelle)}
    assert websites["Warendorf"] == ""
    assert websites["Münster"] != ""
    assert len(rows_of(engine, Kontakt)) == 1


@ONE_DATABASE
def test_a_case_that_a_list_no_longer_has_stays_and_the_report_says_so(
    engine: Engine, deliver: Deliveries
) -> None:
    deliver.done(deliver.table(Format.VORGAENGE, CASES, UNDER_NOTICE, CONFIRMED))
    ergebnis = deliver.done(deliver.table(Format.VORGAENGE, CASES, CONFIRMED, vollstaendig=True))
    (befund,) = findings(engine, ergebnis, Befundart.ENTFALLEN)
    assert befund.ursache.endswith("Was im Bestand steht, bleibt, wie es ist.")
    assert len(rows_of(engine, Nachnutzung)) == 2
