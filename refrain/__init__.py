"""The command line, and the start of a whole house on one machine."""
