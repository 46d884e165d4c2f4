"""Training: the compact encoder (`encoder`), the style bank (`bank`), and the loop that both run in (`loop`)."""
