"""The checkout keeps its own promises: what it declares, what it ships, what it never mentions."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import xero_sync

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
OUR_PACKAGES = {Path(package).name: ROOT / package for package in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}

DECLARED = {canonicalize_name(Requirement(line).name): Requirement(line) for line in PROJECT["dependencies"]}


def declared_for(group: str) -> dict[str, Requirement]:
    """What a dependency group asks for, by distribution name."""
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in PYPROJECT["dependency-groups"][group]}


DECLARED_FOR_TESTS = declared_for("dev")
DECLARED_FOR_THE_PAGE = declared_for("page")

NO_IMPORT_SHOWS_IT = {
    "aiohttp": "the Slack SDK sends with it",
    "aiosqlite": "SQLAlchemy loads it for a sqlite+aiosqlite URL",
    "psycopg": "SQLAlchemy loads it for a postgresql+psycopg URL",
    "websockets": "uvicorn loads it",
}
COMES_WITH_ONE_DECLARED = {
    "pydantic-core": "half of pydantic, which pins it exactly",
    "pytest": "the fixtures we offer are loaded by pytest alone",
}
WAITING_FOR_ITS_ROOM = {  # a line goes when its room is built
    "authlib": "the consent flow",
    "cryptography": "tokens encrypted at rest",
}

LOCK_FILES = ["base.txt", "dev.txt", "page.txt", "foreign.txt", "tap.txt"]
FOREIGN_PROGRAMS = ROOT / "tests" / "judge" / "foreign"
"""They run in environments of their own."""
TEXT_KINDS = {".py", ".pyi", ".md", ".toml", ".txt", ".yml", ".yaml", ".json", ".html", ".css", ".js", ".mako", ".ini", ".sh", ""}
PLUGIN_NAMES = re.compile(r"(accounting[-_]objects|project[-_]?matching|document[-_]?attach)(?![a-z])", re.IGNORECASE)
# Written in halves, so that this file may be looked through as well.
MACHINE_PATHS = re.compile("|".join(["/ro" + "ot/", "/wo" + "rk/", "/ho" + r"me/\w", "/Us" + r"ers/\w", r"[A-Z]:\\" + "Us" + "ers"]))
REGISTRIES = re.compile("|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "registry" + r"\.npm", r"anaconda\." + "org"]))
ADDRESSES = re.compile(r"\w+://|--(extra-)?index-url|--find-links|--trusted-host|(?<!\S)-[fi]\s| @ ")


def texts_of_the_checkout() -> Iterator[tuple[str, str]]:
    """(path, text) of what belongs to the project, whether git is there or not; not of what lies around beside it."""
    ours = [ROOT / ".gitignore", *ROOT.glob(".ci/*"), *(path for path in ROOT.glob("*") if path.suffix in {".md", ".toml", ".yml"})]
    ours += [ROOT / "Makefile", ROOT / "Procfile", ROOT / "LICENSE"]
    for folder in ("bot", "plugins", "tests", "docs", "benchmarks", "requirements"):
        ours += sorted((ROOT / folder).rglob("*"))
    for path in ours:
        if path.is_file() and path.suffix in TEXT_KINDS and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def lines_with(pattern: re.Pattern[str], folders: tuple[str, ...] = ("",)) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts_of_the_checkout()
        if name.startswith(folders)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def pins_of(lock_file: str) -> dict[str, Requirement]:
    """What a lock file pins, by distribution name."""
    logical_lines = (ROOT / "requirements" / lock_file).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pins = [Requirement(line.split("--hash=")[0]) for line in logical_lines if line.strip() and not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in pins}


def version_pinned(pin: Requirement) -> str:
    return str(pin.specifier).removeprefix("==")


def distributions_imported(*folders: Path) -> set[str]:
    """The distributions of others that the code in these folders imports by name."""
    sources = [path for folder in folders for path in folder.rglob("*.py") if FOREIGN_PROGRAMS not in path.parents]
    ours = {"xero_sync", *OUR_PACKAGES, *(path.stem for path in sources)}
    modules = {
        module for path in sources for module in modules_imported(path) if not module.startswith("xero_sync_") and module not in ours
    }
    providers = packages_distributions()
    return {canonicalize_name(providers.get(module, [module])[0]) for module in modules - sys.stdlib_module_names}


def modules_imported(path: Path) -> set[str]:
    """Top-level names of the modules one file imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("lock_file", LOCK_FILES)
def test_given_a_lock_file_when_read_then_it_names_no_address(lock_file: str) -> None:
    lines = lines_with(ADDRESSES, (f"requirements/{lock_file}",))

    assert lines == []


@pytest.mark.parametrize("lock_file", LOCK_FILES)
def test_given_a_lock_file_when_read_then_every_package_is_pinned_and_hashed(lock_file: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z])", (ROOT / "requirements" / lock_file).read_text(encoding="utf-8"))

    loose = [block.splitlines()[0] for block in blocks if not block.startswith("#") and not ("==" in block and "--hash=sha256:" in block)]

    assert loose == []


@pytest.mark.parametrize(
    ("lock_file", "declared"),
    [
        pytest.param("base.txt", DECLARED, id="what runs"),
        pytest.param("dev.txt", DECLARED | DECLARED_FOR_TESTS, id="what tests"),
        pytest.param("page.txt", DECLARED_FOR_THE_PAGE, id="what drives a browser"),
        pytest.param("foreign.txt", declared_for("foreign"), id="what judges"),
        pytest.param("tap.txt", declared_for("tap"), id="what judges alone"),
    ],
)
def test_given_what_is_declared_when_locked_then_each_pin_is_allowed(lock_file: str, declared: dict[str, Requirement]) -> None:
    pins = pins_of(lock_file)

    outdated = [name for name, wanted in declared.items() if name not in pins or version_pinned(pins[name]) not in wanted.specifier]

    assert outdated == [], "run make lock"


def test_given_both_lock_files_when_compared_then_tests_run_on_what_users_run() -> None:
    base, dev = pins_of("base.txt"), pins_of("dev.txt")

    different = [name for name in base if name not in dev or version_pinned(base[name]) != version_pinned(dev[name])]

    assert different == []


def test_given_what_runs_when_its_imports_are_read_then_each_is_declared() -> None:
    imported = distributions_imported(*OUR_PACKAGES.values())

    undeclared = imported - DECLARED.keys() - COMES_WITH_ONE_DECLARED.keys()

    assert undeclared == set()


def test_given_the_tests_when_their_imports_are_read_then_each_is_declared() -> None:
    imported = distributions_imported(ROOT / "tests")

    undeclared = (
        imported - {"tests"} - DECLARED.keys() - DECLARED_FOR_TESTS.keys() - DECLARED_FOR_THE_PAGE.keys() - COMES_WITH_ONE_DECLARED.keys()
    )

    assert undeclared == set()


def test_given_what_is_declared_when_its_use_is_looked_for_then_nothing_is_carried_for_no_reason() -> None:
    imported = distributions_imported(*OUR_PACKAGES.values())

    unused = DECLARED.keys() - imported - NO_IMPORT_SHOWS_IT.keys() - WAITING_FOR_ITS_ROOM.keys()

    assert unused == set()


def test_given_what_is_declared_when_looked_for_then_it_can_be_imported() -> None:
    modules = [name.replace("-", "_") for name in DECLARED]

    missing = [module for module in modules if find_spec(module) is None]

    assert missing == []


def test_given_the_checkout_when_read_then_the_house_names_no_plugin() -> None:
    lines = lines_with(PLUGIN_NAMES, ("bot/",))

    assert lines == []


def test_given_the_checkout_when_read_then_it_knows_no_machine() -> None:
    lines = lines_with(MACHINE_PATHS)

    assert lines == []


def test_given_the_checkout_when_read_then_it_names_no_package_registry() -> None:
    lines = lines_with(REGISTRIES)

    assert lines == []


def test_given_a_clone_when_run_or_tested_then_it_needs_nothing_beside_it() -> None:
    lines = lines_with(re.compile(r"\.\./sha" + "red|/sha" + "red/"), ("bot/", "plugins/", "tests/", "docs/", "README.md"))

    assert lines == []


def test_given_the_wheel_when_built_then_it_holds_our_packages_and_nothing_else(tmp_path: Path) -> None:
    build = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert build.returncode == 0, build.stderr

    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        top_names = {name.split("/")[0] for name in wheel.namelist()}
        page = {Path(name).suffix for name in wheel.namelist() if "/demo/page/assets/" in name}
        typed = {name.split("/")[0] for name in wheel.namelist() if name.endswith("/py.typed")}

    assert (top_names, typed) == ({*OUR_PACKAGES, f"xero_sync-{PROJECT['version']}.dist-info"}, {*OUR_PACKAGES})
    assert page == {".html", ".css", ".js"}


def test_given_the_version_when_asked_then_code_and_packaging_agree() -> None:
    assert xero_sync.__version__ == PROJECT["version"]


def test_given_the_changelog_when_read_then_it_says_what_comes_next() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert "\n## [Unreleased]\n" in changelog
