"""The official open sources that `katalog laden` knows, in the order in which they build on each
other: first the areas, then their history and outlines, then the services.

The addresses come from the formats' description and from public code that uses them. They could
not be tried where this was written, which had no internet; each can be replaced by the caller.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from importers import gv
from importers.download import Fetched, Progress, Wait, fetch_file, open_api, tell_nobody
from importers.download_errors import KeineDatei, NichtGefunden
from importers.download_transport import Policy, host_of
from importers.fim import Fetch
from importers.gebiete import HERAUSGEBER as DESTATIS
from importers.recognition import Format
from importers.records import QuelleRecord

MIB = 1 << 20
_GEMEINDEN = "https://www.destatis.de/DE/Themen/Laender-Regionen/Regionales/Gemeindeverzeichnis"
# The content management of Destatis answers with a page about the file without this.
_AS_FILE = "?__blob=publicationFile"
_AENDERUNGEN = f"{_GEMEINDEN}/Namens-Grenz-Aenderung"
ERSTES_JAHR = 2008
_ONLY_AS_PAGES = {2009}
_DESTATIS_LIZENZ = (
    "© Statistisches Bundesamt (Destatis), Jahr der Veröffentlichung; Vervielfältigung und"
    " Verbreitung, auch auszugsweise, mit Quellenangabe gestattet"
)
_API_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Candidate:
    """`stand` is the day the file must be valid for, where its name comes again every year."""

    url: str
    stand: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a source: the first of its candidates that is there."""

    candidates: tuple[Candidate, ...]
    jahr: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class OffeneQuelle:
    """`list_parts` knows, for a day, where the newest edition is. `name` is that of the format."""

    format: Format
    titel: str
    herausgeber: str
    seite: str
    lizenz: str
    hosts: frozenset[str]
    list_parts: Callable[[date], tuple[Part, ...]]
    max_bytes: int
    is_api: bool = False

    @property
    def name(self) -> str:
        return self.format.value


# Where the newest edition is --------------------------------------------------------------------


def list_gv(today: date) -> tuple[Part, ...]:
    """Four names, one a quarter, each of which holds last year's edition until the new one is out.

    The newest quarters are asked for first, and the day in the workbook decides.
    """
    last = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    ends = []
    for _ in range(4):
        ends.append(last - timedelta(days=1))
        last = date(ends[-1].year, ends[-1].month - 2, 1)
    folder = f"{_GEMEINDEN}/Administrativ/Archiv/GVAuszugQ"
    return (
        Part(
            tuple(
                Candidate(f"{folder}/AuszugGV{end.month // 3}QAktuell.xlsx{_AS_FILE}", end)
                for end in ends
            )
        ),
    )


def list_aenderungen(today: date) -> tuple[Part, ...]:
    """A workbook a year; in the running year its name says up to which month it goes.

    There may be none yet for this year, and the last year's may still bear a month in January.
    """
    finished = [
        Part(_of_year(year, 12 if year == today.year - 1 else 0), jahr=year)
        for year in range(ERSTES_JAHR, today.year)
        if year not in _ONLY_AS_PAGES
    ]
    running = _of_year(today.year, today.month)
    return (*finished, Part(running, jahr=today.year, optional=True))


def _of_year(year: int, month: int) -> tuple[Candidate, ...]:
    names = [str(year), *(f"{year}-{number:02}" for number in range(month, 0, -1))]
    return tuple(Candidate(f"{_AENDERUNGEN}/{name}.xlsx{_AS_FILE}") for name in names)


def _only(url: str) -> Callable[[date], tuple[Part, ...]]:
    def list_parts(today: date) -> tuple[Part, ...]:
        return (Part((Candidate(url),)),)

    return list_parts


# The catalogue ----------------------------------------------------------------------------------

GV = OffeneQuelle(
    format=Format.GV,
    titel=gv.QUELLE.titel,
    herausgeber=DESTATIS,
    seite=f"{_GEMEINDEN}/_inhalt.html",
    lizenz=_DESTATIS_LIZENZ,
    hosts=frozenset({"www.destatis.de"}),
    list_parts=list_gv,
    max_bytes=32 * MIB,
)
AENDERUNGEN = OffeneQuelle(
    format=Format.GV_AENDERUNGEN,
    titel="Namens-, Grenz- und Schlüsseländerungen der Gemeinden",
    herausgeber=DESTATIS,
    seite=f"{_AENDERUNGEN}/namens-grenz-aenderung.html",
    lizenz=_DESTATIS_LIZENZ,
    hosts=frozenset({"www.destatis.de"}),
    list_parts=list_aenderungen,
    max_bytes=32 * MIB,
)
VG250 = OffeneQuelle(
    format=Format.VG250,
    titel="Verwaltungsgebiete 1:250 000 (Ebenen), Stand 01.01.",
    herausgeber="Bundesamt für Kartographie und Geodäsie (BKG)",
    seite=(
        "https://gdz.bkg.bund.de/index.php/default/"
        "verwaltungsgebiete-1-250-000-stand-01-01-vg250-01-01.html"
    ),
    lizenz="© BKG, Jahr des Abrufs, dl-de/by-2-0 (Daten verändert)",
    hosts=frozenset({"daten.gdz.bkg.bund.de"}),
    list_parts=_only(
        "https://daten.gdz.bkg.bund.de/produkte/vg/vg250_ebenen_0101/aktuell/"
        "vg250_01-01.utm32s.shape.ebenen.zip"
    ),
    max_bytes=512 * MIB,
)
FIM = OffeneQuelle(
    format=Format.FIM,
    titel="FIM-Portal, Steckbriefe der Leistungen",
    herausgeber="FITKO",
    seite="https://fimportal.de",
    # No licence was found; the portal's own words count.
    lizenz="",
    hosts=frozenset({"fimportal.de"}),
    list_parts=_only("https://fimportal.de/api/v0"),
    # One page of 200 Steckbriefe has half a megabyte.
    max_bytes=32 * MIB,
    is_api=True,
)
QUELLEN = (GV, AENDERUNGEN, VG250, FIM)


# Fetching ---------------------------------------------------------------------------------------


def fetch_quelle(
    quelle: OffeneQuelle,
    today: date,
    folder: Path,
    policy: Policy | None = None,
    *,
    urls: Sequence[str] = (),
    since: int = 0,
    progress: Progress = tell_nobody,
    wait: Wait = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Iterator[Fetched]:
    """The files of a source in the order of their import; `urls` replace those of the catalogue.

    Collect them all before importing the first, so that half a source changes nothing. `since`
    leaves out the editions of earlier years.
    """
    if quelle.is_api:
        raise ValueError(f"{quelle.name} has no files, see open_quelle")
    allowed = build_policy(quelle, policy, urls)

    def fetch(url: str) -> Fetched:
        return fetch_file(url, folder, allowed, progress=progress, wait=wait, jitter=jitter)

    parts = tuple(Part((Candidate(url),)) for url in urls) or quelle.list_parts(today)
    for part in parts:
        if part.jahr is None or part.jahr >= since:
            found = _fetch_newest(part, fetch)
            if found is not None:
                yield found


def open_quelle(
    quelle: OffeneQuelle,
    policy: Policy | None = None,
    *,
    url: str = "",
    wait: Wait = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Fetch:
    """For `fim.read_api(…, prefix="")`: the address in the catalogue holds the prefix."""
    if not quelle.is_api:
        raise ValueError(f"{quelle.name} has files, see fetch_quelle")
    allowed = build_policy(quelle, policy, [url] if url else [])
    (part,) = quelle.list_parts(date.min)
    patient = replace(allowed, total_seconds=min(allowed.total_seconds, _API_SECONDS))
    return open_api(url or part.candidates[0].url, patient, wait=wait, jitter=jitter)


def build_policy(quelle: OffeneQuelle, policy: Policy | None, urls: Sequence[str]) -> Policy:
    """Whoever names another address has agreed to its host; only to its, then."""
    named = frozenset(map(host_of, urls)) - {""}
    return replace(
        policy or Policy(), hosts=named if urls else quelle.hosts, max_bytes=quelle.max_bytes
    )


def _fetch_newest(part: Part, fetch: Callable[[str], Fetched]) -> Fetched | None:
    older: list[tuple[date, Fetched]] = []
    missing: NichtGefunden | KeineDatei | None = None
    for candidate in part.candidates:
        try:
            found = fetch(candidate.url)
        except (NichtGefunden, KeineDatei) as error:
            # Some servers answer with a page where there is no file.
            missing = error
            continue
        stand = _read_stand(found) if candidate.stand else None
        if stand is None or candidate.stand is None or stand >= candidate.stand:
            return found
        older.append((stand, found))
    if older:
        return max(older, key=lambda pair: pair[0])[1]
    if missing is None or part.optional:
        return None
    raise missing


def _read_stand(found: Fetched) -> date | None:
    with found.path.open("rb") as stream:
        for outcome in gv.read(found.path.name, stream):
            if isinstance(outcome, QuelleRecord):
                return outcome.stand
    return None
