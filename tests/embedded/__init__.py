"""The embedded cluster: its semantics, and the story that the tour tells with it."""
