#!/usr/bin/env python3
"""Draws validation losses against seconds of training as an SVG.

  python3 src/test/peers/plot_losses.py OUT.svg NAME=FILE [NAME=FILE ...]

A file holds JSON objects, one a line, some with "seconds" and "valid-loss", as a run's metrics.jsonl.
"""
import json, sys

COLOURS = ["#1b6ca8", "#c8553d", "#588b3f", "#7a4f9e"]


def read(path):
    entries = (json.loads(line) for line in open(path, encoding="utf-8"))
    return [(e["seconds"], e["valid-loss"]) for e in entries if "valid-loss" in e]


series = [(a.split("=", 1)[0], read(a.split("=", 1)[1])) for a in sys.argv[2:]]
W, H, L, R, T, B = 720, 400, 56, 16, 16, 44
most = max(x for _, s in series for x, _ in s)
low = min(y for _, s in series for _, y in s)
high = min(2.0, max(y for _, s in series for _, y in s))
low, high = int(low * 20) / 20, int(high * 20 + 1) / 20
X = lambda s: L + (W - L - R) * s / most
Y = lambda v: T + (H - T - B) * (high - v) / (high - low)
out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" font-family="sans-serif" font-size="12">',
       f'<rect width="{W}" height="{H}" fill="white"/>']
v = low
while v <= high + 1e-9:
    out.append(f'<path d="M{L} {Y(v):.1f}H{W - R}" stroke="#ddd"/><text x="{L - 6}" y="{Y(v) + 4:.1f}" text-anchor="end">{v:.2f}</text>')
    v += 0.05 if high - low <= 0.4 else 0.1
for s in range(0, int(most) + 1, 60):
    out.append(f'<path d="M{X(s):.1f} {T}V{H - B}" stroke="#eee"/><text x="{X(s):.1f}" y="{H - B + 16}" text-anchor="middle">{s}</text>')
out.append(f'<text x="{(L + W - R) / 2}" y="{H - 8}" text-anchor="middle">seconds of training</text>')
out.append(f'<text transform="translate(14 {(T + H - B) / 2}) rotate(-90)" text-anchor="middle">validation loss, nats per character</text>')
for i, (name, points) in enumerate(series):
    c = COLOURS[i % len(COLOURS)]
    line = " ".join(f"{X(x):.1f},{Y(min(y, high)):.1f}" for x, y in points)
    out.append(f'<polyline points="{line}" fill="none" stroke="{c}" stroke-width="2"/>')
    out += [f'<circle cx="{X(x):.1f}" cy="{Y(min(y, high)):.1f}" r="3" fill="{c}"/>' for x, y in points]
    out.append(f'<rect x="{W - 200}" y="{T + 8 + 20 * i}" width="14" height="4" fill="{c}"/><text x="{W - 180}" y="{T + 14 + 20 * i}">{name}</text>')
out.append("</svg>")
open(sys.argv[1], "w", encoding="utf-8").write("\n".join(out) + "\n")
