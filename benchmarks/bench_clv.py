"""Buy-till-you-die models fitted on a million customers, beside lifetimes and pymc-marketing.

    python -m benchmarks.bench_clv [--customers 1000000] [--rounds 3] [--model mbg_nbd ...]
        [--peer lifetimes] [--peer pymc_marketing]

Each gets the same three arrays, one number per customer, and ends with parameters; ours makes
the unique histories of them first, which is timed with it. Contenders are processes of their
own and are asked in turn, once to warm up, then ``--rounds`` times, of which the median counts
(``--cold``: once only, for a peer that takes long). The log-likelihood is computed by our function
at everybody's parameters: it has to be no worse. lifetimes is tried with a customer a row, as
its makers do.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from benchmarks.contenders import HERE, Contender, in_turn, load, python_of
from benchmarks.generated_buyers import buyers

from regulars.stats.buying.histories import histories
from regulars.stats.buying.models import MODELS

BOUND = 20.0
KNOWN = {
    "lifetimes": ("bg_nbd", "mbg_nbd", "pareto_nbd"),
    "pymc_marketing": ("bg_nbd", "mbg_nbd"),
}


def main() -> int:
    """How many bounds were broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--model", action="append", choices=list(MODELS))
    parser.add_argument("--peer", action="append", choices=list(KNOWN))
    options = parser.parse_args()
    columns = buyers(options.customers)
    known, _ = histories(*columns)
    print(f"{options.customers:,} customers, {len(known):,} unique histories, {load()}", flush=True)
    broken = 0
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        file = Path(scratch) / "buyers.npy"
        np.save(file, np.stack(columns))
        mine = [sys.executable, "-m", "benchmarks.ours_buying", str(file)]
        contenders = [stack.enter_context(Contender("ours", mine))]
        for peer in options.peer or KNOWN:
            command = [python_of(peer), str(HERE / f"peer_{peer}.py"), str(file)]
            contenders.append(stack.enter_context(Contender(peer, command)))
        for name in options.model or MODELS:
            asked = [c for c in contenders if name in KNOWN.get(c.name, MODELS)]
            if options.cold:
                given = {contender.name: contender.ask(name) for contender in asked}
            else:
                given = in_turn(asked, name, options.rounds)
            reached = {
                who: MODELS[name].log_likelihood(np.array(answer.found), known)[0]
                for who, answer in given.items()
            }
            for who, answer in given.items():
                ratio = answer.seconds / given["ours"].seconds
                is_enough = who == "ours" or (
                    ratio >= BOUND and reached["ours"] >= reached[who] - 0.01
                )
                broken += not is_enough
                numbers = ", ".join(f"{value:.4f}" for value in answer.found)
                print(
                    f"{name:11}{who:16}{answer.seconds:9.2f} s {ratio:8.1f}x "
                    f"log-likelihood {reached[who]:.2f}  ({numbers})  "
                    f"{answer.own_gb:.2f} GB, {load()}{'' if is_enough else '  BROKEN'}",
                    flush=True,
                )
    return broken


if __name__ == "__main__":
    sys.exit(main())
