"""Training: the compact encoder (`encoder`), the styles (`style`), their loop (`loop`) and optimiser (`muon`)."""
