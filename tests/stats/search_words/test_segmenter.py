"""jieba made quiet and private, and the shop's own words kept whole."""

import subprocess
import sys
import tempfile
from pathlib import Path

from regulars.stats.search_words.segmenter import Segmenter

ALONE = """
import logging, tempfile, sys
from regulars.stats.search_words.segmenter import Segmenter
assert "jieba" not in sys.modules
print([piece.text for piece in Segmenter().words("空气炸锅")])
import jieba
assert not jieba.dt.initialized
assert not logging.getLogger("jieba").handlers
"""


def words(segmenter, text):
    return [piece.text for piece in segmenter.words(text)]


def test_nothing_is_warned_printed_or_left_behind_when_first_used(tmp_path: Path):
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == "['空气', '炸锅']\n"
    assert list(tmp_path.iterdir()) == []


def test_a_planted_cache_is_not_read_when_it_lies_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "jieba.cache").write_bytes(b"nobody should read this")
    assert words(Segmenter(["显瘦"]), "显瘦连衣裙") == ["显瘦", "连衣裙"]


def test_own_words_stay_whole_when_the_dictionary_would_cut_them():
    assert words(Segmenter(), "显瘦连衣裙") == ["显", "瘦", "连衣裙"]
    assert words(Segmenter(["显瘦"]), "显瘦连衣裙") == ["显瘦", "连衣裙"]
    assert words(Segmenter(), "显瘦") == ["显", "瘦"]  # another's words are not ours


def test_mixed_text_is_cut_by_its_scripts_when_without_blanks():
    assert words(Segmenter(["抽纸"]), "cloudsoft抽纸24包") == ["cloudsoft", "抽纸", "24包"]
