"""Rights, as the access reviews tell them."""
