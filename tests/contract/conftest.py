"""What several files of this folder begin with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from katalog.db import Session
    from tests.vorgaenge import Welt


@pytest.fixture
def welt(scratch: Session) -> Iterator[Welt]:
    """One Land with an offer, its people and no case yet; nothing of it is committed."""
    from tests.vorgaenge import build_welt

    yield build_welt(scratch)
    scratch.rollback()
