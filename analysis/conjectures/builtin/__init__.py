"""The built-in conjectures: every statement of the project's page of mathematics, one idea a file.

Theorems stand beside open conjectures and refuted ones: all are put to the test the same way.
`analysis.conjectures.catalogue` lists them.
"""
