"""Training: the compact encoder (`encoder`), the style bank (`bank`), their loop (`loop`) and optimiser (`muon`)."""
