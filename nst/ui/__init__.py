"""The web page: a package a tab, and what they share.

`layout` says what is on a tab, `tab` which event does what, and other modules what then happens. Those of a sub-tab,
`many`, `camera` and `video` of the quick tab, say all of it for their own.
"""
