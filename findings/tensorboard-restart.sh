#!/usr/bin/env bash
# A run is resumed from a checkpoint at step 5 after it had written 10 steps, and its event writer
# says so, as writers do: a SessionLog.START event at step 6 opens the second file
# (tensorboardX and torch.utils.tensorboard: purge_step=6).
#
# Expected: TensorBoard shows the steps 1 … 12 once, the second time's values from step 6 on.
# Seen: that depends on which of the three readers in one installation looks, because they take
# START differently:
#   - the web application with its data server ignores START, and lets every step that goes back
#     replace what was there: once each, with or without START;
#   - the web application without the data server (--load_fast=false, or a platform for which
#     there is no server) takes the first START of a run as its beginning, so the one that
#     purge_step writes does nothing: steps 6 … 10 are there twice, in zigzags;
#   - event_accumulator, which scripts import, obeys every START: once each; without one, twice.
# With one more START, at step 0 when the run begins, all three agree.
#
# Versions: tensorboard 2.21.0, tensorboard-data-server 0.7.2, tensorboardX 2.6.5.
# For Unroll: it must write a START event at step 0 and one at each resume.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

python_with tensorboard==2.21.0 tensorboard-data-server==0.7.2 tensorboardX==2.6.5
python_run <<'PROGRAM'
import time

from tensorboard import context
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.data import server_ingester
from tensorboard.util import grpc_util
from tensorboardX import SummaryWriter


def write(logdir, first_purge, second_purge):
    run = logdir + "/run"
    for suffix, purge, steps in (".1", first_purge, range(1, 11)), (".2", second_purge, range(6, 13)):
        writer = SummaryWriter(run, purge_step=purge, filename_suffix=suffix)
        for step in steps:
            writer.add_scalar("loss", step, step)
        writer.close()
        time.sleep(1.1)  # files are read in the order of the seconds in their names


def with_server(logdir):
    ingester = server_ingester.SubprocessServerDataIngester(
        server_binary=server_ingester.get_server_binary(),
        logdir=logdir,
        reload_interval=1,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
    )
    ingester.start()
    for _ in range(100):
        runs = ingester.data_provider.read_scalars(
            context.RequestContext(), experiment_id="", plugin_name="scalars", downsample=1000
        )
        if runs:
            break
        time.sleep(0.1)
    return runs["run"]["loss"]


def read(reader, tag_of, logdir):
    accumulator = reader.EventAccumulator(logdir + "/run")
    accumulator.Reload()
    return tag_of(accumulator)("loss")


for name, purges in {
    "no START": (None, None),
    "START at the resume": (None, 6),
    "START at 0 and at the resume": (0, 6),
}.items():
    logdir = name.replace(" ", "-")
    write(logdir, *purges)
    print(f"{name}: points shown of the 12 steps")
    for reader, points in {
        "web with data server": with_server(logdir),
        "web without": read(plugin_event_accumulator, lambda a: a.Tensors, logdir),
        "event_accumulator": read(event_accumulator, lambda a: a.Scalars, logdir),
    }.items():
        print(f"  {reader}: {len(points)}")
PROGRAM
expect <<'SEEN'
no START: points shown of the 12 steps
  web with data server: 12
  web without: 17
  event_accumulator: 17
START at the resume: points shown of the 12 steps
  web with data server: 12
  web without: 17
  event_accumulator: 12
START at 0 and at the resume: points shown of the 12 steps
  web with data server: 12
  web without: 12
  event_accumulator: 12
SEEN
