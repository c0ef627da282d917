"""Pods that use a Secret: their spec, the uses in it, and what an edit does to each."""
