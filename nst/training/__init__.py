"""Training: the compact encoder (`distillation`), the styles (`style`), their loop (`loop`) and optimiser (`muon`)."""
