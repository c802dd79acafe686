"""The pages of the offices: operators, treasurers and moderators."""
