"""The one place that imports an extra on demand. Everything else imports at the top of its module."""

from typing import Any


class ExtraMissing(Exception):
    """A setting asks for an extra that is not installed; `extra` names it."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"install it with: pip install 'grievance[{extra}]'")
        self.extra = extra


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
