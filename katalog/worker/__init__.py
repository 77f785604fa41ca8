"""What goes on beside the answers, in threads of `katalog serve` or in `katalog worker`.

`jobs` says what there is, `daily` what comes with each day. Each job runs in a thread of its own,
so that a mail server that does not answer keeps no index from following. Several processes may run
at once: the work itself takes care that each part of it is done by one.
"""

from __future__ import annotations

from katalog.worker.jobs import all_jobs
from katalog.worker.running import OUTAGES, Job, describe, run, run_once, running

__all__ = ["OUTAGES", "Job", "all_jobs", "describe", "run", "run_once", "running"]
