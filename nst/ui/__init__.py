"""The web page: a package a tab, and what they share.

In each of them `layout` says what is on the tab, `tab` which event does what, and the other modules what then happens.
"""
