"""What uploading clients say and are told: the protocols as values and tables, without I/O."""
