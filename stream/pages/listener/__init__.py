"""The pages for who listens."""
