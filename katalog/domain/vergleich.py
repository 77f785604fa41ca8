"""Values side by side: what differs, what is alike, and where somebody said nothing.

Silence is no value. It differs from nothing by itself, and beside a value it is said as what it
is, so that nobody takes a gap in the catalogue for a property of an assistant.
"""

from __future__ import annotations

from collections.abc import Sequence

from katalog.domain.begriffe import Begriff


class Abweichung(Begriff):
    GLEICH = "gleich", "gleich"
    UNTERSCHIEDLICH = "unterschiedlich", "unterschiedlich"
    LUECKENHAFT = "lueckenhaft", "teils keine Angabe"
    UNBEKANNT = "unbekannt", "keine Angabe"

    @property
    def trennt(self) -> bool:
        """Worth a look when somebody asks for differences only."""
        return self in {Abweichung.UNTERSCHIEDLICH, Abweichung.LUECKENHAFT}


def compare(values: Sequence[tuple[str, ...]]) -> Abweichung:
    """Each value is what one column says; one that says nothing is empty."""
    known = {value for value in values if value}
    if not known:
        return Abweichung.UNBEKANNT
    if len(known) > 1:
        return Abweichung.UNTERSCHIEDLICH
    return Abweichung.GLEICH if all(values) else Abweichung.LUECKENHAFT
