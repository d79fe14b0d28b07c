"""Catalogues of every form: read into the shop's own words row by row, and written as feeds. Knows no database."""
