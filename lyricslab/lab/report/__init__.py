"""A sweep as it is shown and handed in: the paper's tables rebuilt, its charts, its samples."""
