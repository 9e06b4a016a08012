"""Kept answers: built by one at a time, never older than a release, never more than there is room for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grievance.web.open.kept import LASTS_SECONDS, MARK, MAY_BE_KEPT, REPLACES, KeptPages

Ask = Callable[..., tuple[str, bytes]]


class House:
    """An application that says what it was given last, and counts how often it was asked."""

    def __init__(self) -> None:
        self.says, self.status, self.mark = b"one", "200 OK", MAY_BE_KEPT
        self.asked = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        self.asked += 1
        body = self.says
        self.meanwhile()
        headers = [("Cache-Control", "public, max-age=60"), ("ETag", f'W/"{body.decode()[:20]}"')]
        start_response(self.status, [*headers, (MARK, self.mark)] if self.mark else headers)
        return [body]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def asking(pages: KeptPages, house: House) -> Ask:
    served = pages.around(house)

    def ask(path: str = "/es/x", method: str = "GET") -> tuple[str, bytes]:
        answered: list[str] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": ""}
        body = b"".join(served(environ, lambda status, *_: answered.append(status)))  # type: ignore[arg-type]  # as little of WSGI as it needs
        return answered[0], body

    return ask


def test_while_one_builds_a_page_anew_the_others_get_the_old_one() -> None:
    house, clock = House(), Clock()
    ask = asking(KeptPages(now=clock), house)
    ask()
    clock.seconds += LASTS_SECONDS + 1
    house.says = b"two"
    meanwhile: list[bytes] = []
    house.meanwhile = lambda: meanwhile.append(ask()[1]) if not meanwhile else None

    assert ask()[1] == b"two"
    assert (meanwhile, house.asked) == ([b"one"], 2)
    assert ask()[1] == b"two"


def test_a_page_begun_before_a_release_is_not_kept_after_it() -> None:
    house, pages = House(), KeptPages()
    ask = asking(pages, house)
    house.meanwhile = pages.forget

    assert ask()[1] == b"one"
    house.says, house.meanwhile = b"two", lambda: None
    assert ask()[1] == b"two"


def test_an_answer_that_replaces_forgets_all_others() -> None:
    house = House()
    ask = asking(KeptPages(), house)
    ask()
    house.says, house.mark = b"done", REPLACES
    ask("/staff", "POST")
    house.says, house.mark = b"two", MAY_BE_KEPT

    assert ask()[1] == b"two"


def test_a_page_that_is_gone_is_not_answered_from_memory() -> None:
    house, clock = House(), Clock()
    ask = asking(KeptPages(now=clock), house)
    ask()
    clock.seconds += LASTS_SECONDS + 1
    house.says, house.status, house.mark = b"gone", "404 NOT FOUND", ""

    assert [ask()[0], ask()[0]] == ["404 NOT FOUND"] * 2


def test_asking_for_heads_does_not_keep_a_page_alive() -> None:
    house, clock = House(), Clock()
    ask = asking(KeptPages(now=clock), house)
    ask()
    house.says = b"two"
    for _ in range(3):
        clock.seconds += LASTS_SECONDS / 2
        ask(method="HEAD")

    assert ask()[1] == b"two"


def test_what_is_kept_has_an_end() -> None:
    house, pages = House(), KeptPages(most_bytes=10)
    ask = asking(pages, house)

    for number in range(8):
        ask(f"/es/{number}")

    assert pages.size == sum(len(answer.body) for answer in pages.answers.values()) <= 10
