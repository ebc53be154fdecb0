"""What a page remembers, and how news reaches it. The game itself is never here: it lives in the rooms."""
