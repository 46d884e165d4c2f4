"""Scenes that read as photographs, rendered by program."""
