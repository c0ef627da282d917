"""Pictures of the program, and the script that draws them."""
