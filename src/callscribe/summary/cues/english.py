"""How decisions, tasks and what is left open are worded in English. Text has plain apostrophes."""

#: Things people do after a call. A line is the base form; "I will", "please" and the like come before it.
_VERBS = """
    add announce approve arrange ask assign book bring build buy call cancel change chase check circulate clarify
    clean close collect compile complete confirm contact coordinate copy create deliver deploy describe dig discuss
    document double-check draft email escalate estimate extend file fill finalize find finish fix follow forward get
    hire implement inform install interview introduce investigate invite invoice look mail make measure meet merge
    migrate move notify order organize pass pay phone pick ping plan post postpone prepare print provide publish
    pull push put raise reach recheck record redo release remind remove rename renew repair replace reply report
    request research reserve resolve restart restore retest review revise rewrite ring schedule send set share ship
    sign sit sort speak start submit swap switch sync talk tell test text track train transfer translate turn update
    upgrade upload verify visit work write
    bake block borrow break charge claim collate compare cook count cover cut disable drop enable enter fetch
    fit flag fold hand hang host inspect label lend load lock message nip note nudge open pack paint
    park patch pin plumb pop propose query quote rebook refund reinstall rent reset return rework run scan sell
    shift sketch sound stick stock store swing take telephone tidy type unblock unload unlock warn wash weigh wire
"""
_VERB = (
    f"(?:{'|'.join(_VERBS.split())}|go through|go over|work out|figure out|sort out|have a (?:word|look|chat|dig)|"
    r"give [\w ]+? a (?:ring|call|shout|bell|nudge|lift)|let (?:(?!me|us)\w+) know|knock up|knock together|"
    r"make a (?:start|"
    r"list)|get (?:on ?to|hold of|in touch)|do the)"
)
#: What is asked for in the call itself is no task.
_AT_ONCE = r"(?:start|tell|talk|speak|repeat|look|put|find|change|turn)"
_NO_DEED = (
    r"(?:all|also|hear|see|say|explain|remind|believe|take us|take me|walk us|talk us|show|imagine|wait|hold|give|"
    r"guess|"
    r"be|remember|think|go on|stop)\b"
)
_FEW = r"(?:[\w'-]+,? ){0,3}?"
_NAME = r"(?P<name>(?-i:(?!(?:Someone|Somebody|Nobody|Everybody|Everyone|Anyone)\b)[A-Z]\w+))"
DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DUE = (
    rf"\b(?:(?:by|before|until|till|within|on|next|this) (?:the )?(?:end|{DAY}|week|month|noon|tomorrow|lunch|"
    rf"[\w-]+th|"
    r"[\w-]*(?:first|second|third)|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half past|a quarter|\d+|then|"
    r"\w+ (?:days?|weeks?|hours?))|tomorrow|tonight|today|this (?:morning|afternoon|evening)|first thing|"
    r"(?:before|after|when|once|as soon as) (?:you|we|I|he|she|they|it|this|lunch|breakfast|work|the \w+)|"
    rf"(?:this|next|on|by) {DAY}|end of (?:the )?(?:day|week|month)|in (?:an hour|a minute|the morning))\b"
)

#: The speaker will do it.
SPEAKER = (
    rf"\bI(?:'ll| will| shall| am going to|'m going to|'m gonna| am gonna|'d better| had better) {_FEW}{_VERB}\b",
    rf"\bI(?:'ll| will) (?:be (?:at|there|round|over|in|back|with)|come|drop by|stop by|pop in|visit)\b.*{_DUE}",
    r"\blet me (?:check|ask|talk|speak|confirm|clear|sort|run) (?:\w+ )?(?:with|to|past|by) (?:the|my|our|"
    r"(?-i:[A-Z]))",
    rf"\bI (?:also |still |really )?(?:need to|must|should|have to|better|gotta) {_VERB}\b",
    rf"\bI(?:'d| had) best {_FEW}{_VERB}\b|\bI(?:'ve| have) (?:still )?got to (?!put it|say|tell|ring off|run|dig|"
    rf"visit|go){_VERB}\b",
    rf"\bI(?:'m| am) (?:on to|onto|off to|\w+ing)\b(?! forward).*(?:\bmyself[.,]|\bmyself$|{_DUE})",
)
#: The speaker takes it on, and may say what in another sentence.
TAKES = (
    r"\b(?:leave|give) (?:it|that|this|that one|this one|the [\w ]+?)(?: with| to)? me\b|\bleave \w+ to me\b",
    r"\b(?:is|are|'s|be) (?:all |always )?(?:mine|(?:on|down to) me)\b|\b(?:is|that's) my job\b|\bI'm on it\b|"
    r"\bconsider it done\b",
    r"\bI(?:'ll| will) (?:take (?:that|this|it|care|over|on)|do (?:it|that|this)|handle|deal with|see to)\b",
    r"\bI(?:'ve| have) got (?:that|this) one\b|\bI can (?:do|take|handle) (?:that|this|it)\b|\bit's me who\b|"
    r"\bI volunteer\b",
    rf"\b(?:you|he|she|they)(?:'ll| will)(?: all| both| each)? (?:have|get|hear|see)\b.*\bfrom me\b|"
    rf"\byou(?:'ll| will)(?: all| both| each)? (?:have|get|hear|see|find)\b.*{_DUE}|"
    r"\byou(?: all| both)? get\b.*\bfrom me\b|\bthere(?:'ll| will) be (?:a|an|one|some)\b.* (?:for you|from me)\b",
    rf"\b(?:it|that|they|this)(?:'ll| will)(?: all| both)? be (?:ready|done|there|with (?:you|him|her|them)|out|\w+ed|"
    rf"\w+[lnu]t|in your [\w ]+|gone|up|in|back|live|on)\b.*{_DUE}",
    r"^me, (?:I (?:suppose|guess|think)|then|again|as (?:ever|usual|always))\b|\bI (?:suppose|guess) (?:that's|"
    r"it's) me\b|"
    r"\b(?:that|it)(?:'ll| will| would|'d) be me\b|\bI(?:'ll| will) be the one\b",
    rf"\b(?:it's|they're|that's) (?:with (?:you|him|her|them)|done|ready|out|up)\b.*\bby\b|\bgo(?:es)? out\b.*{_DUE}",
    r"\b(?:put|count) me (?:down|in)\b|\blet me (?:take|handle|do) (?:that|this|it|care)\b|\bI(?:'ll| will) own\b",
    r"\bI(?:'ll| will) (?:get back to|follow up|sort (?:it|that|this) out|make sure|have (?:it|that|"
    r"this) (?:done|ready))\b",
    rf"\bI (?:can|could) (?:have|give|do|{_VERB})\b.*{_DUE}|\byou(?:'ll| will) get (?:it|them|that|"
    rf"those)\b(?! used)",
    r"\bI(?:'m| am) (?:taking|handling|sorting|raising|bringing|sending|ordering|booking|calling|fixing) (?:that|"
    r"this|it|him|her|them)\b(?! (?:for|as))",
    r"\bgive me (?:till|until|a (?:few|couple)|one|two|three)\b",
)
#: The one who is spoken to is to do it.
LISTENER = (
    rf"\bplease (?!don't|{_AT_ONCE}){_FEW}{_VERB}\b",
    rf"\byou (?:also |still |really )?(?:needs? to|ha(?:ve|s) to|must) {_VERB}\b",
    r"\b(?:do not|don't) forget to\b|\bmake sure (?:that|to|you)\b|\b(?:your task|that's on you|is yours)\b",
    rf"\bI(?:'d like| would like| need| want) you to (?!{_AT_ONCE}){_VERB}\b|\bwould you mind \w+ing\b",
    r"\b(?:that one's|that's|it's) yours\b|\byou(?:'re| are) (?:on|in charge of|responsible for) (?:the|that|this)\b",
    rf"^(?-i:[A-Z]\w+), (?:please )?(?!{_AT_ONCE}){_VERB}\b(?! (?:is|are|was)\b)",
    rf"^(?:(?:and|so|then|okay|right|just|yes|please),? )*(?!{_AT_ONCE})(?:{_VERB}|get|drop) me (?!a (?:sec|"
    r"minute|moment|break|hand|favou?r)|through|about|how|what|if|why|in|go|be|have|just|see|check|know\b(?!.*if))",
    rf"^(?:(?:and|so|then|okay|right|just),? )*(?!{_AT_ONCE}){_VERB} (?:the|that|a|an|your|him|her|them|"
    rf"it)\b.*(?:, please|"
    rf"{_DUE})[.!]?$",
    r"^(?-i:[A-Z]\w+), you (?:do|take|get|bring|look after|handle|sort|see to|run|chase) (?:the|that|it|those)\b",
    r"\byou(?:'re| are) (?:doing|bringing|handling|running) the\b",
)
#: These ask even as a question.
REQUESTS = (
    rf"\b(?:are you|would you be) (?:able|happy|okay|ok|fine) to (?!{_AT_ONCE}){_VERB}\b",
    rf"\b(?:can|could|would|will) you (?!{_AT_ONCE}){_FEW}(?!{_AT_ONCE}){_VERB}\b",
    rf"^(?:(?:and|so|okay|right),? )?(?-i:[A-Z]\w+), (?:can|could|would|will) you (?:please )?(?!{_AT_ONCE}|"
    rf"{_NO_DEED})\w+",
)
#: These ask only as a question.
OFFERS: tuple[str, ...] = ()
#: A question that makes a task of the one who asks, or of the one who is asked, for a yes or a day as the answer.
OWN_OFFERS = (
    rf"\b(?:do you want|would you like|want) me to (?!{_AT_ONCE}){_FEW}{_VERB}\b|"
    rf"\bshall I (?!{_AT_ONCE}){_FEW}{_VERB}\b",
    rf"^(?:(?:and|so|then|or),? )*should I (?:just |then )?(?!{_AT_ONCE}){_VERB}\b",
)
WISHES = (
    r"\b(?:when|how soon) (?:can|could|will|would|do) (?:you|I|we) (?:have|get|see|expect|do|finish|send|deliver|"
    r"manage)\b",
    r"^(?:(?:and|so|okay|right),? )?(?-i:[A-Z]\w+), (?:and )?(?:the|your|that|"
    r"those) (?:[\w'-]+ ){0,3}[\w'-]+(?:,? [^,?]+)*\?$",
    r"\b(?:can|could|may) (?:I|we) (?:have|get|see) (?:your|the|that|those|a copy|it|them|a list)\b",
)
#: The one who is named is to do it.
NAMED = (
    rf"\b{_NAME}(?:'ll| will| is going to| has to| needs to| must| should) {_FEW}{_VERB}\b",
    rf"\b{_NAME} can (?!{_AT_ONCE}|show|test|speak|come){_VERB} (?:the|that|it|a|them|him|her|your|our)\b",
    rf"\b{_NAME}(?: will|'ll| has to| needs to| must) {_FEW}(?:have|do|be)\b.*{_DUE}",
    rf"\b{_NAME}(?:'s| is) \w+ing\b.*{_DUE}",
    rf"\b(?:leave|give|assign) (?:it|that|this|the [\w ]+?) to {_NAME}(?=[.,!]|$)",
    rf"\b(?:ask|get|let|have) {_NAME} (?:to )?{_VERB}\b",
    rf"\b(?:he|she)(?:'ll| will) {_VERB}\b|\bthey(?:'ll| will) {_VERB}\b.*{_DUE}|\b(?:he|she)(?:'s|"
    rf" is) \w+ing\b.*{_DUE}",
)
#: "We" will do it.
WE_ALL = (
    rf"\bwe(?:'ll| will| are going to|'re going to| need to| have to| must) {_FEW}{_VERB}\b",
    r"\bmake sure we\b",
)
#: It is to be done by nobody in particular.
NOBODY = (
    rf"\b(?:someone|somebody)(?:'s got to| needs to| has to| must| should) {_VERB}\b",
    r"\b(?:needs?|has|have) to be (?:\w+ )?\w+(?:ed|en|nt|ut|de|ne|lt|id)\b|\b(?:action item|to-do)\b",
)

#: A sentence that starts like this asks, even where the engine writes no question mark.
ASKING = (
    r"^(?:\w+,? )?(?:what|how|who|why|when|where|which) \w+",
    r"^(?:\w+, )?(?:is|are|do|does|did|can|could|have|has|will) (?:i|you|he|she|it|we|they|the|there|this|that)\b",
)
#: A sentence with one of these is about the call itself.
FORMAL = (
    r"\b(?:thank you|thanks) for (?:joining|coming|calling|your time)\b|\bready to (?:start|begin|talk)\b",
    r"\b(?:let us|let's|shall we) (?:start|begin|get started)\b|\b(?:see you|nice to meet|how are you|talk to you)\b",
    r"\b(?:can you (?:all )?(?:hear|see) (?:me|us|my|the)|share my screen|you're on mute|have a (?:good|"
    r"nice) (?:one|day))\b",
)
#: Nothing is promised where one of these comes before: it depends, or is only imagined.
UNREAL = (r"\b(?:if|unless|in theory|maybe|hypothetically|suppose)\b",)
#: Somebody does not know, or puts it off.
UNKNOWN = (
    r"\b(?:don't|do not|doesn't) (?:really |actually |even )?know\b|\bno idea\b|\bnot sure\b|\bgood question\b|"
    r"\bno clue\b",
    r"\b(?:can't|cannot|couldn't) (?:answer|say|tell)\b|\bup in the air\b|\bnobody (?:knows|can tell|told)\b|"
    r"\bunclear\b",
    r"\b(?:have|need) to (?:check|find out|ask|look into)\b|\bcome back to (?:that|this|it)\b|\bopen question\b",
    r"\b(?:haven't|don't have|have no|got no|there's no)(?: got)? (?:an? |any |the )?(?:answer|date|idea|clue)\b",
    r"\b(?:anyone's|anybody's) guess\b|\b(?:million|billion)[- ]dollar question\b|\bdon't ask me\b|"
    r"\bcross that bridge\b|"
    r"\bno one (?:seems to )?knows?\b|\bnone the wiser\b|\b(?:a|the) mystery\b|\bgo either way\b|\bask me (?:next|"
    r"tomorrow|later|again)\b|\b(?:still )?waiting (?:to hear|for an answer)\b|\bnever (?:got|had) an answer\b|"
    r"\b(?:haven't|hasn't) (?:come|got|written|called) back to (?:me|us)\b|\b(?:didn't|doesn't) say\b|"
    r"^maybe, maybe not\b",
    r"\b(?:wouldn't want to|can only|I'd be|I'd only be) guess(?:ing)?\b|\bI don't get (?:it|that)\b|\blet's (?:check|"
    r"park)\b|\bno answer\b",
    r"\b(?:beats me|search me|who knows|(?:god|heaven|lord|goodness) knows|your guess is|I wish I knew|ask me another|"
    r"haven't (?:a|the) (?:clue|faintest|foggiest|idea)|(?:hard|too early|too soon|difficult|impossible) to (?:say|"
    r"tell))\b",
    r"\b(?:depends (?:on|who|what|how|where|when|whether|which)|it (?:all )?depends|that depends|time will tell|"
    r"remains to "
    r"be seen|we'll (?:just )?(?:have to )?see\b[.,]?$|to be (?:continued|confirmed|decided)|still open|jury's)",
    r"\b(?:don't|wouldn't) (?:want to|like to) promise\b|\b(?:can't|cannot|don't|couldn't) (?:remember|"
    r"recall)\b|\bnot that I know\b|\bI(?:'d| would) have to (?:check|ask|look|find)\b|\bget to the bottom of\b",
    r"\b(?:nobody|no one)(?:'s| has| have)? (?:said|told|mentioned)\b|\b(?:they|he|she) (?:hasn't|haven't|didn't|won't|"
    r"wouldn't|never|doesn't|don't) (?:say|said|tell|told|answer|answered)\b",
    r"\b(?:haven't|hasn't|not) (?:been )?(?:decided|heard|agreed|settled)(?: yet)?\b|\bcan't see from here\b",
)
#: Somebody agrees to what was asked.
AGREES = (
    r"^(?:\w+, )?(?:yes|yeah|yep|ok|okay|sure|of course|fine|will do|no problem|gladly|certainly|absolutely|"
    r"right|happy to|can do|got it|deal|perfect|on it|please|agreed|seconded|done|lovely|great|brilliant|go on|"
    r"go ahead|go for it|sold|aye|all right|alright|absolutely|definitely|by all means|why not|very well|fair enough|"
    r"okey-doke|excellent|wonderful|as ever|as always|as usual)\b(?! (?:idea|question)\b)",
    r"^(?:\w+, )?(?:I can|I'll|I will|I could|good)\b(?! question)|^(?:\w+, )?(?:that's|that is|that'd be|"
    r"that would be|sounds|"
    r"that|it|i'm|we're|\w+day) (?:fine|good|okay|great|perfect|works?|suits?|in|happy|all right|lovely|for it|"
    r"grand)\b|"
    r"^(?:suits|works for|fine (?:by|with)) (?:me|us)\b",
)
#: Not knowing is only a manner of speaking.
ASIDES = (r", I don't know,", r"\bI don't know (?:if|whether) you\b", r"\b(?:don't you|you don't|do you) know\b")
#: A sentence that says what is asked, and is no question itself.
WONDERING = (r"\b(?:whether|why|(?:know|say|tell|is) (?:if|when|how|which|who|what))\b",)
#: A question that looks for somebody to do something.
VOLUNTEERS = (r"^(?:(?:and|so|but|okay|then),? )*who\b(?! (?:did|was|were|had|has|said|told|\w+ed)\b)",)
#: Somebody is not the one.
REFUSES = (
    r"^(?:well, |er, )?(?:not me|not (?:it|I)\b|don't look at me|I (?:can't|couldn't|won't)|I did (?:it|the|that))\b",
)
#: A day or a time at which something will be done.
WHEN = (rf"{_DUE}|\b{DAY}\b",)
#: Somebody tells what is asked.
REPORTED = (
    r"\b(?:wants? to know|wonder(?:s|ing)?|the question is|keeps? asking|(?:was|were|been) asking|"
    r"asked me)\b.*\b(?:whether|if|"
    r"when|how|who|why|what|which|where)\b",
)
#: A question that only suggests something.
SUGGESTIONS = (r"^(?:(?:and|so|but|okay),? )*(?:what if we|why don't we|shall we|how about)\b",)
