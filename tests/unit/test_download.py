"""What needs no server: which addresses are the internet's, file names, and where editions are."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest

from importers import offene_quellen
from importers.download_cache import name_of
from importers.download_transport import Policy, host_of, is_allowed
from importers.offene_quellen import QUELLEN, build_policy

GV_FOLDER = (
    "https://www.destatis.de/DE/Themen/Laender-Regionen/Regionales/Gemeindeverzeichnis/"
    "Administrativ/Archiv/GVAuszugQ/"
)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("53.1.2.3", True),
        ("2a00:1450:4001::1", True),
        ("64:ff9b::5.9.1.1", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound here
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("224.0.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff0e::1", False),
        ("2001:db8::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::127.0.0.1", False),
        ("64:ff9b:1::10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::1", False),
    ],
)
def test_only_addresses_of_the_internet_are_asked(address: str, allowed: bool) -> None:
    assert is_allowed(address, Policy()) is allowed


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False)],
)
def test_a_policy_may_allow_this_machine_but_no_other(address: str, allowed: bool) -> None:
    assert is_allowed(address, Policy(allow_loopback=True)) is allowed


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (
            "https://x.example/a/AuszugGV4QAktuell.xlsx?__blob=publicationFile",
            "AuszugGV4QAktuell.xlsx",
        ),
        ("https://x.example/a/Gem%20einde%C3%A4.zip", "Gem-einde-.zip"),
        ("https://x.example/a%2f..%2f..%2fetc%2fpasswd", "passwd"),
        ("https://x.example/..", "datei"),
        ("https://x.example", "datei"),
        ("https://x.example/.ssh", "ssh"),
        ("https://x.example/a.part", "a.part-datei"),
        ("https://x.example/" + "a" * 300, "a" * 100),
    ],
)
def test_a_file_is_called_like_the_end_of_its_address(url: str, name: str) -> None:
    assert name_of(url) == name


@pytest.mark.parametrize(
    ("today", "names"),
    [
        (date(2026, 10, 20), ["3Q 2026-09-30", "2Q 2026-06-30", "1Q 2026-03-31", "4Q 2025-12-31"]),
        (date(2026, 1, 1), ["4Q 2025-12-31", "3Q 2025-09-30", "2Q 2025-06-30", "1Q 2025-03-31"]),
        (date(2024, 6, 30), ["1Q 2024-03-31", "4Q 2023-12-31", "3Q 2023-09-30", "2Q 2023-06-30"]),
    ],
)
def test_the_directory_of_the_last_quarter_is_asked_for_first(
    today: date, names: list[str]
) -> None:
    (part,) = offene_quellen.list_gv(today)
    expected = [
        (f"{GV_FOLDER}AuszugGV{quarter}Aktuell.xlsx?__blob=publicationFile", stand)
        for quarter, stand in (name.split() for name in names)
    ]
    assert [(found.url, str(found.stand)) for found in part.candidates] == expected


def test_changes_come_by_year_and_the_running_year_by_month() -> None:
    parts = offene_quellen.list_aenderungen(date(2026, 3, 5))
    years = [part.jahr for part in parts]
    assert years == [2008, *range(2010, 2027)]
    files = [
        [urlsplit(found.url).path.rsplit("/", 1)[-1] for found in part.candidates] for part in parts
    ]
    assert files[-3] == ["2024.xlsx"]
    assert files[-2][:3] == ["2025.xlsx", "2025-12.xlsx", "2025-11.xlsx"]
    assert files[-1] == ["2026.xlsx", "2026-03.xlsx", "2026-02.xlsx", "2026-01.xlsx"]
    assert [part.jahr for part in parts if part.optional] == [2026]


def test_every_address_of_the_catalogue_may_be_asked_by_its_own_policy() -> None:
    assert [quelle.name for quelle in QUELLEN] == ["gv", "gv-aenderungen", "vg250", "fim"]
    for quelle in QUELLEN:
        policy = build_policy(quelle, None, [])
        assert policy.max_bytes <= 1 << 29
        assert policy.hosts
        for part in quelle.list_parts(date(2026, 10, 20)):
            for candidate in part.candidates:
                assert candidate.url.startswith("https://")
                assert host_of(candidate.url) in policy.hosts


def test_another_address_brings_its_own_host_and_no_other() -> None:
    spiegel = build_policy(QUELLEN[0], None, ["https://Spiegel.example/gv.xlsx"])
    assert spiegel.hosts == frozenset({"spiegel.example"})
