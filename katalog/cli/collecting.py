"""`katalog eingang`: fetches the mailbox of the coordinating body now instead of in a minute."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from importers.postfach import Unerreichbar
from katalog.cli.output import report
from katalog.cli.state import require_current
from katalog.db import open_engine
from katalog.domain.errors import Konfigurationsfehler, NichtVerfuegbar
from katalog.settings import load_settings
from katalog.worker.postfach import ABGELEGT, BEKANNT, NEU, UNLESBAR, collect

_LINES = (
    (NEU, "zu bearbeiten unter /koordination/eingang"),
    (ABGELEGT, "bei ihrem Vorgang abgelegt"),
    (BEKANNT, "schon bekannt"),
    (UNLESBAR, "nicht lesbar; im Eingang steht, warum"),
)


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    adresse = settings.postfach
    if adresse is None:
        raise Konfigurationsfehler(
            "KATALOG_IMAP",
            "Es ist kein Postfach eingerichtet. Setzen Sie KATALOG_IMAP, etwa "
            "imaps://name:kennwort@host/INBOX.",
        )
    engine = open_engine(settings.db)
    try:
        require_current(engine)
        counts = collect(engine, adresse, settings.today())
    except Unerreichbar as error:
        raise NichtVerfuegbar(
            f"Das Postfach auf {adresse.host} antwortet nicht wie erwartet. Prüfen Sie "
            f"KATALOG_IMAP und den Mailserver; was schon geholt ist, bleibt.\n  {error}"
        ) from error
    finally:
        engine.dispose()
    lines = [f"{counts[name]} {words}" for name, words in _LINES if counts[name]]
    data = {name: counts[name] for name, _ in _LINES}
    report(data, "\n".join(lines) or "Keine neue Mail.", as_json=options.json)
    return 0
