"""A triager brings the company's old register: reads what is wrong, imports the good rows, and finds the cases."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.support.installation import MINE, Installation
from tests.support.registers import as_csv, line
from tests.support.visitor import PATIENCE_SECONDS, staff

TITLES = {"es": "Polvo zafirino", "en": "Sapphirine dust"}


def register(lang: str) -> bytes:
    """Return a register of another year: forty good rows, and two that are not."""
    good = [
        line(
            **{
                "Número de registro": f"{lang}-{number}/2024",
                "Recibido el": "2024-05-06",
                "Título": TITLES[lang],
                "Categoría": "Polvo y aire",
                "Acuse de recibo el": "07-05-2024",
                "Resultado": "Acogido",
                "Resultado avisado el": "20/05/2024",
                "Cerrado el": "2024-05-27",
            }
        )
        for number in range(1, 41)
    ]
    bad = [
        {**good[0], "Número de registro": f"{lang}-90/2024", "Recibido el": "31/02/2024"},
        {**good[0], "Número de registro": f"{lang}-91/2024", "Categoría": "Polvo y aires"},
    ]
    return as_csv([*good, *bad])


def test_an_old_register_is_checked_then_imported_and_its_cases_are_found(
    chromium: Browser, installation: Installation, tmp_path: Path, lang: str, scripts: bool
) -> None:
    file = tmp_path / f"registro-{lang}.csv"
    file.write_bytes(register(lang))
    with staff(chromium, installation, "celia", lang, scripts=scripts) as triager:
        triager.open(triager.address("/equipo/registros", "/staff/registers"))
        page = triager.page
        page.locator("input[type=file]").set_input_files(file)
        if page.locator("select[name=site]").count():
            page.locator("select[name=site]").select_option(MINE)
        triager.send(button=triager.t("Check this file"))
        checked = triager.t("Checked; nothing is imported yet")
        if scripts:
            # The page looks by itself.
            expect(page.get_by_text(checked)).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
        else:
            triager.wait_for(checked)
        triager.open(page.url)
        triager.see("31/02/2024")
        triager.see("Polvo y aire / Dust and air")
        triager.picture(tmp_path / "checked.png")

        good = page.locator("main form").filter(has=page.locator('input[value="yes"]'))
        triager.send(good)
        triager.wait_for(triager.t("Imported"))
        triager.open(page.url)
        triager.picture(tmp_path / "imported.png")
        triager.open(triager.address("/equipo/registros", "/staff/registers"))
        triager.see(file.name)
        triager.picture(tmp_path / "list.png")

        # Words of an old list are found as soon as the worker came to them.
        sought = f"?whose=site&show=all&q={TITLES[lang].replace(' ', '+')}"
        triager.open(triager.address(f"/equipo/casos{sought}", f"/staff/cases{sought}"))
        triager.wait_for(TITLES[lang])
        triager.click(TITLES[lang])
        triager.see(triager.t("From the old register"))


def own_list(lang: str) -> bytes:
    """Return a list with column names and words of its own."""
    rows = [
        {
            "Cod. Reclamo": f"{lang}-P{number}",
            "F. Recepción": "03/04/2025",
            "Glosa": "Polvo",
            "Situación": "Finiquitado",
        }
        for number in range(1, 13)
    ]
    return as_csv(rows)


def test_a_list_with_names_of_its_own_is_matched_imported_and_taken_back(
    chromium: Browser, installation: Installation, tmp_path: Path, lang: str, scripts: bool
) -> None:
    file = tmp_path / f"lista-{lang}-{scripts}.csv"
    file.write_bytes(own_list(f"{lang}{int(scripts)}"))
    with staff(chromium, installation, "celia", lang, scripts=scripts) as triager:
        triager.open(triager.address("/equipo/registros", "/staff/registers"))
        page = triager.page
        page.locator("input[type=file]").set_input_files(file)
        if page.locator("select[name=site]").count():
            page.locator("select[name=site]").select_option(MINE)
        triager.send(button=triager.t("Check this file"))
        triager.wait_for(triager.t("It waits for you: what do its columns mean?"))

        triager.open(page.url)
        triager.click(triager.t("Say what the columns mean"))
        for header, ours in (("F. Recepción", "received_on"), ("Glosa", "words"), ("Situación", "status")):
            page.get_by_label(header).select_option(ours)
        page.get_by_label("Cod. Reclamo").focus()
        page.keyboard.press("Tab")
        expect(page.get_by_label("F. Recepción")).to_be_focused()
        triager.send(button=triager.t("Show the rows again"))
        page.get_by_label("Finiquitado").select_option("open")
        page.locator("input[name=order]").first.check()
        triager.picture(tmp_path / "matching.png")
        triager.send(button=triager.t("Check the file with this"))
        triager.wait_for(triager.t("Checked; nothing is imported yet"))
        triager.open(page.url)
        triager.send(page.locator("main form").first)
        triager.wait_for(triager.t("Imported"))
        triager.open(page.url)

        triager.click(triager.t("Take this import back"))
        triager.picture(tmp_path / "undo.png")
        triager.send(page.locator("main form").first)
        triager.wait_for(triager.t("Taken back"))
        triager.open(page.url)
        triager.picture(tmp_path / "undone.png")
