"""Are the front-end files there? hatch_build.py brings them; `serve` and `doctor` ask here.

Standard library only, so that the answer is there before anything else is imported.
"""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"
ROOT = Path(__file__).parents[2]
REPAIR_COMMAND = "uv sync --reinstall-package ozg-katalog"


def missing_assets(vendor: Path = VENDOR, root: Path = ROOT) -> list[str]:
    """Say in German what is wrong with the front-end files; empty if all is well."""
    try:
        stamp = json.loads((vendor / "stamp.json").read_text("utf-8"))
        source, files = stamp["quelle"], stamp["dateien"]
    except FileNotFoundError:
        return ["Die Oberflächendateien (KERN, Leaflet, htmx) fehlen."]
    except (OSError, ValueError, KeyError, TypeError):
        return ["Das Verzeichnis der Oberflächendateien (stamp.json) ist beschädigt."]
    faults = [f"{name} fehlt." for name in files if not (vendor / name).is_file()]
    # An installed wheel carries no lock file; there nothing can have become outdated.
    inputs = [root / "package-lock.json", root / "hatch_build.py"]
    if all(path.is_file() for path in inputs):
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
        if digest != source:
            faults.append("Die Oberflächendateien gehören zu einem älteren Stand.")
    return faults
