"""Read several Secrets in order to change, compare or search them."""
