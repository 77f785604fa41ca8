"""Plain text matching in the database, until and whenever the search engine is away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func

_MAX_WORDS = 8


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Every word occurs somewhere in the column, without regard to case; no word, no match."""
    words = text.split()[:_MAX_WORDS]
    if not words:
        return false()
    return and_(*(func.lower(column).contains(word.lower(), autoescape=True) for word in words))
