"""A camera's frames, painted one by one as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from torch import Tensor

from nst.common.images import Limits, open_image, to_pil, to_tensor
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import Preset
from nst.quick.steadier import Steadier

LIMITS = Limits(megapixels=2, megabytes=4)  # of one frame


class Camera:
    """One camera; what stands still in its frames stays painted as it is."""

    def __init__(self) -> None:
        self.latest: tuple[Tensor, Tensor] | None = None  # the last frame, (1, 3, H, W) in [0, 1], and it painted
        self._steadier = Steadier()
        self._style: tuple[StylizeSettings, Sequence[Preset]] | None = None

    def paint(self, frame: bytes, settings: StylizeSettings, more: Sequence[Preset] = ()) -> bytes:
        """A frame as a picture file to the painted frame as a JPEG file; `UserError` for what is no picture.

        Of the settings, `size` is what the long side may be at most: no frame is enlarged.
        """
        picture = to_tensor(open_image(frame, settings.size, LIMITS))
        if self._style != (settings, more):  # one style is not averaged with another
            self._steadier, self._style = Steadier(), (settings, more)
        each = replace(settings, size=None)
        painted = self._steadier.paint(picture, lambda seen: stylize(seen, each, more, seed=0))
        self.latest = picture, painted
        file = BytesIO()
        to_pil(painted).save(file, format="JPEG", quality=85)
        return file.getvalue()
