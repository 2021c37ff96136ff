"""The settings of a training in plain words: their labels and what they do."""

from __future__ import annotations

LABELS = {
    "optimiser": "Optimiser",
    "learning_rate": "Learning rate",
    "schedule": "Course of the learning rate",
    "plateau_evals": "Evaluations before halving",
    "warmup_steps": "Warm-up steps",
    "layer_decay": "Rate of a lower layer",
    "unfreeze_epochs": "Passes until the next layer",
    "lora_rank": "Rank of changes",
    "batch_size": "Songs at a time",
    "window_chars": "Characters at a time",
    "grad_clip": "Limit of a step",
    "weight_decay": "Weight decay",
    "dropout": "Dropout",
    "input_dropout": "Dropout of characters",
    "recurrent_dropout": "Dropout within layers",
    "output_dropout": "Dropout before the head",
    "padding": "Silence after a song",
    "max_steps": "Steps at most",
    "eval_every_steps": "Steps between evaluations",
    "patience_evals": "Evaluations without gain",
    "point_every_steps": "Steps between curve points",
    "average_decay": "Averaging of weights",
    "blend": "Blend with the base",
    "chooses_by": "The best is chosen by",
}
"""The label of each setting of `TrainConfig`."""

HELP = {
    "optimiser": "The rule by which mistakes become changes of the network. AdamW suits most "
    "songs; RMSprop is what the paper used.",
    "learning_rate": "How much a step changes the network. Too large and it forgets what it knew, "
    "too small and it learns nothing.",
    "schedule": "Whether the learning rate stays the same, glides down to nearly nothing at the "
    "end, so that the last steps only polish, or halves whenever validation stops improving.",
    "plateau_evals": "Where the learning rate halves: after this many evaluations in a row "
    "without improvement.",
    "warmup_steps": "Over this many steps at the start the learning rate rises from nothing, so "
    "that the first ones do no harm.",
    "layer_decay": "The learning rate of a layer as a part of that of the one above it; the head "
    "comes uppermost. Below 1, lower layers keep more of what they knew. 1 is the same for all.",
    "unfreeze_epochs": "The head begins to learn alone. After this many passes over the songs the "
    "highest layer joins in, then the next below. 0 lets all begin at once.",
    "lora_rank": "Of each large matrix only a simple change is learned, made of this many patterns "
    "(LoRA). Few numbers then learn. 0 lets every weight change by itself.",
    "batch_size": "How many songs are read next to each other in a step. More makes a step "
    "steadier, and slower.",
    "window_chars": "How long a passage of each song a step reads, in characters; a line has about "
    "35. 0 reads whole songs, as the paper does.",
    "grad_clip": "The most that one step may pull at the network, so that a single odd song "
    "cannot upset it (gradient clipping). 0 sets no limit.",
    "weight_decay": "How strongly each weight that learns is drawn back towards zero at every "
    "step, against learning by heart. 0 switches it off.",
    "dropout": "The part of the signals between layers that is hidden at random while it learns, "
    "against learning by heart. 0 hides nothing.",
    "input_dropout": "The part of the characters that the lowest layer does not get to see while "
    "it learns, so that it must make do with the others. It counts only where layer 0 learns.",
    "recurrent_dropout": "The part of the weights from a layer to itself that is hidden at random "
    "at each step, so that its memory does not hang on single ones.",
    "output_dropout": "The part of the top layer's signals that is hidden from the head at random "
    "while it learns, against learning by heart.",
    "padding": "Songs that are read side by side end at different places. The paper filled them "
    "up with silence and let the network learn that too; it makes songs no better.",
    "max_steps": "Training ends here at the latest. In a step the network reads some passages and "
    "is changed once.",
    "eval_every_steps": "How often it is evaluated on the validation songs, which it never learns "
    "from. The network that knows them best is kept.",
    "patience_evals": "It stops by itself once this many evaluations in a row have brought nothing "
    "better; the best network is kept. 0 goes on to the last step.",
    "point_every_steps": "How finely the training curve is drawn. It changes nothing in the "
    "result.",
    "average_decay": "A second network follows the one in training at a distance: at each step it "
    "keeps this share of what it was. It is calmer and knows unseen songs better, so it is the one "
    "that is kept. 0 does without.",
    "blend": "At the end the trained network can be mixed with its base: a little less or a little "
    "more of what it learned, whichever suits the validation songs best.",
    "chooses_by": "The loss on the validation songs that picks the best network: per character "
    "(nats), or as in the paper with the silence after each song (padded).",
}
"""What each setting of `TrainConfig` does, for those who make music rather than networks."""

SEED_HELP = "Decides the order of songs, dropout and new weights; the same seed gives the same run."

VALUES = {
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "cosine": "glides down",
    "constant": "stays",
    "plateau": "halves when it stalls",
    "skipped": "left out",
    "learned": "learned",
    "off": "not made",
    "reported": "only reported",
    "kept": "kept",
    "nats": "nats/char",
    "padded": "padded loss",
}
"""The labels of a setting's choices."""


def in_a_sentence(name: str) -> str:
    """Return a setting's label within a sentence: "learning rate"."""
    return LABELS[name][0].lower() + LABELS[name][1:]
