"""Each promise of the program, kept on the screen that a person sees."""
