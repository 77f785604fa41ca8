"""Forty thousand records are read in the memory that four thousand need."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 40_000

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
outcomes = 0
for outcomes, _ in enumerate(xzufi.read("gross.xml", stream), 1):
    if outcomes == {RECORDS // 10}:
        early, begun = peak(), pieces.given
print(outcomes, pieces.given - begun, peak() - early)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kennt resource.getrusage nicht.")
@pytest.mark.full_run
def test_memory_stays_flat_over_forty_thousand_records() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", READER], cwd=ROOT, capture_output=True, text=True, check=True
    )
    outcomes, read, growth = map(int, finished.stdout.split())
    assert outcomes == RECORDS + 2
    assert read > 20_000_000
    # A reader that kept the text alone would grow by what it reads, one with a tree five times as
    # much; this one keeps what Python does not give back at once.
    assert growth < read / 10
