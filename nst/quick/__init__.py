"""The quick path: a photo becomes a painting in one pass through a network that learned a style."""
