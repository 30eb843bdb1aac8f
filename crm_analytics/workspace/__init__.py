"""What users make and decide: settings, saved audiences, imports and their history."""
