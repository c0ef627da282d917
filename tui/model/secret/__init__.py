"""A Secret and its values: types, validation, comparison, copying, YAML."""
