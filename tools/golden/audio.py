"""Golden files for FormantAudioTests: features of a synthetic signal, by librosa.

Written with librosa 0.11.0, numpy and scipy as Golden/versions.txt says. Usage:

    python tools/golden/audio.py [FOLDER]      (default: Tests/FormantAudioTests/Golden)

The signal, which the tests make by the same formula, for sample i of n at rate r:
    x[i] = float32(0.5 * sin(2 pi (220 t + 1500 t^2)) + 0.2 * sin(2 pi 3000 t) * exp(-4 t) + 0.05 * u[i]),  t = i / r
    u[i] = s[i + 1] / 2^31 - 1,  s[0] = 1,  s[i + 1] = (1664525 s[i] + 1013904223) mod 2^32
"""
import pathlib
import sys

import librosa
import numpy
import scipy

from signals import signal

default_folder = pathlib.Path(__file__).parents[2] / "Tests/FormantAudioTests/Golden"
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder
folder.mkdir(parents=True, exist_ok=True)


def save(name, values):
    numpy.save(folder / f"{name}.npy", numpy.ascontiguousarray(values, dtype=numpy.float32))


# librosa's own defaults: n_fft 2048, hop 512, periodic Hann, centred, zeros around, 128 Slaney bands.
x = signal(7777, 22050)
power = numpy.abs(librosa.stft(x)) ** 2
save("librosa-power", power[::4])  # every fourth bin
mel = librosa.feature.melspectrogram(y=x, sr=22050)
save("librosa-mel", mel)
save("librosa-db", librosa.power_to_db(mel))
mfcc = librosa.feature.mfcc(y=x, sr=22050)
save("librosa-mfcc", mfcc)
save("librosa-delta", librosa.feature.delta(mfcc))
save("librosa-delta2", librosa.feature.delta(mfcc, order=2))
save("librosa-delta-nearest", librosa.feature.delta(mfcc, mode="nearest"))
save("librosa-mfcc-lifter", librosa.feature.mfcc(y=x, sr=22050, n_mfcc=13, lifter=22))

# Speech settings: 25 ms every 10 ms at 16 kHz, mirrored ends, 40 HTK bands from 20 Hz.
y = signal(6001, 16000)
speech = dict(n_fft=512, hop_length=160, win_length=400, center=True)
save("speech-magnitude", numpy.abs(librosa.stft(y, pad_mode="reflect", **speech))[::2])
mel = librosa.feature.melspectrogram(
    y=y, sr=16000, pad_mode="reflect", n_mels=40, fmin=20, fmax=7600, htk=True, norm=None, **speech)
save("speech-mel", mel)
save("speech-db-max", librosa.power_to_db(mel, ref=numpy.max, amin=1e-5, top_db=50))
save("speech-log", numpy.log(numpy.maximum(mel, 1e-6)))

# Shorter than half a window: the ends are mirrored more than once.
z = signal(100, 16000)
save("short-mel", librosa.feature.melspectrogram(
    y=z, sr=16000, pad_mode="reflect", n_mels=40, fmin=20, fmax=7600, htk=True, norm=None, **speech))

# The filters themselves, and the other windows.
save("filters-slaney", librosa.filters.mel(sr=16000, n_fft=512, n_mels=20, fmin=50, fmax=7000))
save("filters-htk", librosa.filters.mel(sr=16000, n_fft=512, n_mels=20, htk=True, norm=None))
save("window-hann", scipy.signal.get_window("hann", 25))
save("window-hamming", scipy.signal.get_window("hamming", 25, fftbins=False))

(folder / "versions.txt").write_text(
    f"librosa {librosa.__version__}\nnumpy {numpy.__version__}\nscipy {scipy.__version__}\n"
    f"python {sys.version.split()[0]}\n")
