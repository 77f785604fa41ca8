"""How long things are kept that name people or that nobody needs any more: one table of rules.

The job, its trial run, the table in docs/betrieb.md and the page on privacy all read this table. A
rule is what it is about, how many days after which moment, and what then becomes of the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, String, and_, cast, delete, func, or_, select, update
from sqlmodel import Session, SQLModel, col

from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.eingang import Eingangsstatus
from katalog.domain.kalender import berlin_day
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Eingang
from katalog.models.konten import (
    Anmeldelink,
    Anmeldesitzung,
    Konto,
    Mitgliedschaft,
    Suchabo,
    Zugriffstoken,
)
from katalog.models.koordination import (
    Anschreiben,
    Antwort,
    Austauschtermin,
    Rundschreiben,
    Termineinladung,
    Umfrage,
    Umfrageangabe,
    Umfragelink,
)
from katalog.models.quellen import Importlauf, Pruefergebnis

# Of one transaction, so that nobody waits long for whoever tidies up.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Regel:
    """`leer` is what columns become; without it the whole row goes. `schluessel` names the column
    that rows are picked by, where they have no number of their own."""

    kennung: str
    was: str
    nach: str
    tage: int
    folge: str
    model: type[SQLModel]
    moment: Any
    wenn: Any = None
    leer: dict[str, Any] | None = None
    schluessel: str = "id"

    @property
    def frist(self) -> str:
        return f"{self.tage} {'Tag' if self.tage == 1 else 'Tage'} {self.nach}"


_done = col(Nachricht.status).in_([Nachrichtenstatus.UEBERGEBEN, Nachrichtenstatus.GESCHEITERT])
_handed_over = func.coalesce(col(Nachricht.uebergeben_am), col(Nachricht.erstellt_am))
_run = (
    select(col(Importlauf.begonnen_am))
    .where(col(Importlauf.id) == col(Pruefergebnis.importlauf_id))
    .scalar_subquery()
)
# The trail and the history of statements refer to the number, which then names nobody. Whoever is
# blocked stays so: a forgotten address could sign in anew.
_belongs_nowhere = and_(
    col(Konto.id).not_in(select(col(Mitgliedschaft.konto_id))),
    col(Konto.id).not_in(select(col(Anmeldesitzung.konto_id))),
    col(Konto.id).not_in(select(col(Suchabo.konto_id))),
    col(Konto.gesperrt_am).is_(None),
    col(Konto.demo).is_(False),
)
_blocked = (
    select(col(Konto.gesperrt_am)).where(col(Konto.id) == col(Suchabo.konto_id)).scalar_subquery()
)
_own_survey_ends = (
    select(col(Umfrage.ende)).where(col(Umfrage.id) == col(Antwort.umfrage_id)).scalar_subquery()
)
_meeting_ends = (
    select(col(Austauschtermin.ende))
    .where(col(Austauschtermin.id) == col(Termineinladung.termin_id))
    .scalar_subquery()
)


def _survey_ends(antwort_id: Any) -> Any:
    return (
        select(col(Umfrage.ende))
        .join(Antwort, col(Antwort.umfrage_id) == col(Umfrage.id))
        .where(col(Antwort.id) == antwort_id)
        .scalar_subquery()
    )


REGELN = (
    Regel(
        "anmeldelinks", "Anmeldelinks und von wo sie angefordert wurden", "nach Ablauf", 1,
        "gelöscht", Anmeldelink, col(Anmeldelink.laeuft_ab_am),
    ),
    Regel(
        "sitzungen", "Sitzungen", "nach dem Ende", 1,
        "gelöscht", Anmeldesitzung,
        func.coalesce(col(Anmeldesitzung.beendet_am), col(Anmeldesitzung.laeuft_ab_am)),
    ),
    Regel(
        "zugriffstoken", "Zugriffstoken für Programme", "nach Ablauf", 30,
        "gelöscht", Zugriffstoken, col(Zugriffstoken.laeuft_ab_am),
    ),
    Regel(
        "zuordnungen", "Abgelehnte Anfragen und beendete Zuordnungen zu einer Stelle",
        "nach der Entscheidung oder dem Ende", 180,
        "gelöscht", Mitgliedschaft, col(Mitgliedschaft.beendet_am),
    ),
    Regel(
        "konten", "Adresse und Name von Konten ohne Zuordnung und ohne gemerkte Suche",
        "nach dem Anlegen", 180,
        "unkenntlich gemacht", Konto, col(Konto.angelegt_am), _belongs_nowhere,
        {
            "email": "geloescht-" + cast(col(Konto.id), String) + "@ozg-katalog.invalid",
            "name": "", "oidc_subjekt": None, "gesperrt_am": func.current_timestamp(),
        },
    ),
    Regel(
        "suchabos", "Gemerkte Suchen gesperrter Konten", "nach der Sperrung", 30,
        "gelöscht", Suchabo, _blocked,
    ),
    Regel(
        "mailtexte", "Texte übergebener und gescheiterter Mails", "nach der Übergabe", 90,
        "geleert", Nachricht, _handed_over, and_(_done, col(Nachricht.text) != ""), {"text": ""},
    ),
    Regel(
        "mails", "Empfänger und Betreff dieser Mails", "nach der Übergabe", 365,
        "gelöscht", Nachricht, _handed_over, _done,
    ),
    Regel(
        "anschreiben", "Texte von Anschreiben an Nutzer eines Onlinedienstes",
        "nach dem Senden", 365,
        "geleert", Anschreiben, col(Anschreiben.gesendet_am), col(Anschreiben.text) != "",
        {"text": ""},
    ),
    Regel(
        "rundschreiben", "Texte von Rundschreiben", "nach dem Senden", 365,
        "geleert", Rundschreiben, col(Rundschreiben.gesendet_am), col(Rundschreiben.text) != "",
        {"text": ""},
    ),
    Regel(
        "umfragelinks", "Links und Codes aus Mails zu Umfragen",
        "nach dem letzten Tag der Umfrage", 30,
        "gelöscht", Umfragelink, _survey_ends(col(Umfragelink.antwort_id)),
    ),
    Regel(
        "umfragebemerkungen", "Bemerkungen in Antworten auf Umfragen",
        "nach dem letzten Tag der Umfrage", 3 * 365,
        "geleert", Antwort, _own_survey_ends, col(Antwort.bemerkung) != "", {"bemerkung": ""},
    ),
    Regel(
        "umfrageangaben", "Antworten auf weitere Fragen einer Umfrage",
        "nach dem letzten Tag der Umfrage", 3 * 365,
        "gelöscht", Umfrageangabe, _survey_ends(col(Umfrageangabe.antwort_id)),
        schluessel="antwort_id",
    ),
    Regel(
        "einladungslinks", "Links aus Einladungen zu Austauschterminen", "nach dem Termin", 30,
        "geleert", Termineinladung, _meeting_ends, col(Termineinladung.token_hash).is_not(None),
        {"token_hash": None},
    ),
    Regel(
        "eingang_verworfen", "Verworfene Mails im Eingang und als Wunsch gezählte",
        "nach der Entscheidung", 30,
        "gelöscht", Eingang, col(Eingang.erledigt_am),
        col(Eingang.status).in_([Eingangsstatus.VERWORFEN, Eingangsstatus.WUNSCH]),
    ),
    Regel(
        "eingang_abgelegt",
        "Absender und Text abgelegter Mails im Eingang; die Mail selbst gehört zum Vorgang",
        "nach der Zuordnung", 365,
        "geleert", Eingang, col(Eingang.erledigt_am),
        and_(
            col(Eingang.status).in_([Eingangsstatus.VORGANG, Eingangsstatus.ABGELEGT]),
            or_(col(Eingang.text) != "", col(Eingang.von) != ""),
        ),
        {"text": "", "von": "", "von_name": ""},
    ),
    Regel(
        "befunde", "Befunde von Importen, auch abgelehnte Zeilen", "nach dem Import", 365,
        "gelöscht", Pruefergebnis, _run,
    ),
)  # fmt: skip

# The trail is no table like others: its seals form a chain, whose beginning `journal` cuts off.
PROTOKOLL_TAGE = 3 * 365


def count_due(session: Session, regel: Regel, now: datetime) -> int:
    statement = select(func.count()).select_from(regel.model).where(_due(regel, now))
    return int(session.execute(statement).scalar_one())


def apply_some(session: Session, regel: Regel, now: datetime) -> int:
    """To as many rows as one transaction takes; 0 when nothing is due any more."""
    number = col(getattr(regel.model, regel.schluessel))
    due = select(number).where(_due(regel, now)).order_by(number).limit(_AT_ONCE)
    numbers = session.execute(due).scalars().all()
    if not numbers:
        return 0
    chosen = number.in_(numbers)
    statement: Any = (
        delete(regel.model).where(chosen)
        if regel.leer is None
        else update(regel.model).where(chosen).values(**regel.leer)
    )
    session.connection().execute(statement)
    return len(numbers)


def _due(regel: Regel, now: datetime) -> Any:
    since: date = now - timedelta(days=regel.tage)
    if isinstance(regel.moment.type, Date):
        # SQLite would compare texts, of which the shorter one comes first.
        since = berlin_day(now) - timedelta(days=regel.tage)
    over = regel.moment < since
    return over if regel.wenn is None else and_(over, regel.wenn)
