"""Requests that no page of ours makes: what they may cost, before anybody is known to have sent them."""

from __future__ import annotations

import pytest
from flask import Flask

from grievance.web.complainant.uploads import MAX_REQUEST_BYTES
from grievance.web.security import REQUEST_BYTES_MAX

BOUNDARY = "----b"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def _file_of(size_bytes: int) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    return head.encode() + b"x" * size_bytes + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("path", ["/en/staff/sign-in", "/en/staff/code", "/en/staff/people/add", "/en/demo/phone"])
def test_a_form_without_files_is_read_up_to_its_limit_and_no_further(app: Flask, path: str) -> None:
    """A stranger could otherwise fill the disk: what is larger than memory goes into temporary files."""
    answer = app.test_client().post(path, data=_file_of(REQUEST_BYTES_MAX), content_type=MULTIPART)

    assert answer.status_code == 413


def test_a_form_with_files_is_read_up_to_its_own_limit(app: Flask) -> None:
    size = 2 * REQUEST_BYTES_MAX
    assert size < MAX_REQUEST_BYTES

    answer = app.test_client().post("/en/follow-up/message", data=_file_of(size), content_type=MULTIPART)

    assert answer.status_code == 400  # read, and then refused for its missing token
