"""Pools: a household or a company that collects together; it is a member with wallets itself."""
