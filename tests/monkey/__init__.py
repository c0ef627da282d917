"""Random keys, pastes, sizes, writers and faults at the program; a seed gives the same ones again."""
