"""Write the alarm recordings of the starter bank (media/alarm-*.mp3).

The three national air-raid signals all last three minutes and differ in rhythm only:

* 预先警报 (warning): 36 s on, 24 s off, three times;
* 空袭警报 (raid): 6 s on, 6 s off, fifteen times;
* 解除警报 (clear): 180 s without a break.

For each signal a full-length file and an excerpt for listening questions are written. All three
excerpts are equally long and cut by the same rule: from the middle of the signal, beginning and
ending in a tone, so that no silence at the end can be taken for the end of the recording. In the
warning two cut tones stand around one whole pause of 24 s, in the raid signal pauses of 6 s stand
between tones of 6 s, and only the all-clear goes on unbroken. The questions say that the sounds at
both ends are cut: it is the pause that tells a warning, for a tone of 36 s does not fit in.
Excerpts carry neutral numbers, so that a file name does not give an answer away.

Only somebody who changes the sound needs to run this (`python make_alarms.py`); it asks for
numpy and lameenc, which nothing else in the project uses. The output is deterministic.
"""

from dataclasses import dataclass
from pathlib import Path

import lameenc  # type: ignore[import-not-found]  # installed by whoever regenerates
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

MEDIA = Path(__file__).resolve().parent / "media"
RATE = 22_050
BIT_RATE = 32
PEAK = 0.3  # of full scale: easy to hear, gentle in headphones
LOW_HZ, HIGH_HZ = 300.0, 460.0
HARMONICS = (1.0, 0.45, 0.3, 0.15, 0.08)
SPIN_SECONDS = 1.4  # the rotor gathers speed at the start of a tone and loses it at the end
FADE_SECONDS = 0.3
CUT_FADE_SECONDS = 0.05
EXCERPT_SECONDS = 29.8  # the encoder pads a little; the file stays below 30 s


@dataclass(frozen=True)
class Signal:
    """One alarm: seconds of sound and of silence, how often; its excerpt's number and middle (in seconds)."""

    name: str
    sound: int
    silence: int
    times: int
    excerpt: int
    middle: int


SIGNALS = (
    Signal("raid", sound=6, silence=6, times=15, excerpt=1, middle=87),  # of the 8th tone
    Signal("clear", sound=180, silence=0, times=1, excerpt=2, middle=90),
    Signal("warning", sound=36, silence=24, times=3, excerpt=3, middle=108),  # of the 2nd pause
)


def smooth_ends(count: int, seconds: float) -> Samples:
    """Ones that rise from 0 and fall back to 0 along half a cosine of the given length."""
    ramp_count = round(seconds * RATE)
    ramp = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, ramp_count))
    shape = np.ones(count)
    shape[:ramp_count] = ramp
    shape[-ramp_count:] = ramp[::-1]
    return shape


def tone(seconds: int) -> Samples:
    """One siren tone: the pitch rises, holds with a faint wobble, and falls, as a rotor does."""
    count = seconds * RATE
    time = np.arange(count) / RATE
    pitch = LOW_HZ + (HIGH_HZ - LOW_HZ) * smooth_ends(count, SPIN_SECONDS)
    pitch += 2.0 * np.sin(2 * np.pi * 0.35 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wave = np.zeros(count)
    for number, strength in enumerate(HARMONICS, start=1):
        wave += strength * np.sin(number * phase)
    wave *= PEAK / np.abs(wave).max() * smooth_ends(count, FADE_SECONDS)
    return wave


def full_length(signal: Signal) -> Samples:
    """The whole three minutes of a signal."""
    once = np.concatenate([tone(signal.sound), np.zeros(signal.silence * RATE)])
    return np.tile(once, signal.times)


def excerpt(samples: Samples, middle: int) -> Samples:
    """The part of a signal around `middle`, faded in and out just enough not to click."""
    count = round(EXCERPT_SECONDS * RATE)
    start = middle * RATE - count // 2
    return samples[start : start + count] * smooth_ends(count, CUT_FADE_SECONDS)


def mp3(samples: Samples) -> bytes:
    """The samples as a mono MP3 of constant bit rate."""
    encoder = lameenc.Encoder()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(RATE)
    encoder.set_bit_rate(BIT_RATE)
    encoder.set_quality(2)
    encoder.silence()
    pcm = np.round(samples * 32_767).astype("<i2").tobytes()
    return bytes(encoder.encode(pcm) + encoder.flush())


def main() -> None:
    """Write all six files."""
    MEDIA.mkdir(exist_ok=True)
    for signal in SIGNALS:
        samples = full_length(signal)
        (MEDIA / f"alarm-{signal.name}-full.mp3").write_bytes(mp3(samples))
        (MEDIA / f"alarm-sound-{signal.excerpt}.mp3").write_bytes(mp3(excerpt(samples, signal.middle)))


if __name__ == "__main__":
    main()
