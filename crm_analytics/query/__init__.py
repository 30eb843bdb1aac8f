"""Questions as data: rules, statements, and the warehouse that answers them."""
