"""The starter model: a small text-to-image diffusion model of a drawn world, 256 x 256."""
