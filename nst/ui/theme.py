"""The look: a quiet gallery, warm walls, thin frames, one accent; by day and by night."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

FOLDER = Path(__file__).parent
CSS = [FOLDER / "page.css"]
HEAD = f"<script>{(FOLDER / 'page.js').read_text(encoding='utf-8')}</script>"

# Fonts that are already on the reader's machine: nothing is loaded from elsewhere.
SANS = (
    "ui-sans-serif",
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "Liberation Sans",
    "sans-serif",
)
MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "Liberation Mono", "monospace")

STONE = gr.themes.Color(
    name="stone",
    c50="#fbf9f5",
    c100="#f5f1ea",
    c200="#e6dfd3",
    c300="#d3cabb",
    c400="#a99e8f",
    c500="#857a6d",
    c600="#665c51",
    c700="#4b433b",
    c800="#302b26",
    c900="#221f1b",
    c950="#191714",
)
SIENNA = gr.themes.Color(
    name="sienna",
    c50="#fbf1ec",
    c100="#f6e0d6",
    c200="#edc3b1",
    c300="#e2a389",
    c400="#d98a6b",
    c500="#b0563a",
    c600="#98452c",
    c700="#7d3824",
    c800="#652f20",
    c900="#4c251a",
    c950="#2f170f",
)

THEME = gr.themes.Base(
    primary_hue=SIENNA,
    secondary_hue=SIENNA,
    neutral_hue=STONE,
    radius_size=gr.themes.sizes.radius_sm,
    spacing_size=gr.themes.sizes.spacing_md,
    font=SANS,
    font_mono=MONO,
).set(
    body_background_fill="*neutral_100",
    body_background_fill_dark="*neutral_950",
    body_text_color="*neutral_800",
    body_text_color_dark="#ece5da",
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="#b3a898",
    background_fill_primary="*neutral_50",
    background_fill_primary_dark="*neutral_900",
    background_fill_secondary="*neutral_50",
    background_fill_secondary_dark="*neutral_900",
    border_color_primary="*neutral_200",
    border_color_primary_dark="*neutral_700",
    border_color_accent="*primary_500",
    border_color_accent_dark="*primary_400",
    color_accent="*primary_500",
    color_accent_soft="*primary_50",
    color_accent_soft_dark="*neutral_800",
    block_background_fill="*neutral_50",
    block_background_fill_dark="*neutral_900",
    block_border_width="1px",
    block_shadow="none",
    block_shadow_dark="none",
    block_label_background_fill="*neutral_50",
    block_label_background_fill_dark="*neutral_900",
    block_label_text_color="*neutral_600",
    block_label_text_color_dark="#b3a898",
    block_label_shadow="none",
    block_title_text_color="*neutral_800",
    block_title_text_color_dark="#ece5da",
    block_title_text_weight="600",
    block_info_text_color="*neutral_600",
    block_info_text_color_dark="#b3a898",
    input_background_fill="white",
    input_background_fill_dark="*neutral_950",
    input_border_color="*neutral_400",
    input_border_color_dark="*neutral_600",
    checkbox_border_color="*neutral_500",
    checkbox_border_color_dark="*neutral_400",
    checkbox_background_color_selected="*primary_500",
    checkbox_background_color_selected_dark="*primary_500",
    checkbox_label_background_fill="transparent",
    checkbox_label_background_fill_dark="transparent",
    checkbox_label_background_fill_hover="transparent",
    checkbox_label_background_fill_hover_dark="transparent",
    slider_color="*primary_500",
    slider_color_dark="*primary_400",
    loader_color="*primary_500",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_dark="*primary_500",
    button_primary_background_fill_hover="*primary_700",
    button_primary_background_fill_hover_dark="*primary_600",
    button_primary_text_color="white",
    button_primary_text_color_dark="white",
    button_secondary_background_fill="*neutral_50",
    button_secondary_background_fill_dark="*neutral_800",
    button_secondary_background_fill_hover="*neutral_200",
    button_secondary_background_fill_hover_dark="*neutral_700",
    button_secondary_border_color="*neutral_400",
    button_secondary_border_color_dark="*neutral_600",
    button_secondary_text_color="*neutral_800",
    button_secondary_text_color_dark="#ece5da",
    button_border_width="1px",
    link_text_color="*primary_600",
    link_text_color_dark="*primary_300",
)
