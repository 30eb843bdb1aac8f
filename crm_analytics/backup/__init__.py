"""One file that holds a company's data, and the way back: database without marts, originals, and a manifest."""

from crm_analytics.backup.restoring import restore
from crm_analytics.backup.writing import write

__all__ = ["restore", "write"]
