"""Writes test/golden/media.json: pictures (pypng, Pillow), sounds (soundfile), IDX files (idx2numpy) and mel frames (librosa) with what they hold."""
import base64
import io
import json
import math
from pathlib import Path

import idx2numpy
import librosa
import numpy as np
import png
import soundfile
from PIL import Image

rng = np.random.default_rng(0)


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def picture(name, content, rgba):
    height, width = rgba.shape[:2]
    return {"name": name, "width": width, "height": height, "file": text(content), "rgba": np.round(rgba, 6).ravel().tolist()}


def written(values, width, **kind) -> bytes:
    out = io.BytesIO()
    png.Writer(width, len(values), **kind).write(out, values)
    return out.getvalue()


def pictures():
    width, height = 9, 5
    for interlace in [False, True]:
        for depth in [1, 2, 4, 8, 16]:
            most = 2**depth - 1
            grey = rng.integers(0, most + 1, (height, width))
            rgba = np.stack([grey / most] * 3 + [np.ones(grey.shape)], 2)
            yield picture(f"grey {depth} {interlace}", written(grey.tolist(), width, greyscale=True, bitdepth=depth, interlace=interlace), rgba)
            absent = rgba.copy()
            absent[..., 3] = grey != grey[0, 0]
            kind = dict(greyscale=True, bitdepth=depth, interlace=interlace, transparent=int(grey[0, 0]))
            yield picture(f"grey without one {depth} {interlace}", written(grey.tolist(), width, **kind), absent)
            if depth < 16:
                palette = rng.integers(0, 256, (most + 1 if depth < 8 else 7, 4))
                index = rng.integers(0, len(palette), (height, width))
                kind = dict(palette=[tuple(map(int, colour)) for colour in palette], bitdepth=depth, interlace=interlace)
                yield picture(f"palette {depth} {interlace}", written(index.tolist(), width, **kind), palette[index] / 255)
            if depth >= 8:
                for greyscale, alpha, planes in [(True, True, 2), (False, False, 3), (False, True, 4)]:
                    values = rng.integers(0, most + 1, (height, width, planes))
                    solid = values[..., -1:] / most if alpha else np.ones((height, width, 1))
                    colours = np.repeat(values[..., :1], 3, 2) if greyscale else values[..., :3]
                    kind = dict(greyscale=greyscale, alpha=alpha, bitdepth=depth, interlace=interlace)
                    content = written(values.reshape(height, -1).tolist(), width, **kind)
                    yield picture(f"{planes} planes {depth} {interlace}", content, np.concatenate([colours / most, solid], 2))
    # Of smooth pictures libpng filters rows in every way.
    y, x = np.mgrid[0:24, 0:20]
    smooth = np.stack([(x * 9 + y) % 256, (x * y) % 256, 128 + 100 * np.sin(x / 3) * np.cos(y / 4)], 2).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(smooth).save(out, "png")
    yield picture("filtered", out.getvalue(), np.concatenate([smooth / 255, np.ones((24, 20, 1))], 2))


def sounds():
    samples = np.stack([np.sin(np.arange(23) / 3), np.linspace(-1, 0.999, 23)], 1)
    for form, subtype in [("WAV", kind) for kind in ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"]] + [("WAVEX", "PCM_24"), ("WAVEX", "FLOAT")]:
        out = io.BytesIO()
        soundfile.write(out, samples, 8000, format=form, subtype=subtype)
        read, rate = soundfile.read(io.BytesIO(out.getvalue()), dtype="float64")
        yield {"name": f"{form} {subtype}", "rate": rate, "file": text(out.getvalue()), "channels": np.round(read.T, 9).tolist()}


def numbers():
    for kind in ["uint8", "int8", "int16", "int32", "float32", "float64"]:
        values = (rng.normal(size=(2, 3, 4)) * 50).astype(kind)
        if kind == "uint8":
            values = rng.integers(0, 256, (2, 3, 4)).astype(kind)
        out = io.BytesIO()
        idx2numpy.convert_to_file(out, values)
        yield {"name": kind, "shape": values.shape, "file": text(out.getvalue()), "data": values.ravel().tolist()}


def frames():
    time = np.arange(2000) / 16000
    samples = np.round(0.5 * np.sin(2 * math.pi * (300 + 8000 * time) * time) + 0.1 * rng.normal(size=2000), 5)
    for size, hop, bands, low, high in [(512, 160, 40, 0, 8000), (256, 100, 20, 100, 4000)]:
        power = librosa.feature.melspectrogram(
            y=samples, sr=16000, n_fft=size, hop_length=hop, center=False, n_mels=bands, fmin=low, fmax=high, htk=True, norm=None, power=2, window="hann", dtype=np.float64
        )
        yield {
            "options": {"rate": 16000, "frame": size / 16000, "hop": hop / 16000, "bands": bands, "low": low, "high": high},
            "samples": samples.tolist(),
            "frames": power.shape[1],
            "logMel": np.round(np.log(np.maximum(power, 1e-10)).T, 6).ravel().tolist(),
        }


content = {"pictures": list(pictures()), "sounds": list(sounds()), "numbers": list(numbers()), "mel": list(frames())}
(Path(__file__).parent / "media.json").write_text(json.dumps(content))
print(len(json.dumps(content)))
