"""The custom path: a photo becomes a painting like any other painting, as its pixels are improved step by step."""
