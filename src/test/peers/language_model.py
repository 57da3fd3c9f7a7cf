#!/usr/bin/env python3
"""jobs/language-model.conf in PyTorch: the same network, data and settings, for comparing speed.

Writes one JSON object per epoch to standard output: seconds since training began (validation not
counted), training and validation loss in nats per character.

  python3 src/test/peers/language_model.py TEXT --threads 2 > pytorch.jsonl
"""
import argparse, json, math, time
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

p = argparse.ArgumentParser()
p.add_argument("text")
p.add_argument("--threads", type=int, default=2)
p.add_argument("--epochs", type=int, default=12)
p.add_argument("--piece", type=int, default=128)
p.add_argument("--batch", type=int, default=64)
p.add_argument("--rate", type=float, default=0.004)
p.add_argument("--warm-up", type=int, default=20)
p.add_argument("--dropout", type=float, default=0.2)
p.add_argument("--seconds", type=float, default=math.inf, help="stop after the epoch that passes this")
a = p.parse_args()
torch.manual_seed(1)
torch.set_num_threads(a.threads)

text = open(a.text, encoding="utf-8").read()
symbols = sorted(set(text))
number = {s: i for i, s in enumerate(symbols)}
data = torch.tensor([number[s] for s in text])
cut = len(data) * 9 // 10
train, valid = data[:cut], data[cut:]
V = len(symbols)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(V, 64)
        self.lstm = torch.nn.LSTM(64, 256, 2, dropout=a.dropout)
        self.dropout = torch.nn.Dropout(a.dropout)
        self.output = torch.nn.Linear(256, V)

    def forward(self, x, state=None):
        h, state = self.lstm(self.embedding(x), state)
        return self.output(self.dropout(h)), state


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=a.rate)
pieces = (len(train) - 1) // a.piece
x = train[: pieces * a.piece].view(pieces, a.piece).t().contiguous()
y = train[1 : pieces * a.piece + 1].view(pieces, a.piece).t().contiguous()
rounds = math.ceil(pieces / a.batch)
total = rounds * a.epochs


def rate(step):
    if step < a.warm_up:
        return (step + 1) / a.warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - a.warm_up) / (total - a.warm_up)))


schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)


def validate():
    model.eval()
    loss, state = 0.0, None
    with torch.no_grad():
        for i in range(0, len(valid) - 1, 4096):
            n = min(4096, len(valid) - 1 - i)
            z, state = model(valid[i : i + n].unsqueeze(1), state)
            loss += cross_entropy(z.squeeze(1), valid[i + 1 : i + n + 1], reduction="sum").item()
    model.train()
    return loss / (len(valid) - 1)


spent = 0.0
for epoch in range(a.epochs):
    begin = time.perf_counter()
    order, loss = torch.randperm(pieces), 0.0
    for r in range(rounds):
        lanes = order[r * a.batch : (r + 1) * a.batch]
        z, _ = model(x[:, lanes])
        each = cross_entropy(z.view(-1, V), y[:, lanes].reshape(-1))
        optimizer.zero_grad()
        each.backward()
        clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        loss += each.item()
    spent += time.perf_counter() - begin
    print(json.dumps({"epoch": epoch + 1, "seconds": round(spent, 2), "train-loss": loss / rounds,
                      "valid-loss": validate(), "peer": "pytorch " + torch.__version__}), flush=True)
    if spent > a.seconds:
        break
