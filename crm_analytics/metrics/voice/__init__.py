"""What customers say, and the service they get."""
