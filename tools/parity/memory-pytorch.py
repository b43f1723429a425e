#!/usr/bin/env python3
"""Prints the most memory that PyTorch holds while it trains the kws network, as `formant bench kws --memory --json` does.

    python tools/parity/memory-pytorch.py [--threads N] [--channels-last] [--steps N]

Needs PyTorch. One JSON line: start_bytes is the peak before the first step, with PyTorch loaded; peak_bytes the one after
some steps of forward, loss, backward and Adam at batch 64.
"""
import argparse
import json
import resource
import sys

import torch


def peak_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def kws_network():
    """Spectrograms of 64 bands and 100 frames: four 3x3 convolutions with batch norm, 35 classes."""
    layers = []
    channels = 1
    for index, filters in enumerate([32, 64, 128, 128]):
        layers.append(torch.nn.Conv2d(channels, filters, 3, padding=1, bias=False))
        layers.append(torch.nn.BatchNorm2d(filters))
        layers.append(torch.nn.ReLU(inplace=True))
        if index < 3:
            layers.append(torch.nn.MaxPool2d(2))
        channels = filters
    layers += [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(channels, 35)]
    return torch.nn.Sequential(*layers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--steps", type=int, default=6)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    batch = 64
    network = kws_network()
    inputs = torch.randn(batch, 1, 64, 100)
    if options.channels_last:
        network = network.to(memory_format=torch.channels_last)
        inputs = inputs.to(memory_format=torch.channels_last)
    targets = torch.randint(0, 35, (batch,))
    optimiser = torch.optim.Adam(network.parameters(), lr=0.001)
    start = peak_bytes()
    for _ in range(options.steps):
        optimiser.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(network(inputs), targets).backward()
        optimiser.step()
    print(
        json.dumps(
            {
                "fw": "torch-cl" if options.channels_last else "torch",
                "version": torch.__version__,
                "threads": options.threads,
                "model": "kws",
                "batch": batch,
                "start_bytes": start,
                "peak_bytes": peak_bytes(),
            }
        )
    )


if __name__ == "__main__":
    main()
