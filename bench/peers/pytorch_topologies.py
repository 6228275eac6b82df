"""PyTorch: python peers/pytorch_topologies.py '{case}'. Says what ../peer.mjs expects; data as in ../topology-data.mjs."""

import json
import sys
import time as clock


def say(**answer):
    print(json.dumps(answer), flush=True)


def drawer(seed):
    state = seed

    def draw(below):
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (state >> 8) % below

    return draw


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words_of(count):
    draw = drawer(7)
    return ["".join(LETTERS[draw(26)] for _ in range(3 + draw(8))) for _ in range(count)]


def main():
    case = json.loads(sys.argv[-1])
    try:
        import torch
    except ImportError as error:
        return say(event="unable", reason=f"PyTorch is not installed ({error})")
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(case["threads"])
    functional = nn.functional

    def trained(model, batches, loss_of, rate=1e-3):
        """A turn is an update on the next batch."""
        optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
        count = 0

        def turn():
            nonlocal count
            batch = batches[count % len(batches)]
            count += 1
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            return loss.item()

        return turn

    class Attention(nn.Module):
        """Luong et al. 2015 and Bahdanau et al. 2015, as of all steps of a decoder at once."""

        def __init__(self, kind, hidden):
            super().__init__()
            self.kind = kind
            self.query = nn.Linear(hidden, hidden, bias=False) if kind == "additive" else None
            self.key = nn.Linear(hidden, hidden, bias=False) if kind != "dot" else None
            self.score = nn.Linear(hidden, 1, bias=False) if kind == "additive" else None
            self.combine = nn.Linear(2 * hidden, hidden, bias=False)

        def forward(self, h, memory):
            """[batch, time, hidden], [batch, source, hidden]"""
            if self.kind == "additive":
                scores = self.score(torch.tanh(self.query(h).unsqueeze(2) + self.key(memory).unsqueeze(1))).squeeze(3)
            else:
                scores = h @ (memory if self.key is None else self.key(memory)).transpose(1, 2)
            context = torch.softmax(scores, 2) @ memory
            return torch.tanh(self.combine(torch.cat([context, h], 2)))

    class Translator(nn.Module):
        def __init__(self):
            super().__init__()
            hidden, layers, symbols = case["hidden"], case["layers"], case["symbols"] + 1
            self.source = nn.Embedding(symbols, hidden)
            self.encoder = nn.LSTM(hidden, hidden, layers, batch_first=True)
            self.start = nn.ModuleList(nn.Linear(hidden, 2 * hidden) for _ in range(layers))
            self.target = nn.Embedding(symbols, hidden)
            self.feeding = case["inputFeeding"]
            self.decoder = nn.LSTM(hidden * (2 if self.feeding else 1), hidden, layers, batch_first=True)
            self.attend = None if case["attention"] == "none" else Attention(case["attention"], hidden)
            self.output = nn.Linear(hidden, symbols)

        def forward(self, source, x):
            memory, _ = self.encoder(self.source(source))
            end = memory[:, -1]
            begun = [torch.tanh(start(end)).chunk(2, 1) for start in self.start]
            state = (torch.stack([h for h, _ in begun]), torch.stack([c.contiguous() for _, c in begun]))
            read = self.target(x)
            if not self.feeding:
                h, _ = self.decoder(read, state)
                return self.output(h if self.attend is None else self.attend(h, memory))
            looked, outputs = torch.zeros_like(read[:, :1]), []
            for t in range(x.shape[1]):
                h, state = self.decoder(torch.cat([read[:, t : t + 1], looked], 2), state)
                looked = self.attend(h, memory)
                outputs.append(looked)
            return self.output(torch.cat(outputs, 1))

    def translating():
        draw, symbols, steps, batch = drawer(11), case["symbols"], case["steps"], case["batch"]
        batches = []
        for _ in range(8):
            sources = [[draw(symbols) for _ in range(steps)] for _ in range(batch)]
            targets = [[(7 * symbol + 3) % symbols for symbol in source[1:]] for source in sources]
            x = torch.tensor([[symbols, *target] for target in targets])
            batches.append((torch.tensor(sources), x, torch.tensor([[*target, symbols] for target in targets])))

        def loss_of(model, batch):
            source, x, targets = batch
            return functional.cross_entropy(model(source, x).flatten(0, 1), targets.flatten())

        return trained(Translator(), batches, loss_of), {}

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(case["words"] + 1, case["embedding"])
            self.letters = nn.Embedding(27, 25)
            self.filters = nn.Conv1d(25, case["characters"], 3, padding=1)
            self.drop = nn.Dropout(0.5)
            self.rnn = nn.LSTM(case["embedding"] + case["characters"], case["hidden"], batch_first=True, bidirectional=True)
            self.output = nn.Linear(2 * case["hidden"], case["labels"])

        def forward(self, words, letters):
            batch, time, places = letters.shape
            spelt = self.filters(self.letters(letters.view(batch * time, places)).transpose(1, 2)).amax(2)
            read = torch.cat([self.words(words), spelt.view(batch, time, -1)], 2)
            h, _ = self.rnn(self.drop(read))
            return self.output(self.drop(h))

    def tagging():
        draw, count, labels = drawer(3), case["words"], case["labels"]
        words = words_of(count)
        places = 18
        spelt = torch.tensor([[LETTERS.index(c) + 1 for c in word] + [0] * (places - len(word)) for word in words])
        label = torch.tensor([len(word) % labels for word in words])
        batches, tokens = [], 0
        for i in range(case["batches"]):
            ids = torch.tensor([[draw(count) for _ in range(8 + i * 7 % 25)] for _ in range(case["batch"])])
            tokens += ids.numel()
            batches.append((ids, spelt[ids], label[ids]))

        def loss_of(model, batch):
            ids, letters, targets = batch
            return functional.cross_entropy(model(ids, letters).flatten(0, 1), targets.flatten())

        update = trained(Tagger(), batches, loss_of)

        def turn():
            for _ in batches:
                loss = update()
            return loss

        return turn, {"characters": tokens}

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(28, case["hidden"])
            self.rnn = nn.GRU(case["hidden"], case["hidden"], batch_first=True, bidirectional=True)
            self.output = nn.Linear(2 * case["hidden"], 2)

        def forward(self, ids, lengths):
            packed = nn.utils.rnn.pack_padded_sequence(
                self.embedding(ids), lengths, batch_first=True, enforce_sorted=False
            )
            _, h = self.rnn(packed)
            return self.output(torch.cat([h[0], h[1]], 1))

    def predicting():
        draw, count = drawer(5), case["texts"]
        texts = ["".join(LETTERS[draw(26)] for _ in range(20 + draw(40))) for _ in range(count)]
        model = Classifier().eval()
        number = {letter: i + 1 for i, letter in enumerate(LETTERS)}

        def turn():
            said = []
            with torch.inference_mode():
                for at in range(0, count, 256):
                    some = [torch.tensor([number[c] for c in text]) for text in texts[at : at + 256]]
                    ids = nn.utils.rnn.pad_sequence(some, batch_first=True)
                    said.extend(torch.softmax(model(ids, torch.tensor([len(s) for s in some])), 1).tolist())
            return len(said)

        return turn, {"characters": count}

    class Forecaster(nn.Module):
        """Sees at each step the value before and that of a season before, and goes on by what it said."""

        def __init__(self):
            super().__init__()
            self.rnn = nn.GRU(2, case["hidden"], case["layers"], batch_first=True)
            self.output = nn.Linear(case["hidden"], 1)

        def forward(self, windows, season):
            h, state = self.rnn(torch.stack([windows[:, season:], windows[:, :-season]], 2))
            said = [self.output(h[:, -1:])[:, :, 0]]
            for step in range(1, case["horizon"]):
                lagged = windows[:, step - season - 1 : step - season]
                x = torch.stack([said[-1], lagged], 2)
                h, state = self.rnn(x, state)
                said.append(self.output(h)[:, :, 0])
            return torch.cat(said, 1)

    def forecasting():
        context, horizon, origins, season = case["context"], case["horizon"], case["origins"], 24
        steps = torch.arange(context + season + horizon + origins)
        values = torch.sin(2 * torch.pi * steps / season) + torch.sin(steps * 12.9898) / 5
        model = Forecaster().eval()

        def turn():
            with torch.inference_mode():
                windows = values.unfold(0, context + season, 1)[:origins]
                last = windows[:, -1:]
                said = model(windows - last, season) + last
            return float(said.sum())

        return turn, {"characters": origins}

    turn, more = {
        "translator": translating,
        "tagger": tagging,
        "predict": predicting,
        "forecast": forecasting,
    }[case["kind"]]()
    say(event="ready", version=torch.__version__, threads=case["threads"], **more)
    for line in sys.stdin:
        amount = json.loads(line)["run"]
        start = clock.perf_counter()
        losses = [turn() for _ in range(amount)]
        say(event="round", turns=amount, elapsedMs=(clock.perf_counter() - start) * 1000, losses=losses)


main()
