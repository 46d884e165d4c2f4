"""Neural style transfer: a photo becomes a painting, in one pass (`stylize`) or by optimisation (`optimize`)."""

from nst.errors import UserError
from nst.images import load_image, read_settings, save_image
from nst.optimize import Frame, OptimizeSettings, optimize
from nst.presets import Preset, catalogue
from nst.stylize import StylizeSettings, stylize

__all__ = [
    "Frame",
    "OptimizeSettings",
    "Preset",
    "StylizeSettings",
    "UserError",
    "catalogue",
    "load_image",
    "optimize",
    "read_settings",
    "save_image",
    "stylize",
]
