"""Whether a page is there: its head is asked for, and a few bytes of it where that is refused.

Politely: by name, one page after the other, and only what robots.txt leaves to programs. Whoever
keeps a `Visitor` for long asks each server for its robots.txt once a day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from importers.download_errors import Abgebrochen, NichtAbrufbar, Untersagt, show
from importers.download_robots import EVERYTHING, MOST_BYTES, Rules, parse_robots
from importers.download_transport import USER_AGENT, Deadline, Policy, check_url, open_answer

__all__ = ["NichtAbrufbar", "Policy", "Visitor", "policy_of_visits"]

_AGENT = USER_AGENT.partition("/")[0]
_KEPT_SECONDS = 24 * 3600
_FEW_BYTES = 1024


def policy_of_visits(basis_url: str) -> Policy:
    """Any host of the internet on its usual ports; who asks why finds the portal in the logs."""
    return Policy(
        hosts=None,
        schemes=("https", "http"),
        ports=frozenset({80, 443}),
        user_agent=f"{USER_AGENT} (+{basis_url})",
        connect_seconds=5,
        read_seconds=10,
        total_seconds=20,
    )


@dataclass(slots=True)
class Visitor:
    policy: Policy
    clock: Callable[[], float] = time.monotonic

    _rules: dict[str, tuple[float, Rules]] = field(default_factory=dict)

    def visit(self, url: str) -> int:
        """The status behind all redirects; `NichtAbrufbar` if nothing answers or nobody may ask."""
        deadline = Deadline(self.policy.total_seconds)
        try:
            status = self._ask("HEAD", url, deadline)
        except Abgebrochen:
            # Some servers hang up on what they do not know.
            return self._ask("GET", url, deadline)
        return status if status < HTTPStatus.BAD_REQUEST else self._ask("GET", url, deadline)

    def _ask(self, method: str, url: str, deadline: Deadline) -> int:
        headers = {"Range": f"bytes=0-{_FEW_BYTES - 1}"} if method == "GET" else {}

        def admit(address: httpx.URL) -> None:
            self._admit(address, deadline)

        with open_answer(url, headers, self.policy, deadline, method=method, admit=admit) as answer:
            if method == "GET":
                # Not more than arrives at once, whatever the server goes on to send.
                next(answer.iter_raw(), b"")
            return answer.status_code

    def _admit(self, address: httpx.URL, deadline: Deadline) -> None:
        origin = str(address.copy_with(raw_path=b"/"))
        since, rules = self._rules.get(origin, (float("-inf"), EVERYTHING))
        if self.clock() - since > _KEPT_SECONDS:
            rules = self._read_rules(f"{origin}robots.txt", deadline)
            self._rules[origin] = (self.clock(), rules)
        if not rules.allow(address.raw_path.decode("ascii")):
            raise Untersagt(
                f"{show(address.host)} bittet Programme, „{show(str(address))}“ nicht abzurufen."
            )

    def _read_rules(self, url: str, deadline: Deadline) -> Rules:
        """RFC 9309, 2.3.1: without such a file everything is allowed, but not if it is broken."""
        check_url(url, self.policy)
        with open_answer(url, {}, self.policy, deadline) as answer:
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise Untersagt(
                    f"„{show(url)}“ antwortet mit dem Status {answer.status_code}; was dort erlaubt"
                    " ist, lässt sich nicht sagen."
                )
            if answer.status_code != HTTPStatus.OK:
                return EVERYTHING
            content = bytearray()
            for piece in answer.iter_raw():
                content += piece
                if len(content) >= MOST_BYTES:
                    break
        return parse_robots(content[:MOST_BYTES].decode("utf-8", "replace"), _AGENT)
