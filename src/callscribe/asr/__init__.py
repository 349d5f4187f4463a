"""Speech engines: audio of a window in, words with times out."""
