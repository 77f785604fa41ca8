"""A hundred thousand records are read in the memory that ten need."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 100_000

# Run alone: the peak of a process is its own only if nothing else was done in it. VmHWM is asked
# where there is one, since getrusage hands the peak of the parent on to the child.
READER = f"""
import io, re, resource, sys
from pathlib import Path
from importers import xzufi
from tests.xzufi_generator import Pieces, generate_short

def peak():
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

pieces = Pieces(generate_short({RECORDS}))
stream = io.BufferedReader(pieces, 1 << 16)
outcomes = sum(1 for _ in xzufi.read("gross.xml", stream))
print(outcomes, pieces.given, peak())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kennt resource.getrusage nicht.")
def test_memory_stays_flat_over_a_hundred_thousand_records() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", READER], cwd=ROOT, capture_output=True, text=True, check=True
    )
    outcomes, size, peak = map(int, finished.stdout.split())
    assert outcomes == RECORDS + 2
    assert size > 60_000_000
    # A reader that kept the text alone would need more than its size, one with a tree five times
    # as much; this one needs what Python and lxml take before the first byte.
    assert peak < size * 0.9
