"""Golden files for the reference presets of FormantAudio: features by librosa, torchaudio, kaldi-native-fbank and HTK's
formulas.

Usage:

    python tools/golden/presets.py [FOLDER]      (default: Tests/FormantAudioTests/Golden)

Writes presets.json (what each array is, and the versions of the tools) and presets.npy (all values, float32, one
behind the other). The signals are those of audio.py, whose formula the tests repeat, and zeros.

There is no Python package of HTK: its values are computed here in double precision from the formulas of the HTK Book
(3.4, chapter 5: windows and pre-emphasis 5.2, filter bank 5.4, cepstra and liftering 5.6, energy 5.8, deltas 5.9),
apart from the least filter bank energy of 1, which is the program's.
"""
import json
import pathlib
import sys
import warnings

import kaldi_native_fbank
import librosa
import numpy
import torch

torch.version.cuda = None  # No GPU is used: builds of the two packages for different ones go together.
import torchaudio
import torchaudio.compliance.kaldi

from signals import signal

warnings.simplefilter("ignore")
entries, arrays, offset = [], [], 0


def keep(preset, rate, samples, feature, values, input="signal", rows=1, options=None):
    """Stores every `rows`-th row of some frames: the first and last ones and some between."""
    global offset
    values = numpy.atleast_2d(numpy.asarray(values, dtype=numpy.float64))
    count = values.shape[1]
    frames = sorted({f for f in (0, 1, 2, count // 3, count // 2, count - 3, count - 2, count - 1) if 0 <= f < count})
    part = values[::rows][:, frames].astype(numpy.float32)
    entries.append(dict(
        preset=preset, rate=rate, samples=samples, input=input, feature=feature, options=options or [],
        rows=values.shape[0], every=rows, count=count, frames=frames, offset=offset,
        scale=float(numpy.abs(values).max())))
    arrays.append(part.ravel())
    offset += part.size


def make(input, count, rate):
    return signal(count, rate) if input == "signal" else numpy.zeros(count, dtype=numpy.float32)


# librosa: the defaults of its functions.
def with_librosa(rate, count, input="signal"):
    x = make(input, count, rate)
    magnitude = numpy.abs(librosa.stft(x))
    keep("librosa", rate, count, "magnitude", magnitude, input, 16)
    keep("librosa", rate, count, "power", magnitude**2, input, 16)
    if input == "signal" and count > 1 and rate == 22050:
        lifted = librosa.effects.preemphasis(x, coef=0.97)
        keep("librosa", rate, count, "power", numpy.abs(librosa.stft(lifted))**2, input, 16,
             ["spectrogram.preemphasis.coefficient=0.97", "spectrogram.preemphasis.over=extrapolated"])
    keep("librosa", rate, count, "log-power", librosa.power_to_db(magnitude**2), input, 16)
    mel = librosa.feature.melspectrogram(y=x, sr=rate)
    keep("librosa", rate, count, "mel", mel, input, 2)
    keep("librosa", rate, count, "log-mel", librosa.power_to_db(mel), input, 2)
    mfcc = librosa.feature.mfcc(y=x, sr=rate)
    keep("librosa", rate, count, "mfcc", mfcc, input)
    if mfcc.shape[1] >= 9:
        deltas = numpy.vstack([mfcc, librosa.feature.delta(mfcc), librosa.feature.delta(mfcc, order=2)])
        keep("librosa", rate, count, "mfcc", deltas, input, 1, ["deltas.order=second"])


# The transforms that resample from octave to octave: plain; with the recording resampled before the first octave; with a
# hop that can be halved once, and not at all; mirrored.
def constant_q(x, rate, more):
    bins = 84 if rate > 12800 else 72
    plain = [] if bins == 84 else [f"constantQ.bins={bins}"]
    more("constant-q", numpy.abs(librosa.cqt(x, sr=rate, n_bins=bins)), 4, plain)
    if len(x) < 512:
        return  # What is resampled first is refused where nothing is left of it.
    low = numpy.abs(librosa.cqt(x, sr=rate, fmin=110, n_bins=60, bins_per_octave=24, filter_scale=0.5))
    more("constant-q", low, 4,
         ["constantQ.lowestHertz=110", "constantQ.bins=60", "constantQ.binsPerOctave=24", "constantQ.filterScale=0.5"])
    for hop in (358, 441):
        values = numpy.abs(librosa.cqt(x, sr=rate, hop_length=hop, fmin=65, n_bins=40, pad_mode="reflect"))
        more("constant-q", values, 4,
             ["constantQ.lowestHertz=65", "constantQ.bins=40", f"spectrogram.hopSeconds={hop / rate!r}",
              "spectrogram.framing=centered-reflect"])
    more("constant-q", numpy.abs(librosa.cqt(x, sr=rate, n_bins=1)), 1, ["constantQ.bins=1"])
    more("variable-q", numpy.abs(librosa.vqt(x, sr=rate, n_bins=bins - 12)), 4, [f"constantQ.bins={bins - 12}"])
    wide = numpy.abs(librosa.vqt(x, sr=rate, n_bins=72, bins_per_octave=36, fmin=100, gamma=20))
    more("variable-q", wide, 4,
         ["constantQ.bins=72", "constantQ.binsPerOctave=36", "constantQ.lowestHertz=100", "constantQ.gamma=20"])


# The further features of librosa, also with their defaults, but the spectral contrast of 8 kHz with the four octaves that
# fit, and the constant-Q transform of 8 kHz with the six that do.
def with_librosa_more(rate, count, input="signal"):
    x = make(input, count, rate)

    def more(feature, values, rows=1, options=None):
        keep("librosa", rate, count, feature, values, input, rows, options)

    mel = librosa.feature.melspectrogram(y=x, sr=rate)
    more("pcen", librosa.pcen(mel, sr=rate), 4)
    loud = librosa.pcen(librosa.feature.melspectrogram(y=x, sr=rate, power=1) * 2**31, sr=rate, gain=0.8, bias=10,
                        power=0.25, time_constant=0.06)
    more("pcen", loud, 4, ["mel.source=magnitude", "pcen.scale=2147483648", "pcen.gain=0.8", "pcen.bias=10",
                           "pcen.power=0.25", "pcen.timeConstant=0.06"])
    more("chroma", librosa.feature.chroma_stft(y=x, sr=rate))
    more("chroma", librosa.feature.chroma_stft(y=x, sr=rate, n_chroma=36), 3, ["chroma.bins=36"])
    more("chroma", librosa.feature.chroma_stft(y=x, sr=rate, tuning=0), 1, ["chroma.tuning=0"])
    fine = librosa.feature.chroma_stft(y=x, sr=rate, tuning=0.3, n_chroma=24, norm=None, ctroct=4, octwidth=1)
    more("chroma", fine, 2,
         ["chroma.tuning=0.3", "chroma.bins=24", "chroma.norm=none", "chroma.centerOctave=4", "chroma.octaveWidth=1"])
    more("pseudo-constant-q", librosa.pseudo_cqt(x, sr=rate), 4)
    more("pseudo-constant-q", librosa.pseudo_cqt(x, sr=rate, fmin=110, n_bins=80, bins_per_octave=24, filter_scale=0.5), 4,
         ["constantQ.lowestHertz=110", "constantQ.bins=80", "constantQ.binsPerOctave=24", "constantQ.filterScale=0.5"])
    constant_q(x, rate, more)
    octaves = 6 if rate > 12800 else 4
    more("spectral-contrast", librosa.feature.spectral_contrast(y=x, sr=rate, n_bands=octaves), 1,
         [f"spectral.contrastBands={octaves}"])
    more("spectral-contrast", librosa.feature.spectral_contrast(y=x, sr=rate, n_bands=3, fmin=150, quantile=0.1), 1,
         ["spectral.contrastBands=3", "spectral.contrastLowest=150", "spectral.contrastQuantile=0.1"])
    more("spectral-centroid", librosa.feature.spectral_centroid(y=x, sr=rate))
    more("spectral-bandwidth", librosa.feature.spectral_bandwidth(y=x, sr=rate))
    more("spectral-rolloff", librosa.feature.spectral_rolloff(y=x, sr=rate))
    more("spectral-rolloff", librosa.feature.spectral_rolloff(y=x, sr=rate, roll_percent=0.1), 1,
         ["spectral.rolloff=0.1"])
    more("spectral-flatness", librosa.feature.spectral_flatness(y=x))
    more("zero-crossing-rate", librosa.feature.zero_crossing_rate(x))
    more("rms", librosa.feature.rms(y=x))


def with_torchaudio(rate, count, input="signal"):
    x = torch.from_numpy(make(input, count, rate))
    keep("torchaudio", rate, count, "magnitude", torchaudio.transforms.Spectrogram(power=1)(x), input, 4)
    keep("torchaudio", rate, count, "power", torchaudio.transforms.Spectrogram()(x), input, 4)
    mel = torchaudio.transforms.MelSpectrogram(sample_rate=rate)(x)
    keep("torchaudio", rate, count, "mel", mel, input, 2)
    keep("torchaudio", rate, count, "log-mel", torchaudio.transforms.AmplitudeToDB()(mel), input, 2)
    mfcc = torchaudio.transforms.MFCC(sample_rate=rate)(x)
    first = torchaudio.functional.compute_deltas(mfcc)
    second = torchaudio.functional.compute_deltas(first)
    keep("torchaudio", rate, count, "mfcc", torch.vstack([mfcc, first, second]), input, 1, ["deltas.order=second"])
    if input == "signal" and rate == 16000:
        lifted = torchaudio.functional.preemphasis(x, 0.97)
        keep("torchaudio", rate, count, "power", torchaudio.transforms.Spectrogram()(lifted), input, 4,
             ["spectrogram.preemphasis.coefficient=0.97", "spectrogram.preemphasis.over=recording"])


def kaldi_frames(online, x, rate):
    online.accept_waveform(rate, (x * numpy.float32(32768)).tolist())
    online.input_finished()
    return numpy.stack([online.get_frame(i) for i in range(online.num_frames_ready)]).T


def kaldi_frame_options(options, rate, snip_edges):
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = rate
    options.frame_opts.snip_edges = snip_edges
    return options


def with_kaldi(rate, count, input="signal"):
    x = make(input, count, rate)

    def filters(snip_edges=True, **changes):
        options = kaldi_frame_options(kaldi_native_fbank.FbankOptions(), rate, snip_edges)
        options.energy_floor = 0
        for name, value in changes.items():
            setattr(options, name, value)
        return kaldi_frames(kaldi_native_fbank.OnlineFbank(options), x, rate)

    def cepstra(snip_edges=True, **changes):
        options = kaldi_frame_options(kaldi_native_fbank.MfccOptions(), rate, snip_edges)
        for name, value in changes.items():
            setattr(options, name, value)
        return kaldi_frames(kaldi_native_fbank.OnlineMfcc(options), x, rate)

    wave = torch.from_numpy(x * numpy.float32(32768))[None]
    spectrum = torchaudio.compliance.kaldi.spectrogram(wave, sample_frequency=rate, energy_floor=0).T
    keep("kaldi", rate, count, "log-power", spectrum, input, 8)
    keep("kaldi", rate, count, "mel", filters(use_log_fbank=False), input)
    keep("kaldi", rate, count, "log-mel", filters(), input)
    mfcc = cepstra()
    delta = kaldi_native_fbank.DeltaOptions(order=2, window=2)
    all = kaldi_native_fbank.compute_deltas(delta, numpy.ascontiguousarray(mfcc.T)).T
    keep("kaldi", rate, count, "mfcc", all, input, 1, ["deltas.order=second"])
    if rate in (16000, 22050):
        whole = "spectrogram.framing=centered-hops"
        keep("kaldi", rate, count, "log-mel", filters(snip_edges=False), input, 1, [whole])
        keep("kaldi", rate, count, "mfcc", cepstra(snip_edges=False, use_energy=False, cepstral_lifter=0), input, 1,
             [whole, "energy.term=omitted", "mfcc.lifter=0"])
        keep("kaldi", rate, count, "mfcc", cepstra(raw_energy=False, htk_compat=True), input, 1,
             ["energy.term=windowed", "mfcc.zeroth=last"])
        keep("kaldi", rate, count, "mfcc", cepstra(use_energy=False, htk_compat=True), input, 1,
             ["energy.term=omitted", "mfcc.zeroth=last", "mfcc.norm=htk"])
        keep("kaldi", rate, count, "log-mel", filters(use_energy=True, energy_floor=1e9), input, 1,
             ["energy.term=raw", "energy.floor=1e9"])
        magnitudes = filters(use_energy=True, htk_compat=True, raw_energy=False, use_power=False)
        keep("kaldi", rate, count, "log-mel", magnitudes, input, 1,
             ["energy.term=windowed", "energy.place=last", "mel.source=magnitude"])


def with_htk(rate, count, input="signal"):
    x = make(input, count, rate).astype(numpy.float64) * 32768
    length, hop = rate * 25 // 1000, rate * 10 // 1000
    size = 1 << (length - 1).bit_length()
    frames = numpy.stack([x[s:s + length] for s in range(0, count - length + 1, hop)])
    lifted = frames.copy()
    lifted[:, 1:] -= 0.97 * frames[:, :-1]
    lifted[:, 0] *= 1 - 0.97
    weighted = lifted * (0.54 - 0.46 * numpy.cos(2 * numpy.pi * numpy.arange(length) / (length - 1)))
    magnitude = numpy.abs(numpy.fft.rfft(weighted, size))
    keep("htk", rate, count, "magnitude", magnitude.T, input, 8)
    keep("htk", rate, count, "power", magnitude.T**2, input, 8)

    def mel(hertz):
        return 2595 * numpy.log10(1 + hertz / 700)

    bands = 26
    edges = numpy.linspace(0, mel(rate / 2), bands + 2)
    places = mel(numpy.arange(size // 2 + 1) * rate / size)[:, None]
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    energies = magnitude @ numpy.clip(numpy.minimum(rising, falling), 0, None)
    keep("htk", rate, count, "mel", energies.T, input)
    logs = numpy.log(numpy.maximum(energies, 1))
    keep("htk", rate, count, "log-mel", logs.T, input)
    order = numpy.arange(13)
    cosines = numpy.cos(numpy.pi * order[:, None] / bands * (numpy.arange(1, bands + 1) - 0.5))
    cepstra = numpy.sqrt(2 / bands) * logs @ cosines.T * (1 + 22 / 2 * numpy.sin(numpy.pi * order / 22))
    static = numpy.roll(cepstra, -1, axis=1)  # MFCC_0: the zeroth behind the others

    def regression(values):
        padded = numpy.pad(values, ((2, 2), (0, 0)), mode="edge")
        n = len(values)
        return sum(k * (padded[2 + k:2 + k + n] - padded[2 - k:2 - k + n]) for k in (1, 2)) / 10

    first = regression(static)
    everything = numpy.hstack([static, first, regression(first)])
    keep("htk", rate, count, "mfcc", everything.T, input, 1, ["deltas.order=second"])
    energy = numpy.log(numpy.maximum((frames**2).sum(axis=1), numpy.finfo(numpy.float32).eps))
    replaced = numpy.hstack([static[:, :-1], energy[:, None]])  # MFCC_E, without ENORMALISE
    keep("htk", rate, count, "mfcc", replaced.T, input, 1, ["energy.term=raw"])


lengths = {8000: 5001, 16000: 6001, 22050: 7777, 44100: 9999, 48000: 11111}
for compute in (with_librosa, with_librosa_more, with_torchaudio, with_kaldi, with_htk):
    for rate, count in lengths.items():
        compute(rate, count)
    compute(16000, 4801, "silence")
with_librosa(16000, 1)
with_librosa_more(16000, 1)
# Long enough for whole windows at every frequency.
x = make("signal", 60001, 22050)
keep("librosa", 22050, 60001, "constant-q", numpy.abs(librosa.cqt(x, sr=22050)), "signal", 4)
x = make("signal", 100001, 44100)
keep("librosa", 44100, 100001, "constant-q", numpy.abs(librosa.cqt(x, sr=44100)), "signal", 4)

default_folder = pathlib.Path(__file__).parents[2] / "Tests/FormantAudioTests/Golden"
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder
folder.mkdir(parents=True, exist_ok=True)
versions = dict(
    librosa=librosa.__version__, torch=torch.__version__, torchaudio=torchaudio.__version__, numpy=numpy.__version__,
    kaldi_native_fbank=__import__("importlib.metadata").metadata.version("kaldi_native_fbank"),
    python=sys.version.split()[0])
print(versions)
lines = ",\n".join(json.dumps(entry) for entry in entries)
(folder / "presets.json").write_text(f'{{"versions": {json.dumps(versions)},\n"arrays": [\n{lines}\n]}}\n')
numpy.save(folder / "presets.npy", numpy.concatenate(arrays).astype(numpy.float32))
print(f"{len(entries)} arrays, {offset} values")
