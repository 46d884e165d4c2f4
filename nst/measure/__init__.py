"""How fast both paths are (`speed`), and how well the quick one paints (`quality`)."""
