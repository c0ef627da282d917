"""What frames a screen: header, status line, footer, panes and their notes."""
