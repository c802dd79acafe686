"""The door for jobs: leases, lanes, and what a worker does with a master or a play."""
