"""Where one song ends and the next begins in plain text.

People who write down several songs mark all of them in the same way. So the strategies are tried in
turn, the surest first, and the first that explains the complete text wins: its mark recurs from the
top, nearly every song has a title by it and words below, and what it cuts out are songs and not
stanzas. Where none does, single lines that look like titles begin songs. The person sees the result
and can join and split songs; so a boundary that is missed costs a click, and no stanza is cut off
lightly.
"""
