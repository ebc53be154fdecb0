"""Pages: each asks the rooms what the visitor may see, has it presented, and says what its events do."""
