"""The quality of the data, and records of one person."""
