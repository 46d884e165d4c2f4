"""What stands round the page: who may ask for what, what is kept and logged, how the server ends."""
