"""The losses of style transfer and their gradient by PyTorch: the golden file of Tests/FormantInsightTests/Golden.

    python tools/golden/style.py Tests/FormantInsightTests/Golden

Written with torch 2.15.0 and safetensors 0.8.0; the file names the versions in its metadata.

Two convolutions with ReLUs and a max pooling between them, in double precision. Weights and inputs come from the
formula of training_step.py, which the test computes too: the streams are called as the tensors below; inputs are
sqrt(3) times the fractions. Content and input are 3 x 10 x 12, the style is 3 x 9 x 14. With F the values of a layer of N
channels and M positions:

    content     2 * sum (F - P)^2 / sum P^2 of `second`
    style       3 * sum (G - A)^2 / sum A^2 of `first` and 5 * the same of `second`, G = F F^T / N M
    variation   0.7 * (sum of the squared differences of neighbours, down and across) / values
"""
import math
import sys

import safetensors
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from training_step import stream


def layers(x, weights):
    first = F.relu(F.conv2d(x, weights["first.weight"], weights["first.bias"], padding=1))
    second = F.relu(F.conv2d(F.max_pool2d(first, 2), weights["second.weight"], weights["second.bias"], padding=1))
    return first, second


def gram(x):
    x = x.flatten(2)[0]
    return x @ x.T / x.numel()


def relative(found, wanted):
    return (found - wanted).square().sum() / wanted.square().sum()


def main():
    weights = {}
    for name, inputs, outputs in [("first", 3, 5), ("second", 5, 6)]:
        weights[f"{name}.weight"] = stream(f"{name}.weight", (outputs, inputs, 3, 3), 1 / math.sqrt(9 * inputs))
        weights[f"{name}.bias"] = stream(f"{name}.bias", (outputs,), 0.1)
    x = stream("input", (1, 3, 10, 12), math.sqrt(3)).requires_grad_()
    content = layers(stream("content", (1, 3, 10, 12), math.sqrt(3)), weights)
    style = layers(stream("style", (1, 3, 9, 14), math.sqrt(3)), weights)
    found = layers(x, weights)
    parts = torch.stack([
        2 * relative(found[1], content[1]),
        3 * relative(gram(found[0]), gram(style[0])) + 5 * relative(gram(found[1]), gram(style[1])),
        0.7 * ((x[..., 1:, :] - x[..., :-1, :]).square().sum()
               + (x[..., 1:] - x[..., :-1]).square().sum()) / x.numel(),
    ])
    parts.sum().backward()
    save_file(
        {"losses": parts.detach().float(), "gradient": x.grad[0].float().contiguous()},
        f"{sys.argv[1]}/style.safetensors",
        metadata={"torch": torch.__version__, "safetensors": safetensors.__version__})


main()
