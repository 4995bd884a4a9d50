"""``python -m demo``: write the inbox of a generated cycle and the truth about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from demo import REGIME, ROUND, SEED, generate_cycle
from demo.proofs import add_proofs, asks_proofs
from rulebook import load


def main(
    out: Annotated[Path, typer.Option(help="写到哪个文件夹 / folder to write to")],
    regime: Annotated[str, typer.Option(help="方案 / regime")] = REGIME,
    round: Annotated[str, typer.Option(help="轮次 / round")] = ROUND,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = SEED,
) -> None:
    """生成一个轮次的收件夹（OUT/inbox）和真值（OUT/truth）。Write an inbox and the truth about it."""
    rulebook = load()
    truth = generate_cycle(regime, round, out / "inbox", seed, rulebook)
    proofs = add_proofs(out / "inbox", truth, rulebook) if asks_proofs(rulebook, regime, round) else []
    truth.write(out / "truth")
    typer.echo(f"收件夹 inbox：{out / 'inbox'}（{len(truth.files) + len(proofs)} 个文件 files）")
    typer.echo(f"真值 truth：{out / 'truth'}（{len(truth.exits)} 条退出 exits）")


if __name__ == "__main__":
    typer.run(main)
