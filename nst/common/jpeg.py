"""What a JPEG leaves in a picture, taken out."""

from __future__ import annotations

import itertools
from io import BytesIO

import numpy as np
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

SHIFTS = (0, 2, 4, 6)  # px, down and right, of the grids of blocks over which the mean is taken


def without_blocks(image: Image.Image) -> Image.Image:
    """A JPEG of grey or RGB without its blocks and some of its ringing; any other picture as it is.

    It is the mean of what comes of it when it is compressed once more, by its own tables, on grids that lie elsewhere:
    what is in the picture is in all of them, and the edges of a block in one alone. See Nosratinia, "Enhancement of
    JPEG-Compressed Images by Re-application of JPEG" (2001).
    """
    if not isinstance(image, JpegImageFile) or image.mode not in ("L", "RGB"):
        return image
    pixels = np.asarray(image)
    tables = [table for _, table in sorted(image.quantization.items())]
    total = np.zeros(pixels.shape, np.uint16)
    for down, right in itertools.product(SHIFTS, repeat=2):
        shifted = np.pad(pixels, ((down, 0), (right, 0), (0, 0))[: pixels.ndim], mode="edge")
        file = BytesIO()
        # To halve the colours again would smear them.
        Image.fromarray(shifted).save(file, "JPEG", qtables=tables, subsampling=0)
        with Image.open(file, formats=["JPEG"]) as again:
            total += np.asarray(again)[down:, right:]
    count = len(SHIFTS) ** 2
    smooth = Image.fromarray(((total + count // 2) // count).astype(np.uint8))
    smooth.info = image.info
    return smooth
