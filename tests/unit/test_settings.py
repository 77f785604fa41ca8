"""Settings: what each one understands, and that all problems are reported at once."""

import dataclasses
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from katalog.domain.errors import Konfigurationsfehler
from katalog.domain.laender import Landeskuerzel
from katalog.settings import (
    Settings,
    Suchmaschine,
    Umgebung,
    described_settings,
    load_settings,
    with_secret,
)

SECRET = "k" * 32
PRODUCTION = {
    "KATALOG_UMGEBUNG": "produktion",
    "KATALOG_DB": "postgresql+psycopg://katalog@db/katalog",
    "KATALOG_GEHEIMNIS": SECRET,
    "KATALOG_BASIS_URL": "https://ozg.kommune.example",
    "KATALOG_SMTP": "smtp://mail.kommune.example:587?starttls=1",
    "KATALOG_ABSENDER": "ozg@kommune.example",
    "KATALOG_BETREIBER_NAME": "Beispielstadt",
    "KATALOG_BETREIBER_ANSCHRIFT": "Rathausplatz 1|12345 Beispielstadt",
    "KATALOG_BETREIBER_EMAIL": "ozg@kommune.example",
}


def refusal(environment: Mapping[str, str]) -> str:
    with pytest.raises(Konfigurationsfehler) as caught:
        load_settings(environment)
    return caught.value.meldung


def value_of(settings: Settings, name: str) -> Any:
    """What a setting became, found by the name it has in the environment."""
    for part in (settings, settings.betreiber):
        for field in dataclasses.fields(part):
            if field.metadata.get("name") == name:
                return getattr(part, field.name)
    raise AssertionError(f"no such setting: {name}")


def test_without_any_setting_the_portal_runs_on_this_machine() -> None:
    settings = load_settings({})
    assert settings.umgebung is Umgebung.ENTWICKLUNG
    assert settings.db == "sqlite:///var/katalog.db"
    assert settings.basis_url == "http://127.0.0.1:8000"
    assert settings.suche is Suchmaschine.EINGEBETTET
    assert settings.heute is None
    assert not settings.offiziell
    assert settings.betreiber.name == ""


TILES = "https://kacheln.example/{z}/{x}/{y}.png"
# What some of them cannot do without.
BESIDE = {
    "KATALOG_KACHELN": {"KATALOG_KACHELN_NACHWEIS": "© Kachelamt"},
    "KATALOG_OIDC_AUSSTELLER": {"KATALOG_OIDC_KLIENT": "ozg-katalog"},
}
UNDERSTOOD = [
    ("KATALOG_UMGEBUNG", "entwicklung", Umgebung.ENTWICKLUNG),
    ("KATALOG_DB", "sqlite:////srv/katalog.db", "sqlite:////srv/katalog.db"),
    ("KATALOG_DB", "postgresql+psycopg://k@db/k", "postgresql+psycopg://k@db/k"),
    ("KATALOG_UMRISSE", "/srv/umrisse", "/srv/umrisse"),
    ("KATALOG_SUCHE", "eingebettet", Suchmaschine.EINGEBETTET),
    ("KATALOG_SUCHINDEX", "/srv/suche", "/srv/suche"),
    ("MEILI_URL", "http://suche:7700", "http://suche:7700"),
    ("MEILI_MASTER_KEY", "abc", "abc"),
    ("KATALOG_SMTP", "smtp://a:b@host:587?starttls=1", "smtp://a:b@host:587?starttls=1"),
    ("KATALOG_IMAP", "imaps://a:b@host/INBOX", "imaps://a:b@host/INBOX"),
    ("KATALOG_ABSENDER", "ozg@kommune.example", "ozg@kommune.example"),
    ("KATALOG_BASIS_URL", "https://ozg.kommune.example", "https://ozg.kommune.example"),
    ("KATALOG_GEHEIMNIS", SECRET, SECRET),
    ("KATALOG_VERTRAUTE_PROXYS", " 10.0.0.1, ,::1 ", ("10.0.0.1", "::1")),
    ("KATALOG_VERTRAUTE_PROXYS", "", ()),
    ("KATALOG_OIDC_AUSSTELLER", "https://konto.example", "https://konto.example"),
    ("KATALOG_OIDC_KLIENT", "ozg-katalog", "ozg-katalog"),
    ("KATALOG_OIDC_GEHEIMNIS", "abc", "abc"),
    ("KATALOG_OIDC_NAME", "Landeskonto", "Landeskonto"),
    ("KATALOG_ERINNERUNGEN", "", (30, 14, 3)),
    ("KATALOG_ERINNERUNGEN", "3, 30,14,3", (30, 14, 3)),
    ("KATALOG_ERINNERUNGEN", "0", (0,)),
    ("KATALOG_ERINNERUNGEN", "keine", ()),
    ("KATALOG_KACHELN", TILES, TILES),
    ("KATALOG_KACHELN_NACHWEIS", "© Kachelamt", "© Kachelamt"),
    ("KATALOG_EINBETTUNG", "https://a.example", ("https://a.example",)),
    ("KATALOG_EINBETTUNG", "keine", ("keine",)),
    ("KATALOG_EINBETTUNG", "", ("*",)),
    ("KATALOG_OFFIZIELL", "ja", True),
    ("KATALOG_OFFIZIELL", "JA", True),
    ("KATALOG_OFFIZIELL", "1", True),
    ("KATALOG_OFFIZIELL", "true", True),
    ("KATALOG_OFFIZIELL", "nein", False),
    ("KATALOG_OFFIZIELL", "0", False),
    ("KATALOG_OFFIZIELL_TEXT", "Website der Stadt", "Website der Stadt"),
    ("KATALOG_LINKPRUEFUNG", "50", 50),
    ("KATALOG_LINKPRUEFUNG", "0", 0),
    ("KATALOG_HEUTE", "2026-11-20", date(2026, 11, 20)),
    ("KATALOG_BETREIBER_NAME", "  Beispielstadt ", "Beispielstadt"),
    ("KATALOG_BETREIBER_ANSCHRIFT", "Rathausplatz 1|12345 B", "Rathausplatz 1|12345 B"),
    ("KATALOG_BETREIBER_VERTRETUNG", "Die Leitung", "Die Leitung"),
    ("KATALOG_BETREIBER_EMAIL", "ozg@kommune.example", "ozg@kommune.example"),
    ("KATALOG_BETREIBER_TELEFON", "0123 456", "0123 456"),
    ("KATALOG_BETREIBER_LAND", "NW", Landeskuerzel.NW),
    ("KATALOG_BETREIBER_LAND", "", None),
    ("KATALOG_BETREIBER_DATENSCHUTZ", "dsb@kommune.example", "dsb@kommune.example"),
    ("KATALOG_BETREIBER_AUFSICHT", "LDI NRW", "LDI NRW"),
    ("KATALOG_BETREIBER_SCHLICHTUNG", "Ombudsstelle", "Ombudsstelle"),
    ("KATALOG_BETREIBER_BARRIEREFREIHEIT_STAND", "2026-10-01", date(2026, 10, 1)),
    ("KATALOG_BETREIBER_LEICHTE_SPRACHE", "var/leicht.txt", "var/leicht.txt"),
]


@pytest.mark.parametrize(("name", "text", "expected"), UNDERSTOOD)
def test_a_setting_is_understood(name: str, text: str, expected: object) -> None:
    assert value_of(load_settings({name: text} | BESIDE.get(name, {})), name) == expected


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({}, "var/katalog.suche"),
        ({"KATALOG_DB": "sqlite:////srv/daten/ozg.db"}, "/srv/daten/ozg.suche"),
        ({"KATALOG_DB": "postgresql+psycopg://db/ozg"}, "var/suche"),
        ({"KATALOG_DB": "sqlite:///:memory:"}, "var/suche"),
        ({"KATALOG_SUCHINDEX": "/srv/suche"}, "/srv/suche"),
    ],
)
def test_the_index_lies_beside_the_database_unless_told_otherwise(
    environment: dict[str, str], folder: str
) -> None:
    assert load_settings(environment).index_folder == Path(folder)


def test_every_setting_is_tried_out_above() -> None:
    assert {name for name, _, _ in UNDERSTOOD} == {name for name, _, _ in described_settings()}


@pytest.mark.parametrize(("name", "default", "meaning"), described_settings())
def test_a_blank_setting_is_its_default(name: str, default: str, meaning: str) -> None:
    assert value_of(load_settings({name: "  "}), name) == value_of(load_settings({}), name)
    if default:
        assert value_of(load_settings({name: default}), name) == value_of(load_settings({}), name)
    assert meaning


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("KATALOG_UMGEBUNG", "test", "entwicklung und produktion"),
        ("KATALOG_UMGEBUNG", "Produktion", "entwicklung und produktion"),
        ("KATALOG_SUCHE", "google", "eingebettet und meilisearch"),
        ("KATALOG_OFFIZIELL", "vielleicht", "ja und nein"),
        ("KATALOG_LINKPRUEFUNG", "-1", "0 bis 10000"),
        ("KATALOG_LINKPRUEFUNG", "viele", "0 bis 10000"),
        ("KATALOG_LINKPRUEFUNG", "10001", "unhöflich"),
        ("KATALOG_HEUTE", "20.11.2026", "JJJJ-MM-TT"),
        ("KATALOG_HEUTE", "2026-02-30", "JJJJ-MM-TT"),
        ("KATALOG_BETREIBER_LAND", "XX", "NW"),
        ("KATALOG_BETREIBER_BARRIEREFREIHEIT_STAND", "gestern", "JJJJ-MM-TT"),
        ("KATALOG_DB", "postgresql://k@db/k", "postgresql+psycopg://"),
        ("KATALOG_DB", "var/katalog.db", "sqlite:///"),
        ("KATALOG_DB", "mysql://db/k", "sqlite:///"),
        ("KATALOG_BASIS_URL", "ozg.kommune.example", "https://"),
        ("KATALOG_BASIS_URL", "ftp://ozg.kommune.example", "https://"),
        ("KATALOG_BASIS_URL", "https://", "Host"),
        ("KATALOG_BASIS_URL", "https://[kaputt", "https://"),
        ("KATALOG_SUCHE", "meilisearch", "MEILI_URL"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_with_what_would(
    name: str, text: str, hint: str
) -> None:
    message = refusal({name: text})
    assert name in message
    assert hint in message
    assert message.count("\n  - ") == 1


def test_all_problems_are_reported_at_once() -> None:
    message = refusal(
        {
            "KATALOG_SUCHE": "google",
            "KATALOG_HEUTE": "morgen",
            "KATALOG_OFFIZIELL": "vielleicht",
            "KATALOG_BETREIBER_LAND": "XX",
            "KATALOG_BASIS_URL": "nirgends",
            "KATALOG_DB": "irgendwo",
        }
    )
    for name in ("SUCHE", "HEUTE", "OFFIZIELL", "BETREIBER_LAND", "BASIS_URL", "DB"):
        assert f"KATALOG_{name}" in message
    assert message.count("\n  - ") == 6
    assert "docs/einstellungen.md" in message


# Production -------------------------------------------------------------------------------------


def test_production_starts_when_everything_is_set() -> None:
    settings = load_settings(PRODUCTION)
    assert settings.produktion
    assert settings.secure_cookies


def test_only_in_production_pages_are_looked_at_without_being_told_to() -> None:
    assert load_settings({}).links_per_day == 0
    assert load_settings(PRODUCTION).links_per_day == 200
    assert load_settings(PRODUCTION | {"KATALOG_LINKPRUEFUNG": "0"}).links_per_day == 0
    assert load_settings({"KATALOG_LINKPRUEFUNG": "7"}).links_per_day == 7


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"KATALOG_UMGEBUNG"}))
@pytest.mark.parametrize("text", [None, "", "  "])
def test_production_misses_each_setting_by_its_name(name: str, text: str | None) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    if text is not None:
        environment[name] = text
    message = refusal(environment)
    assert f"  - {name} fehlt" in message
    assert message.count("\n  - ") == 1


def test_production_names_every_missing_setting_at_once() -> None:
    message = refusal({"KATALOG_UMGEBUNG": "produktion"})
    assert [name for name in PRODUCTION if f"{name} fehlt" not in message] == ["KATALOG_UMGEBUNG"]


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"KATALOG_BASIS_URL": "http://ozg.kommune.example"}, "https://"),
        ({"KATALOG_GEHEIMNIS": "k" * 31}, "32 Zeichen"),
        ({"KATALOG_HEUTE": "2026-11-20"}, "KATALOG_HEUTE"),
        ({"KATALOG_SUCHE": "meilisearch", "MEILI_URL": "http://suche:7700"}, "MEILI_MASTER_KEY"),
    ],
)
def test_production_is_stricter(change: dict[str, str], hint: str) -> None:
    message = refusal(PRODUCTION | change)
    assert hint in message
    assert message.count("\n  - ") == 1
    load_settings({key: value for key, value in change.items() if key != "KATALOG_UMGEBUNG"})


def test_no_message_repeats_the_secret() -> None:
    assert "geheimes" not in refusal(PRODUCTION | {"KATALOG_GEHEIMNIS": "geheimes"})


# What follows from settings ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://ozg.kommune.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://rechner.intern:8000", False),
    ],
)
def test_cookies_are_secure_where_a_browser_accepts_that(url: str, secure: bool) -> None:
    assert load_settings({"KATALOG_BASIS_URL": url}).secure_cookies is secure


def test_today_can_be_fixed_for_training() -> None:
    assert load_settings({"KATALOG_HEUTE": "2026-11-20"}).today() == date(2026, 11, 20)
    assert load_settings({}).today() > date(2026, 1, 1)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_settings({}).db = "sqlite:///anders.db"  # type: ignore[misc]


# The secret -------------------------------------------------------------------------------------


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "var" / "geheimnis"
    first = with_secret(load_settings({}), file)
    assert len(first.geheimnis) >= 32
    assert file.read_text("ascii") == first.geheimnis
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert with_secret(load_settings({}), file).geheimnis == first.geheimnis
    assert list(file.parent.iterdir()) == [file]


def test_two_installations_have_two_secrets(tmp_path: Path) -> None:
    one, other = (with_secret(load_settings({}), tmp_path / name) for name in ("a", "b"))
    assert one.geheimnis != other.geheimnis


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    file = tmp_path / "geheimnis"
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: with_secret(load_settings({}), file).geheimnis, range(40))
    assert len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [file]


def test_a_secret_that_is_set_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "geheimnis"
    settings = with_secret(load_settings({"KATALOG_GEHEIMNIS": SECRET}), file)
    assert settings.geheimnis == SECRET
    assert not file.exists()


def test_outside_production_mails_go_to_a_server_on_this_machine_or_nowhere() -> None:
    def host(environment: Mapping[str, str]) -> str | None:
        server = load_settings(environment).mailserver
        return server.host if server else None

    assert host({}) is None
    assert host({"KATALOG_SMTP": "smtp://mail.kommune.example:25"}) is None
    assert host({"KATALOG_SMTP": "smtp://127.0.0.1:1025"}) == "127.0.0.1"
    assert host(PRODUCTION) == "mail.kommune.example"


@pytest.mark.parametrize(
    "text", ["mail.example:25", "smtp://wer:geheim@", "smtp://wer:geheim@h?x=1"]
)
def test_a_mail_server_that_cannot_be_read_stops_the_start_and_keeps_its_password(
    text: str,
) -> None:
    message = refusal({"KATALOG_SMTP": text})
    assert "KATALOG_SMTP" in message
    assert "geheim" not in message


def test_in_production_a_sign_in_elsewhere_is_encrypted() -> None:
    provider = {"KATALOG_OIDC_AUSSTELLER": "http://konto.example", "KATALOG_OIDC_KLIENT": "x"}
    assert "https://" in refusal(PRODUCTION | provider)
    assert load_settings(provider).oidc_klient == "x"


def test_a_sender_that_is_no_address_stops_the_start() -> None:
    assert "KATALOG_ABSENDER" in refusal({"KATALOG_ABSENDER": "Katalog <katalog@x.example>"})
