"""One Secret and its values: what it is, how it is checked, compared, copied and written down."""
