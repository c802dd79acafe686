"""The books: what a play costs, and where the money goes."""
