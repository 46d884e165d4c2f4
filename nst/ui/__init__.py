"""The web page: one module a tab, and the look they share."""
