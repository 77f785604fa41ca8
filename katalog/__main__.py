"""`python -m katalog` is `katalog`."""

import sys

from katalog.cli import main

sys.exit(main())
