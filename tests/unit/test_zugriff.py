"""How a token is written: recognised by scanners, and noticed when a sign of it is wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katalog.domain.zugriff import SECRET_LENGTH, SIGNS, is_token, write_token

SECRETS = st.text(SIGNS, min_size=SECRET_LENGTH, max_size=SECRET_LENGTH)


@given(SECRETS, st.integers(0, SECRET_LENGTH - 1), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_noticed(secret: str, place: int, sign: str) -> None:
    token = write_token(secret)
    assert re.fullmatch("ozgk_[0-9A-Za-z]{46}", token)
    assert is_token(token)
    start = place + len("ozgk_")
    mistyped = token[:start] + sign + token[start + 1 :]
    assert is_token(mistyped) is (mistyped == token)


@pytest.mark.parametrize(
    "text", ["", "ozgk_", "ozgk_" + "0" * 46, "ghp_" + "0" * 46, "ozgk_" + "ä" * 46]
)
def test_any_other_text_is_none(text: str) -> None:
    assert not is_token(text)
