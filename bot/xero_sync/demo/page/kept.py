"""What the services of the demo hold, on disk, so that a second start can go on where the first one ended."""

from __future__ import annotations

import fcntl
import io
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MethodType
from typing import Any, Final

from xero_sync import __version__
from xero_sync.demo.agency import Agency
from xero_sync.errors import ConfigError

_FILE: Final = "services.pickle"
_LOCK: Final = "demo.lock"
_OURS: Final = "xero_sync.testing.standins."
_PLAIN: Final = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("collections", "Counter"),
    ("collections", "OrderedDict"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("itertools", "count"),
}
"""What a kept file may hold besides the stand-ins' own records: nothing that could act."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder is this process's alone. Raises ConfigError where another demo runs on it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip()
            raise ConfigError(f"The demo is running already{f' at {where}' if where else ''}. Look there, or stop it first.") from None
        yield


def say_where(folder: Path, url: str) -> None:
    """Write down where the demo that holds the folder is to be found."""
    (folder / _LOCK).write_text(url, encoding="utf-8")


def is_kept(folder: Path) -> bool:
    """Whether there is something to go on with."""
    return (folder / _FILE).is_file()


def forget(folder: Path) -> None:
    """Everything of the last demo is gone, but for the lock."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _LOCK:
            path.unlink()


def keep(agency: Agency, folder: Path) -> None:
    """Write down what the services hold, whole or not at all."""
    written = io.BytesIO()
    pickler = _Pickler(written, agency)
    pickler.dump((__version__, agency.kept(), {name: standin.kept() for name, standin in agency.standins.items()}))
    new = folder / f"{_FILE}.new"
    new.touch(mode=0o600)
    new.write_bytes(written.getvalue())
    new.replace(folder / _FILE)


def put_back(agency: Agency, folder: Path) -> bool:
    """Whether the services now hold what was kept; False where that is damaged or of another version, and nothing was changed."""
    try:
        version, own, standins = _Unpickler(io.BytesIO((folder / _FILE).read_bytes()), agency).load()
    except (pickle.UnpicklingError, EOFError, OSError, ValueError, TypeError, AttributeError, KeyError, IndexError, ImportError):
        return False
    is_whole = isinstance(own, dict) and isinstance(standins, dict) and own.keys() >= agency.kept().keys()
    is_whole = is_whole and all(set(standin.KEPT) <= set(standins.get(name, ())) for name, standin in agency.standins.items())
    if version != __version__ or not is_whole:
        return False
    agency.puts_back(own)
    for name, standin in agency.standins.items():
        standin.puts_back(standins[name])
    return True


class _Pickler(pickle.Pickler):
    """Methods of the workspace go by name: a message knows through them what people are called."""

    def __init__(self, file: io.BytesIO, agency: Agency) -> None:
        super().__init__(file)
        self._workspace = agency.slack.workspace

    def persistent_id(self, obj: Any) -> str | None:
        is_method = isinstance(obj, MethodType) and obj.__self__ is self._workspace
        return str(obj.__name__) if is_method else None


class _Unpickler(pickle.Unpickler):
    """Makes the stand-ins' own records and plain values, and refuses everything else."""

    def __init__(self, file: io.BytesIO, agency: Agency) -> None:
        super().__init__(file)
        self._workspace = agency.slack.workspace

    def persistent_load(self, pid: Any) -> Any:
        if pid != "name_of":
            raise pickle.UnpicklingError(f"{pid} is not kept")
        return self._workspace.name_of

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) in _PLAIN:
            return super().find_class(module_name, global_name)
        # A dotted name, or one that a module has only imported, would lead out of the stand-ins.
        is_ours = module_name.startswith(_OURS) and "." not in global_name
        found = super().find_class(module_name, global_name) if is_ours else None
        if not isinstance(found, type) or found.__module__ != module_name:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not kept")
        return found
