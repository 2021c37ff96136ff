"""All settings as frozen dataclasses, each defined once; free of torch.

A setting's range is defined beside it and used by the command line, the widgets and validation.
A `RunConfig` as JSON *is* a run's record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lyricslab.config_base import Config, Range
from lyricslab.errors import ConfigError

VOCAB_SIZE = 128
"""V: the 128 ASCII codes, the same in every base (Sec. 3). This never changes."""

DEVICES = ("auto", "cpu", "cuda", "mps")
"""Devices that can run a pretraining; "auto" takes an accelerator where there is one."""

SEEDS = Range(0, 2**63 - 1)
"""The seeds that numpy, torch and the store all accept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig(Config):
    """The size of a stacked LSTM (Sec. 3, Fig. 1)."""

    hidden_size: int = 64
    """H: memory units in each layer."""
    num_layers: int = 3
    """L: LSTM layers in the stack, 0 nearest the input."""

    RANGES = {"hidden_size": Range(1, 2048), "num_layers": Range(1, 8)}

    def layer_parameters(self, layer: int) -> int:
        """Return the number of weights in one layer: two matrices and two biases of four gates."""
        inputs = VOCAB_SIZE if layer == 0 else self.hidden_size
        return 4 * self.hidden_size * (inputs + self.hidden_size + 2)

    @property
    def head_parameters(self) -> int:
        """The number of weights in the linear head."""
        return VOCAB_SIZE * (self.hidden_size + 1)

    @property
    def parameters(self) -> int:
        """The number of weights in the whole network."""
        layers = sum(self.layer_parameters(k) for k in range(self.num_layers))
        return layers + self.head_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConfig(Config):
    """How the songs of a corpus are split into training, validation and test songs."""

    train: float = 0.8
    """Share of the songs to train on."""
    val: float = 0.1
    """Share of the songs that decides when to stop and which checkpoint is best."""
    test: float = 0.1
    """Share of the songs that is used once, for the final figure."""
    seed: int = 0
    """Seed of the split; the same seed gives the same split."""

    RANGES = {
        "train": Range(0.05, 0.95),
        "val": Range(0.01, 0.9),
        "test": Range(0.01, 0.9),
        "seed": SEEDS,
    }

    def issues(self) -> list[str]:
        issues = Config.issues(self)
        if abs(self.train + self.val + self.test - 1) > 1e-6:
            issues.append("The three shares of a split must add up to 1.")
        return issues


THIRDS = {"train": 1 / 3, "val": 1 / 3, "test": 1 / 3}
"""The paper's split (Sec. 2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig(Config):
    """How weights are trained. Budgets are in steps, never in time: same seed, same result."""

    optimiser: str = "adamw"
    """How a gradient changes the weights: AdamW, or the paper's RMSprop (Sec. 3)."""
    learning_rate: float = 1e-3
    """Size of a step; too large and the loss jumps, too small and nothing happens."""
    schedule: str = "cosine"
    """Whether the learning rate stays the same (constant), falls to nearly zero (cosine), or halves
    whenever validation stops improving (plateau)."""
    plateau_evals: int = 3
    """Evaluations without improvement before the schedule "plateau" halves the learning rate."""
    warmup_steps: int = 0
    """Steps over which the learning rate rises from zero at the start."""
    layer_decay: float = 1.0
    """Learning rate of a layer as a fraction of that of the layer above; the head is on top."""
    unfreeze_epochs: float = 0.0
    """Epochs until the next lower layer is unfrozen, the head first; 0 trains all at once."""
    lora_rank: int = 0
    """Rank of the change that matrices may learn (LoRA, low-rank adaptation); 0 is any change."""
    batch_size: int = 16
    """B: songs read side by side in one step."""
    window_chars: int = 64
    """T: characters through which a step looks back; 0 takes complete songs, as the paper does."""
    grad_clip: float = 5.0
    """Largest norm of the gradient; longer ones are scaled down to it, and 0 never scales."""
    weight_decay: float = 0.0
    """How strongly weights are pulled towards zero at each step."""
    dropout: float = 0.0
    """Share of signals between layers hidden at random during training, against memorising."""
    input_dropout: float = 0.0
    """Share of characters hidden at random from layer 0 during training, if that layer learns."""
    recurrent_dropout: float = 0.0
    """Share of the weights from a layer to itself hidden at random in each training step."""
    output_dropout: float = 0.0
    """Share of signals from the top layer hidden at random from the head during training."""
    padding: str = "skipped"
    """Whether padding after a song's end is skipped, or learned as in the paper."""
    max_steps: int = 1000
    """The budget: training ends here at the latest; 0 trains nothing and evaluates the base."""
    eval_every_steps: int = 50
    """Steps between two evaluations on the validation songs."""
    patience_evals: int = 8
    """Evaluations without improvement before training stops early; 0 never stops early."""
    point_every_steps: int = 10
    """Steps between two points of the training curve."""
    average_decay: float = 0.0
    """Share of the weights' moving average that is kept at each step; the network with the averaged
    weights is evaluated and kept. 0 keeps no average."""
    blend: str = "off"
    """Whether the tuned network is blended with its base, as far as suits the validation songs: the
    blend is kept, only reported beside the network, or not made (off)."""
    chooses_by: str = "nats"
    """The validation loss that chooses the checkpoint: nats per character, or the paper's, which
    counts padding (padded)."""
    precision: str = "float32"
    """Number format of products during training: bfloat16 is faster where processors support it,
    and its rounding is harmless in a large network; results are always measured in float32."""

    RANGES = {
        "learning_rate": Range(1e-6, 1.0),
        "plateau_evals": Range(1, 10_000),
        "warmup_steps": Range(0, 1_000_000),
        "layer_decay": Range(0.01, 1),
        "unfreeze_epochs": Range(0, 1000),
        "lora_rank": Range(0, 64),
        "batch_size": Range(1, 1024),
        "window_chars": Range(0, 100_000),
        "grad_clip": Range(0, 1000),
        "weight_decay": Range(0, 10),
        "dropout": Range(0, 0.9),
        "input_dropout": Range(0, 0.9),
        "recurrent_dropout": Range(0, 0.9),
        "output_dropout": Range(0, 0.9),
        "max_steps": Range(0, 10_000_000),
        "eval_every_steps": Range(1, 1_000_000),
        "patience_evals": Range(0, 10_000),
        "point_every_steps": Range(1, 100_000),
        "average_decay": Range(0, 0.9999),
    }
    CHOICES = {
        "optimiser": ("adamw", "rmsprop"),
        "schedule": ("cosine", "constant", "plateau"),
        "precision": ("float32", "bfloat16"),
        "padding": ("skipped", "learned"),
        "blend": ("off", "reported", "kept"),
        "chooses_by": ("nats", "padded"),
    }


RUN_KINDS = ("subset", "head", "all", "zero-shot", "baseline", "base")
"""What a run trains: some weights, only the head, all of them, nothing, a new network on the corpus
alone, or a base for others to start from."""
PRETRAIN = "pretrain"
"""The preset of a run that trains a base; its text is a dataset instead of a corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig(Config):
    """One training job; with the corpus and base that it names, it can be repeated exactly."""

    corpus: str
    """The corpus's digest."""
    base: str | None
    """The name of the pretrained network, or None to train a new one on the corpus alone."""
    trainable: str = "all"
    """Which weights are trained, as `Trainable.parse` reads it: "0,2", "0.hh,2.f", "all"."""
    model: ModelConfig = field(default_factory=ModelConfig)
    """The size of the network; that of the base if there is one."""
    split: SplitConfig = field(default_factory=SplitConfig)
    settings: TrainConfig = field(default_factory=TrainConfig)
    preset: str = "studio"
    """The preset that the settings came from; "own" if any of them was changed."""
    seed: int = 0
    """Seed of the order of songs, dropout and new weights; the same seed gives the same run."""

    RANGES = {"seed": SEEDS}
    JSON_NAMES = {"settings": "train"}

    @property
    def kind(self) -> str:
        """One of RUN_KINDS."""
        if self.preset == PRETRAIN:
            return "base"
        if self.base is None:
            return "baseline"
        if self.settings.max_steps == 0:
            return "zero-shot"
        if self.settings.lora_rank:
            return "subset"
        return {"none": "head", "all": "all"}.get(self.trainable, "subset")


MIN_COPY_CHARS, MAX_COPY_CHARS = 20, 200
"""The limits between which the longest copy may be set: shorter passages anybody may share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodingConfig(Config):
    """What is changed about a network's distribution before a character is drawn.

    As it stands nothing is, as in the paper. Departure: all of it.
    """

    top_k: int = 0
    """How many of the likeliest characters may be drawn; 0 sets no limit."""
    top_p: float = 1.0
    """Only the likeliest characters that together have this probability; 1 sets no limit."""
    min_p: float = 0.0
    """Only characters with at least this share of the likeliest one's probability."""
    known_words: float = 0.0
    """How sure it is that only words of the lexicon and of one's songs are written, 0 to 1."""
    loop_guard: bool = False
    """Whether three words may come at most three times within some lines."""
    endings: bool = False
    """Whether songs end with a line, near the asked length, and close their brackets."""
    max_copy_chars: int = 0
    """The longest passage that may stand in a song that was learned from; 0 sets no limit."""

    RANGES = {
        "top_k": Range(0, VOCAB_SIZE),
        "top_p": Range(0.01, 1),
        "min_p": Range(0, 1),
        "known_words": Range(0, 1),
        "max_copy_chars": Range(0, MAX_COPY_CHARS),
    }

    def issues(self) -> list[str]:
        """Return one sentence for each setting that cannot be used."""
        found = super(DecodingConfig, self).issues()
        if 0 < self.max_copy_chars < MIN_COPY_CHARS:
            found.append(
                f"The longest copy must be 0 for no limit, or at least {MIN_COPY_CHARS} "
                f"characters; it is {self.max_copy_chars}."
            )
        return found

    @property
    def changes_nothing(self) -> bool:
        """Whether every character is drawn from the network's own distribution."""
        return self == DecodingConfig()


STANDARD_DECODING = DecodingConfig(
    known_words=1.0, loop_guard=True, endings=True, max_copy_chars=40
)
"""What the Write page begins with."""


SECTIONS = ("verse", "chorus", "bridge")
MAX_SECTIONS, MAX_SECTION_LINES, MAX_LINE_SYLLABLES = 24, 16, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FormConfig(Config):
    """The form of a song: its sections, and the rhymes and syllables of their lines.

    Without sections a network writes as it likes.
    """

    sections: tuple[str, ...] = ()
    """In order; a chorus is written once and comes back."""
    rhymes: str = ""
    """A letter for each line of a section, alike for lines that rhyme: "ABAB"; "" for none."""
    syllables: tuple[int, ...] = ()
    """Of each line of a section, from the first again if it has more; none for any number."""
    candidates: int = 16
    """How many drafts of a line are written; the likeliest that fits is kept."""

    RANGES = {"candidates": Range(1, 64)}

    @property
    def lines(self) -> int:
        """The number of lines of a section."""
        return len(self.rhymes) or len(self.syllables) or 4

    def issues(self) -> list[str]:
        """Return one sentence for each setting that cannot be used."""
        found = super(FormConfig, self).issues()
        unknown = sorted(set(self.sections) - set(SECTIONS))
        if unknown:
            found.append(f"A section is one of {', '.join(SECTIONS)}; not '{unknown[0]}'.")
        if len(self.sections) > MAX_SECTIONS:
            found.append(
                f"A song has at most {MAX_SECTIONS} sections; these are {len(self.sections)}."
            )
        if self.rhymes and not (self.rhymes.isalpha() and len(self.rhymes) <= MAX_SECTION_LINES):
            found.append(
                f"Rhymes are up to {MAX_SECTION_LINES} letters, one for each line, such as ABAB."
            )
        if len(self.syllables) > MAX_SECTION_LINES or any(
            not 1 <= count <= MAX_LINE_SYLLABLES for count in self.syllables
        ):
            found.append(
                f"A line has 1 to {MAX_LINE_SYLLABLES} syllables, a section at most "
                f"{MAX_SECTION_LINES} lines: 8 6 8 6."
            )
        return found


def read_syllables(text: str) -> tuple[int, ...]:
    """Read "8 6 8 6".

    Raises:
        ConfigError: if it is not numbers.
    """
    words = re.split(r"[\s,;.-]+", text.strip())
    if words == [""]:
        return ()
    if not all(word.isdecimal() and len(word) < 4 for word in words):
        raise ConfigError([f"'{text[:40]}' is not numbers of syllables; write them so: 8 6 8 6."])
    return tuple(map(int, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleConfig(Config):
    """How a song is written (Sec. 4.1)."""

    temperature: float = 0.8
    """0 always takes the likeliest character; 1 samples as predicted; higher is wilder."""
    length_chars: int = 1000
    """Most characters of one song; the network may end it sooner."""
    seed: int = 0
    """Seed of the song; the same seed, settings and network give the same song."""
    prime: str = ""
    """How the text begins; the network continues from there."""
    count: int = 1
    """How many songs, with seeds `seed`, `seed` + 1, ..."""
    decoding: DecodingConfig = field(default_factory=DecodingConfig)
    """What is changed about the network's distribution."""
    form: FormConfig = field(default_factory=FormConfig)
    """Sections, rhymes and syllables; with sections, `length_chars` says nothing."""

    RANGES = {
        "temperature": Range(0, 2),
        "length_chars": Range(1, 100_000),
        "count": Range(1, 256),
        "seed": SEEDS,
    }
