"""Keys on their way to a command: decoding, the queue, the paste guard, clicks in the footer."""
