"""Read several Secrets at a time: to plan a change of each, to compare them, to find a value."""
