"""The site: what each screen is told (`shapes`) and how it looks (`components`)."""
