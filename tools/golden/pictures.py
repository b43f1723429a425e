#!/usr/bin/env python3
"""Pictures of all kinds with the values that they show: Tests/FormantImageTests/Golden/pictures.json.

Written and read by Pillow 13.0.0 (with its libjpeg-turbo) and NumPy; interlaced and 16-bit PNG by the few lines below, after
the PNG specification (W3C, second edition, 8.2). What shows through is laid over white here.
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps

OUT = pathlib.Path(__file__).parents[2] / "Tests/FormantImageTests/Golden/pictures.json"
WIDTH, HEIGHT = 11, 7
chance = np.random.default_rng(7)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(pixels, depth, colour, interlaced=False):
    """A PNG file of bytes, or 16-bit numbers, row × column × sample; no filters."""
    height, width = pixels.shape[:2]
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x, y, across, down in passes:
        part = pixels[y::down, x::across]
        if part.shape[0] and part.shape[1]:
            rows += b"".join(b"\0" + row.astype(">u2" if depth == 16 else "u1").tobytes() for row in part)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def saved(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def smooth(channels):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [20 * x + 3 * y, 200 - 15 * x, 10 * x + 17 * y]
    return np.stack(planes[:channels], -1).astype(np.uint8)


def over_white(rgba):
    alpha = rgba[..., -1:].astype(float) / 255
    return rgba[..., :-1] * alpha + 255 * (1 - alpha)


entries = []


def add(name, file, values, tolerance=0.0):
    """Values are 0 … 255, row × column × channel; they are written channel × row × column."""
    values = np.asarray(values, dtype=float)
    if values.ndim == 2:
        values = values[..., None]
    entries.append({
        "name": name, "file": base64.b64encode(file).decode(), "height": values.shape[0], "width": values.shape[1],
        "channels": values.shape[2], "tolerance": tolerance,
        "values": [round(float(v), 4) for v in np.moveaxis(values, -1, 0).reshape(-1)],
    })


grey = chance.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
rgb = chance.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
rgba = chance.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
la = chance.integers(0, 256, (HEIGHT, WIDTH, 2), dtype=np.uint8)
add("grey", saved(Image.fromarray(grey), "PNG"), grey)
add("rgb", saved(Image.fromarray(rgb), "PNG"), rgb)
add("rgb with opacity", saved(Image.fromarray(rgba), "PNG"), over_white(rgba))
add("grey with opacity", saved(Image.fromarray(la), "PNG"), over_white(la))
bits = grey > 127
add("one bit", saved(Image.fromarray(bits), "PNG"), bits * 255)
palette = Image.fromarray(rgb).quantize(16)
add("palette of four bits", saved(palette, "PNG", bits=4), np.asarray(palette.convert("RGB")))
palette = Image.fromarray(rgb).quantize(200)
clear = np.asarray(palette) == np.asarray(palette)[2, 3]
shown = np.where(clear[..., None], 255, np.asarray(palette.convert("RGB")))
add("palette with a colour that is clear", saved(palette, "PNG", transparency=int(np.asarray(palette)[2, 3])), shown)
deep = chance.integers(0, 65536, (HEIGHT, WIDTH, 3)).astype(np.uint16)
# Libraries round or cut 16 bits to 8.
add("16 bits", png(deep, 16, 2), deep / 257, 1.0)
add("16 bits grey", png(deep[..., 0], 16, 0), deep[..., 0] / 257, 1.0)
add("interlaced", png(rgb, 8, 2, interlaced=True), rgb)
add("interlaced grey", png(grey, 8, 0, interlaced=True), grey)

for name, image in [("JPEG grey", smooth(1)[..., 0]), ("JPEG", smooth(3))]:
    for kind, options in [("", {}), (" progressive", {"progressive": True}), (" 4:2:0", {"subsampling": 2})]:
        if image.ndim == 2 and "subsampling" in options:
            continue
        file = saved(Image.fromarray(image), "JPEG", quality=92, **options)
        add(name + kind, file, np.asarray(Image.open(io.BytesIO(file))), 1.0)
turns = {
    1: lambda a: a, 2: lambda a: a[:, ::-1], 3: lambda a: a[::-1, ::-1], 4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1), 6: lambda a: a.swapaxes(0, 1)[:, ::-1], 7: lambda a: a.swapaxes(0, 1)[::-1, ::-1],
    8: lambda a: a.swapaxes(0, 1)[::-1],
}
for number, turn in turns.items():
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif[0x0112] = number
    file = saved(Image.fromarray(smooth(3)), "JPEG", quality=95, exif=exif)
    stored = Image.open(io.BytesIO(file))
    assert np.array_equal(np.asarray(ImageOps.exif_transpose(stored)), turn(np.asarray(stored)))
    add(f"orientation {number}", file, turn(np.asarray(stored)), 1.0)
refused = [{
    "name": "CMYK", "file": base64.b64encode(saved(Image.fromarray(smooth(3)).convert("CMYK"), "JPEG")).decode(),
}]

OUT.parent.mkdir(exist_ok=True)
OUT.write_text(json.dumps(
    {"made by": f"Pillow {PIL.__version__}, NumPy {np.__version__}", "pictures": entries, "refused": refused},
    indent=None, separators=(",", ":")) + "\n")
print(OUT, OUT.stat().st_size)
