"""Settings that stand in files: `REFRAIN_…_FILE` names one, as secrets are given to containers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from base.errors import Refused

#: What a variable's name ends with whose value is in a file.
ENDING = "_FILE"


class FromFiles(BaseSettings):
    """Settings each of which may stand in a file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is given by name first, then what stands in files, then the environment."""
        del env_settings, dotenv_settings, file_secret_settings
        environment = EnvSettingsSource(settings_cls)
        return init_settings, _FileSource(settings_cls, environment.env_vars), environment


class _FileSource(PydanticBaseSettingsSource):
    """Reads the file that a variable names, without the ends of lines behind its text.

    The variable of the setting itself may say the same, or nothing.
    """

    def __init__(self, settings: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        """`variables` is the environment; names are in small letters, as pydantic reads it."""
        super().__init__(settings)
        self._variables = variables
        self._prefix = str(self.config.get("env_prefix", ""))

    def __call__(self) -> dict[str, Any]:
        """Answer the settings that stand in files.

        Raises:
            Refused: a file cannot be read, or the variable of its setting says something else.

        """
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        """Answer what the file of a setting says, or nothing where none is named."""
        del field
        variable = f"{self._prefix}{field_name}".upper()
        path = self._variables.get(f"{variable}{ENDING}".lower())
        if not path:
            return None, field_name, False
        text, said = _read(path, variable), self._variables.get(variable.lower())
        if said and said != text:
            raise Refused(
                "bad-setting",
                f"{variable} and the file that {variable}{ENDING} names say different things; "
                "take one of the two away.",
            )
        return text, field_name, False


def without_files(variables: Mapping[str, str], names: Mapping[str, object]) -> dict[str, str]:
    """Answer an environment whose values are told by themselves, for the settings of `names`."""
    told = {f"{name}{ENDING}" for name in names}
    return {name: value for name, value in variables.items() if name not in told}


def _read(path: str, variable: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            "bad-setting", f"The file that {variable}{ENDING} names cannot be read: {error}."
        ) from None
