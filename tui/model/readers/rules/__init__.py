"""Rules for the fields in which objects of each kind name Secrets, and a search for names in any text."""
