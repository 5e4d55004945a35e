"""xero-sync as a module: `python -m xero_sync` does what the command `xero-sync` does."""

import sys

from xero_sync.cli import main

if __name__ == "__main__":
    sys.exit(main())
