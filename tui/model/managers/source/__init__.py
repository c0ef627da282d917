"""Sources (objects that manage Secrets): how to find them, read their states, and send requests to them."""
