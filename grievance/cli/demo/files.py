"""Pictures and papers of the demo, drawn here: no photograph of any real place or person."""

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

from grievance.cases.files import StoredFile, keep
from grievance.storage.files import Storage

WIDTH, HEIGHT = 960, 640
"""Size of the pictures in pixels: enough for a page, some 20 KB each."""

SKY, HILL, ROAD, DUST = (186, 205, 222), (150, 118, 92), (120, 104, 90), (196, 176, 150)
PAPER, INK = (252, 250, 244), (60, 60, 66)
GLASS, SOOT = (214, 226, 230), (44, 42, 44)
STEEL, ORANGE = (150, 156, 160), (216, 130, 40)

NAMES = {
    "dusty road": "camino viejo.jpg",
    "closed track": "huella cerrada.jpg",
    "jar": "frasco.jpg",
    "parked machine": "frente a la sede.jpg",
    "letter": "carta de la junta.pdf",
}


def store_files(storage: Storage) -> Mapping[str, StoredFile]:
    """Draw and store every file; return them by what they show. Call it with no unit of work open."""
    return {what: keep(storage, _draw(what), name) for what, name in NAMES.items()}


def _draw(what: str) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER if what == "letter" else SKY)
    pen = ImageDraw.Draw(picture)
    match what:
        case "dusty road":
            _hills(pen)
            pen.polygon([(380, HEIGHT), (470, 330), (500, 330), (700, HEIGHT)], fill=ROAD)
            for n in range(9):
                pen.ellipse([420 + 30 * n, 250 - 14 * n, 560 + 40 * n, 400 + 10 * n], fill=DUST)
            pen.rectangle([470, 300, 530, 345], fill=ORANGE)
        case "closed track":
            _hills(pen)
            pen.polygon([(300, HEIGHT), (460, 340), (480, 340), (560, HEIGHT)], fill=ROAD)
            for n in range(4):
                pen.line([(180, 420 + 30 * n), (760, 420 + 30 * n)], fill=STEEL, width=8)
            for n in range(5):
                pen.line([(200 + 140 * n, 390), (200 + 140 * n, 560)], fill=INK, width=12)
        case "jar":
            pen.rounded_rectangle([340, 120, 620, 580], radius=40, fill=GLASS, outline=INK, width=6)
            pen.rounded_rectangle([346, 440, 614, 574], radius=34, fill=SOOT)
            pen.rectangle([370, 90, 590, 130], fill=STEEL)
        case "parked machine":
            _hills(pen)
            pen.rectangle([120, 250, 430, 520], fill=PAPER, outline=INK, width=4)
            pen.rectangle([400, 380, 820, 520], fill=ORANGE)
            pen.ellipse([440, 470, 560, 590], fill=SOOT)
            pen.ellipse([660, 470, 780, 590], fill=SOOT)
        case _:
            for n in range(14):
                pen.line([(140, 120 + 32 * n), (820 - 60 * (n % 3), 120 + 32 * n)], fill=INK, width=3)
            pen.arc([560, 520, 700, 600], 200, 340, fill=INK, width=4)
    out = io.BytesIO()
    picture.save(out, "PDF" if what == "letter" else "JPEG")
    return out.getvalue()


def _hills(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(0, 360), (220, 190), (430, 340), (640, 150), (WIDTH, 360), (WIDTH, HEIGHT), (0, HEIGHT)], fill=HILL)
