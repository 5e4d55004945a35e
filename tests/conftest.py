"""Fixtures for all tests: a database of each kind, and a log that only tells of mistakes."""

import os
import shutil
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from xero_sync.log import configure

pytest_plugins = ["tests.databases"]
configure(level="ERROR")

_MEMORY_DISK = Path("/dev/shm")
_ROOM_NEEDED = 2 << 30
_LONGEST = ("test_demo.py", "test_killed.py", "test_scale.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases-file", dest="cases_file", help="play the cases of this file in place of our own (make cases FILE=…)")


def pytest_configure(config: pytest.Config) -> None:
    # No test's database has to survive the machine, and waiting for a disk to confirm each commit takes longer than the tests themselves.
    if _MEMORY_DISK.is_dir() and os.access(_MEMORY_DISK, os.W_OK) and shutil.disk_usage(_MEMORY_DISK).free > _ROOM_NEEDED:
        tempfile.tempdir = str(_MEMORY_DISK)
    _stay_on_one_core(getattr(config, "workerinput", {}).get("workerid", ""))


def _stay_on_one_core(worker: str) -> None:
    # A test and its database's thread or server take turns, never run at once: handing over between cores took a fifth of the time.
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest first, so that no worker is left alone with one in the end.
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """The loop the bot runs on."""
    return {"uvloop": uvloop.new_event_loop}
