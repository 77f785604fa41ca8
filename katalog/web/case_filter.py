"""The choice of cases that an address makes, and its words; both lists of cases share them."""

from __future__ import annotations

from katalog.domain.vorgang import Status
from katalog.queries.faelle_liste import Order
from katalog.web.address import Address
from katalog.web.lists import Chip, Sortierung
from katalog.workflow import Filter

ORDERS: tuple[tuple[Order, str], ...] = (
    ("neueste", "Neueste zuerst"),
    ("aelteste", "Am längsten im Schritt"),
    ("stelle", "Stelle"),
)

# What a checkbox of the filter line means, as (name in the address, words).
_FLAGS = (
    ("ausgesetzt", "vorübergehend abgemeldet"),
    ("neue_bedingungen", "neue Bedingungen anzunehmen"),
    ("wartet", "wartet auf Dritte"),
)


# In the address: not only the cases that are still open.
_EVERYTHING = "alle"


def read_filter(address: Address) -> Filter:
    """What an address says wrong, it does not say: a list is never refused for its filter."""
    status = tuple(s for s in Status if s.value in address.all("status"))
    return Filter(
        q=address.text("q"),
        status=status,
        dienst=address.text("dienst"),
        kreis=address.text("kreis"),
        nur_offene=not status and address.text("umfang") != _EVERYTHING,
        ausgesetzt=bool(address.text("ausgesetzt")),
        neue_bedingungen=bool(address.text("neue_bedingungen")),
        wartet=bool(address.text("wartet")),
        nummern=_numbers(address),
        order=_order(address.text("sortierung")),
    )


def _numbers(address: Address) -> tuple[int, ...]:
    """Single cases, as they were ticked in the table."""
    typed = address.all("vorgang")
    plain = [n for n in typed if n.isascii() and n.isdigit() and len(n) < 10]
    # Of numbers that mean nothing none is left, and not all cases.
    return tuple(map(int, plain)) or ((0,) if typed else ())


def say_choice(address: Address, names: dict[tuple[str, str], str]) -> str:
    """The choice in words, as it is kept beside what was done with it."""
    if numbers := read_filter(address).nummern:
        return "1 einzelner Vorgang" if len(numbers) == 1 else f"{len(numbers)} einzelne Vorgänge"
    words = [chip.text for chip in chips_of(address, names)]
    whole = "alle offenen Vorgänge" if read_filter(address).nur_offene else "alle Vorgänge"
    return ", ".join(words) or whole


def _order(typed: str) -> Order:
    return next((order for order, _ in ORDERS if order == typed), "neueste")


def chips_of(address: Address, names: dict[tuple[str, str], str]) -> list[Chip]:
    """`names` are the words for values that only the database knows."""
    words = {("status", s.value): s.label for s in Status} | names
    flags = dict(_FLAGS)
    chips = []
    for name, value in address.fields:
        base = address.without("seite", "ok")
        if (name, value) in words:
            chips.append(Chip(words[name, value], str(base.toggled(name, value))))
        elif name in flags and value:
            chips.append(Chip(flags[name], str(base.without(name))))
        elif name == "q" and value:
            chips.append(Chip(f"Suche: {value}", str(base.without(name))))
    return chips


def sort_links(address: Address) -> list[Sortierung]:
    base = address.without("seite", "sortierung", "ok")
    chosen = read_filter(address).order
    return [
        Sortierung(
            words,
            str(base if value == "neueste" else base.with_(sortierung=value)),
            value == chosen,
        )
        for value, words in ORDERS
    ]
