"""Prints the reference of all metrics."""

import sys

from crm_analytics.metrics.reference import reference

sys.stdout.write(reference())
