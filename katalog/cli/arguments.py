"""Names and help of all commands; docs/befehle.md is generated from here."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import NoReturn

from importers.recognition import OURS
from katalog.domain.begriffe import Ausgabeformat, Objektart
from katalog.domain.rollen import Rolle

FORMATE = sorted(OURS)


class GermanFormatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        # Subcommands ask with an empty prefix for the bare line that becomes their name.
        super().add_usage(usage, actions, groups, "Aufruf: " if prefix is None else prefix)


class GermanParser(argparse.ArgumentParser):
    def __init__(self, **options: object) -> None:
        super().__init__(formatter_class=GermanFormatter, add_help=False, **options)  # type: ignore[arg-type]
        self._positionals.title = "Angaben"
        self._optionals.title = "Optionen"
        self.add_argument("-h", "--hilfe", "--help", action="help", help="zeigt diese Hilfe")

    def error(self, message: str) -> NoReturn:
        self.print_usage()
        self.exit(2, f"Der Aufruf ließ sich nicht lesen ({message}). Hilfe: {self.prog} --hilfe\n")


def build_parser() -> argparse.ArgumentParser:
    parser = GermanParser(
        prog="katalog",
        description="OZG-Katalog: Onlinedienste finden, vergleichen, nachnutzen.",
    )
    commands = parser.add_subparsers(
        title="Befehle", metavar="BEFEHL", required=True, parser_class=GermanParser
    )

    serve = commands.add_parser(
        "serve",
        help="startet das Portal; beim ersten Mal mit Datenbank und Grundbestand",
        description="Startet das Portal. Beim ersten Mal entstehen Datenbank und Grundbestand.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="Adresse (Vorgabe: %(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="Port (Vorgabe: %(default)s)")
    serve.add_argument(
        "--workers", type=int, default=1, help="Zahl der Prozesse (Vorgabe: %(default)s)"
    )
    serve.add_argument(
        "--no-worker",
        dest="worker",
        action="store_false",
        help="ohne die Arbeit nebenher; sie macht dann ein eigener Prozess: katalog worker",
    )
    serve.set_defaults(module="serve", function="run")

    migrate = commands.add_parser(
        "migrate",
        help="bringt die Tabellen auf den Stand dieses Programms",
        description="Bringt die Tabellen der Datenbank auf den Stand dieses Programms.",
    )
    _json(migrate)
    migrate.set_defaults(module="database", function="migrate")

    seed = commands.add_parser(
        "seed",
        help="lädt den Grundbestand; ein zweites Mal ändert nichts",
        description="Lädt den Grundbestand. Ein zweites Mal geladen ändert er nichts.",
    )
    seed.add_argument(
        "--leer",
        action="store_true",
        help="nur das Register: Gebiete und Leistungen, keine Onlinedienste, keine Demo",
    )
    _json(seed)
    seed.set_defaults(module="database", function="seed")

    _add_import(commands)

    backup = commands.add_parser(
        "sichern",
        help="schreibt alle Daten in eine Datei",
        description="Schreibt alle Daten in eine ZIP-Datei, gleich welche Datenbank läuft.",
    )
    backup.add_argument("ziel", metavar="ZIEL", help="Datei, die noch nicht da ist")
    _json(backup)
    backup.set_defaults(module="database", function="backup")

    restore = commands.add_parser(
        "wiederherstellen",
        help="liest eine Sicherung zurück",
        description="Liest eine Sicherung zurück: ganz oder, bei einem Fehler, gar nicht.",
    )
    restore.add_argument("quelle", metavar="QUELLE", help="Datei von `katalog sichern`")
    restore.add_argument(
        "--ersetzen", action="store_true", help="ersetzt den vorhandenen Bestand der Datenbank"
    )
    _json(restore)
    restore.set_defaults(module="database", function="restore")

    _add_export(commands)
    _add_search(commands)
    _add_konto(commands)
    _add_upkeep(commands)

    doctor = commands.add_parser(
        "doctor",
        help="prüft Einstellungen und Datenbank und sagt, was zu tun ist",
        description="Prüft Einstellungen, Dateien und Datenbank und sagt, was zu tun ist.",
    )
    _json(doctor)
    doctor.set_defaults(module="doctor", function="run")
    return parser


def _add_export(commands: argparse._SubParsersAction[GermanParser]) -> None:
    command = commands.add_parser(
        "export",
        help="schreibt eine Liste in eine Datei, wie die Seiten sie zeigen",
        description=(
            "Schreibt eine Liste, ganz oder gefiltert: dieselbe Datei wie „Diese Auswahl"
            " mitnehmen“ auf den Seiten, nur mit dem, was öffentlich ist. Formate und Spalten:"
            " docs/export.md."
        ),
    )
    command.add_argument(
        "format",
        metavar="FORMAT",
        choices=[str(each) for each in Ausgabeformat],
        help=f"eines von: {', '.join(Ausgabeformat)}",
    )
    command.add_argument(
        "-f",
        "--filter",
        metavar="NAME=WERT",
        nargs="+",
        action="extend",
        default=[],
        help="Filter wie in der Adresse der Liste, etwa art=efa q=Wohngeld; mehrere Werte eines"
        " Namens gelten als „oder“. Bei einsatz: kennung, leistungsschluessel, ars",
    )
    command.add_argument(
        "--typ",
        default=str(Objektart.ONLINEDIENST),
        choices=[*map(str, Objektart), "einsatz"],
        help="was die Liste enthält; einsatz sind die Angaben zur Nutzung (Vorgabe: %(default)s)",
    )
    command.add_argument(
        "-o",
        dest="datei",
        default="-",
        metavar="DATEI",
        help="Datei oder Ordner; eine vorhandene Datei wird ersetzt, sobald die neue vollständig"
        " ist (Vorgabe: Ausgabe)",
    )
    _json(command)
    command.set_defaults(module="exporting", function="run")


def _add_search(commands: argparse._SubParsersAction[GermanParser]) -> None:
    reindex = commands.add_parser(
        "reindex",
        help="baut den Suchindex neu auf",
        description=(
            "Baut den Suchindex neu auf. Bis der neue fertig ist, antwortet der alte. Nötig ist das"
            " selten: Änderungen übernimmt der Index von selbst."
        ),
    )
    _json(reindex)
    reindex.set_defaults(module="search", function="reindex")

    reminders = commands.add_parser(
        "fristen",
        help="zeigt, woran zu erinnern ist",
        description=(
            "Zeigt die Termine von Nachnutzungen, an die an diesem Tag zu erinnern ist, und die"
            " Kommunen, die ihre Angaben bestätigen sollen. Der Worker legt die Mails dazu jeden"
            " Tag von selbst in den Postausgang; `--senden` tut es sofort. An dasselbe wird nie"
            " zweimal erinnert."
        ),
    )
    reminders.add_argument(
        "--datum", default="", metavar="TAG", help="für diesen Tag statt heute (JJJJ-MM-TT)"
    )
    reminders.add_argument(
        "--senden", action="store_true", help="legt die Mails in den Postausgang"
    )
    _json(reminders)
    reminders.set_defaults(module="reminding", function="run")

    inbox = commands.add_parser(
        "eingang",
        help="holt das Postfach der Koordinierenden Stelle ab",
        description=(
            "Holt neue Mails aus dem Postfach, das KATALOG_IMAP nennt, in den Eingang. Antworten zu"
            " einem Vorgang werden bei ihm abgelegt, alles andere wartet auf eine Entscheidung. Der"
            " Worker tut das jede Minute von selbst; keine Mail kommt zweimal."
        ),
    )
    _json(inbox)
    inbox.set_defaults(module="collecting", function="run")

    worker = commands.add_parser(
        "worker",
        help="arbeitet nebenher: Suchindex, Mails, Erinnerungen, Protokoll, Prüfung von Links",
        description=(
            "Hält den Suchindex aktuell, schreibt Erinnerungen, sendet Mails, holt das Postfach ab,"
            " versiegelt das Protokoll, sucht angegebene Seiten auf und löscht, was nicht"
            " aufzubewahren ist, bis der Prozess beendet wird. `katalog serve` tut das ohne"
            " `--no-worker` selbst."
        ),
    )
    worker.add_argument("--once", action="store_true", help="nur was jetzt ansteht")
    _json(worker)
    worker.set_defaults(module="working", function="run")


def _add_upkeep(commands: argparse._SubParsersAction[GermanParser]) -> None:
    check = commands.add_parser(
        "pruefen",
        help="sieht nach, ob angegebene Seiten erreichbar sind",
        description=(
            "Sucht die Seiten auf, die Kommunen und Onlinedienste angeben, und merkt sich, welche"
            " an mehreren Tagen nicht erreichbar waren. Kein Server wird öfter als alle 30 Sekunden"
            " gefragt, und nur, was seine robots.txt erlaubt. Angaben ändern sich dadurch nie. In"
            " Produktion tut der Worker das von selbst."
        ),
    )
    check.add_argument(
        "--hoechstens",
        type=int,
        default=None,
        metavar="ZAHL",
        help="so viele Seiten in 24 Stunden (ohne Angabe: KATALOG_LINKPRUEFUNG, sonst 200)",
    )
    _json(check)
    check.set_defaults(module="upkeep", function="check_links")

    tidy = commands.add_parser(
        "aufraeumen",
        help="löscht, was nicht länger aufzubewahren ist",
        description=(
            "Löscht oder leert, was nach docs/betrieb.md nicht länger aufzubewahren ist, und nennt"
            " die Zahlen. Das Protokoll bleibt prüfbar. Der Worker tut das jeden Tag von selbst."
        ),
    )
    tidy.add_argument(
        "--dry-run",
        dest="probe",
        action="store_true",
        help="zeigt, was anstünde, und ändert nichts",
    )
    _json(tidy)
    tidy.set_defaults(module="upkeep", function="tidy")


def _add_import(commands: argparse._SubParsersAction[GermanParser]) -> None:
    command = commands.add_parser(
        "import",
        help="liest Dateien eines amtlichen Formats ein",
        description=(
            "Liest Dateien ein und übernimmt, was neu, geändert oder entfallen ist. Ein zweites Mal"
            " eingelesen ändert dieselbe Datei nichts. Wird ein Import unterbrochen, führt der"
            " nächste ihn zu Ende. Rückgabewert 0: alles übernommen; 3: übernommen, aber einzelne"
            " Datensätze nicht; 1: nichts übernommen; 2: der Aufruf ließ sich nicht lesen. Alle"
            " Formate mit Beispielen: docs/importe.md."
        ),
    )
    command.add_argument(
        "format", metavar="FORMAT", choices=FORMATE, help=f"eines von: {', '.join(FORMATE)}"
    )
    command.add_argument(
        "quellen",
        metavar="QUELLE",
        nargs="+",
        help="Dateien, Ordner, ZIP- oder GZ-Archive; bei fim auch die Adresse des Portals",
    )
    command.add_argument(
        "--dry-run",
        dest="probe",
        action="store_true",
        help="zeigt, was sich ändern würde, und ändert nichts",
    )
    command.add_argument(
        "--quelle", default="", metavar="NAME", help="Kennung der Quelle, wenn es mehrere gibt"
    )
    command.add_argument(
        "--titel", default="", metavar="TEXT", help="Name der Quelle, wie er nach „laut“ steht"
    )
    size = command.add_mutually_exclusive_group()
    size.add_argument(
        "--vollstaendig",
        action="store_const",
        const=True,
        default=None,
        dest="vollstaendig",
        help="was in der Lieferung fehlt, gilt als entfallen",
    )
    size.add_argument(
        "--teilweise",
        action="store_const",
        const=False,
        dest="vollstaendig",
        help="was in der Lieferung fehlt, bleibt",
    )
    command.add_argument(
        "--seit",
        default="",
        metavar="JJJJ-MM-TT",
        help="bei fim vom Portal: nur was seit diesem Tag geändert wurde",
    )
    command.add_argument(
        "--entfallene-zulassen",
        action="store_true",
        help="auch dann übernehmen, wenn ungewöhnlich viel fehlt",
    )
    _json(command)
    command.set_defaults(module="importing", function="run")

    fetch = commands.add_parser(
        "laden",
        help="holt die offenen amtlichen Quellen aus dem Internet und liest sie ein",
        description=(
            "Holt Gemeindeverzeichnis, Gebietsänderungen, Verwaltungsgrenzen und FIM-Steckbriefe"
            " von ihren Herausgebern und liest sie ein. Ohne Internet sagt der Befehl das und"
            " ändert nichts."
        ),
    )
    fetch.add_argument(
        "auswahl", metavar="NAME", nargs="*", help="nur diese Quellen (ohne Angabe alle)"
    )
    fetch.add_argument("--liste", action="store_true", help="nennt die Quellen und holt nichts")
    fetch.add_argument(
        "--dry-run",
        dest="probe",
        action="store_true",
        help="holt die Dateien und zeigt, was sich ändern würde",
    )
    _json(fetch)
    fetch.set_defaults(module="fetching", function="run")


def _add_konto(commands: argparse._SubParsersAction[GermanParser]) -> None:
    konto = commands.add_parser("konto", help="verwaltet Konten", description="Verwaltet Konten.")
    actions = konto.add_subparsers(
        title="Befehle", metavar="BEFEHL", required=True, parser_class=GermanParser
    )
    create = actions.add_parser(
        "anlegen",
        help="legt ein Konto an oder gibt einem Konto eine weitere Rolle",
        description="Legt ein Konto an oder gibt einem vorhandenen eine weitere Rolle.",
    )
    create.add_argument("email", metavar="ADRESSE", help="E-Mail-Adresse")
    create.add_argument(
        "--rolle",
        required=True,
        choices=[rolle.value for rolle in Rolle if rolle is not Rolle.GAST],
        help="Rolle des Kontos",
    )
    create.add_argument(
        "--stelle", default="", help="ARS der Kommune oder Kennung der Stelle, für die es handelt"
    )
    create.add_argument("--name", default="", help="Name, nur für Verwaltungen sichtbar")
    _json(create)
    create.set_defaults(module="konto", function="create")
    block = actions.add_parser(
        "sperren", help="sperrt ein Konto", description="Sperrt ein Konto und beendet es überall."
    )
    block.add_argument("email", metavar="ADRESSE", help="E-Mail-Adresse")
    _json(block)
    block.set_defaults(module="konto", function="block")
    show = actions.add_parser("liste", help="zeigt alle Konten", description="Zeigt alle Konten.")
    _json(show)
    show.set_defaults(module="konto", function="show")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="Ausgabe als JSON")
