"""What things cost, each beside a hand-written plan and what one would write in pandas, in one run, answers compared."""
