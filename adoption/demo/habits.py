"""What somebody does in a channel on a day when they do something, as Graph counts it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from adoption.demo.world import Counters

CHANNELS = ("teams", "viva_engage", "sharepoint")


@dataclass(frozen=True, slots=True)
class Habit:
    """How likely somebody is to be active in each channel on a working day, and in what way."""

    teams: float = 0.0
    viva_engage: float = 0.0
    sharepoint: float = 0.0
    voice: float = 0.0  # chance that an active day holds something others can see
    weekend: float = 0.06  # factor on a day off
    chat_only: bool = False  # in Teams only private chat and calls
    sync_only: bool = False  # in SharePoint only the sync client, which tells nothing of reading
    since: date | None = None
    until: date | None = None  # the first day without

    def chance(self, channel: str, day: date) -> float:
        """The chance of activity in `channel` on `day`."""
        if (self.since and day < self.since) or (self.until and day >= self.until):
            return 0.0
        usual: float = getattr(self, channel)
        return usual * self.weekend if day.weekday() >= 5 else usual


SILENT = Habit()


def regular(rng: random.Random, weekend: float) -> Habit:
    """Reads where leadership publishes, most weeks several times; every fourth never posts."""
    without_viva = rng.random() < 0.15
    return Habit(
        teams=rng.uniform(0.3, 0.8),
        viva_engage=0.0 if without_viva else rng.uniform(0.15, 0.5),
        sharepoint=rng.uniform(0.45, 0.6) if without_viva else rng.uniform(0.2, 0.6),
        voice=rng.choice((0.0, 0.02, 0.1, 0.3)),
        weekend=weekend,
    )


def chatter(rng: random.Random, weekend: float) -> Habit:
    """Lives in private chat, and has never opened the place where leadership publishes."""
    return Habit(teams=rng.uniform(0.5, 0.85), weekend=weekend, chat_only=True)


def syncer(rng: random.Random, weekend: float) -> Habit:
    """A laptop that synchronises files all day is activity, but nobody has read anything."""
    return Habit(
        teams=rng.uniform(0.3, 0.6), sharepoint=0.4, weekend=weekend, chat_only=True, sync_only=True
    )


def counters(channel: str, habit: Habit, rng: random.Random) -> Counters:
    """One active day of somebody with this habit: Graph's headings, at least one above zero."""
    return _COUNTERS[channel](habit, rng)


def _some(rng: random.Random, mean: float) -> int:
    return 1 + int(rng.expovariate(1 / mean))


def _teams(habit: Habit, rng: random.Random) -> Counters:
    done: dict[str, int | bool] = {"Private Chat Message Count": _some(rng, 7)}
    if rng.random() < 0.15:
        done["Call Count"] = _some(rng, 1)
        done["Audio Duration In Seconds"] = _some(rng, 400)
    if habit.chat_only:
        return done
    done["Has Other Action"] = rng.random() < 0.6
    if rng.random() < 0.35:
        done |= _meetings(rng)
    if rng.random() < habit.voice:
        posts, replies = int(rng.random() * 2), _some(rng, 1)
        done["Post Messages"], done["Reply Messages"] = posts, replies
        done["Team Chat Message Count"] = posts + replies
    return done


def _meetings(rng: random.Random) -> Mapping[str, int]:
    attended, organised = _some(rng, 1), int(rng.random() * 2)
    return {
        "Meeting Count": attended + organised,
        "Meetings Attended Count": attended,
        "Scheduled Recurring Meetings Attended Count": attended,
        "Meetings Organized Count": organised,
        "Scheduled One-time Meetings Organized Count": organised,
        "Audio Duration In Seconds": 60 * _some(rng, 40),
        "Video Duration In Seconds": 60 * int(rng.random() * 30),
    }


def _viva_engage(habit: Habit, rng: random.Random) -> Counters:
    done: dict[str, int | bool] = {"Read Count": _some(rng, 3)}
    if rng.random() < habit.voice:
        done["Liked Count"] = _some(rng, 1)
        done["Posted Count"] = int(rng.random() * 2)
    return done


def _sharepoint(habit: Habit, rng: random.Random) -> Counters:
    if habit.sync_only:
        return {"Synced File Count": _some(rng, 20)}
    done: dict[str, int | bool] = {"Visited Page Count": _some(rng, 2)}
    if rng.random() < 0.5:
        done["Viewed Or Edited File Count"] = _some(rng, 3)
    if rng.random() < 0.1:
        done["Synced File Count"] = _some(rng, 8)
    if rng.random() < habit.voice / 2:
        done["Shared Internally File Count"] = _some(rng, 1)
    return done


_COUNTERS: Mapping[str, Callable[[Habit, random.Random], Counters]] = {
    "teams": _teams,
    "viva_engage": _viva_engage,
    "sharepoint": _sharepoint,
}
