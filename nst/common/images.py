"""Pictures: any upload to a clean RGB tensor and back, and the settings that a result carries.

As a tensor a picture is `(1, 3, H, W)`, float32, RGB, sRGB, in [0, 1]. Where a picture may be large, uint8 in 0..255
will do as well, and takes a quarter of the memory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import ExifTags, Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile, jpeg_factory
from PIL.PngImagePlugin import PngInfo
from pillow_heif import register_heif_opener
from torch import Tensor

from nst.common.errors import UserError
from nst.common.files import write_whole
from nst.common.jpeg import without_blocks

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif")

MORE_IN_JPEG = 5  # telephones make up to 200 megapixels

_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "HEIF")  # all others are out of an upload's reach
_JPEG: Mapping[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": 0}
_LOSSY = {".jpg": _JPEG, ".jpeg": _JPEG, ".webp": {"format": "WEBP", "quality": 95}}
_LIGHT: Mapping[str, Any] = {"quality": 85, "subsampling": 2}
_SETTINGS_KEY = "nst"  # of the PNG text chunk that holds the settings
_TURNS = {  # what undoes each EXIF orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Z_RLE = 3  # a strategy of zlib, which PNG files are compressed with

register_heif_opener()


def _from_environment(name: str, default: float) -> float:
    text = os.environ.get(name, "")
    try:
        return float(text) if text else default
    except ValueError:
        raise UserError(f"{name} must be a number, not {text!r}.") from None


@dataclass(frozen=True)
class Limits:
    """What a host allows: how large uploads may be, and be made, and what one visitor may have.

    `NST_MAX_MEGAPIXELS` and the like say so.

    A JPEG may have `MORE_IN_JPEG` times as many pixels, since it can be decoded smaller. Of all others Pillow itself
    refuses more than 178 megapixels, whatever stands here.
    """

    megapixels: float = field(default_factory=lambda: _from_environment("NST_MAX_MEGAPIXELS", 50))
    megabytes: float = field(default_factory=lambda: _from_environment("NST_MAX_MEGABYTES", 80))  # of a picture
    upload_megabytes: float = field(default_factory=lambda: _from_environment("NST_MAX_UPLOAD_MEGABYTES", 200))
    seconds: float = field(default_factory=lambda: _from_environment("NST_MAX_SECONDS", 60))  # of a video
    requests: float = field(default_factory=lambda: _from_environment("NST_MAX_REQUESTS", 3000))  # a minute; 0: any
    teach_minutes: float = field(default_factory=lambda: _from_environment("NST_TEACH_MINUTES", 10))  # 0: no teaching
    keep_minutes: float = field(default_factory=lambda: _from_environment("NST_KEEP_MINUTES", 60))  # of files
    work_minutes: float = field(default_factory=lambda: _from_environment("NST_WORK_MINUTES", 20))  # of a custom job

    def refusal(self, name: str, wrong: str) -> UserError:
        return UserError(
            f"{name} {wrong}: give a PNG, JPEG, WebP, AVIF, TIFF, BMP, GIF or HEIC picture of at most "
            f"{self.megapixels:g} megapixels, a camera’s JPEG of {MORE_IN_JPEG * self.megapixels:g}, and "
            f"{self.megabytes:g} MB."
        )


def open_image(
    source: str | Path | bytes | BinaryIO | Image.Image,
    long_side: int | None = None,
    limits: Limits | None = None,
    name: str | None = None,
    *,
    enlarge: bool = False,
) -> Image.Image:
    """Any picture as 8-bit RGB in sRGB: upright, over white where it was transparent, without metadata.

    Of an animation it is the first frame. No side of the result is above `long_side`. With `enlarge` its longer side is
    just that: a smaller picture is enlarged, a JPEG without its blocks. A JPEG that is above the megapixels is decoded
    at a half, a quarter or an eighth of its sides. `name` is what messages call it, by default the name of the file.
    Raises `UserError` for what is no picture, is damaged, or is above `limits` (by default `Limits()`) or would be when
    it is enlarged; they are held against the file's size and its header before any pixel is decoded.
    """
    limits = limits or Limits()
    if name is None:
        name = (Path(source).name or "This") if isinstance(source, str | Path) else "The picture"
    image = source if isinstance(source, Image.Image) else _open(source, name, limits)
    pixels = image.width * image.height
    if pixels == 0:
        raise limits.refusal(name, "has no pixels")
    most = limits.megapixels * 1e6
    if pixels > most and not (pixels <= MORE_IN_JPEG * most and _can_be_decoded_smaller(image)):
        raise limits.refusal(name, f"has {pixels / 1e6:.1f} megapixels")
    width, height = fit(*image.size, long_side, enlarge) if long_side else image.size
    if long_side and width * height > most:
        raise UserError(
            f"{name} would have {width * height / 1e6:.1f} megapixels with a long side of {long_side} pixels: "
            f"the most is {limits.megapixels:g}."
        )
    try:
        return _decode(image.copy() if image is source else image, long_side, enlarge, most)
    except Exception as error:  # decoders raise whatever they stumble over
        raise limits.refusal(name, "is damaged or cut short") from error


def find_pictures(folder: Path) -> list[Path]:
    """The files in a folder that have the suffix of a picture, sorted, but for hidden ones; `UserError` if none."""
    named = (path for path in folder.glob("[!.]*") if path.suffix.lower() in SUFFIXES)
    paths = sorted(path for path in named if path.is_file())
    if not paths:
        raise UserError(f"There is no picture in {folder}.")
    return paths


def load_image(
    source: str | Path | bytes | BinaryIO | Image.Image, long_side: int | None = None, *, enlarge: bool = False
) -> Tensor:
    """`open_image` as a tensor `(1, 3, H, W)`."""
    return to_tensor(open_image(source, long_side, enlarge=enlarge))


def load_mask(source: str | Path, long_side: int) -> Tensor:
    """A mask `(1, 1, H, W)` in [0, 1]: how opaque a picture is where any of it is transparent, else how bright.

    Raises `UserError` as `open_image` does.
    """
    shown = open_image(source, long_side)
    mask = shown.convert("L")
    with Image.open(source) as image:
        if image.has_transparency_data:
            alpha = image.convert("LA" if image.mode == "La" else "RGBA").getchannel("A")
            turn = _turn(image)
            if alpha.getextrema() != (255, 255):
                mask = (alpha if turn is None else alpha.transpose(turn)).resize(shown.size)
    return torch.from_numpy(np.array(mask))[None, None].float() / 255


def to_bytes(image: Image.Image) -> Tensor:
    """An image of mode RGB, as `open_image` gives it, to `(1, 3, H, W)` in uint8, channels_last."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None]


def to_tensor(image: Image.Image) -> Tensor:
    """An image of mode RGB, as `open_image` gives it, to `(1, 3, H, W)` in [0, 1]."""
    return as_float(to_bytes(image))


def to_pil(picture: Tensor) -> Image.Image:
    """`(1, 3, H, W)`, float or uint8, to an RGB image; what lies outside of [0, 1] is clamped."""
    pixels = as_type(torch.uint8, picture.detach())[0].permute(1, 2, 0)
    return Image.fromarray(pixels.contiguous().cpu().numpy())


def as_float(picture: Tensor) -> Tensor:
    """A picture in [0, 1]: float32 of a uint8 one, any other as it is."""
    return picture.float() / 255 if picture.dtype == torch.uint8 else picture


def as_type(dtype: torch.dtype, picture: Tensor) -> Tensor:
    """A picture, float or uint8, as one of a dtype: uint8, rounded and clamped, or a floating one."""
    if dtype == picture.dtype:
        return picture
    return picture.clamp(0, 1).mul(255).round().byte() if dtype == torch.uint8 else as_float(picture).to(dtype)


def fit(width: float, height: float, long_side: int, enlarge: bool = False) -> tuple[int, int]:
    """The (width, height) of the same shape whose longer side is `long_side`, or is shorter but for `enlarge`."""
    scale = long_side / max(width, height)
    scale = scale if enlarge else min(1, scale)
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize(picture: Tensor, height: int, width: int) -> Tensor:
    """`(N, 3, H, W)`, float or uint8, to `(N, 3, height, width)`, bicubic, without aliasing, in [0, 1] or 0..255."""
    if picture.shape[2:] == (height, width):
        return picture
    resized = F.interpolate(picture, size=(height, width), mode="bicubic", antialias=True)
    return resized if picture.dtype == torch.uint8 else resized.clamp(0, 1)


def encode_png(picture: Tensor | Image.Image, settings: Mapping[str, object] | None = None) -> bytes:
    """A PNG file that carries `settings`, which JSON must be able to hold."""
    chunks = PngInfo()
    if settings is not None:
        chunks.add_text(_SETTINGS_KEY, json.dumps(dict(settings)))
    # Paintings hardly compress: to look for more than runs takes longer, and makes them larger or hardly smaller.
    return _encode(picture, format="PNG", pnginfo=chunks, compress_type=Z_RLE)


def check_path(path: Path) -> None:
    """Raises `UserError` if `save_image` could not write there: another ending, or no such folder."""
    if path.suffix.lower() not in (".png", *_LOSSY):
        raise UserError(f"{path.name} cannot be saved: its name must end in .png, .jpg, .jpeg or .webp.")
    if not path.parent.is_dir():
        raise UserError(f"{path.name} cannot be saved: there is no folder {path.parent}.")


def save_image(
    picture: Tensor | Image.Image,
    path: str | Path,
    settings: Mapping[str, object] | None = None,
    *,
    light: bool = False,
) -> None:
    """Writes a PNG with its settings, or a JPEG or WebP without, by the path's ending; all of it or nothing.

    With `light` a JPEG or WebP is less than half as large, to be looked at but not to be kept.
    Raises `UserError` for another ending, and where the file cannot be written.
    """
    path = Path(path)
    check_path(path)
    suffix = path.suffix.lower()
    try:
        data = encode_png(picture, settings) if suffix == ".png" else _encode_lossy(picture, suffix, light)
    except (OSError, ValueError) as error:  # a picture that is too large for the format
        raise UserError(f"{path.name} cannot be saved in {path.parent}: {error}.") from error
    write_whole(path, data)


def read_settings(path: str | Path) -> dict[str, object]:
    """The settings that `save_image` wrote into a PNG. Raises `UserError` where there are none."""
    settings: object = None
    broken = (OSError, SyntaxError, ValueError, LookupError, RecursionError, Image.DecompressionBombError)
    with suppress(*broken), Image.open(path, formats=["PNG"]) as image:
        settings = json.loads(image.info[_SETTINGS_KEY])
    if not isinstance(settings, dict):
        raise UserError(f"{Path(path).name} carries no settings: only a PNG that was saved here does.")
    return settings


def _open(source: str | Path | bytes | BinaryIO, name: str, limits: Limits) -> Image.Image:
    """The image with nothing but its header read."""
    most = int(limits.megabytes * 1e6)
    try:
        data = source if isinstance(source, bytes) else _read(source, most + 1)
    except FileNotFoundError as error:
        raise limits.refusal(name, "does not exist") from error
    except (OSError, ValueError) as error:  # a ValueError is a null byte in the name
        raise limits.refusal(name, "is not a file that can be opened") from error
    if not data:
        raise limits.refusal(name, "is empty")
    if len(data) > most:
        raise limits.refusal(name, "is too large")
    try:
        # By itself a JPEG is not held against Pillow's own limit.
        is_jpeg = data.startswith(b"\xff\xd8\xff")
        return jpeg_factory(BytesIO(data), None) if is_jpeg else Image.open(BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise limits.refusal(name, "has too many pixels") from error
    except Exception as error:  # parsers raise whatever they stumble over
        raise limits.refusal(name, "is not in a format that can be read") from error


def _read(source: str | Path | BinaryIO, most: int) -> bytes:
    if not isinstance(source, str | Path):
        return source.read(most)
    with Path(source).open("rb") as file:
        return file.read(most)


def _can_be_decoded_smaller(image: Image.Image) -> bool:
    """Whether it is a JPEG of one scan: of several, as of a progressive one, all is held in memory first."""
    if not isinstance(image, JpegImageFile) or not image.fp or "progressive" in image.info:
        return False
    image.fp.seek(2)
    while (marker := image.fp.read(2)) != b"\xff\xda":
        size = int.from_bytes(image.fp.read(2))
        if marker[:1] != b"\xff" or size < 2:
            return False
        image.fp.seek(size - 2, os.SEEK_CUR)
    return image.fp.read(3)[2:] == bytes([image.layers])


def _decode(image: Image.Image, long_side: int | None, enlarge: bool, most: float) -> Image.Image:
    drafted, least = None, image.size
    if long_side and max(image.size) > long_side:
        # A JPEG decodes at 1/2, 1/4 or 1/8 for less; from twice the size that is wanted the result is as sharp.
        width, height = fit(*image.size, long_side)
        least = 2 * width, 2 * height
    width, height = image.size
    if width * height > most:
        scale = next(scale for scale in (2, 4, 8) if -(-width // scale) * -(-height // scale) <= most)
        least = min(least, (width // scale, height // scale))
    if least != image.size:
        drafted = image.draft(None, least)
    image.load()
    turn = _turn(image)  # only now, since to load a TIFF turns it upright
    larger = enlarge and long_side is not None and max(image.size) < long_side
    picture = _over_white(without_blocks(image) if larger else image)
    # The last row and column of a draft are picture in part only: its box ends within them.
    box = drafted[1] if drafted else (0, 0, *picture.size)
    size = fit(box[2], box[3], long_side, enlarge) if long_side else picture.size
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {}
    return picture


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the image upright, by its EXIF."""
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken EXIF says nothing about the picture
        return None


def _over_white(image: Image.Image) -> Image.Image:
    """Any mode to RGB in sRGB, over white where it is transparent."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        colour, alpha = _from_deep_grey(image), None
    elif image.has_transparency_data:
        straight = image.convert("LA" if image.mode in ("LA", "La") else "RGBA")
        colour, alpha = straight.convert(straight.mode[:-1]), straight.getchannel("A")
    else:
        colour, alpha = image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB"), None
    picture = _to_srgb(colour, image.info.get("icc_profile"))
    if alpha is not None:
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=alpha)
        return white
    return picture


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits to L. Modes I and F do not say what is white: it is the least usual value that fits."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0, neginf=0)
    if image.mode.startswith("I;16"):
        white = 65535.0
    else:
        top = float(values.max())
        white = next((usual for usual in (1.0, 255.0, 65535.0) if top <= usual), top)
    return Image.fromarray((values / white * 255).clip(0, 255).round().astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """L, RGB or CMYK to RGB, by the ICC profile where there is one that can be read and fits."""
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            if source.profile.xcolor_space == "RGB ":  # which greyscale pictures carry, too
                image = image.convert("RGB")
            converted = ImageCms.profileToProfile(
                image,
                source,
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            if converted:
                return converted
    return image.convert("RGB")


def _encode_lossy(picture: Tensor | Image.Image, suffix: str, light: bool) -> bytes:
    return _encode(picture, **{**_LOSSY[suffix], **(_LIGHT if light else {})})


def _encode(picture: Tensor | Image.Image, **options: Any) -> bytes:
    image = to_pil(picture) if isinstance(picture, Tensor) else picture
    buffer = BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()
