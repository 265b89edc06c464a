"""Two versions of an API compared: what breaks its clients, what may, and what is new for them.

`forms` says what a schema asks, `schemas` and `compare` hold two versions against one another, `rules` says why a
change matters, `markdown` tells it to those who use the API.
"""
