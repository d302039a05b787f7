"""Colours and sizes with which all can read a SurveyJS form: dark text, boxes with a border, letters of 18 pixels."""

from __future__ import annotations

from typing import Any

THEME: dict[str, Any] = {
    "themeName": "default",
    "colorPalette": "light",
    "isPanelless": False,
    "cssVariables": {
        "--sjs-font-family": "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif",
        "--sjs-base-unit": "6px",
        "--sjs-font-size": "18px",
        "--sjs-primary-backcolor": "#0a544e",
        "--sjs-primary-backcolor-light": "rgba(10, 84, 78, 0.1)",
        "--sjs-primary-backcolor-dark": "#073f3a",
        "--sjs-primary-forecolor": "#ffffff",
        "--sjs-general-backcolor": "#ffffff",
        "--sjs-general-backcolor-dim": "#f1f5f4",
        "--sjs-general-backcolor-dim-light": "#ffffff",
        "--sjs-general-backcolor-dim-dark": "#e6ecea",
        "--sjs-general-forecolor": "#111111",
        "--sjs-general-forecolor-light": "#3d4a48",
        "--sjs-general-dim-forecolor": "#111111",
        "--sjs-general-dim-forecolor-light": "#3d4a48",
        "--sjs-shadow-small": "0 0 0 1px #c6d0cd",
        "--sjs-shadow-small-reset": "0 0 0 0 #c6d0cd",
        "--sjs-shadow-inner": "inset 0 0 0 1.5px #55645f",
        "--sjs-shadow-inner-reset": "inset 0 0 0 0 #55645f",
        "--sjs-border-default": "#8a9794",
        "--sjs-border-light": "#c6d0cd",
        "--sjs-special-red": "#a3231c",
    },
}
"""For ``survey.applyTheme(...)``."""
