"""The tab that looks inside: what each layer of the network holds of a picture, side by side."""
