"""robots.txt as RFC 9309 reads it: which addresses of a server programs are to leave alone.

In a pattern `*` is anything and `$` at its end the end; it begins where the path does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# RFC 9309, 2.5: at least this much has to be read; what stands behind it, nobody means.
MOST_BYTES = 500 << 10
_LONGEST_PATTERN = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern in the pieces between its stars; `length` is that of the whole.

    Each piece is looked for once, behind the one before. A regular expression would try all places
    of all of them, which a hostile file can make last for ever.
    """

    allow: bool
    length: int
    pieces: tuple[str, ...]
    ends: bool

    def fits(self, target: str) -> bool:
        first, *others = self.pieces
        if not target.startswith(first):
            return False
        if self.ends and not others:
            return target == first
        last = others.pop() if self.ends else ""
        place = len(first)
        for piece in others:
            found = target.find(piece, place)
            if found < 0:
                return False
            place = found + len(piece)
        return not last or (target.endswith(last) and place <= len(target) - len(last))


@dataclass(frozen=True, slots=True)
class Rules:
    rules: tuple[Rule, ...] = ()

    def allow(self, target: str) -> bool:
        """`target` is path and query. Of two equally long patterns the one that allows counts."""
        fitting = [rule for rule in self.rules if rule.fits(target)]
        if not fitting or target == "/robots.txt":
            return True
        return max(fitting, key=lambda rule: (rule.length, rule.allow)).allow


EVERYTHING = Rules()


def parse_robots(text: str, agent: str) -> Rules:
    """The groups that name `agent`, all of them together, or else those for everybody."""
    groups: dict[str, list[Rule]] = {}
    named: list[str] = []
    naming = False
    for field, value in _lines(text):
        if field == "user-agent":
            # Several names in a row share the rules that follow.
            named = [*named, value.lower()] if naming else [value.lower()]
            for name in named:
                groups.setdefault(name, [])
            naming = True
        elif field in {"allow", "disallow"}:
            naming = False
            if value:
                ends = value.endswith("$")
                pieces = tuple(value.removesuffix("$").split("*"))
                rule = Rule(field == "allow", len(value), pieces, ends)
                for name in named:
                    groups[name].append(rule)
    return Rules(tuple(groups.get(agent.lower(), groups.get("*", []))))


def _lines(text: str) -> Iterable[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        if colon and len(value) <= _LONGEST_PATTERN:
            yield field.strip().lower(), value.strip()
