"""What customers are worth and who leaves: pareto, profitability, repeat buying, churn, offers."""
