"""The reuse case on the database: begun, decided in, read, kept.

The rules stand in `katalog.domain.nachnutzung`; here they are carried out. `wege` says what a body
may begin, `vorschau` shows its mails, `beginnen` begins it. `handeln` takes a step and shows before
what it would do; `vollzug` writes a step, `wirkungen` what it causes besides, `post` and `texte`
its mails. `akte` and `liste` are what pages read, `verlauf` how far a case has come, `pflegen` what
people keep beside the steps, `dokumente` the files among it, `tageswechsel` what a new day changes.
`eingang` are mails that came, `deutung` says what each of them is taken for. `termine` are the open
days of many cases, `erinnern` brings them to mind; `schreiben` issues letters, `aktenauszug` the
file of a case, `rundschreiben` writes to many bodies at once, `vorgangsliste` takes in an edited
list. Each function works in the transaction it is given: all of it happens, or nothing.
"""

from katalog.domain.am_zug import Zug
from katalog.queries.faelle_liste import Filter
from katalog.workflow.akte import Akte, Moeglich, read_case, read_document
from katalog.workflow.aktenauszug import write_file
from katalog.workflow.beginnen import (
    count_wishes,
    express_wish,
    record_interest,
    save_draft,
    state_interest,
)
from katalog.workflow.dokumente import add_document
from katalog.workflow.eingang import (
    Eingangsmail,
    Eingegangen,
    assign_to,
    begin_from,
    count_as_wish,
    count_inbox,
    discard,
    find_mailbox_owner,
    list_inbox,
    read_file,
    read_incoming,
    receive,
    reopen,
)
from katalog.workflow.erinnern import Anstehend, list_due, remind
from katalog.workflow.handeln import count_open, discontinue, preview, preview_notice, take
from katalog.workflow.liste import (
    Angebotszeile,
    Auswahlwerte,
    Vorgangszeile,
    count_by_status,
    list_board,
    list_cases,
    list_choices,
    list_offers,
)
from katalog.workflow.pflegen import (
    NeueFassung,
    add_note,
    assign,
    close_reminder,
    list_terms,
    publish_terms,
    set_contact,
    set_details,
    set_reminder,
    tick,
)
from katalog.workflow.rundschreiben import (
    MOST_PER_DAY,
    Empfaengerkreis,
    Entwurf,
    Sendung,
    Versand,
    Versandvorschau,
    choose_cases,
    list_mailings,
    preview_mailing,
    read_mailing,
    resend_mail,
    send_mailing,
)
from katalog.workflow.schreiben import issue_letter, list_letters
from katalog.workflow.tageswechsel import follow_calendar, is_behind_calendar
from katalog.workflow.termine import Terminlage, list_faelligkeiten, list_own_days
from katalog.workflow.verlauf import Abschnitt, Datum
from katalog.workflow.vollzug import LARGEST_ATTACHMENT
from katalog.workflow.vorgangsliste import compare_list, take_over_list
from katalog.workflow.vorschau import preview_interest
from katalog.workflow.wege import list_wege
from katalog.workflow.werte import (
    Akteur,
    Anhang,
    Ansprechstelle,
    Begonnen,
    Brief,
    Ende,
    Fassung,
    Getan,
    Interesse,
    Kuendigungsvorschau,
    Vorschau,
    WegDerStelle,
    Wege,
)

__all__ = [
    "LARGEST_ATTACHMENT",
    "MOST_PER_DAY",
    "Abschnitt",
    "Akte",
    "Akteur",
    "Angebotszeile",
    "Anhang",
    "Ansprechstelle",
    "Anstehend",
    "Auswahlwerte",
    "Begonnen",
    "Brief",
    "Datum",
    "Eingangsmail",
    "Eingegangen",
    "Empfaengerkreis",
    "Ende",
    "Entwurf",
    "Fassung",
    "Filter",
    "Getan",
    "Interesse",
    "Kuendigungsvorschau",
    "Moeglich",
    "NeueFassung",
    "Sendung",
    "Terminlage",
    "Versand",
    "Versandvorschau",
    "Vorgangszeile",
    "Vorschau",
    "WegDerStelle",
    "Wege",
    "Zug",
    "add_document",
    "add_note",
    "assign",
    "assign_to",
    "begin_from",
    "choose_cases",
    "close_reminder",
    "compare_list",
    "count_as_wish",
    "count_by_status",
    "count_inbox",
    "count_open",
    "count_wishes",
    "discard",
    "discontinue",
    "express_wish",
    "find_mailbox_owner",
    "follow_calendar",
    "is_behind_calendar",
    "issue_letter",
    "list_board",
    "list_cases",
    "list_choices",
    "list_due",
    "list_faelligkeiten",
    "list_inbox",
    "list_letters",
    "list_mailings",
    "list_offers",
    "list_own_days",
    "list_terms",
    "list_wege",
    "preview",
    "preview_interest",
    "preview_mailing",
    "preview_notice",
    "publish_terms",
    "read_case",
    "read_document",
    "read_file",
    "read_incoming",
    "read_mailing",
    "receive",
    "record_interest",
    "remind",
    "reopen",
    "resend_mail",
    "save_draft",
    "send_mailing",
    "set_contact",
    "set_details",
    "set_reminder",
    "state_interest",
    "take",
    "take_over_list",
    "tick",
    "write_file",
]
