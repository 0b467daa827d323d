"""`python -m sept_ext` does what `jupyter sept` does."""

from __future__ import annotations

import sys

from sept_ext.cli import main

sys.exit(main())
