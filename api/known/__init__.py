"""Documents that are known by their hash, and answers to them that are remembered."""
