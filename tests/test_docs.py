"""The pages say what the code does: the hooks, the layout, and the plugin printed in the README."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from tests import unknowns_page
from tests.hooks_page import PAGE, hooks, page

from xero_sync.hookspecs import PluginDescription
from xero_sync.plugins import load_plugins
from xero_sync.testing.standins.xero import line
from xero_sync.testing.world import World

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "bot" / "xero_sync"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LAID_OUT = [HOUSE / named for named in re.findall(r"^- `([\w/.]+)`", ARCHITECTURE, re.MULTILINE)]
NAME = "purchase-order"


@pytest.fixture
def printed_plugin(tmp_path: Path) -> ModuleType:
    """The README's plugin, imported from a file as it is printed."""
    (block,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    path = tmp_path / "printed_in_the_readme.py"
    path.write_text(block, encoding="utf-8")
    spec = spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_given_docs_when_compared_with_the_hooks_then_the_page_says_what_they_promise() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: .venv/bin/python -m tests.hooks_page"


def test_given_docs_when_compared_with_the_stand_ins_then_every_open_question_is_listed() -> None:
    assert unknowns_page.PAGE.read_text(encoding="utf-8") == unknowns_page.page(), "write it anew: .venv/bin/python -m tests.unknowns_page"


@pytest.mark.parametrize("name", hooks())
def test_given_a_hook_when_its_contract_is_read_then_it_says_since_when(name: str) -> None:
    contract = hooks()[name].__doc__ or ""

    assert re.search(r"^\s+Since: \d+\.\d+$", contract, re.MULTILINE)


def test_given_the_layout_in_docs_when_its_files_are_looked_for_then_all_are_there() -> None:
    missing = [path for path in LAID_OUT if not path.exists()]

    assert missing == []


def test_given_the_files_of_the_house_when_the_layout_is_read_then_each_or_its_folder_has_a_line() -> None:
    files = [path for path in HOUSE.rglob("*.py") if path.name != "__init__.py"]

    unnamed = [path.relative_to(HOUSE).as_posix() for path in files if not {path, *path.parents}.intersection(LAID_OUT)]

    assert unnamed == []


def test_given_the_plugin_of_the_readme_when_loaded_then_it_is_what_it_says(printed_plugin: ModuleType) -> None:
    found = load_plugins(extra={NAME: printed_plugin}).loaded

    assert {entry.name: entry.description for entry in found}[NAME] == PluginDescription("Match by purchase order number")


async def test_given_the_plugin_of_the_readme_when_a_bill_names_its_purchase_order_then_it_is_on_the_project(
    database_url: str, printed_plugin: ModuleType
) -> None:
    async with World.open(database_url, extra_plugins={NAME: printed_plugin}) as world:
        project_id = world.scoro.has_project("PO-4471 Harbour Refit")
        world.scoro.has_project("PO-4472 Quay Lantern")
        world.xero.approves_bill("B-1", "Delft Signs", [line("740.00", description="Fascia panels PO-4471")], date="2026-11-20")

        await world.sync()

        assert [str(net) for net in world.on_project(project_id)] == ["740.00"] == [str(world.put_on_projects())]
