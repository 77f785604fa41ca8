"""How much is tried: every day enough to notice what breaks, with KATALOG_TEST_VOLL=1 much more.

.ci/run sets it. Whatever depends on it walks through more of the same, never through other things.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

VOLL = os.environ.get("KATALOG_TEST_VOLL") == "1"
EXAMPLES = 100 if VOLL else 20
"""Of Hypothesis, where a test does not say otherwise."""


def some(values: Sequence[T], every: int) -> Sequence[T]:
    """All of them in the full run, every second, third … of a day."""
    return values if VOLL else values[::every]
