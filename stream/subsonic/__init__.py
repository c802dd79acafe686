"""OpenSubsonic: the house as the players know it that people already have (`/rest`, 1.16.1)."""
