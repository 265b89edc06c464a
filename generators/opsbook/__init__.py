"""opsbook: YAML specs of a system's operations in, a documentation site that can be trusted out."""
