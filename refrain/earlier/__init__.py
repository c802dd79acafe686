"""The move of an earlier house into this one: its database as exported, read, mapped, brought."""
