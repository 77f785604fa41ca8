"""All commands, from the parsers that also read them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from erzeuger.markdown import code, head, table

from katalog.cli.arguments import build_parser


def render() -> str:
    lines = [
        *head("Befehle", "katalog/cli/arguments.py"),
        "`katalog BEFEHL --hilfe` zeigt dasselbe auf der Konsole; `python -m katalog` ist derselbe",
        "Befehl. Der Rückgabewert ist 0, wenn alles gelang, 1 bei einem Fehler und 2, wenn sich",
        "der Aufruf nicht lesen ließ; bei `import` und `laden` auch 2, wenn einzelne Datensätze",
        "nicht übernommen wurden ([Importe](importe.md)). Mit `--json` steht das Ergebnis, auch",
        "ein Fehler, als ein JSON-Dokument auf der Standardausgabe.",
    ]
    for name, parser in commands("katalog", build_parser()):
        lines += ["", *_section(name, parser)]
    return "\n".join(lines) + "\n"


def commands(
    name: str, parser: argparse.ArgumentParser
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """What ends in something to run; a group such as `katalog konto` is only a way there."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, child in group.choices.items():
            yield from commands(f"{name} {word}", child)


def _section(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    actions = [a for a in parser._actions if not isinstance(a, argparse._HelpAction)]
    yield f"## {name}"
    yield ""
    yield parser.description or ""
    yield ""
    yield f"    {' '.join([name, *(_usage(action) for action in actions)])}"
    if actions:
        yield ""
        yield from table(("Angabe", "Bedeutung"), (_row(action) for action in actions))


def _usage(action: argparse.Action) -> str:
    text = _name(action)
    return text if action.required else f"[{text}]"


def _name(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    return " ".join(part for part in (", ".join(action.option_strings), value) if part)


def _row(action: argparse.Action) -> tuple[str, str]:
    meaning = (action.help or "") % vars(action)
    if action.choices:
        meaning += ": " + ", ".join(code(str(choice)) for choice in action.choices)
    return code(_name(action)), meaning
