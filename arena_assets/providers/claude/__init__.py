"""Claude as the writer of lore: prompts, the wire, checks, batches. Uses the anthropic client."""
