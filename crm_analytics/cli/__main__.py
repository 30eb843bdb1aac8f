"""`python -m crm_analytics.cli`"""

from crm_analytics.cli import main

main()
