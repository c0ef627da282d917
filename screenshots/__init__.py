"""Pictures of the program, and the script that takes them."""
