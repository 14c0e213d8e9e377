"""What Chromium shows of pages: an opinion on them that has nothing in common with our own reader."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

# Of each page: the smallest element that holds the label's words; how small its letters are; of the boxes of its lines,
# how many there are and in how many the element itself is what lies on top; and the letters of the rest, by their size.
_ASK = """
<script>
const words = %s;
const plain = text => text.replace(/[\\s\\u00a0]+/g, " ").trim().toLowerCase();
function told(page) {
  let label = null;
  for (const item of page.querySelectorAll("body *"))
    if (plain(item.textContent).includes(plain(words)) && (!label || label.contains(item))) label = item;
  if (!label) return null;
  label.scrollIntoView({block: "center"});
  const found = {sizes: [], boxes: 0, on_top: 0, opacity: 1, read: plain(label.innerText).includes(plain(words)), others: {}};
  for (let item = label; item; item = item.parentElement) found.opacity *= Number(page.defaultView.getComputedStyle(item).opacity);
  const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode());) {
    const style = page.defaultView.getComputedStyle(node.parentElement), size = parseFloat(style.fontSize);
    if (!node.data.trim() || ["SCRIPT", "STYLE", "TITLE"].includes(node.parentElement.tagName)) continue;
    if (!label.contains(node)) { found.others[size] = (found.others[size] || 0) + node.data.trim().length; continue; }
    found.sizes.push(size);
    const range = page.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const at = page.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      found.boxes += 1;
      found.on_top += box.width > 1 && box.height > 1 && at !== null && (label.contains(at) || at.contains(label));
    }
  }
  return found;
}
addEventListener("load", () => {
  const said = [...document.querySelectorAll("iframe")].map(frame => told(frame.contentDocument));
  document.body.textContent = "@@" + JSON.stringify(said) + "@@";
});
</script>
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Of the label on a page: the least size of its letters in pixels, and whether every line of it is there to be read.

    ``body``: the size that most letters of the rest have, None where there is no other text."""

    size: float
    shown: bool
    body: float | None


def seen(pages: Sequence[bytes], words: str, folder: Path, *, width: int = 1200) -> list[Seen | None]:
    """What the browser shows of the label on each page; None where it finds no such words. One start for all.

    ``width`` of each page in pixels."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program is not None, "chromium is not here: python3 run.py test installs it"
    frames = []
    for number, data in enumerate(pages):
        (folder / f"{number}.html").write_bytes(data)
        frames.append(f'<iframe src="{number}.html" width="{width}" height="900" style="border:0"></iframe>')
    asking = folder / "all.html"
    asking.write_text(
        f"<!DOCTYPE html><meta charset=utf-8>{_ASK % json.dumps(words)}{''.join(frames)}", "utf-8"
    )
    switches = (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--allow-file-access-from-files",
        "--window-size=1300,1000", f"--user-data-dir={folder / 'profile'}", "--dump-dom",
    )  # fmt: skip
    done = subprocess.run(
        [program, *switches, asking.as_uri()], capture_output=True, encoding="utf-8", timeout=120, check=True
    )
    match = re.search(r"<body>@@(.*)@@", done.stdout, re.S)
    assert match is not None, done.stderr[-2000:]
    return [None if item is None else _seen(item) for item in json.loads(unescape(match[1]))]


def _seen(item: dict[str, object]) -> Seen:
    sizes, others = item["sizes"], item["others"]
    assert isinstance(sizes, list)
    assert isinstance(others, dict)
    shown = item["read"] and item["boxes"] == item["on_top"] != 0 and float(str(item["opacity"])) > 0.5
    body = max(others, key=lambda size: int(others[size]), default=None)
    return Seen(min(map(float, sizes), default=0.0), bool(shown), None if body is None else float(body))
