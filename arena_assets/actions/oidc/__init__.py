"""Sign-in by an OpenID Connect provider: asking it, believing it only what is checked, and who of
those it knows is whom here."""
