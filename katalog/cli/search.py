"""The search index built anew from the command line."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping

from katalog import indexing
from katalog.cli.output import progress, report
from katalog.cli.state import require_current
from katalog.db import open_engine
from katalog.domain.errors import Konflikt, NichtVerfuegbar
from katalog.settings import load_settings
from katalog.web.portal import open_index
from search.engine import IndexBusy, SearchError


def reindex(options: Namespace, environment: Mapping[str, str]) -> int:
    settings = load_settings(environment)
    engine = open_engine(settings.db)
    require_current(engine)
    started = time.perf_counter()
    try:
        with progress(options.json) as show:
            number = indexing.rebuild(engine, open_index(settings), settings.today(), show)
    except IndexBusy as error:
        raise Konflikt(str(error)) from error
    except SearchError as error:
        raise NichtVerfuegbar(str(error)) from error
    seconds = time.perf_counter() - started
    report(
        {"dokumente": number, "sekunden": round(seconds, 1)},
        f"Suchindex aufgebaut: {number} Einträge in {seconds:.1f} s.",
        as_json=options.json,
    )
    return 0
