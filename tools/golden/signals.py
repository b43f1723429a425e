"""The signal that the golden files of FormantAudio are made of; audio.py states its formula."""
import numpy


def signal(count, rate):
    state, noise = 1, numpy.empty(count)
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        noise[i] = state / 2**31 - 1
    t = numpy.arange(count) / rate
    tone = 0.5 * numpy.sin(2 * numpy.pi * (220 * t + 1500 * t**2))
    ping = 0.2 * numpy.sin(2 * numpy.pi * 3000 * t) * numpy.exp(-4 * t)
    return (tone + ping + 0.05 * noise).astype(numpy.float32)
