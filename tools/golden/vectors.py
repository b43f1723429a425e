"""Word vectors as gensim reads them: files and values, Tests/FormantTextTests/Golden/vectors.json.

    python tools/golden/vectors.py Tests/FormantTextTests/Golden/vectors.json

Written with gensim 4.4.0, numpy 2. The files are made here, of numbers and words of the project's own: a word2vec binary
file, its text, and fastText models written as fastText's saveModel does (its format has no other writer at hand). Each file
stands in the JSON in base64, beside it the words that gensim finds in it and the bits of their vectors; for the fastText
models also those of words that are not in them.
"""
import base64
import json
import os
import struct
import sys
import tempfile

import numpy
from gensim.models import KeyedVectors
from gensim.models.fasttext import load_facebook_vectors

WORDS = ["the", "Straße", "naïve", "我们", "สวัสดี", "a", "don't", "e\u0301tude", "👍🏽"]
UNKNOWN = ["straße", "theatre", "我", "ด", "naïvety", "x", "👍", "zzzzzzzzzzzz"]


def matrix(rows, columns, seed):
    return numpy.random.default_rng(seed).normal(0, 0.3, (rows, columns)).astype(numpy.float32)


def fasttext(dimension, buckets, shortest, longest, has_version):
    """dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate, t; dictionary; matrices."""
    out = struct.pack("<2i", 793712314, 12) if has_version else b""
    out += struct.pack("<12id", dimension, 5, 5, 1, 5, 1, 2, 2, buckets, shortest, longest, 100, 1e-4)
    out += struct.pack("<3iq", len(WORDS), len(WORDS), 0, 1000)
    if has_version:
        out += struct.pack("<q", -1)
    for place, word in enumerate(WORDS):
        out += word.encode() + b"\0" + struct.pack("<qb", 100 - place, 0)
    for rows, seed in ((len(WORDS) + buckets, 3), (len(WORDS), 4)):
        if has_version:
            out += struct.pack("<?", False)
        out += struct.pack("<2q", rows, dimension) + matrix(rows, dimension, seed).tobytes()
    return out


def bits(vector):
    return [int(value) for value in numpy.asarray(vector, dtype=numpy.float32).view(numpy.uint32)]


def main():
    files = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vectors")
        vectors = KeyedVectors(5)
        vectors.add_vectors(WORDS, matrix(len(WORDS), 5, 1))
        for name, binary in (("word2vec binary", True), ("word2vec text", False)):
            vectors.save_word2vec_format(path, binary=binary)
            read = KeyedVectors.load_word2vec_format(path, binary=binary)
            files.append((name, open(path, "rb").read(), read, []))
        for name, arguments in (
            ("fastText", (4, 40, 3, 6, True)),
            ("fastText of scalars", (3, 11, 1, 2, True)),
            ("fastText without version", (4, 20, 2, 4, False)),
        ):
            with open(path, "wb") as file:
                file.write(fasttext(*arguments))
            files.append((name, open(path, "rb").read(), load_facebook_vectors(path), UNKNOWN))
        result = [
            {
                "name": name,
                "bytes": base64.b64encode(data).decode(),
                "words": list(read.index_to_key),
                "vectors": [bits(read[word]) for word in read.index_to_key],
                "unknown": unknown,
                "composed": [bits(read[word]) for word in unknown],
            }
            for name, data, read, unknown in files
        ]
    with open(sys.argv[1], "w") as file:
        json.dump({"files": result}, file, ensure_ascii=False, indent=1)
        file.write("\n")


main()
