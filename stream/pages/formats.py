"""Numbers, money and times as people of a language write them; templates have these as filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from stream.pages.measures import size_in, span_in

#: English that writes the day before the month, and Spanish of Spain.
_LOCALES = {"en": "en_GB", "es": "es_ES"}
_MILLI, _MICRO, _MILLION = Decimal(1000), 6, Decimal(1_000_000)
_HOUR_S, _MINUTE_S = 3600, 60
_MANY = 4_096


def clock(seconds: float | None) -> str:
    """Write a duration as players do: 3:07, and 1:02:03 from an hour on."""
    whole = max(0, int(seconds or 0))
    minutes = f"{whole // _MINUTE_S % _MINUTE_S}"
    rest = f"{whole % _MINUTE_S:02}"
    hours = whole // _HOUR_S
    return f"{hours}:{minutes:0>2}:{rest}" if hours else f"{minutes}:{rest}"


def formats_of(language: str) -> Mapping[str, Callable[..., str]]:
    """Answer the filters of a language, by their names."""
    locale = Locale.parse(_LOCALES[language])

    def number(value: Decimal | float, *, digits: int | None = None) -> str:
        """Write a number; with so many digits after the point, if told."""
        form = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=form, locale=locale)

    @lru_cache(maxsize=_MANY)  # a page has dozens, and all of them few
    def credits(millicredits: int) -> str:
        """Write thousandths of a credit as credits."""
        return format_decimal(Decimal(millicredits) / _MILLI, "#,##0.000", locale=locale)

    def money(amount: int, currency: str, scale: int = _MICRO) -> str:
        """Write an amount of so many decimals, to the cent or as exactly as it is."""
        value = Decimal(amount).scaleb(-scale)
        digits = max(2, -int(value.normalize().as_tuple().exponent)) if value else 2
        form = (
            f"#,##0.{'0' * digits}\N{NO-BREAK SPACE}¤"
            if language != "en"
            else f"¤#,##0.{'0' * digits}"
        )
        return format_currency(value, currency, form, locale=locale, currency_digits=False)

    def percent(ppm: int) -> str:
        """Write millionths as per cent."""
        return format_percent(
            Decimal(ppm) / _MILLION, "#,##0.####\N{NO-BREAK SPACE}%", locale=locale
        )

    def day(at: date | datetime) -> str:
        """Write a day."""
        return format_date(at, "long", locale=locale)

    def short_day(at: date | datetime) -> str:
        """Write a day where there is little room."""
        return format_date(at, "medium", locale=locale)

    def moment(at: datetime) -> str:
        """Write a day and the time of it, which is UTC as all our times."""
        return f"{format_date(at, 'long', locale=locale)}, {format_datetime(at, 'HH:mm')} UTC"

    def month(at: date | datetime) -> str:
        """Write a month."""
        return format_date(at, "MMMM y", locale=locale)

    filters = (number, credits, money, percent, day, short_day, moment, month, clock)
    named = {one.__name__: one for one in filters}
    return {**named, "span": partial(span_in, locale), "size": partial(size_in, locale)}
