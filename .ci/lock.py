"""Pins what was tested: requirements.lock, requirements-run.lock and the constraints of uv.

uv.lock names the registry it was resolved from and is therefore not committed. These files carry
the same versions and hashes without any address, and the constraints in pyproject.toml make
`uv run` in a fresh clone resolve to them.

    python .ci/lock.py                     after a change of the dependencies
    python .ci/lock.py --upgrade [NAME …]  newest versions of everything, or of these packages
    python .ci/lock.py --check             compares the files with each other, without network
"""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
ALL = ROOT / "requirements.lock"
RUN = ROOT / "requirements-run.lock"

HEADER = "# {purpose} Written by .ci/lock.py.\n"
BLOCK = re.compile(r"(?<=^# <constraints>\n).*?(?=^# </constraints>$)", re.MULTILINE | re.DOTALL)
EXPORT = [
    "export",
    "--format=requirements-txt",
    "--no-emit-project",
    "--no-header",
    "--no-annotate",
]
REPAIR = "python .ci/lock.py"


def main() -> int:
    parser = argparse.ArgumentParser(description="Abhängigkeiten festschreiben oder prüfen")
    parser.add_argument("--check", action="store_true", help="nur vergleichen")
    parser.add_argument("--upgrade", nargs="*", metavar="NAME", help="neueste Versionen nehmen")
    options = parser.parse_args()
    if options.check:
        faults = check()
        for fault in faults:
            print(fault)
        return 1 if faults else 0
    write(options.upgrade)
    return 0


def write(upgrade: list[str] | None) -> None:
    if upgrade is not None:
        kept = [] if not upgrade else [c for c in constraints() if name_of(c) not in upgrade]
        write_constraints(kept, build_constraints())
    flags = [f"--upgrade-package={name}" for name in upgrade or []]
    uv("lock", *(flags or (["--upgrade"] if upgrade is not None else [])))
    purpose = "Exact versions and hashes for development and checks."
    ALL.write_text(HEADER.format(purpose=purpose) + uv(*EXPORT, "--all-groups"), "utf-8")
    build: list[str] = tomllib.loads(PYPROJECT.read_text("utf-8"))["build-system"]["requires"]
    build_lines = uv(
        *("pip", "compile", "--universal", "--no-header", "--no-annotate", "--quiet"),
        *("--python-version=3.11", "-"),
        # hatchling asks for editables by itself when it builds an editable installation.
        stdin="\n".join([*build, *build_hook_requirements(), "editables"]),
    )
    write_constraints(as_constraints(pinned(ALL)), as_constraints(build_lines.splitlines()))
    uv("lock")
    purpose = "Exact versions and hashes for running the portal."
    RUN.write_text(HEADER.format(purpose=purpose) + uv(*EXPORT, "--no-dev"), "utf-8")


def check() -> list[str]:
    faults = []
    everything = pinned(ALL)
    if constraints() != as_constraints(everything):
        faults.append(f"requirements.lock ≠ constraint-dependencies in pyproject.toml: {REPAIR}")
    if extra := [line for line in pinned(RUN) if line not in everything]:
        faults.append(f"Nur in requirements-run.lock: {', '.join(extra)}: {REPAIR}")
    for path in (ALL, RUN):
        text = path.read_text("utf-8")
        if "://" in text or "--index" in text or "--find-links" in text:
            faults.append(f"{path.name} nennt eine Adresse: {REPAIR}")
        blocks = re.split(r"\n(?=\S)", text)
        if unhashed := [block for block in blocks if "==" in block and "--hash=" not in block]:
            faults.append(f"{path.name}: ohne Prüfsumme: {', '.join(unhashed)}")
    faults += [f"{name} steht nicht in requirements.lock: {REPAIR}" for name in missing(everything)]
    resolved = ROOT / "uv.lock"
    if resolved.exists() and (differing := differences(resolved, everything)):
        faults.append(f"uv.lock und requirements.lock: {', '.join(differing)}: {REPAIR}")
    if '"resolved"' in (ROOT / "package-lock.json").read_text("utf-8"):
        faults.append("package-lock.json nennt Adressen: npm install --package-lock-only")
    return faults


def missing(everything: list[str]) -> list[str]:
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))
    wanted = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        wanted += group
    known = {name_of(line) for line in everything}
    return sorted({name_of(requirement) for requirement in wanted} - known)


def differences(resolved: Path, everything: list[str]) -> list[str]:
    packages = tomllib.loads(resolved.read_text("utf-8"))["package"]
    ours = {line.split(";")[0].strip() for line in everything}
    theirs = {f"{p['name']}=={p['version']}" for p in packages if "registry" in p["source"]}
    return sorted(ours ^ theirs)


def pinned(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line.removesuffix("\\").strip() for line in lines if line[:1].isalnum()]


def as_constraints(lines: list[str]) -> list[str]:
    """Drop the markers, except where one package has two versions."""
    names = [name_of(line) for line in lines]
    return [
        line if names.count(name_of(line)) > 1 else line.split(";")[0].strip() for line in lines
    ]


def name_of(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    if name is None:
        raise ValueError(requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def constraints() -> list[str]:
    return uv_setting("constraint-dependencies")


def build_constraints() -> list[str]:
    return uv_setting("build-constraint-dependencies")


def uv_setting(name: str) -> list[str]:
    return [str(entry) for entry in tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["uv"][name]]


def build_hook_requirements() -> list[str]:
    # Read as text: the module needs hatchling, which is only there while a build runs.
    found = re.search(
        r"^BUILD_REQUIREMENTS = \[(.*?)\]", (ROOT / "hatch_build.py").read_text(), re.M
    )
    if found is None:
        raise ValueError("hatch_build.py: BUILD_REQUIREMENTS")
    return re.findall(r'"([^"]+)"', found[1])


def write_constraints(runtime: list[str], build: list[str]) -> None:
    def array(name: str, entries: list[str]) -> str:
        # Single quotes: a marker may contain double ones.
        quoted = "".join(f'    "{entry.replace(chr(34), chr(39))}",\n' for entry in entries)
        return f"{name} = [\n{quoted}]\n" if entries else f"{name} = []\n"

    block = array("constraint-dependencies", runtime) + array(
        "build-constraint-dependencies", build
    )
    text = PYPROJECT.read_text("utf-8")
    PYPROJECT.write_text(BLOCK.sub(lambda _: block, text, count=1), "utf-8")


def uv(*arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run(
        ["uv", *arguments],
        cwd=ROOT,
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
