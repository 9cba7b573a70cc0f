"""Who calls: bearer tokens, issuers elsewhere, keys, codes on their way."""
