"""From this machine to the Hub: styles as a repository that others read, and the app as a Space."""
