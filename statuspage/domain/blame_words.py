"""The words that the blameless check knows. Lists, not rules: a word is added here and nowhere else."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# First and last names that are words of English too: small, or beginning a sentence, they are words.
ORDINARY_NAMES = _words(
    """
    abby able ace alba amber angel april archer ariel art ash aspen august aurora autumn bailey baker
    banks bar barb barker basil bass bay beach bean bear beck bell berry best bill birch bird bishop black
    blair blaze block bloom blue bob bond booker booth bowman brand branch brandy bridge bridges bright
    brook brooks brown buck bud burns bush butler byte cable carol carpenter carter case cash castle
    chance chandler charity chase cherry chip christian church clay clement cliff cloud coach cole collier
    constant cook cooper cope cork corn court crane crisp cross crystal dale dancer dash dawn day dean dee
    den destiny dial dick dolly dot drew drummer duke dusty early earnest earl east ebony eden ember
    english ever faith fair falls farmer fern field fields finch fish fisher fix flint flora flower forest
    foster fox frank franklin free freeman french frost gale gardener garner garnet gay gene genesis
    gentry ginger glen gold golden good grace grant grave graves gray green grey griffin grove guy hale
    hall hand hank hardy harmony harper harry hart hazel head heath heather herb hill holly honor hood
    hope house hunt hunter ivy iris ivory jack jade jasmine jasper jay jean jersey jet jewel job joy joyce
    judge june justice key keys kind king kit knight lake lamb lance land lane large lark laurel law lawn
    lee legend lily link lock london long love low lucky luna lynch major mae march mark marsh mason may
    max meadow melody mercy merit merry miles mill miller mills min mine minor monday moon moor morris
    moss mountain myrtle nail nash neat new nick noble noon norm north nova oak ocean olive opal orange
    page paige paris park parker parks parsons pat patience paul pearl peace penny pepper perry peter
    phoenix pike piper pitt plant poe point polly pond pool poole pope porter post potter power powers
    precious price pride prince rain randy ranger ray read reed reef reign rich ridge ring rio rivers
    river rob robin rock rocky roman rook root rose rowe royal ruby rush rusty sage sailor sally sandy
    savage savannah scout sean sharp shaw shell short sierra silver singer skip sky sloan small smart
    smith snow solo soon spear spencer spring sprinkle stark star starr steel stein stem steward stone
    storm street strong stuart sue summer summers sun sunny swan swift tab tanner taylor teal teller
    temple terry thorn tiger tilly tim token tom tony trace tracy trinity trip troy true tucker turner
    underwood van vance vaughn vega vera victor vine viola violet virginia wade walker wall ward warner
    warren waters way weaver webb weber webster welch well wells west wheeler white wild will willow win
    winner winter wise wolf wood woods wright yard york young
    """
)

MONTHS = _words("april august june march may jan january february july september october november december")
TIME_WORDS = _words(
    """
    in of since until till by during early mid late last next this from before after through to between
    and
    """
)

# Parts of a name that name nobody.
PARTICLES = _words(
    """
    van von der den de del della di da dos du la le el al bin ibn ben bint ter ten zu zur af av y e of
    """
)

# What accounts are called when they belong to nobody in particular.
NOT_NAMES = _words(
    """
    account accounts admin administrator administrators alert alerts api app backend billing bot business
    cloud commander communications communicator comms contact customer data database demo deploy desk dev
    devops duty engineer engineering frontend group helpdesk hello help incident incidents info infra
    infrastructure internal it jr lead mail manager marketing mobile monitoring network networking noc
    office on-call oncall operations operator ops page payments people platform postmaster product
    production public qa release reliability report responder responders root sales scribe security
    service services shift site sr sre staff status statuspage storage superuser support sysadmin system
    systems team teams tech technical test tester token user users viewer web webmaster
    """
)
NO_HANDLES = _words("all channel everyone here team latest next")

# What people do, not things: before one of these a word like "Mark" is somebody's name.
ACTS_OF_PEOPLE = _words(
    """
    acknowledged added approved asked assumed called checked confirmed decided declared deleted deployed
    disabled enabled escalated fixed found forgot investigated joined looked merged noticed ran paged
    pinged posted pushed realised realized rebooted reported restarted reverted reviewed rolled said saw
    spotted started stopped suggested suspected thought told tried typed wrote
    """
)

PERSON_PRONOUNS = _words("he she i someone somebody everyone everybody whoever")

_ROLE_NOUNS = _words(
    """
    administrator admin analyst architect author boss colleague commander consultant contractor coworker
    dba deployer dev developer director employee engineer human individual intern maintainer manager
    member on-call oncall operator owner person programmer responder reviewer scribe specialist sre
    supervisor sysadmin technician tester trainee worker-on-call
    """
)
ROLES = _ROLE_NOUNS | {f"{role}s" for role in _ROLE_NOUNS} | _words("staff personnel qa devops")
TEAM_NOUNS = _words("team teams squad squads crew crews department departments")
LEAD_KINDS = _words(
    """
    technical tech team incident engineering communications comms project product shift squad the our
    release
    """
)
SUPPORT_KINDS = _words("customer our level tier first-line second-line client technical")
# A "networking group" is people; a "security group", a "consumer group", a "resource group" are not.
MACHINE_ROLES = _words("manager managers operator operators director directors owner owners tester testers")
GROUP_KINDS = _words(
    """
    networking network operations engineering infrastructure platform support development database
    reliability storage our their
    """
)
# Before "manager" or "operator" these make it a program: a package manager, a Kubernetes operator.
MACHINE_KINDS = _words(
    """
    package packages secret secrets queue task tasks resource resources session cluster traffic connection
    lock memory cache volume key keys certificate certificates configuration config state plugin process
    service transaction window device kubernetes k8s prometheus postgres postgresql rate disk file
    dependency version password boot job workflow update credential credentials identity api partition
    ternary logical boolean comparison spread lease shard load speed stream storage node pod container
    """
)

# What people leave undone and things can not: "the engineer did not check".
DILIGENCE = _words(
    """
    anticipate ask bother care check communicate confirm consider coordinate document double-check
    escalate follow foresee heed inform investigate know listen look mention notice notify obey pay plan
    prepare question react read realise realize recognise recognize remember report respond review see
    take tell test think understand validate verify warn watch
    """
)
# Said of an agent, these judge what somebody did.
BREACHES = _words(
    """
    blundered botched broke bungled bypassed caused disobeyed disregarded flouted forgot forgotten ignored
    misconfigured mishandled misjudged misread missed mistyped misunderstood neglected overlooked rushed
    skipped violated
    """
)
# The same in the passive: "was overlooked by the reviewer".
BREACH_PARTICIPLES = (BREACHES - {"forgot", "broke"}) | {"forgotten", "broken"}
OMISSIONS = _words(
    "failed fails failing neglected neglects neglecting omitted forgot forgets forgotten forgetting"
)
CHARACTER_ADVERBS = _words(
    """
    blindly carelessly foolishly hastily inattentively incompetently irresponsibly lazily mindlessly
    negligently recklessly sloppily stupidly thoughtlessly unprofessionally
    """
)
CHARACTER_ADJECTIVES = _words(
    """
    careless clueless clumsy complacent dumb foolish hasty ignorant inattentive incompetent irresponsible
    lazy negligent reckless sloppy stupid thoughtless unprofessional
    """
)
# Faults that only people have, so that they need no subject to be about one.
CHARACTER_NOUNS = _words(
    """
    carelessness complacency incompetence inattentiveness laziness negligence recklessness sloppiness
    stupidity
    """
)
FAULT_NOUNS = CHARACTER_NOUNS | _words(
    """
    typo typos blunder blunders error errors failing fault faults inattention mistake mistakes omission
    oversight failure
    """
)
# After "error", these make it a word of the trade: "the team's error budget".
TRADE_WORDS = _words(
    """
    budget budgets code codes dashboard dashboards handler handling log logging logs message messages page
    pages rate rates report reporting response responses tracker tracking threshold count counts reports
    domain mode
    """
)
HUMANS = _words("human user pilot finger")
TOO = _words("busy careless eager hasty impatient inexperienced junior late lazy quick slow tired trusting")
# "Should have been paged" is about who pages, not about who was not paged.
PASSIVE_EXEMPT = _words(
    """
    able alerted allowed asked assigned blocked called contacted enabled given granted informed involved
    notified offered paged prevented prompted reminded required shown stopped told trained warned woken
    """
)

# What machines can not do, whatever they are called: with one of these "they" are people.
MIND_VERBS = _words(
    """
    anticipate anticipated bother care cared known know notice noticed overlooked realise realised realize
    realized remember remembered think thought understand understood
    """
)
CUSTOMER_KINDS = _words(
    "customer customers client clients enterprise organization organisation tenant user users"
)
MEMBER_KINDS = _words("staff support on-call crew")
