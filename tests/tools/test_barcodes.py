"""Odoo's barcodes are really drawn on this Python, whichever library draws them."""

import io
import subprocess
import sys

import pytest
from PIL import Image

DRAW = """
import sys
from odoo.tools.barcode import createBarcodeDrawing
kind, value, width, height = sys.argv[1:]
drawing = createBarcodeDrawing(
    kind, value=value, format="png", width=int(width), height=int(height), humanReadable=1
)
sys.stdout.buffer.write(drawing.asString("png"))
"""
MEND = "ReportLab draws with Cairo on Python 3.13 and later: apt-get install libcairo2"


def draw(kind: str, value: str, width: int, height: int) -> Image.Image:
    command = [sys.executable, "-c", DRAW, kind, value, str(width), str(height)]
    done = subprocess.run(command, capture_output=True, check=False, cwd="/")
    assert done.returncode == 0, f"{done.stderr.decode()}\n{MEND}"
    image = Image.open(io.BytesIO(done.stdout))
    assert (image.format, image.size) == ("PNG", (width, height))
    return image.convert("1")


def runs(image: Image.Image, y: int) -> list[int]:
    """The lengths of bars and gaps in a row, from the first bar to the last."""
    row = [image.getpixel((x, y)) == 0 for x in range(image.width)]
    row = row[row.index(True) : len(row) - row[::-1].index(True)]
    lengths = [0]
    for previous, dark in zip([row[0], *row], row, strict=False):
        if dark != previous:
            lengths.append(0)
        lengths[-1] += 1
    return lengths


def test_ean13_has_its_bars_and_its_digits():
    """95 modules wide: the guards 1-1-1 and 1-1-1-1-1, twelve digits of four runs each."""
    image = draw("EAN13", "4006381333931", 380, 100)
    lengths = runs(image, 20)
    assert len(lengths) == 3 + 24 + 5 + 24 + 3
    module = sum(lengths) / 95
    modules = [round(length / module) for length in lengths]
    assert modules[:3] == modules[-3:] == [1, 1, 1]
    assert modules[27:32] == [1, 1, 1, 1, 1]
    # The left half of this number: 0-0-6-3-8-1 after the 4 that is in their parity (LGLLGG).
    assert modules[3:7] == [3, 2, 1, 1]
    assert all(sum(modules[start : start + 4]) == 7 for start in range(3, 27, 4))
    # Below the bars stand the digits.
    assert runs(image, 95) != lengths


@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1)])
def test_qr_code_has_its_corners(corner):
    """A square of 7 modules with 1-1-3-1-1 across its middle in three of the corners."""
    image = draw("QR", "https://example.com/odoo/crm", 240, 240)
    box = image.convert("L").point(lambda value: 255 - value).getbbox()
    side = box[2] - box[0]
    assert side == box[3] - box[1] > 120
    module = side / 25  # a QR code of version 2
    x = box[0] if not corner[0] else box[2] - 7 * module
    y = box[1] if not corner[1] else box[3] - 7 * module
    middle = [
        image.getpixel((int(x + (column + 0.5) * module), int(y + 3.5 * module))) == 0
        for column in range(7)
    ]
    assert middle == [True, False, True, True, True, False, True]
