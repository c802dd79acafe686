"""What is known: tables, states, and the queries that rooms share."""
