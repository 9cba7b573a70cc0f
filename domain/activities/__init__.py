"""What members do that is no order, what it earns, and the badges that come of it."""
