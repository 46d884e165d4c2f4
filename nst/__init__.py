"""Neural style transfer: a photo becomes a painting, in one pass (`stylize`) or by optimisation (`optimize`)."""

import os

from nst.common.memory import keep_memory

# Before torch is loaded: its threads wait for each other by spinning, which takes the cores from whoever works beside
# them, as another program's. A fifteenth of the usual time is as good for one painting, while hardly spinning at all
# costs it a tenth, and two side by side would gain 6 % by it.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")
keep_memory()  # and before it has threads

from nst.common.errors import UserError
from nst.common.images import load_image, read_settings, save_image
from nst.custom.frame import Frame
from nst.custom.optimization import OptimizeSettings, optimize
from nst.quick.feedforward import StylizeSettings, stylize
from nst.quick.presets import Preset, catalogue, presets_in

__all__ = [
    "Frame",
    "OptimizeSettings",
    "Preset",
    "StylizeSettings",
    "UserError",
    "catalogue",
    "load_image",
    "optimize",
    "presets_in",
    "read_settings",
    "save_image",
    "stylize",
]
