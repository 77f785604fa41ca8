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
    """Name what is missing or out of date, in words that fit between brackets."""
    try:
        stamp = json.loads((vendor / "stamp.json").read_text("utf-8"))
        source, files = stamp["quelle"], stamp["dateien"]
    except FileNotFoundError:
        return ["KERN, Schriften, Leaflet und htmx"]
    except (OSError, ValueError, KeyError, TypeError):
        return ["stamp.json ist unlesbar"]
    missing = [name for name in files if not (vendor / name).is_file()]
    # An installed wheel carries no lock file; there nothing can have become outdated.
    inputs = [root / "package-lock.json", root / "hatch_build.py"]
    if all(path.is_file() for path in inputs):
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
        if digest != source:
            missing.append("vorhandene gehören zu einem anderen Stand von package-lock.json")
    return missing
