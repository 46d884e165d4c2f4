"""What both paths stand on: pictures, settings, weights, perceptual networks, the machine."""
