"""Digital Sales Reports: flat files of DDEX that tell who is paid what was played and sold."""
