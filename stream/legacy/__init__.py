"""The earlier interface (`/api/v3`), as the co-operative's former web player and app know it."""
