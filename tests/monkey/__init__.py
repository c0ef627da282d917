"""Random keys, pastes, sizes, writers and faults for the program; a seed repeats them."""
