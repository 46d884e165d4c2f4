"""What is in one picture alone, and would be too much for its module."""
