"""Upscalers 2x and 4x, trained on dead-leaves pictures and on the starter's world; no photo is used for training."""
