"""The command line: `katalog …`. One module per family of commands; this one only dispatches.

Modules are imported when their command runs, so that `katalog --hilfe` answers at once and the
server does not load what only an import needs.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from katalog.cli.arguments import build_parser
from katalog.cli.output import fail
from katalog.domain.errors import KatalogFehler


def main(arguments: Sequence[str] | None = None) -> int:
    parser = build_parser()
    options = parser.parse_args(arguments)
    as_json = getattr(options, "json", False)
    with _loading():
        module = importlib.import_module(f"katalog.cli.{options.module}")
        from katalog.db import OperationalError

    try:
        return int(getattr(module, options.function)(options, os.environ))
    except KatalogFehler as error:
        return fail(error.meldung, as_json=as_json)
    except OperationalError as error:
        return fail(
            "Die Datenbank antwortet nicht oder ist belegt. Prüfen Sie KATALOG_DB und ob der "
            f"Datenbankserver läuft.\n  {error.orig}",
            as_json=as_json,
        )
    except BrokenPipeError:
        # Somebody closed the pipe (`katalog konto liste | head`): no error of ours.
        sys.stderr.close()
        return 0
    except OSError as error:
        return fail(
            f"{error.filename or 'Eine Datei'} ließ sich nicht lesen oder schreiben. Prüfen Sie "
            f"Pfad und Rechte.\n  {error.strerror or error}",
            as_json=as_json,
        )
    except KeyboardInterrupt:
        return fail("Abgebrochen.", as_json=as_json)


@contextmanager
def _loading() -> Iterator[None]:
    """Modules stay for good. Looking for garbage among them would take a third of every start,
    and again and again a tenth of a second while the portal answers.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
