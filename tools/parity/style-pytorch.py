"""Style transfer by PyTorch with the losses, layers and optimiser of `formant style`: loss and time side by side.

    formant style --content C --style S --features D/pretrained/vgg16-to-relu4_1.safetensors --size 256 --scales 1 \\
        --steps 100 --threads 2 --json --out formant.png
    python tools/parity/style-pytorch.py D/pretrained/vgg16-to-relu4_1.safetensors C S --size 256 --threads 2

Both print the loss of each iteration, the evaluations and the seconds of 100 iterations. The same layers and weights,
the same normalisation, L-BFGS with a memory of ten and a strong Wolfe line search (torch.optim.LBFGS), from the
content. Pictures are square here: the sides of another are pulled. Written with torch 2.15.0, safetensors 0.8.0.
"""
import argparse
import json
import time

import numpy
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

MEAN = torch.tensor([104.00699, 116.66877, 122.67892]).reshape(1, 3, 1, 1)
PLAN = ["1_1", "1_2", "pool", "2_1", "2_2", "pool", "3_1", "3_2", "3_3", "pool", "4_1"]


def read(path, size):
    picture = Image.open(path).convert("RGB").resize((size, size), Image.BOX)
    values = torch.tensor(numpy.asarray(picture), dtype=torch.float32)
    return values.flip(2).permute(2, 0, 1)[None] - MEAN


def write(values, path):
    picture = (values.detach() + MEAN)[0].permute(1, 2, 0).flip(2).clamp(0, 255).round().byte()
    Image.fromarray(picture.numpy()).save(path)


def features(weights, x, wanted):
    found = {}
    for step in PLAN:
        if step == "pool":
            x = F.max_pool2d(x, 2)
            continue
        x = F.relu(F.conv2d(x, weights[f"conv{step}.weight"], weights[f"conv{step}.bias"], padding=1))
        if step in wanted:
            found[step] = x
    return found


def gram(x):
    x = x.flatten(2)[0]
    return x @ x.T / x.numel()


def relative(found, wanted):
    return (found - wanted).square().sum() / wanted.square().sum()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("features")
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--content-weight", type=float, default=1)
    parser.add_argument("--style-weight", type=float, default=100)
    parser.add_argument("--variation", type=float, default=0)
    parser.add_argument("--out")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    weights = load_file(given.features)
    content, style = read(given.content, given.size), read(given.style, given.size)
    style_layers, content_layers = ["1_1", "2_1", "3_1", "4_1"], ["4_1"]
    wanted = set(style_layers + content_layers)
    with torch.no_grad():
        targets = {name: gram(x) for name, x in features(weights, style, style_layers).items()}
        content_targets = features(weights, content, content_layers)

    x = content.clone(memory_format=torch.contiguous_format).requires_grad_()
    evaluations, parts = 0, {}

    def closure():
        nonlocal evaluations
        evaluations += 1
        optimiser.zero_grad()
        found = features(weights, x, wanted)
        style_loss = sum(given.style_weight / len(style_layers) * relative(gram(found[n]), targets[n])
                         for n in style_layers)
        content_loss = sum(given.content_weight / len(content_layers) * relative(found[n], content_targets[n])
                           for n in content_layers)
        variation = given.variation * ((x[..., 1:, :] - x[..., :-1, :]).square().sum()
                                       + (x[..., 1:] - x[..., :-1]).square().sum()) / x.numel()
        loss = style_loss + content_loss + variation
        loss.backward()
        parts[loss.item()] = [part.item() for part in (content_loss, style_loss, variation)]
        return loss

    # One call does all iterations, so that nothing is worked out twice between them.
    optimiser = torch.optim.LBFGS([x], lr=1, max_iter=given.steps, max_eval=10 * given.steps, history_size=10,
                                  tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")
    start = time.perf_counter()
    first = optimiser.step(closure).item()
    seconds = time.perf_counter() - start
    iterations = optimiser.state[x]["n_iter"]
    best = min(parts)
    print(json.dumps({
        "size": given.size, "threads": given.threads, "iterations": iterations, "evaluations": evaluations,
        "seconds": round(seconds, 2), "seconds_per_100": round(100 * seconds / iterations, 2),
        "first": {"loss": first, "content": parts[first][0], "style": parts[first][1]},
        "last": {"loss": best, "content": parts[best][0], "style": parts[best][1], "variation": parts[best][2]},
    }))
    if given.out:
        write(x, given.out)


main()
