"""The profiles that reports are written in here, and by which files are checked."""

from __future__ import annotations

from accounting.dsr.basic_audio import BASIC_AUDIO
from accounting.dsr.financial import FINANCIAL

PROFILES = (BASIC_AUDIO, FINANCIAL)
