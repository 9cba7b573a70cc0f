"""How much one may ask for: sizes, costs, rates."""
