"""How the documents become a site: what is generated of the code, and how states are drawn."""
