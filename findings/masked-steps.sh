#!/usr/bin/env bash
# What a recurrent layer returns for steps behind the end of a sequence, told where the end is.
#
# Expected: one convention per library, and pooling over time that leaves these steps out, so that a
# sequence gets the same answer alone and beside a longer one.
# Seen:
#   - keras LSTM repeats the last real output, keras Bidirectional returns zeros instead;
#     GlobalMaxPooling1D takes the mask without a word and pools over all steps. That is harmless
#     after LSTM (a repeated value changes no maximum) and wrong after Bidirectional: zeros win
#     against negative maxima, so the result depends on whether a longer sequence stands in the
#     batch. GlobalAveragePooling1D does leave masked steps out.
#   - flax RNN with seq_lengths goes on computing over the padding: only the final state obeys, what
#     it returns there depends on what the padding holds.
#
# Versions: keras 3.15.1 on jax 0.10.2, flax 0.12.8.
# For Unroll: pooling = max and mean, and both directions, see real steps only; a model rebuilt in
# Keras with Bidirectional and max pooling answers otherwise until the steps are masked by hand.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

python_with keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 flax==0.12.8
python_run KERAS_BACKEND=jax <<'PROGRAM'
import jax
import keras
import numpy as np
from flax import linen
from keras import layers

keras.utils.set_random_seed(1)
long = np.random.default_rng(1).standard_normal((1, 6, 3)).astype(np.float32)
short = long[:, :4]
padded = np.concatenate([short, np.zeros((1, 2, 3), np.float32)], axis=1)
batch = np.concatenate([long, padded])  # zeros are masked


def same(a, b):
    return np.allclose(a, b, atol=1e-5)


def behind(outputs):
    """What stands in the two steps behind the end of the second sequence."""
    end, rest = outputs[1, 3], outputs[1, 4:]
    return "zeros" if same(rest, 0) else "the last output" if same(rest, end) else "other values"


for name, layer in {
    "LSTM": layers.LSTM(8, return_sequences=True),
    "Bidirectional": layers.Bidirectional(layers.LSTM(8, return_sequences=True)),
}.items():
    recurrent = keras.Sequential([layers.Masking(), layer])
    print(f"keras {name}: {behind(np.asarray(recurrent(batch)))}")
    for pooling in layers.GlobalMaxPooling1D, layers.GlobalAveragePooling1D:
        model = keras.Sequential([layers.Masking(), layer, pooling()])
        alone, beside = np.asarray(model(short))[0], np.asarray(model(batch))[1]
        print(f"  {pooling.__name__}, alone and beside a longer one:",
              "same" if same(alone, beside) else "differs")

rnn = linen.RNN(linen.LSTMCell(8), return_carry=True)
weights = rnn.init(jax.random.key(1), batch)
lengths = np.array([6, 4])
noisy = batch.copy()
noisy[1, 4:] = 9
(_, state), outputs = rnn.apply(weights, batch, seq_lengths=lengths)
(_, noisy_state), noisy_outputs = rnn.apply(weights, noisy, seq_lengths=lengths)
print(f"flax RNN: {behind(np.asarray(outputs))}")
print("  other padding, final state:", "same" if same(state, noisy_state) else "differs")
print("  other padding, outputs:", "same" if same(outputs, noisy_outputs) else "differs")
PROGRAM
expect <<'SEEN'
keras LSTM: the last output
  GlobalMaxPooling1D, alone and beside a longer one: same
  GlobalAveragePooling1D, alone and beside a longer one: same
keras Bidirectional: zeros
  GlobalMaxPooling1D, alone and beside a longer one: differs
  GlobalAveragePooling1D, alone and beside a longer one: same
flax RNN: other values
  other padding, final state: same
  other padding, outputs: differs
SEEN
