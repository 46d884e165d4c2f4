"""The quick tab: photos, a camera or a video in ready-made styles, painted as soon as one is picked."""
