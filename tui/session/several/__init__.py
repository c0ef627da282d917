"""Read several Secrets: to plan a change of each, to compare them, or to find a value in them."""
