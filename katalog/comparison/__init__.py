"""Choosing among assistants: which are alike, who is near, what comes next, all of it side by side.

`similar` finds alternatives, `nearby` the bodies around a municipality, `next_step` says what
somebody can do who wants an assistant, `table` sets two to four of them beside each
other, and `advice` says what a body could take over next.
"""

from __future__ import annotations

from katalog.comparison.advice import advise, set_aside
from katalog.comparison.nearby import Naehe, look_around
from katalog.comparison.next_step import Schritt, next_step
from katalog.comparison.similar import Alternative, find_similar
from katalog.comparison.table import MOST, Vergleich, set_side_by_side

__all__ = [
    "MOST",
    "Alternative",
    "Naehe",
    "Schritt",
    "Vergleich",
    "advise",
    "find_similar",
    "look_around",
    "next_step",
    "set_aside",
    "set_side_by_side",
]
