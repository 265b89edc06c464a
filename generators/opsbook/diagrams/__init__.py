"""Diagrams: what they show, their Mermaid source, and the picture that a page carries.

A diagram is a value (`Graph`, `Sequence`). `mermaid` writes its source, which readers copy and reviewers diff;
`layout` has ELK place its boxes; `drawing` makes SVG that takes its colours from the site and needs no script.
"""
