"""Engines: the only files that know a database."""
