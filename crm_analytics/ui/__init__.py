"""What the pages share: the process's warehouse, the audience, cards, jobs, the guard."""
