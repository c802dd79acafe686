"""Players for other people's pages, and how those find them (oEmbed)."""
