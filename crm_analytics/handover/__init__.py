"""The command line beside a running dashboard: requests go over a socket to the process that owns the database."""
