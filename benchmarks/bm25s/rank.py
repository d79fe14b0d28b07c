"""Reads {"texts": [...], "queries": [...], "k": n} from stdin and prints the best places in `texts` for each query."""

from __future__ import annotations

import json
import sys

import bm25s
import Stemmer


def main() -> None:
    asked = json.load(sys.stdin)
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(asked["texts"], stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False
    )
    words = bm25s.tokenize(asked["queries"], stopwords="en", stemmer=stemmer, show_progress=False)
    places, _ = index.retrieve(words, k=asked["k"], show_progress=False)
    json.dump([[int(place) for place in row] for row in places], sys.stdout)


if __name__ == "__main__":
    main()
