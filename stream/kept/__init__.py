"""Files to keep: what is stored, with the tags and the cover of today, made while it is sent."""
