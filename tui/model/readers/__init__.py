"""What reads Secrets: the registry of kinds; and of pods their uses, and what an edit does to each."""
