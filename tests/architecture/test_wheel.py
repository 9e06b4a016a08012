"""An installed package works by itself: what stands at the top of the repository travels inside the wheel."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.architecture.sources import TOP, repository_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PLACES = """
import json
from importlib.resources import files
from grievance.core.paths import migrations_dir, templates_dir, translations_dir
print(json.dumps({
    "templates": str(templates_dir()),
    "translations": str(translations_dir()),
    "migrations": str(migrations_dir()),
    "static": str(files("grievance.web") / "static"),
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the repository's own files, and install it alone; return the environment's folder.

    The environment borrows the dependencies of this one by a path entry. The checkout is not on that path: it is
    known here through a .pth file, and those are not followed from a borrowed folder.
    """
    source = tmp_path_factory.mktemp("source")
    for file in repository_files():
        copy = source / file.relative_to(TOP)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), cwd=source)

    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(environment), cwd=out)
    python = str(environment / "bin" / "python")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
        *(str(wheel) for wheel in out.glob("*.whl")), cwd=out)  # fmt: skip
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment


@pytest.fixture(scope="module")
def places(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where the installed package says that its folders are."""
    printed = run(str(installed / "bin" / "python"), "-c", PLACES, cwd=tmp_path_factory.mktemp("elsewhere"))
    return {name: Path(path) for name, path in json.loads(printed).items()}


def test_its_folders_are_its_own_and_not_the_checkouts(installed: Path, places: dict[str, Path]) -> None:
    assert [name for name, path in places.items() if not path.is_relative_to(installed)] == []


@pytest.mark.parametrize("folder", ["templates", "migrations", "translations"])
def test_it_carries_every_file_of_the_folder(folder: str, places: dict[str, Path]) -> None:
    wanted = {file.relative_to(TOP / folder) for file in repository_files() if file.is_relative_to(TOP / folder)}

    assert wanted
    assert [file for file in sorted(wanted) if not (places[folder] / file).is_file()] == []


def test_it_carries_every_static_file(places: dict[str, Path]) -> None:
    static = TOP / "grievance" / "web" / "static"
    wanted = {file.relative_to(static) for file in repository_files() if file.is_relative_to(static)}

    assert wanted
    assert [file for file in sorted(wanted) if not (places["static"] / file).is_file()] == []


def test_its_catalogues_are_compiled(places: dict[str, Path]) -> None:
    catalogues = sorted(places["translations"].glob("*/LC_MESSAGES/messages.po"))

    assert catalogues
    assert [po for po in catalogues if not po.with_suffix(".mo").is_file()] == []


def test_its_command_answers_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    assert "Usage: grievance" in run(str(installed / "bin" / "grievance"), "--help", cwd=tmp_path)


def run(*command: str, cwd: Path) -> str:
    """Run a command with nothing of this environment but the path to programs; return what it printed."""
    done = subprocess.run(command, cwd=cwd, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
