"""Ship the folders that stand at the top of the repository inside the wheel.

`templates/`, `translations/` and `migrations/` stay at the top because translators and administrators look for
them there. An installed package has no top, so a built one carries them as `grievance/_shipped/`. Where they are
found is decided by `grievance/core/paths.py` and nowhere else.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("templates", "translations", "migrations")


class BuildWithShippedFolders(build_py):
    """Copy the shipped folders and compile every catalogue; an editable install uses the checkout instead."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        top = Path(__file__).resolve().parent
        target = Path(self.build_lib) / "grievance" / "_shipped"
        shutil.rmtree(target, ignore_errors=True)
        for folder in SHIPPED:
            if (top / folder).is_dir():
                shutil.copytree(top / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        for catalogue in sorted((target / "translations").glob("*/LC_MESSAGES/*.po")):
            compile_catalogue(catalogue)


def compile_catalogue(catalogue: Path) -> None:
    """Write the `.mo` beside a `.po`. Fuzzy entries are left out: an unsure translation is not shown."""
    # The folder may be a name Babel does not know (es@aymara): the locale is not needed for compiling.
    with catalogue.open("rb") as source:
        messages = read_po(source)
    with catalogue.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, messages)


setup(cmdclass={"build_py": BuildWithShippedFolders})
