"""Put, get and delete sealed bytes under a random key.

Files are sealed before they leave this module, bound to their key, so that neither a disk nor a bucket shows them.
Call these outside any open transaction: a slow disk or network must not hold a lock.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from grievance.core.optional import boto3_client
from grievance.crypto.keyring import KeyRing


class FileMissing(Exception):
    """No file is stored under that key."""


class Place(Protocol):
    """Where sealed bytes lie."""

    def put(self, key: str, sealed: bytes) -> None:
        """Store, durably, before returning."""
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes, or raise FileMissing."""
        ...

    def delete(self, key: str) -> None:
        """Remove; a key that is not there is no error."""
        ...

    def stored(self) -> Iterator[tuple[str, datetime]]:
        """Yield every key with the instant it was stored."""
        ...


class Storage:
    """Sealed files in one place."""

    def __init__(self, place: Place, keys: KeyRing) -> None:
        self.place = place
        self._ring = keys

    @property
    def current_key_id(self) -> str:
        """Id of the key under which files are sealed now."""
        return self._ring.current_id

    def put(self, plain: bytes) -> str:
        """Seal and store bytes; return the new random key."""
        key = secrets.token_urlsafe(24)
        self.put_under(key, plain)
        return key

    def put_under(self, key: str, plain: bytes) -> None:
        """Seal and store bytes under a key that already has a name, for restoring."""
        self.place.put(key, self._ring.seal(f"storage:{key}", plain))

    def get(self, key: str) -> bytes:
        """Return the bytes stored under a key.

        Raises:
            FileMissing: there is none.
        """
        return self._ring.open(f"storage:{key}", self.place.get(key))

    def reseal(self, key: str) -> None:
        """Seal a file again under the current key."""
        self.put_under(key, self.get(key))

    def delete(self, key: str) -> None:
        """Remove a file; a key that is not there is no error."""
        self.place.delete(key)

    def stored(self) -> Iterator[tuple[str, datetime]]:
        """Yield every key with the instant it was stored."""
        yield from self.place.stored()


def open_storage(url: str, keys: KeyRing) -> Storage:
    """Return the storage of a setting: file:///folder or s3://bucket/prefix."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Storage(Folder(Path(parts.path)), keys)
    return Storage(Bucket(parts.netloc, parts.path.strip("/")), keys)


class Folder:
    """Files in a folder of this machine, readable by this account only."""

    def __init__(self, root: Path) -> None:
        if not root.is_absolute():
            raise ValueError("the storage folder must be an absolute path")
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root = root

    def put(self, key: str, sealed: bytes) -> None:
        """Write beside, flush to the disk, then rename: a crash leaves the old file or the new one."""
        path = self._path(key)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        beside = path.with_suffix(".part")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(sealed)
            handle.flush()
            os.fsync(handle.fileno())
        beside.rename(path)

    def get(self, key: str) -> bytes:
        """Read the file of a key."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(key) from error

    def delete(self, key: str) -> None:
        """Remove the file of a key."""
        self._path(key).unlink(missing_ok=True)

    def stored(self) -> Iterator[tuple[str, datetime]]:
        """Yield keys in no particular order; half-written files are left out."""
        for path in self.root.glob("*/*"):
            if path.suffix != ".part":
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _path(self, key: str) -> Path:
        if not key or not all(character.isalnum() or character in "-_" for character in key):
            raise FileMissing(key)
        return self.root / key[:2] / key


class Bucket:
    """Files in an S3-compatible bucket; address and credentials come from the environment, as its client reads them."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.client: Any = boto3_client("s3")
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""

    def put(self, key: str, sealed: bytes) -> None:
        """Store an object."""
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=sealed)

    def get(self, key: str) -> bytes:
        """Read an object."""
        try:
            body: bytes = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)["Body"].read()
        except self.client.exceptions.NoSuchKey as error:
            raise FileMissing(key) from error
        return body

    def delete(self, key: str) -> None:
        """Remove an object."""
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def stored(self) -> Iterator[tuple[str, datetime]]:
        """Yield keys with the instant they were stored."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        for page in pages:
            for item in page.get("Contents", ()):
                yield item["Key"].removeprefix(self.prefix), item["LastModified"].astimezone(UTC)
