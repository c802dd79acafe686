"""All that needs Chromium: a package, so that one is shared, and ended behind the last of them."""
