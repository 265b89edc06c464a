"""OpenAPI documents judged: pure functions from texts to findings, each with its route.

`read` turns a text into a document, `metaschema` holds it against the schema of its version, `walk`
follows what it refers to. What comes from a disk is read by `openapi_files`.
"""
