"""Pages of the offices: what operators, treasurers and moderators look after."""
