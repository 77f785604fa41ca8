"""Checks what a start needs, one by one, and says for each what to do."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from importers.postfach import Unerreichbar
from katalog import indexing, journal, migrations
from katalog.cli.output import report
from katalog.cli.state import revision_of
from katalog.db import Engine, is_sqlite, open_engine, reading
from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.errors import KatalogFehler
from katalog.models.grundlage import now
from katalog.outbox import SmtpTransport, Unreachable
from katalog.queries import nachrichten
from katalog.queries.health import broken_references, count_areas
from katalog.settings import MAIL_FOLDER, Settings, load_settings
from katalog.web.portal import open_index
from katalog.web.vendor import REPAIR_COMMAND, missing_assets
from katalog.worker import postfach
from search.engine import SearchError

_MAIL_TIMEOUT = 5.0
# Mails that fail wait on purpose; one that nobody tried to send for so long means no worker runs.
_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    was: str
    gut: bool
    meldung: str
    abhilfe: str = ""


def run(options: Namespace, environment: Mapping[str, str]) -> int:
    findings = list(examine(environment))
    width = max(len(finding.was) for finding in findings)
    lines = [
        f"{'gut   ' if f.gut else 'FEHLER'}  {f.was:<{width}}  {f.meldung}"
        + (f"\n{'':<{width + 10}}→ {f.abhilfe}" if f.abhilfe and not f.gut else "")
        for f in findings
    ]
    sound = all(finding.gut for finding in findings)
    lines.append("Alles in Ordnung." if sound else "Es ist etwas zu tun, siehe oben.")
    report(
        {"gut": sound, "befunde": [asdict(f) for f in findings]},
        "\n".join(lines),
        as_json=options.json,
    )
    return 0 if sound else 1


def examine(environment: Mapping[str, str]) -> list[Finding]:
    findings = [_python(), _assets()]
    try:
        settings = load_settings(environment)
    except KatalogFehler as error:
        return [*findings, Finding("Einstellungen", False, error.meldung)]
    findings.append(Finding("Einstellungen", True, f"Umgebung {settings.umgebung}"))
    findings.append(_folder())
    engine = open_engine(settings.db)
    try:
        return findings + _database(settings, engine)
    finally:
        engine.dispose()


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", sys.version_info >= (3, 11), version, "Python 3.11 oder neuer")


def _assets() -> Finding:
    missing = missing_assets()
    text = f"es fehlen {', '.join(missing)}" if missing else "Schriften, Stile und Skripte sind da"
    return Finding("Dateien der Oberfläche", not missing, text, REPAIR_COMMAND)


def _folder() -> Finding:
    folder = Path("var") if Path("var").exists() else Path()
    return Finding(
        "Ordner var/",
        os.access(folder, os.W_OK),
        f"beschreibbar: {folder.resolve().name}",
        "Geben Sie dem Konto, unter dem das Portal läuft, Schreibrecht.",
    )


def _database(settings: Settings, engine: Engine) -> list[Finding]:
    kind = "SQLite" if is_sqlite(engine) else "PostgreSQL"
    try:
        revision = revision_of(engine)
    except Exception as error:
        return [
            Finding(
                "Datenbank",
                False,
                f"{kind} antwortet nicht: {type(error).__name__}",
                "Prüfen Sie KATALOG_DB und ob der Datenbankserver läuft.",
            )
        ]
    current = revision == migrations.newest_revision()
    findings = [
        Finding("Datenbank", True, f"{kind} erreichbar"),
        Finding("Tabellen", current, f"Stand {revision or 'leer'}", "katalog migrate"),
    ]
    if not current:
        return findings
    return [
        *findings,
        _references(engine),
        _register(engine),
        _mail(settings, engine),
        *_mailbox(settings, engine),
        _journal(engine),
        _search(settings, engine),
    ]


def _references(engine: Engine) -> Finding:
    with reading(engine) as session:
        broken = broken_references(session)
    return Finding(
        "Verweise",
        not broken,
        f"verletzt in {', '.join(broken)}" if broken else "vollständig",
        "Stellen Sie die letzte Sicherung wieder her: katalog wiederherstellen",
    )


def _register(engine: Engine) -> Finding:
    with reading(engine) as session:
        count = count_areas(session)
    return Finding("Register", count > 0, f"{count} Gebiete", "katalog seed")


def _search(settings: Settings, engine: Engine) -> Finding:
    index = open_index(settings)
    try:
        reason = indexing.rebuild_reason(engine, index, settings.today())
    except SearchError as error:
        return Finding(
            "Suche", False, f"{settings.suche}: {error}", "Bis dahin sucht die Datenbank."
        )
    finally:
        index.engine.close()
    if reason:
        return Finding("Suche", False, f"{settings.suche}: {reason}", "katalog reindex")
    left = indexing.behind(engine)
    if left:
        text = f"{settings.suche}: {left} Änderungen sind noch nicht im Suchindex"
        return Finding("Suche", False, text, "katalog worker (oder katalog serve) laufen lassen")
    return Finding("Suche", True, f"{settings.suche}, auf dem Stand der Datenbank")


def _mail(settings: Settings, engine: Engine) -> Finding:
    server = settings.mailserver
    if server is not None:
        try:
            SmtpTransport(server, timeout=_MAIL_TIMEOUT).check()
        except Unreachable as error:
            text = f"{server.host}:{server.port} nimmt nichts an: {error}"
            return Finding("Mail", False, text, "Prüfen Sie KATALOG_SMTP und den Mailserver.")
    way = f"{server.host}:{server.port}" if server else f"Dateien in {MAIL_FOLDER}"
    if settings.smtp and server is None:
        way += ", weil außerhalb von produktion keine Mail diese Maschine verlässt"
    with reading(engine) as session:
        counts = nachrichten.count_by_status(session)
        oldest = nachrichten.oldest_waiting(session)
    if failed := counts.get(Nachrichtenstatus.GESCHEITERT, 0):
        text = f"{way}; gescheitert: {failed}"
        return Finding("Mail", False, text, "Ursachen und neuer Versuch unter /betrieb/post")
    if oldest is not None and now() - oldest > _LONGEST_WAIT:
        text = f"{way}; seit {oldest:%d.%m.%Y %H:%M} UTC wartet eine Mail"
        return Finding("Mail", False, text, "katalog worker (oder katalog serve) laufen lassen")
    return Finding("Mail", True, way)


def _mailbox(settings: Settings, engine: Engine) -> list[Finding]:
    """Only where one is set up; the rest of the portal does without."""
    adresse = settings.postfach
    if adresse is None:
        return []
    way = f"{adresse.host}:{adresse.port}, Ordner {adresse.ordner}"
    try:
        waiting = postfach.check(engine, adresse, _MAIL_TIMEOUT)
    except Unerreichbar as error:
        hint = "Prüfen Sie in KATALOG_IMAP Server, Name, Kennwort und Ordner."
        return [Finding("Postfach", False, f"{way}: {error}", hint)]
    except KatalogFehler as error:
        return [Finding("Postfach", False, error.meldung)]
    return [Finding("Postfach", True, f"{way}, noch abzuholen: {waiting}")]


def _journal(engine: Engine) -> Finding:
    with reading(engine) as session:
        found = journal.verify(session)
    if found.fehler:
        return Finding(
            "Protokoll",
            False,
            found.fehler,
            "Jemand hat die Tabelle protokoll an der Anwendung vorbei geändert. Vergleichen Sie "
            "mit der letzten Sicherung.",
        )
    head = f", Kopf {found.kopf[:16]}" if found.kopf else ""
    waiting = f", {found.offen} noch nicht versiegelt" if found.offen else ""
    return Finding("Protokoll", True, f"{found.versiegelt} Einträge unverändert{head}{waiting}")
