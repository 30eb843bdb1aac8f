"""The sample company: an invented business written as CSV exports. It proves plumbing and speed, never truth."""

from crm_analytics.sample.company import Manifest, write

__all__ = ["Manifest", "write"]
