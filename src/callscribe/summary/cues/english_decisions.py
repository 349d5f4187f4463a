"""How decisions are worded in English, and the proposals that a yes decides. Text has plain apostrophes."""

from callscribe.summary.cues.english import DAY as _DAY

_TO_TALK = (
    r"(?:see|start|begin|go|continue|move on|say|talk|look|wait|think|try|hear|be|hope|assume|take a look|"
    r"have (?:a|some|another)|get|not|"
    r"me|come|call it (?:a day|quits)|leave it at that|just say|face|pretend|hope)\b"
)
#: With which somebody closes a discussion.
_SO = r"(?:so|then|okay|ok|right|all right|alright|fine|good|great|perfect|very well|well|nah|no|yes|yeah|done|agreed)"
_WHICH = r"(?:the|that|this|it|them|these|those|him|her|both|everything|all|one|two|our|his|my|your)"
_WAS = (
    r"(?:were|was|had|did|didn't|have|can't|couldn't|can|could|would|should|might|may|still|need|don't|just|never|got|"
    r"thought|went|found|know|\w+ed)"
)

#: A statement, not a question, in which one of these is found.
DECISIONS = (
    r"\bwe(?:'ve| have| all|'re| are)? (?:just |also |finally |already )?(?:decided|agreed|chose|chosen|approved)\b",
    r"\bwe(?:'ve| have)? settled on\b",
    r"\b(?:it is|it's|it was|that is|that's) (?:decided|agreed|settled)\b|\bthat settles it\b|\band that's that\b",
    r"\b(?:the|our|final) decision is\b",
    r"\bwe(?:'ll| will) (?:all |just )?(?:go|stick|stay|take|use|keep|drop|skip|leave|do|stop|make do|make it|give it|"
    r"start with|accept|have (?:it|the|them)|hold|wait|split|switch|cap|limit|charge|aim for|settle for)\b",
    rf"\b(?:{_SO}),? we'll (?!see|need|have to|know|be|get|talk|find|never|probably|come|say|look|hear|speak)\w+ \w+",
    r"\bwe(?:'re| are) not (?!talking|saying|looking|getting|having|seeing|complaining|asking|going|allowed|using|"
    r"being|"
    r"making|trying|sure)\w+ing\b|\bwe (?:may|might) as well\b|\bworks for (?:everyone|everybody|all of us|both)\b",
    r"\blet's not (?:bother|do (?:it|that|the)|buy|change|touch|hire|move|have|book|use|take|invite|publish|send|"
    r"ship)\b|\b(?:then|so),? I say we\b|\bthe answer(?:'s| is) (?:no|yes)\b",
    rf"^(?:{_SO},? )*(?:from|as of|starting|starting from) (?:now|today|tomorrow|next \w+|the \w+(?:th|st|nd|rd|first|"
    rf"second|third)|{_DAY}|january|"
    rf"february|"
    r"march|april|may|june|july|august|september|october|november|december)\b(?!.*(?:\bwas|\bwere|\bhad|\w{3}ed)\b)"
    r".*\b(?:is|are|be|we|goes|go|gets?|stays?|pays?|costs?)\b",
    rf"^(?:{_SO},? )+(?:that's|that'll be|it's|it'll be) [^?]*, then[.!]?$|^that's that\b|, and that's (?:final|"
    rf"that)\b",
    r"^(?:good|right|fine|okay|all right),? (?:then|so) it's (?!\w+ing\b)\w+",
    r"\b(?:agreed|decided)[,:.] (?:\w+,? ){2,}",
    rf"\b(?:let us|let's) (?:just |also |then )?(?!{_TO_TALK})\w+",
    r"\b(?:next|our next|the next) (?:meeting|call|sync|demo) (?:is|will be|takes place)\b",
    rf"(?:^|[,.] )(?:so|then|okay|right|fine|good),? (?:then )?we (?!{_WAS}\b)\w+ (?:\w+ ?){{2,}}",
    rf"^(?:(?:{_SO}|you know what),? )*we(?:'ll| will)? (?:just )?(?!{_WAS}\b)\w+ .*\b(?:instead|after all|for now|"
    r"as (?:it is|is|planned|usual|before|agreed)|anyway)\b",
    rf"^(?:{_SO},? )*(?:we|it|they|he|she|that|this|the [\w ]+?|there (?:he|she|it|they)) (?:stays?|waits?|holds?|"
    rf"keeps?)"
    r" .*\b(?:until|till)\b",
    r"\b(?:nobody|no one|nothing|none of [\w ]+?|no [\w-]+)(?: else)? (?:gets|goes|is|leaves|touches|changes|moves|"
    r"ships|starts|happens|comes|sends|signs|buys|enters|opens)\b.* (?:until|till|before|unless|without)\b",
    rf"^(?:{_SO},? )*(?:pull|scrap|drop|kill|bin|cancel|keep|leave|skip|ditch|cut|ship|shelve|postpone|put|move|take|"
    rf"buy|book|order|stick with|go with|go for|go ahead with|hold|swap|split|use|forget) (?!it\b|{_WHICH} (?:in mind|"
    rf"time|easy|"
    rf"look|"
    rf"seat|moment|talk|to me|with me|alone|coming|going|out))(?:{_WHICH}|back|off)\b(?!.*\bme\b)",
    r"\b(?:into|out of|off|out|in|away|down|on|up) (?:the [\w-]+ )?with (?:it|them|that|him|her|those|the \w+)\b",
    r", (?:done|sold|deal|settled|decided|final|period|full stop|end of story|that's that|no arguments?)[.!]?$",
    r"\b(?:you've|you have) (?:talked|argued|convinced|persuaded|sold|won) (?:me|us)\b|\bgreen light\b|\bgo-ahead\b|"
    r"\b(?:I|we) (?:say|said) (?:yes|no) to\b|\b(?:it's|that's) a (?:yes|no|go)\b",
    r"^(?:(?:hm|well|oh|you know what|okay|look),? )*(?:fine|very well)(?: then)?, (?!but|I|it|you|"
    r"he|she|what|so|just|thanks|thank|bye|let|we're|that|then|who|how|when|where|why|and|if|not|"
    r"no)[^,.]+(?:,.*)?[.!]?$",
    r"\bsame (?:again|time|place|slot|day|hour)\b.*\b(?:week|month|tomorrow|fortnight|then|\w+day)\b",
    rf"\b(?:we(?:'ll)? |to )?(?:meet|speak|talk|reconvene) (?:again )?(?:on |next )?{_DAY}\b(?! (?:was|were))",
    r"\b(?:I|we)(?:'ll| will) (?:have|take|order|buy) the\b|\bput (?:us|me) down for (?:the|two|three|\w+ of)\b",
    r"\b(?:so|then|okay|and)\b.*\bwe're (?:doing|going with|going for|taking|dropping|moving|switching|using|"
    r"keeping|not)\b",
    r"(?:^|[.;:] |\b(?:so|and|but),? )(?:then|okay,|good,|right,) (?:then )?(?:it's|it is|it'll be) (?!not|a bit|just|"
    r"like|"
    r"a |an |the same|okay|fine|only|all|about|true|no)\w+",
    r"(?<!what )(?<!how )(?<!that )(?<!where )(?<!as )\b(?!so )(?:[a-z]\w+) it is[.,!]?$",
    r"(?:^|[,.;:] )(?:(?:so|then|okay|ok|all right|well|yes|and|but|right|fine|no),? )*we(?:'re|"
    r" are) (?:not )?(?:doing|keeping|"
    r"moving|going with|"
    r"dropping|cutting|postponing|pushing|hiring|staying|sticking|cancell?ing|launching|raising|skipping|leaving|using|"
    r"buying|switching|taking|renaming|splitting|merging|replacing|freezing|starting with)\b",
    r"(?:^|[.;:] )(?:(?:so|then|okay|right|fine|good|all right|great|perfect|done|agreed|settled)[,.:]? )+(?:then )?"
    r"(?:the |that |this )?(?:[\w'-]+ ){0,4}(?:stays?|goes?|moves?|waits?|(?:is|are) (?:in|out|off)|"
    r"comes? (?:first|in|out|later))\b",
    r"^(?:so|then|okay),? the [\w-]+(?:'s| is) (?:in|out|off)\b|, agreed[.!]?$|\bso it's the \w+ (?:one|version|"
    r"option|plan)\b",
    r"^(?:so |then |okay, |yes, )?we (?:buy|take|do|keep|skip|drop|use|ship|launch|try) (?:it|that|this|them|"
    r"both)[.!]?$",
    r"\b(?:then|so) that's (?:what|how|the plan|our|it\b|settled|decided)|\b(?:we're|we are) (?:all )?agreed\b",
    r"\b(?:that's|it's|we have) a deal\b|\b(?:for|with) .*, go ahead\b|\bfrom now on\b|\bas of (?:today|now|next)\b",
    r"^(?:(?:okay|right|good|fine|all right|great|perfect|yes|so),? )+(?:[\w'-]+ ){1,7}then[.!]?$",
    r"\bI(?:'ll| will|'d like to) go (?:with|for)\b|\bwe(?:'re| are) going (?:with|for|ahead)\b|\b(?:that's|"
    r"so) the plan\b",
    r"\bwe (?:won't|will not|are not going to|aren't going to) (?!be able|know|see|have|get|need|find)\w+",
    r"\bI(?:'d| would) say (?:we|the)\b.*\bthen\b|\bthen I(?:'d| would) say\b",
)

#: The same, where a single word may say what: "Saturday, then."
CLOSINGS = (
    r"\bwe(?:'ll)? (?:just )?(?:do|go|manage|live|cope|survive) (?:without|with (?:it|that|what))\b",
    rf"^(?:{_SO},? )+(?:no (?!idea|problem|worr|one|way|clue|doubt|wonder|need|chance|luck|rush|pressure|more|matter|"
    r"thanks|question|hurry|harm)|not (?:before|until|in|on|this|at)\b|without |with )[\w'-]+(?: [\w'-]+){0,4}"
    r"(?:[.!]|, (?:then|we|and|just|but))",
    r"^(?:sold|deal|done deal|it's a deal|so be it|go on,? then|you win|i give in|i'm sold|count us in|sign (?:us|"
    r"me) up)"
    r"\b(?! of)",
    r"^(?!(?:bye|right|well|go|come|see|hello|hi|good|okay|oh|now|what|until|till|since|back|talk|speak|tomorrow|"
    r"thanks|yes|no|not|he|she|they|i|you|that|it|there|this|if|my|so)\b)[\w':-]+(?: [\w':-]+){0,5}, then[.!]?$",
    rf"^(?:{_SO},? )*(?:make|call) it (?!up|easy|quick|short|clear|a day|quits|work|sound|look|better)",
    r"(?<!what )(?<!how )(?<!that )(?<!where )(?<!as )\b(?!so )(?:[a-z]\w+) it is[.,!]?$|\bthat settles it\b",
)
#: Somebody agrees, by a whole sentence, to what was proposed.
SECONDS = (
    r"^(?:seconded|agreed|sold|deal|suits (?:me|us)|(?:fine|okay|good) (?:by|with) (?:me|us)|works for (?:me|us)|"
    r"i'm (?:for it|in favou?r|all for it)|(?:i|we) (?:second that|agree)|no objections?|so be it|"
    r"that works(?: for me)?|"
    r"we're agreed|(?:i'm|we're) (?:happy|fine|okay|good) with that|i can live with that)[.!]?$",
)
#: A question that proposes something, decided by a yes.
PROPOSALS = (
    rf"^(?:{_SO},? )*(?:then|shall we|do we agree|are we agreed|can we agree|agreed|deal|all in favou?r|"
    rf"is that settled|"
    r"everyone (?:happy|okay|agree)|everybody (?:happy|okay|agree)|any objections)\b",
    r"^(?!(?:what|who|when|how|why|where|which)\b)[^?]*(?:, then|, agreed|, deal)\?$|\bsame (?:again|time|place)\b",
    rf"^(?:{_SO},? )+(?:we(?:'re| are|'ll| will)? |no |not |it's (?:the |\w+day)|let's |from |until )",
    r"\b(?:shall we|why don't we|can we say|let's say|how about|what if we|would \w+day|is \w+day) ",
)
#: What follows is what would happen.
IMAGINED = (r"^(?:(?:and|but|so|okay),? )*(?:if|what if|suppose)\b",)
#: Somebody says no to what was suggested just before.
REJECTS = (
    r"^(?:(?:oh|er|well),? )?(?:no|nah|nope|never|absolutely not|certainly not|not a chance|no way|"
    r"don't you dare)[,.!]",
)
