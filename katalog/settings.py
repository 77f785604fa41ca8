"""The environment, read once into one frozen value.

Every setting says here what it is called, what it does and what happens without it; the table
in docs/einstellungen.md is generated from this file. All problems are reported at once, so that
nobody has to start the portal five times to learn of five missing values.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from katalog.domain.errors import Konfigurationsfehler
from katalog.domain.laender import Landeskuerzel
from katalog.domain.mailadresse import is_mailadresse
from katalog.domain.mailserver import (
    Mailserver,
    Postfachadresse,
    parse_mailserver,
    parse_postfach,
)

BERLIN = ZoneInfo("Europe/Berlin")
_SECRET_FILE = Path("var/geheimnis")
_SQLITE = "sqlite:///"
# Where mails lie as files if no server takes them.
MAIL_FOLDER = Path("var/post")
_LOCAL_SENDER = "ozg-katalog@localhost"
_LINKS_PER_DAY = 200
MOST_LINKS_PER_DAY = 10_000
_DATABASES = (_SQLITE, "postgresql+psycopg://")
# Days before a date; nobody plans by what was said more than a year before.
_FARTHEST = 365
# Names are fixed before their first user exists, since scripts and compose files rely on them.
_PLANNED = "; wird gelesen und geprüft, wirkt aber noch nicht"


class Umgebung(StrEnum):
    ENTWICKLUNG = "entwicklung"
    PRODUKTION = "produktion"


class Suchmaschine(StrEnum):
    EINGEBETTET = "eingebettet"
    MEILISEARCH = "meilisearch"


def _setting(name: str, default: str, meaning: str) -> Any:
    return dataclasses.field(metadata={"name": name, "default": default, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Betreiber:
    """Who runs this portal: imprint, privacy notice and accessibility statement say it."""

    name: str = _setting("KATALOG_BETREIBER_NAME", "", "Name der betreibenden Stelle")
    anschrift: str = _setting(
        "KATALOG_BETREIBER_ANSCHRIFT", "", "Anschrift; Zeilen mit `|` getrennt"
    )
    vertretung: str = _setting("KATALOG_BETREIBER_VERTRETUNG", "", "Vertretungsberechtigte Person")
    email: str = _setting("KATALOG_BETREIBER_EMAIL", "", "Postfach für Fragen und Meldungen")
    telefon: str = _setting("KATALOG_BETREIBER_TELEFON", "", "Telefon")
    land: Landeskuerzel | None = _setting(
        "KATALOG_BETREIBER_LAND", "", "Kürzel des Landes, dessen Recht gilt (NW)"
    )
    datenschutz: str = _setting(
        "KATALOG_BETREIBER_DATENSCHUTZ", "", "Kontakt der oder des Datenschutzbeauftragten"
    )
    aufsicht: str = _setting(
        "KATALOG_BETREIBER_AUFSICHT", "", "Aufsichtsbehörde für den Datenschutz"
    )
    schlichtung: str = _setting(
        "KATALOG_BETREIBER_SCHLICHTUNG", "", "Durchsetzungs- oder Schlichtungsstelle, mit Kontakt"
    )
    barrierefreiheit_stand: date | None = _setting(
        "KATALOG_BETREIBER_BARRIEREFREIHEIT_STAND",
        "",
        "Tag der letzten Prüfung der Barrierefreiheit (JJJJ-MM-TT)",
    )
    leichte_sprache: str = _setting(
        "KATALOG_BETREIBER_LEICHTE_SPRACHE",
        "",
        "Textdatei mit den Erläuterungen in Leichter Sprache; leer blendet die Seite aus",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    betreiber: Betreiber
    umgebung: Umgebung = _setting(
        "KATALOG_UMGEBUNG",
        "entwicklung",
        "`entwicklung` oder `produktion`; in `produktion` startet nichts halb eingerichtet",
    )
    db: str = _setting(
        "KATALOG_DB",
        "sqlite:///var/katalog.db",
        "Datenbank; im Betrieb `postgresql+psycopg://…`",
    )
    umrisse: str = _setting(
        "KATALOG_UMRISSE",
        "var/umrisse",
        "Ordner der eingelesenen Gebietsumrisse (`katalog import vg250`); leer: die mitgelieferten",
    )
    suche: Suchmaschine = _setting(
        "KATALOG_SUCHE",
        "eingebettet",
        "`eingebettet` (ein Ordner auf dieser Maschine) oder `meilisearch`",
    )
    suchindex: str = _setting(
        "KATALOG_SUCHINDEX",
        "",
        "Ordner des eingebetteten Suchindex, leer: neben der Datenbankdatei oder `var/suche`; "
        "bei Meilisearch Name des Index, leer: `katalog`",
    )
    meili_url: str = _setting("MEILI_URL", "", "Adresse von Meilisearch")
    meili_key: str = _setting("MEILI_MASTER_KEY", "", "Hauptschlüssel von Meilisearch")
    smtp: str = _setting(
        "KATALOG_SMTP",
        "",
        "Mailserver, etwa `smtp://name:kennwort@host:587?starttls=1`; "
        "leer: Mails liegen als Dateien unter `var/post/`, außerhalb von `produktion` auch dann, "
        "wenn der Server nicht auf dieser Maschine läuft",
    )
    imap: str = _setting(
        "KATALOG_IMAP",
        "",
        "Postfach der Koordinierenden Stelle, das der Worker abholt, etwa "
        "`imaps://name:kennwort@host/INBOX?erledigt=Abgeholt&stelle=kennung`; `erledigt` ist der "
        "Ordner für Abgeholtes (ohne ihn werden Mails als gelesen markiert), `stelle` ist nötig, "
        "wenn es mehrere Koordinierende Stellen gibt; leer: Mails werden nur hochgeladen",
    )
    absender: str = _setting("KATALOG_ABSENDER", "", "Absenderadresse der Mails")
    basis_url: str = _setting(
        "KATALOG_BASIS_URL", "http://127.0.0.1:8000", "Öffentliche Adresse des Portals"
    )
    geheimnis: str = _setting(
        "KATALOG_GEHEIMNIS",
        "",
        "Schlüssel für Sitzungen und Links, mindestens 32 Zeichen; "
        "leer: einmal erzeugt in `var/geheimnis` (nicht in `produktion`)",
    )
    vertraute_proxys: tuple[str, ...] = _setting(
        "KATALOG_VERTRAUTE_PROXYS",
        "",
        "Adressen oder Netze der vorgeschalteten Proxys, mit Komma getrennt; nur ihnen wird "
        "geglaubt, wer die Seite abruft",
    )
    oidc_aussteller: str = _setting(
        "KATALOG_OIDC_AUSSTELLER",
        "",
        "Adresse des Anmeldedienstes (OpenID Connect), wie er sich selbst nennt; leer: Anmeldung "
        "nur mit Mail",
    )
    oidc_klient: str = _setting(
        "KATALOG_OIDC_KLIENT", "", "Kennung dieses Portals beim Anmeldedienst"
    )
    oidc_geheimnis: str = _setting(
        "KATALOG_OIDC_GEHEIMNIS", "", "Kennwort dieses Portals dort; leer: öffentlicher Klient"
    )
    oidc_name: str = _setting(
        "KATALOG_OIDC_NAME", "Anmeldedienst", "Name des Anmeldedienstes auf der Schaltfläche"
    )
    erinnerungen: tuple[int, ...] = _setting(
        "KATALOG_ERINNERUNGEN",
        "30,14,3",
        "Wie viele Tage vor einem Termin einer Nachnutzung daran erinnert wird, mit Komma "
        "getrennt; `keine` schaltet die Erinnerungen ab",
    )
    kacheln: str = _setting(
        "KATALOG_KACHELN",
        "",
        "Adresse von Kartenkacheln unter der Karte, etwa "
        "`https://kacheln.example/{z}/{x}/{y}.png`; leer: keine, und kein fremder Abruf",
    )
    kacheln_nachweis: str = _setting(
        "KATALOG_KACHELN_NACHWEIS",
        "",
        "Wessen Kacheln das sind, wie es an der Karte stehen muss; mit `KATALOG_KACHELN` nötig",
    )
    einbettung: tuple[str, ...] = _setting(
        "KATALOG_EINBETTUNG",
        "*",
        "Welche Seiten `/embed/karte` in einem Rahmen zeigen dürfen: `*` alle, `keine`, oder "
        "Adressen wie `https://www.kreis.example`, mit Komma getrennt",
    )
    offiziell: bool = _setting(
        "KATALOG_OFFIZIELL",
        "nein",
        "Streifen „Offizielle Website“ über der Seite: `ja` oder `nein`",
    )
    offiziell_text: str = _setting(
        "KATALOG_OFFIZIELL_TEXT", "Offizielle Website", "Text dieses Streifens"
    )
    links_am_tag: int | None = _setting(
        "KATALOG_LINKPRUEFUNG",
        "",
        "Wie viele angegebene Seiten der Worker am Tag höchstens aufsucht, um zu sehen, ob sie "
        "erreichbar sind; `0`: keine; leer: 200 in `produktion`, sonst keine",
    )
    heute: date | None = _setting(
        "KATALOG_HEUTE",
        "",
        "Festes Datum für Schulung und Tests (JJJJ-MM-TT); in `produktion` abgelehnt",
    )

    @property
    def kachel_quelle(self) -> str:
        """Where tiles come from, as a security policy says it; empty without tiles."""
        # Leaflet spreads its calls over servers that differ in one letter.
        return _origin(self.kacheln.replace("{s}.", "*."))

    @property
    def rahmen(self) -> tuple[str, ...]:
        """Who may show the map in a frame, as a security policy says it."""
        return ("'none'",) if self.einbettung == ("keine",) else self.einbettung

    @property
    def produktion(self) -> bool:
        return self.umgebung is Umgebung.PRODUKTION

    @property
    def secure_cookies(self) -> bool:
        """Browsers accept Secure cookies over plain http from the machine itself, no other."""
        url = urlsplit(self.basis_url)
        return url.scheme == "https" or url.hostname in {"127.0.0.1", "localhost", "::1"}

    @property
    def mailserver(self) -> Mailserver | None:
        """None where mails stay files: the starting set holds addresses of real offices, and no
        portal that is only tried out writes to them."""
        server = parse_mailserver(self.smtp) if self.smtp else None
        return server if server and (self.produktion or server.is_local) else None

    @property
    def postfach(self) -> Postfachadresse | None:
        return parse_postfach(self.imap) if self.imap else None

    @property
    def links_per_day(self) -> int:
        """A portal that is only tried out knocks at nobody's door."""
        if self.links_am_tag is None:
            return _LINKS_PER_DAY if self.produktion else 0
        return self.links_am_tag

    @property
    def mail_sender(self) -> str:
        return self.absender or _LOCAL_SENDER

    @property
    def index_folder(self) -> Path:
        """Beside the database file, so that two of them never share an index."""
        file = self.db.removeprefix(_SQLITE)
        if self.suchindex or file == self.db or file.startswith(":"):
            return Path(self.suchindex or "var/suche")
        return Path(file).with_suffix(".suche")

    def today(self) -> date:
        return self.heute or datetime.now(BERLIN).date()


def described_settings() -> list[tuple[str, str, str]]:
    """(name, default, meaning) of every setting, in the order of the documentation."""
    fields = [f for f in dataclasses.fields(Settings) if f.metadata] + list(
        dataclasses.fields(Betreiber)
    )
    return [(f.metadata["name"], f.metadata["default"], f.metadata["meaning"]) for f in fields]


def load_settings(environment: Mapping[str, str]) -> Settings:
    problems: list[str] = []

    def read(field: dataclasses.Field[Any]) -> Any:
        name, default = field.metadata["name"], field.metadata["default"]
        text = environment.get(name, "").strip() or default
        try:
            return _parse(str(field.type), text)
        except ValueError as error:
            problems.append(f"{name}={text!r}: {error}")
            return _parse(str(field.type), default)

    betreiber = Betreiber(**{f.name: read(f) for f in dataclasses.fields(Betreiber)})
    values = {f.name: read(f) for f in dataclasses.fields(Settings) if f.metadata}
    settings = Settings(**values, betreiber=betreiber)
    problems += _missing(settings, environment)
    if problems:
        raise Konfigurationsfehler(
            "Einstellungen",
            "Das Portal ist nicht vollständig eingerichtet.\n"
            + "\n".join(f"  - {problem}" for problem in problems)
            + "\nAlle Einstellungen stehen in docs/einstellungen.md.",
        )
    return settings


def with_secret(settings: Settings, file: Path = _SECRET_FILE) -> Settings:
    """Outside production a secret is made once and kept beside the embedded database."""
    if settings.geheimnis:
        return settings
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Under its name it appears whole: an empty file would be an empty key from then on, and
        # two processes that start together must agree on one.
        unfinished = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48), "ascii")
        with suppress(FileExistsError):
            file.hardlink_to(unfinished)
        unfinished.unlink()
    return dataclasses.replace(settings, geheimnis=file.read_text("ascii").strip())


def _parse(kind: str, text: str) -> Any:
    match kind:
        case "Umgebung":
            return _choice(Umgebung, text)
        case "Suchmaschine":
            return _choice(Suchmaschine, text)
        case "Landeskuerzel | None":
            return _choice(Landeskuerzel, text) if text else None
        case "bool":
            return _truth(text)
        case "date | None":
            return _day(text)
        case "int | None":
            return _count(text) if text else None
        case "tuple[str, ...]":
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case "tuple[int, ...]":
            return _days(text)
        case _:
            return text


def _choice(kind: type[StrEnum], text: str) -> StrEnum:
    if text not in set(kind):
        raise ValueError("möglich sind " + " und ".join(kind))
    return kind(text)


def _truth(text: str) -> bool:
    words = {"ja": True, "1": True, "true": True, "nein": False, "0": False, "false": False}
    if text.lower() not in words:
        raise ValueError("möglich sind ja und nein")
    return words[text.lower()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("ein Datum wird als JJJJ-MM-TT geschrieben") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError(f"möglich ist eine Zahl von 0 bis {MOST_LINKS_PER_DAY}")
    if int(text) > MOST_LINKS_PER_DAY:
        raise ValueError(f"mehr als {MOST_LINKS_PER_DAY} am Tag wären unhöflich")
    return int(text)


def _days(text: str) -> tuple[int, ...]:
    """From the farthest to the nearest, each once."""
    if text == "keine":
        return ()
    found = {int(part) if part.isascii() and part.isdigit() else -1
             for part in map(str.strip, text.split(","))}  # fmt: skip
    if not all(0 <= days <= _FARTHEST for days in found):
        raise ValueError(f"möglich sind Zahlen von 0 bis {_FARTHEST}, etwa 30,14,3, oder keine")
    return tuple(sorted(found, reverse=True))


def _origin(url: str) -> str:
    """Scheme and host as a security policy names them; empty if it is no address of a server."""
    if not _web_scheme(url) or not url.isascii() or set(url) & set(" ;,'\"<>\\"):
        return ""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _web_scheme(url: str) -> str:
    """http or https; empty if it is no address of a web server."""
    try:
        parts = urlsplit(url)
    except ValueError:  # Brackets that no IPv6 address stands in.
        return ""
    return parts.scheme if parts.scheme in {"http", "https"} and parts.hostname else ""


def _map_problems(settings: Settings) -> list[str]:
    problems = []
    tiles = settings.kacheln
    if tiles and (not settings.kachel_quelle or any(f"{{{c}}}" not in tiles for c in "zxy")):
        problems.append("KATALOG_KACHELN ist eine Webadresse mit {z}, {x} und {y}")
    if tiles and not settings.kacheln_nachweis:
        problems.append("KATALOG_KACHELN_NACHWEIS fehlt; gebraucht, sobald es Kacheln gibt")
    for site in settings.einbettung:
        alone = site in {"*", "keine"} and len(settings.einbettung) == 1
        if not alone and _origin(site) != site.rstrip("/"):
            problems.append(
                f"KATALOG_EINBETTUNG nennt {site!r}; möglich sind `*`, `keine` oder Adressen wie "
                "https://www.kreis.example ohne Pfad"
            )
    return problems


def _missing(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    problems = []
    if settings.suche is Suchmaschine.MEILISEARCH and not settings.meili_url:
        problems.append("MEILI_URL fehlt, obwohl KATALOG_SUCHE=meilisearch gesetzt ist")
    if not settings.db.startswith(_DATABASES):
        problems.append(f"KATALOG_DB beginnt mit {' oder '.join(_DATABASES)}")
    scheme = _web_scheme(settings.basis_url)
    if not scheme:
        problems.append("KATALOG_BASIS_URL beginnt mit http:// oder https:// und nennt einen Host")
    problems += _map_problems(settings)
    problems += _server_problems(settings)
    if settings.absender and not is_mailadresse(settings.absender):
        problems.append("KATALOG_ABSENDER ist eine einzelne Adresse, etwa katalog@kommune.example")
    problems += _wrong_provider(settings)
    if not settings.produktion:
        return problems
    required = {
        "KATALOG_DB": "die Datenbank",
        "KATALOG_GEHEIMNIS": "den Schlüssel für Sitzungen und Links",
        "KATALOG_BASIS_URL": "die öffentliche Adresse",
        "KATALOG_SMTP": "den Mailserver",
        "KATALOG_ABSENDER": "die Absenderadresse",
        "KATALOG_BETREIBER_NAME": "das Impressum (§ 5 DDG)",
        "KATALOG_BETREIBER_ANSCHRIFT": "das Impressum (§ 5 DDG)",
        "KATALOG_BETREIBER_EMAIL": "das Impressum (§ 5 DDG)",
    }
    problems += [
        f"{name} fehlt; gebraucht für {purpose}"
        for name, purpose in required.items()
        if not environment.get(name, "").strip()
    ]
    if environment.get("KATALOG_BASIS_URL", "").strip() and scheme == "http":
        problems.append("KATALOG_BASIS_URL beginnt in produktion mit https://")
    if settings.geheimnis and len(settings.geheimnis) < 32:
        problems.append("KATALOG_GEHEIMNIS hat weniger als 32 Zeichen")
    if settings.heute:
        problems.append("KATALOG_HEUTE ist nur außerhalb von produktion erlaubt")
    if settings.suche is Suchmaschine.MEILISEARCH and not settings.meili_key:
        problems.append("MEILI_MASTER_KEY fehlt; gebraucht für Meilisearch")
    return problems


def _server_problems(settings: Settings) -> list[str]:
    problems = []
    for name, text, parse in (
        ("KATALOG_SMTP", settings.smtp, parse_mailserver),
        ("KATALOG_IMAP", settings.imap, parse_postfach),
    ):
        try:
            parse(text) if text else None
        except ValueError as error:
            problems.append(f"{name}: {error}")
    return problems


def _wrong_provider(settings: Settings) -> list[str]:
    if not settings.oidc_aussteller:
        return []
    problems = []
    scheme = _web_scheme(settings.oidc_aussteller)
    if not scheme:
        problems.append("KATALOG_OIDC_AUSSTELLER beginnt mit https:// und nennt einen Host")
    elif scheme == "http" and settings.produktion:
        problems.append("KATALOG_OIDC_AUSSTELLER beginnt in produktion mit https://")
    if not settings.oidc_klient:
        problems.append("KATALOG_OIDC_KLIENT fehlt, obwohl KATALOG_OIDC_AUSSTELLER gesetzt ist")
    return problems
