"""The API against its own description: Schemathesis asks whatever the description allows, and not.

In this process, without a socket, on the starting set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from katalog.api import PREFIX
from katalog.api.mount import CALLS
from katalog.web.app import create_app, wrap
from tests.portal import build_settings
from tests.umfang import VOLL

EXAMPLES = 25 if VOLL else 6


@pytest.fixture(scope="module")
def schema(planted: str) -> Iterator[Any]:
    import schemathesis

    portal = build_settings(planted)
    app = create_app(portal)
    yield schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", wrap(app, portal))
    app.state.portal.engine.dispose()


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_every_answer_is_one_that_the_description_allows(schema: Any, call: Any, mode: str) -> None:
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    operation = schema[call.path]["GET"]
    # Not every day has a calendar: holidays are known for some decades only. And no map looks
    # ahead, or knows any area there might be.
    computed = call.path.startswith(("/fristen/", "/karte/"))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def ask(case: Any) -> None:
        left_out = [positive_data_acceptance] if computed or is_crowded(case) else []
        case.call_and_validate(excluded_checks=left_out)

    ask()


def is_crowded(case: Any) -> bool:
    """An address is limited as a whole, in fields and in bytes, which no schema can say."""
    values = [
        str(value)
        for given in (case.query or {}).values()
        for value in (given if isinstance(given, list) else [given])
    ]
    return len(values) > 100 or sum(map(len, values)) > 600
