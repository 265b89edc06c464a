"""The views of an architecture: each a question that one model answers, with a picture, tables and weaknesses."""
