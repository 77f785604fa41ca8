"""Which coordinating body somebody acts for, where a form makes something in its name."""

from __future__ import annotations

from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Rolle
from katalog.domain.umfrage import Wahl
from katalog.queries import mitgliedschaften
from katalog.web.page import View

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})


def own_offices(view: View) -> list[Wahl]:
    return [
        Wahl(str(each.stelle_id), each.stelle)
        for each in mitgliedschaften.of_account(view.session, view.signed_in.konto_id)
        if each.rolle is Rolle.KOORDINIERUNG and each.freigegeben_am is not None
    ]


def chosen_office(view: View, typed: str) -> int:
    """Who acts for one body is not asked for which."""
    own = [each.value for each in own_offices(view)]
    wanted = typed or (own[0] if len(own) == 1 else "")
    if wanted not in own:
        raise NichtGefunden("Die Koordinierende Stelle", wanted, "Wählen Sie eine der eigenen.")
    return int(wanted)
