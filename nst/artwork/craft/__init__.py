"""What drawing takes: a sheet and its tools, and the techniques that several pictures share."""
