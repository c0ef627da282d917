"""Rules that find names of Secrets in fields of objects, and a search for such names in any text."""
