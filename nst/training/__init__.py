"""Training: the compact encoder (`distillation`), the base of all styles (`base`), a style of its own (`teaching`)."""
