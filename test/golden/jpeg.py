"""Writes test/golden/jpeg.json: JPEG files of Pillow (libjpeg-turbo), with the pixels that it reads out of them.

    python test/golden/jpeg.py

`cases`: `file` in base64, `width`, `height`, and `rgb`, 0 to 255, rows of pixels. Sides are no multiples of a block, colours are sampled
in every usual way, coefficients come at once or bit by bit, with restarts and without, and cameras are held in every way (Exif).
"""
import base64
import io
import json
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageOps

HEIGHT, WIDTH = 21, 35


def scene(height, width):
    """Smooth colours with an edge, in which sampling shows."""
    y, x = np.mgrid[0:height, 0:width]
    red = 128 + 110 * np.sin(x / 5) * np.cos(y / 4)
    green = (x * 255) // width
    blue = np.where(x + y > 28, 230, 20)
    return np.clip(np.stack([red, green, blue], 2), 0, 255).astype(np.uint8)


def case(name, image, **how):
    out = io.BytesIO()
    image.save(out, "JPEG", **how)
    read = ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))).convert("RGB")
    return {
        "name": name,
        "width": read.width,
        "height": read.height,
        "file": base64.b64encode(out.getvalue()).decode(),
        "rgb": np.asarray(read).ravel().tolist(),
    }


def turned(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    return exif


def cases():
    colour = Image.fromarray(scene(HEIGHT, WIDTH))
    grey = colour.convert("L")
    for progressive in [False, True]:
        way = "progressive" if progressive else "plain"
        yield case(f"grey, {way}", grey, quality=90, progressive=progressive)
        for subsampling in ["4:4:4", "4:2:2", "4:2:0"]:
            for quality in [40, 95]:
                how = dict(quality=quality, subsampling=subsampling, progressive=progressive)
                yield case(f"{subsampling}, {way}, quality {quality}", colour, **how)
        yield case(f"restarts, {way}", colour, quality=80, progressive=progressive, restart_marker_blocks=2)
        yield case(f"red, green and blue themselves, {way}", colour, quality=90, keep_rgb=True, progressive=progressive)
    yield case("one pixel", Image.fromarray(scene(1, 1)), quality=90)
    small = Image.fromarray(scene(5, 11))
    for turn in range(1, 9):
        yield case(f"held {turn}", small, quality=95, subsampling="4:4:4", exif=turned(turn))
    print_colours = Image.fromarray(np.zeros((2, 2, 4), np.uint8), "CMYK")
    out = io.BytesIO()
    print_colours.save(out, "JPEG")
    yield {"name": "for print", "file": base64.b64encode(out.getvalue()).decode()}


golden = {"pillow": PIL.__version__, "cases": list(cases())}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
