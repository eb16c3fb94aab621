"""Tables of a book's losses through its terms."""

from riskcloud.report.terms_tables import events_table
from riskcloud.report.text import load_text


def test_the_largest_events_have_a_net_where_there_are_treaties() -> None:
    events = [{"event_id": "e", "year": 3, "ground_up": 900.0, "gross": 500.0, "net": 200.0}]
    table = events_table(events, "CNY", load_text("en"), has_net=True)
    assert table.rows == (("e", "3", "900", "500", "300", "200"),)
    assert len(table.headings) == 6
    table = events_table(events, "CNY", load_text("en"), has_net=False)
    assert table.rows == (("e", "3", "900", "500"),) and len(table.headings) == 4
