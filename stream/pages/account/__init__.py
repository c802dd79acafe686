"""The pages of accounts: coming in, what is one's own, and applications that sign people in."""
