"""Payment providers: one port, an adapter for each, and the truth is always theirs."""
