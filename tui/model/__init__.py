"""What a Secret is. Pure: no I/O, no Textual, no kubernetes, no clock of its own."""
