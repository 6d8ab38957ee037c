"""Training code of the models that ship with Sanggar. Everything is trained on pictures drawn by this code."""
