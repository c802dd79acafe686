"""What labels deliver: messages of DDEX, read into one form and judged by rules of our own."""
