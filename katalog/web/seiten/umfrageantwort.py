"""Answering a survey with link and code: whoever has both speaks for the body they were sent to."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from katalog.domain.errors import UngueltigeEingaben
from katalog.domain.kalender import format_datum
from katalog.domain.umfrage import Frage, Teilnahme
from katalog.queries import umfrageantworten, umfragen
from katalog.queries.umfrageantworten import Einladung
from katalog.surveys import antworten, fragen
from katalog.surveys.zugang import opens
from katalog.web.forms import action
from katalog.web.page import EVERYONE, Page, View, page

_WRONG_CODE = (
    "Dieser Code stimmt nicht. Er steht in derselben Mail wie der Link. Nach fünf falschen "
    "Versuchen müssen Sie eine Viertelstunde warten."
)


@page("/umfragen/{token:str}", private=True)
def show_invitation(view: View) -> Page:
    return _code_page(view, _open_invitation(view))


@action("/umfragen/{token:str}", access=EVERYONE)
def enter_code_or_answer(view: View) -> Page:
    """First the code alone, which shows the form; then that form, with the code in it."""
    einladung = _open_invitation(view)
    if einladung is None or not _opened(view):
        return _code_page(view, einladung, _WRONG_CODE)
    if not view.form.last("senden"):
        return _answer_page(view, einladung, _said_before(view, einladung))
    asked = _questions(view, einladung)
    names = ["teilnahme", "geplant_bis", "bemerkung", *(frage.feld for frage in asked)]
    typed = {name: " ".join(view.form.last(name).split()) for name in names}
    try:
        antworten.answer(view.session, einladung, typed, asked, view.now, view.today)
    except UngueltigeEingaben as faults:
        wrong = faults.by_field
        return _answer_page(view, einladung, typed, wrong)
    return Page("seiten/umfrage_danke.html", {"einladung": einladung, "token": _token(view)})


def _token(view: View) -> str:
    return view.path["token"]


def _open_invitation(view: View) -> Einladung | None:
    found = antworten.find(view.session, _token(view))
    return found if found and fragen.is_open(found.umfrage, view.today) else None


def _opened(view: View) -> bool:
    return opens(view.session, _token(view), view.form.last("code"), view.now)


def _questions(view: View, einladung: Einladung) -> tuple[Frage, ...]:
    assert einladung.umfrage.id is not None
    return umfragen.questions(view.session, einladung.umfrage.id)


def _said_before(view: View, einladung: Einladung) -> dict[str, str]:
    antwort = einladung.antwort
    assert antwort.id is not None
    further = umfrageantworten.said_before(view.session, antwort.id)
    return {
        "teilnahme": antwort.teilnahme or "",
        "geplant_bis": format_datum(antwort.geplant_bis) if antwort.geplant_bis else "",
        "bemerkung": antwort.bemerkung,
    } | {frage.feld: further.get(frage.id, "") for frage in _questions(view, einladung)}


def _code_page(view: View, einladung: Einladung | None, fehler: str = "") -> Page:
    """The same for a link nobody ever got and for one to a survey that is over."""
    if einladung is None:
        return Page("seiten/umfrage_vorbei.html", status=HTTPStatus.GONE)
    return Page(
        "seiten/umfrage_code.html",
        {"einladung": einladung, "token": _token(view), "fehler": fehler},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fehler else HTTPStatus.OK,
    )


def _answer_page(
    view: View,
    einladung: Einladung,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Page:
    return Page(
        "seiten/umfrage_antwort.html",
        {
            "einladung": einladung,
            "token": _token(view),
            "code": view.form.last("code"),
            "fragen": _questions(view, einladung),
            "teilnahmen": list(Teilnahme),
            "werte": values,
            "fehler": faults or {},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )


PAGES = [show_invitation, enter_code_or_answer]
