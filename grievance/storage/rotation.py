"""Which stored files are not yet sealed under the current key."""

from grievance.crypto.keyring import key_id_of
from grievance.storage.files import Storage


def files_to_reseal(storage: Storage) -> list[str]:
    """Return the keys of files sealed under a retired key."""
    return [key for key, _ in storage.stored() if key_id_of(storage.place.get(key)) != storage.current_key_id]
