#!/usr/bin/env bash
# RMSProp with the gradient's variance in the denominator (centered, as in Graves' handwriting
# networks) on gradients that hardly change from step to step.
#
# Expected: finite weights. The variance is a mean of squares less the square of a mean, so nobody
# takes its root without a floor at 0.
# Seen: PyTorch, Keras and Optax do. Where gradients vary by less than about a thousandth, rounding
# makes some of the differences negative, their roots NaN, and the weights NaN for good; without a
# message. In Optax even with eps under the root. It takes no contrived loss: a linear layer under an
# L1 loss whose targets are far away gets the same gradient every time, and is NaN after some 270
# steps.
#
# Versions: torch 2.13.0, keras 3.15.1 on jax 0.10.2, optax 0.2.8.
# For Unroll: optimizer { kind = rmsprop, centered = true } has the floor; who compares it with one
# of these must look for NaN there first.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

python_with torch==2.13.0 keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 optax==0.2.8
python_run KERAS_BACKEND=jax <<'PROGRAM'
import jax
import keras
import numpy as np
import optax
import torch

WEIGHTS, STEPS, DECAY, RATE = 1000, 1000, 0.95, 1e-4
clean = np.linspace(0.01, 1, WEIGHTS, dtype=np.float32)


def gradients(noise):
    random = np.random.default_rng(1)
    for _ in range(STEPS):
        yield (clean * (1 + noise * random.standard_normal(WEIGHTS))).astype(np.float32)


def with_torch(noise):
    weight = torch.nn.Parameter(torch.zeros(WEIGHTS))
    optimizer = torch.optim.RMSprop([weight], lr=RATE, alpha=DECAY, eps=1e-8, centered=True)
    for gradient in gradients(noise):
        weight.grad = torch.from_numpy(gradient)
        optimizer.step()
    return weight.detach().numpy()


def with_keras(noise):
    weight = keras.Variable(np.zeros(WEIGHTS, np.float32))
    optimizer = keras.optimizers.RMSprop(RATE, rho=DECAY, epsilon=1e-8, centered=True)
    for gradient in gradients(noise):
        optimizer.apply([gradient], [weight])
    return keras.ops.convert_to_numpy(weight)


def with_optax(noise):
    optimizer = optax.rmsprop(RATE, decay=DECAY, centered=True)
    weight = np.zeros(WEIGHTS, np.float32)
    state = optimizer.init(weight)

    @jax.jit
    def step(weight, state, gradient):
        update, state = optimizer.update(gradient, state, weight)
        return optax.apply_updates(weight, update), state

    for gradient in gradients(noise):
        weight, state = step(weight, state, gradient)
    return np.asarray(weight)


for noise in 1e-2, 1e-4:
    print(f"gradients that vary by {noise:g}: is a weight NaN after {STEPS} steps?")
    for run in with_torch, with_keras, with_optax:
        print(f"  {run.__name__[5:]}:", "yes" if np.isnan(run(noise)).any() else "no")

torch.manual_seed(1)
layer = torch.nn.Linear(20, 10)
inputs, targets = torch.rand(64, 20), torch.full((64, 10), 1e6)
optimizer = torch.optim.RMSprop(layer.parameters(), lr=1e-3, alpha=DECAY, centered=True)
for _ in range(STEPS):
    optimizer.zero_grad()
    loss = torch.nn.functional.l1_loss(layer(inputs), targets)
    loss.backward()
    optimizer.step()
print("L1 loss of a linear layer in torch:", loss.item())
PROGRAM
expect <<'SEEN'
gradients that vary by 0.01: is a weight NaN after 1000 steps?
  torch: no
  keras: no
  optax: no
gradients that vary by 0.0001: is a weight NaN after 1000 steps?
  torch: yes
  keras: yes
  optax: yes
L1 loss of a linear layer in torch: nan
SEEN
