"""Shell, theme, widgets and charts: with pages/, the only code that imports streamlit."""
