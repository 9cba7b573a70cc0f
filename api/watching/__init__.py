"""What an operator sees: log lines, metrics, traces, health, the ledger's proof."""
