"""The mail that asks a body about pages that do not answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from katalog.domain.kalender import format_datum
from katalog.outbox import Mail
from katalog.queries.linkpruefung import Frage

_MOST = 50


def pages_gone(
    address: str, stelle: int, gone: Sequence[Frage], basis_url: str, today: date
) -> Mail:
    lines = "".join(
        f"- {each.dienst}\n  {each.url}\n  zuletzt versucht am {format_datum(each.am)}"
        f"{f' ({each.meldung})' if each.meldung else ''}\n"
        for each in gone[:_MOST]
    )
    more = f"- und {len(gone) - _MOST} weitere\n" if len(gone) > _MOST else ""
    ars = gone[0].ars
    where = f"/kommunen/{ars}/angaben" if ars else f"/stellen/{stelle}"
    text = (
        "Guten Tag,\n\n"
        "der OZG-Katalog sieht von Zeit zu Zeit nach, ob angegebene Seiten erreichbar sind. Bei "
        "diesen gelang es an mehreren Tagen nicht:\n\n"
        f"{lines}{more}\n"
        "Bitte sehen Sie nach. Hat sich eine Adresse geändert oder gibt es den Onlinedienst bei "
        "Ihnen nicht mehr, ändern Sie die Angabe hier:\n\n"
        f"{basis_url}{where}\n\n"
        "Ihre Angaben sind unverändert. Im Katalog steht daneben, dass die Seite nicht erreichbar "
        "war; der Hinweis verschwindet von selbst, sobald sie wieder antwortet.\n\n"
        "Diese Mail hat der OZG-Katalog verschickt. Antworten darauf liest niemand.\n"
    )
    return Mail(
        anlass=f"links:{stelle}:{today.isoformat()}",
        vorlage="links_nachgefragt",
        empfaenger=address,
        betreff=(
            "Eine angegebene Seite ist nicht erreichbar"
            if len(gone) == 1
            else f"{len(gone)} angegebene Seiten sind nicht erreichbar"
        ),
        text=text,
    )
