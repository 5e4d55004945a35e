"""xero-sync from a bare checkout: `python -m bot` does what the command `xero-sync` does."""

import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """The exit code of the command line; 2 when the packages it needs are not there."""
    sys.path[:0] = [str(ROOT / "bot")]
    # Without an installation there are no entry points: the plugins are found in their folder.
    os.environ.setdefault("XERO_SYNC_PLUGINS_DIR", str(ROOT / "plugins"))  # noqa: TID251 - set for settings.py, not read
    try:
        command_line = import_module("xero_sync.cli")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("xero_sync"):
            raise
        print(f"The package {missing.name} is missing. Run `make demo` once, then `.venv/bin/python -m bot`.", file=sys.stderr)  # noqa: T201 - for a terminal
        return 2
    return int(command_line.main() or 0)


if __name__ == "__main__":
    sys.exit(main())
