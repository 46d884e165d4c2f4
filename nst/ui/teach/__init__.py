"""The tab that teaches: a painting becomes a style before the visitor's eyes, and joins the gallery for the visit."""
