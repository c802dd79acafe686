"""What comes in: uploads, and the one transaction that accepts a master."""
