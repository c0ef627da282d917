"""Rights of the user, from the API's access reviews."""
