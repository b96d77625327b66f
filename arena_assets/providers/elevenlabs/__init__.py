"""ElevenLabs as the composer: plans, the wire, and its audio cut, looped and mastered as ours."""
