"""The figures of paths: flows that can be read and clicked, and the matrix of all steps."""

from itertools import pairwise

import pytest

from regulars.figures import page_values, path_steps, paths
from regulars.figures.theme import GREY

START, END = "(start)", "(end)"


@pytest.fixture
def flow(result):
    """Ten visits: six go to A and then leave or go on to B, four leave from B at once."""

    def edges(*edges):
        names = ("step", "from_node", "to_node", "visit_count", "share")
        plain = {"is_reached": None, "share_difference": None, "from_share": 0.5}
        return result(
            "paths", *({**plain, **dict(zip(names, edge, strict=True))} for edge in edges)
        )

    return edges(
        (0, START, "A", 6, 0.6), (0, START, "B", 4, 0.4), (1, "A", "B", 4, 0.4),
        (1, "A", END, 2, 0.2), (1, "B", END, 4, 0.4),
    )  # fmt: skip


def test_nodes_stand_by_steps_and_carry_step_and_name(flow):
    (sankey,) = paths.figure(flow, language="en", currency="CNY").data
    carried = [tuple(point[:2]) for point in sankey.node.customdata]
    assert carried == [(0, START), (1, "A"), (1, "B"), (2, "B"), (2, END)]
    assert len(set(sankey.node.x)) == 3
    assert [point[4] for point in sankey.node.customdata] == ["100.0%", "60.0%", "40.0%", "40.0%",
                                                              "60.0%"]  # fmt: skip


def test_what_leaves_is_grey_and_a_node_has_one_colour_at_every_step(flow):
    (sankey,) = paths.figure(flow, language="en", currency="CNY").data
    colours = {tuple(p[:2]): c for p, c in zip(sankey.node.customdata, sankey.node.color,
                                               strict=True)}  # fmt: skip
    assert colours[1, "B"] == colours[2, "B"] != GREY
    assert colours[2, END] == GREY
    grey = paths._faint(GREY)
    ends = [sankey.node.customdata[at][1] for at in sankey.link.target]
    assert [c == grey for c in sankey.link.color] == [name == END for name in ends]


def test_nodes_of_a_step_do_not_overlap(flow):
    chart = paths.figure(flow, language="en", currency="CNY")
    (sankey,) = chart.data
    for x in set(sankey.node.x):
        own = [at for at, place in enumerate(sankey.node.x) if place == x]
        assert all(sankey.node.y[a] < sankey.node.y[b] for a, b in pairwise(own))
    # the last step's labels are written behind it, the others by the nodes themselves
    assert [note.text for note in chart.layout.annotations] == ["B 40.0%", "Left 60.0%"]
    assert sankey.node.label[-2:] == ("", "")


def test_sentence_says_where_visits_begin_and_how_many_ended(flow):
    assert paths.sentence(flow, language="en", currency="CNY") == (
        "Of 10 visits, most begin with “A” (60.0%); 6 (60.0%) have ended by step 2."
    )


def test_sentence_says_how_many_reach_the_goal_when_between(result):
    base = {"step": 0, "from_node": "Product Viewed", "share": 0.4}
    rows = result(
        "paths",
        {**base, "to_node": "Order Completed", "is_reached": True, "visit_count": 4},
        {**base, "to_node": END, "is_reached": False, "visit_count": 6, "share": 0.6},
    )
    assert paths.sentence(rows, language="zh", currency="CNY") == (
        "经过“查看商品”的 10 次会话中，4 次（40.0%）到达目标；其余会话最多的下一步是“离开”"
        "（占全部 60.0%）。"
    )
    (sankey,) = paths.figure(rows, language="zh", currency="CNY").data
    assert [color == paths._faint(GREY) for color in sankey.link.color] == [False, True]


def test_sentence_says_what_comes_before_when_counted_back(result):
    rows = result(
        "paths",
        {"step": -1, "from_node": "A", "to_node": "B", "visit_count": 3, "share": 0.75},
        {"step": -1, "from_node": START, "to_node": "B", "visit_count": 1, "share": 0.25},
    )
    assert paths.sentence(rows, language="en", currency="CNY") == (
        "4 visits come to “B”; the step before is most often “A” (75.0%)."
    )


def test_all_steps_together_are_a_matrix(result):
    rows = result(
        "paths",
        {"step": None, "from_node": START, "to_node": "A", "visit_count": 3},
        {"step": None, "from_node": "A", "to_node": "B", "visit_count": 1, "from_share": 0.25},
        {"step": None, "from_node": "A", "to_node": END, "visit_count": 3},
    )
    (grid,) = paths.figure(rows, language="en", currency="CNY").data
    assert (list(grid.y), list(grid.x)) == (["Start", "A"], ["A", "B", "Left"])
    assert [list(row) for row in grid.z] == [[1, None, None], [None, 0.25, 0.75]]
    assert paths.sentence(rows, language="en", currency="CNY").startswith(
        "1 moves from node to node; the most frequent leads from “A” to “B” (25.0%"
    )


def test_long_names_are_cut_where_they_would_cover_the_next_step(result):
    rows = result("paths", {"step": 0, "from_node": START, "to_node": "x" * 60})
    (note, *_) = paths.figure(rows, language="en", currency="CNY").layout.annotations
    assert len(note.text) < 36
    assert "…" in note.text


def test_matrix_of_steps_shows_differences_when_segments_are_compared(result):
    rows = result("path_steps", {"step": 1, "node": "A", "share_difference": -0.25})
    (grid,) = path_steps.figure(rows, language="en", currency="CNY").data
    assert grid.text[0][0] == "−25.0"
    assert "over" not in path_steps.sentence(rows, language="zh", currency="CNY")


def test_bars_are_the_most_visited_nodes_and_carry_their_name(result):
    rows = result(
        "page_values",
        {"node": START, "visit_count": 30, "observed_rate": 0.1, "visit_share": 1.0},
        *({"node": f"/{n}", "visit_count": n, "visit_share": n / 30} for n in range(30)),
    )
    exits, _ = page_values.figure(rows, language="en", currency="CNY").data
    assert [point[0] for point in exits.customdata] == [f"/{n}" for n in range(29, 9, -1)]
    assert "30 visits convert" in page_values.sentence(rows, language="en", currency="CNY")
