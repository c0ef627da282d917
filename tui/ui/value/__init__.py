"""One value: viewed, edited, compared; and a whole Secret as YAML."""
