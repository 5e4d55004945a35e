"""`python -m xero_sync`."""

import sys

from xero_sync.cli import main

sys.exit(main())
