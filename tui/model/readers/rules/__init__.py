"""Rules for fields of objects that hold names of Secrets, and a search for such names in any text."""
