"""Scenes rendered to look like photographs: something to paint, without anyone's picture."""
