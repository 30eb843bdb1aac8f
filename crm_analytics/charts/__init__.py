"""Pictures: a tidy frame goes in, a plotly figure comes out; nothing here reads data or the screen."""
