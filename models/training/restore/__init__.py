"""Denoising by sliding DCT: a graph of constants, nothing is trained."""
