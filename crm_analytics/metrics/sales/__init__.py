"""How the business stands: sales, retention, the diagnosis, what is to come."""
