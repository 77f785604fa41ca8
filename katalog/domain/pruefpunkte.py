"""When an item of the connection checklist has to be done; the items themselves are data."""

from __future__ import annotations

from katalog.domain.begriffe import Begriff


class Pruefpunktstufe(Begriff):
    """Which step an obligatory item holds back: nobody can pass a test case before the test."""

    VOR_TEST = "vor_test", "vor dem Test"
    IM_TEST = "im_test", "im Test, vor der Produktivsetzung"
