"""Tests of lists of installed products, of warranty, swaps and labels."""
