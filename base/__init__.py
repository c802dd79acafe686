"""The ground that every room stands on: errors, units, money, time."""
