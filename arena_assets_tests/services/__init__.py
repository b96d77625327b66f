"""The three services together: doubles of all, chosen by settings, under whole arenas."""
