"""Objects by key: one port, and twins behind it that behave alike."""
