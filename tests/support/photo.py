"""A photo as a phone takes it: with a position and a camera name hidden in it."""

from __future__ import annotations

import io

from PIL import Image

CAMERA_TAG, MAKER_TAG, GPS_TAG = 0x0110, 0x010F, 0x8825


def photo() -> bytes:
    """Return a JPEG that carries where it was taken and with what."""
    picture = Image.new("RGB", (640, 480), (180, 150, 120))
    hidden = Image.Exif()
    hidden[MAKER_TAG] = "Imaginary"
    hidden[CAMERA_TAG] = "Secret Camera 7"
    hidden[GPS_TAG] = {1: "S", 2: (23.0, 38.0, 0.0), 3: "W", 4: (70.0, 24.0, 0.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=hidden)
    return out.getvalue()
