"""Relationship marketing analytics on an embedded database."""

__version__ = "0.1.0"
