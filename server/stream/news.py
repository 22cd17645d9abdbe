"""Live news as a frame of the socket."""

from agent.shown_driver import shown_drivers
from server.protocol import News, NewsBands, NewsDriver, NewsItem
from server.stream.live import Heard, HeardItem


def news_of(heard: Heard) -> News:
    """What one page is told."""
    bands = None if heard.bands is None else tuple(NewsBands(**vars(counts)) for counts in heard.bands)
    return News(last=heard.last, items=tuple(_item(each) for each in heard.items), bands=bands, gap=heard.gap)


def _item(item: HeardItem) -> NewsItem:
    event, client = item.event, item.client
    drivers = shown_drivers(event.drivers, event.driver_values) if item.drivers is None else item.drivers
    return NewsItem(
        id=event.id,
        customer_id=event.customer_id,
        ref=client.ref,
        name=client.name,
        kind=event.kind,
        as_of=event.as_of,
        score=event.score,
        band=event.band,
        score_before=event.score_before,
        band_before=event.band_before,
        drivers=tuple(NewsDriver(words=driver.words, value=driver.value, unit=driver.unit) for driver in drivers),
        insight=event.insight,
        at=event.created_at,
    )
