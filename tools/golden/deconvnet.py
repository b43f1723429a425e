"""Zeiler & Fergus' deconvnet by PyTorch: Tests/FormantInsightTests/Golden/deconvnet.json.

    python tools/golden/deconvnet.py Tests/FormantInsightTests/Golden/deconvnet.json

Written with torch 2.15.0. A network of two convolutions, each with ReLU, max pooling in between; one response of the
second is sent back: ReLU, transposed convolution, unpooling at the switches, ReLU, transposed convolution. Worked out in
double precision from weights and input rounded to single.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(7)
single = lambda *shape: torch.randn(*shape).mul(0.5).float()
first, first_bias = single(4, 2, 3, 3), single(4)
second, second_bias = single(3, 4, 3, 3), single(3)
x = single(1, 2, 12, 10)

w1, b1, w2, b2, image = (t.double() for t in (first, first_bias, second, second_bias, x))
h1 = F.relu(F.conv2d(image, w1, b1, padding=1))
pooled, switches = F.max_pool2d(h1, 2, return_indices=True)
h2 = F.relu(F.conv2d(pooled, w2, b2))

# The strongest response of each channel.
requests = [(c, *divmod(h2[0, c].argmax().item(), h2.shape[3])) for c in range(3)]
pictures = []
for channel, row, column in requests:
    signal = torch.zeros_like(h2)
    signal[0, channel, row, column] = h2[0, channel, row, column]
    back = F.conv_transpose2d(F.relu(signal), w2)
    back = F.max_unpool2d(back, switches, 2, output_size=h1.shape[2:])
    pictures.append(F.conv_transpose2d(F.relu(back), w1, padding=1).flatten().tolist())

flat = lambda t: t.flatten().tolist()
json.dump(
    {
        "made": f"tools/golden/deconvnet.py, torch {torch.__version__}",
        "first": flat(first), "firstBias": flat(first_bias), "second": flat(second), "secondBias": flat(second_bias),
        "input": flat(x), "responses": flat(h2), "requests": requests, "pictures": pictures,
    },
    open(sys.argv[1], "w"))
