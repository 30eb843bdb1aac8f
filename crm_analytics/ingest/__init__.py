"""From an export to rows in the database: recognised, reviewed, loaded, undone."""
