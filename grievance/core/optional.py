"""The one place that imports on demand: an extra, or what is large and rarely needed. Else imports stand at the top."""

import ctypes
import io
from contextlib import redirect_stdout, suppress
from importlib.util import find_spec
from typing import IO, Any, Final

PANGO: Final = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")
"""Names of the library on Linux, macOS and Windows, as WeasyPrint 70 looks for it (text/ffi.py, read 2026)."""


class ExtraMissing(Exception):
    """A setting asks for an extra that is not installed; `extra` names it."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"install it with: pip install 'grievance[{extra}]'")
        self.extra = extra


class LibraryMissing(Exception):
    """An extra is installed, but not the library of the system that it needs; `library` names it."""

    def __init__(self, library: str) -> None:
        super().__init__(library)
        self.library = library


def boto3_client(service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
    """Return a client of an S3-compatible service.

    Raises:
        ExtraMissing: the extra `s3` is not installed.
    """
    try:
        import boto3  # noqa: PLC0415
    except ImportError as error:
        raise ExtraMissing("s3") from error
    return boto3.client(service)


def open_workbook(file: IO[bytes]) -> Any:  # noqa: ANN401  # its read-only classes are not among its types
    """Open an XLSX file for reading row by row: formulas as formulas, nothing that it links to.

    Imported on demand because a tenth of a second and ten megabytes are too much for each start of each process.
    """
    import openpyxl  # noqa: PLC0415

    return openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)


def weasyprint_module() -> Any:  # noqa: ANN401  # published without types
    """Return the library that sets pages as PDF.

    Raises:
        ExtraMissing: the extra `pdf` is not installed.
        LibraryMissing: Pango, which it draws letters with, is not on this system.
    """
    try:
        # It prints advice for its own developers where a library of the system is missing.
        with redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: PLC0415
    except ImportError as error:
        raise ExtraMissing("pdf") from error
    except OSError as error:
        raise LibraryMissing("Pango") from error
    return weasyprint


def has_weasyprint() -> bool:
    """Tell whether PDFs can be made, without loading what makes them: that costs each web process sixty megabytes."""
    if find_spec("weasyprint") is None:
        return False
    for name in PANGO:
        with suppress(OSError):
            ctypes.CDLL(name)
            return True
    return False
