"""The numbers of the model, as data: each with its source or the word `assumption`."""
