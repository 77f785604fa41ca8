"""Statements that are turned into SQL once for all engines of a process.

A portal opens one engine. Tests open hundreds, and each would translate the same statements anew:
an eighth of the time of all tests that ask a database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import create_engine


@contextmanager
def translating_once() -> Iterator[None]:
    """What SQLAlchemy keeps belongs to a dialect, so engines of one kind share that as well."""
    kept: dict[str, tuple[Any, Any]] = {}

    def create_and_share(*arguments: Any, **options: Any) -> Any:
        engine: Any = create_engine(*arguments, **options)
        dialect, cache = kept.setdefault(engine.name, (engine.dialect, engine._compiled_cache))
        engine.dialect = engine.pool._dialect = dialect
        engine._compiled_cache = cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("katalog.db.create_engine", create_and_share)
        yield
