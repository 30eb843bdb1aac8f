"""One person, many records: which records are likely the same person, what people decide of it, and who is who then."""
