//! The words that tell whether a place is named as where something happened.

/// Words of place that say where something is, not where it goes.
pub(super) const AT: &[&str] = &[
    "in", "te", "bij", "op", "nabij", "rond", "rondom", "omgeving",
];

/// Words that say where somebody goes or comes from, or whose something is.
pub(super) const TO_AND_FROM: &[&str] = &[
    "naar", "richting", "uit", "van", "vanuit", "vanaf", "via", "tot", "tussen", "met", "tegen",
    "voor", "over", "door", "en", "of",
];

/// Those of them that say where somebody goes or comes from.
pub(super) const MOVES: &[&str] = &[
    "naar", "richting", "uit", "vanuit", "vanaf", "via", "tot", "tussen",
];

/// Articles and what stands for one.
pub(super) const ARTICLES: &[&str] = &[
    "de", "het", "een", "'t", "t", "den", "der", "die", "dat", "dit", "deze",
];

/// The last part of words for a place in a town, and for those who work there.
pub(super) const SORTS_OF_PLACE: &[&str] = &[
    "wijk",
    "wijken",
    "buurt",
    "straat",
    "straten",
    "plein",
    "stad",
    "dorp",
    "dorpje",
    "centrum",
    "station",
    "park",
    "haven",
    "brug",
    "kerk",
    "school",
    "politie",
    "brandweer",
    "gemeente",
    "regio",
    "markt",
    "flat",
    "woning",
    "woningen",
    "snelweg",
    "stadion",
    "museum",
    "hotel",
    "winkel",
    "supermarkt",
    "bedrijf",
    "bedrijventerrein",
    "industrieterrein",
    "hartje",
    "burgemeester",
    "buurtbewoners",
    "bewoners",
    "inwoners",
    "omgeving",
    "bos",
    "strand",
];

/// The same for an adjective of a country or a far city, which people, shops and food among us have
/// too.
pub(super) const FAR_SORTS_OF_PLACE: &[&str] = &[
    "stad",
    "steden",
    "dorp",
    "dorpje",
    "badplaats",
    "kust",
    "regio",
    "eiland",
    "politie",
    "deelstaat",
    "ziekenhuis",
    "vakantiepark",
];

/// The last part of words for what serves a region: what happens there concerns another town, or was
/// judged after it happened here.
pub(super) const INSTITUTIONS: &[&str] = &[
    "ziekenhuis",
    "umc",
    "rechtbank",
    "gerechtshof",
    "gevangenis",
    "politiebureau",
    "hoofdkantoor",
    "meldkamer",
    "universiteit",
    "hogeschool",
];

/// After one of these nothing happens in a place: *zin in Spanje*, *made in China*.
pub(super) const NOT_THERE: &[&str] = &[
    "zin",
    "trek",
    "baan",
    "stage",
    "studie",
    "opleiding",
    "cel",
    "bureau",
    "rechter",
    "made",
    "geinteresseerd",
    "wedstrijd",
    "geloof",
    "interesse",
];

/// No place though the name of a town stands after it: *in de trein Kransdijk – Oostmeren*, *Radio
/// Kransdijk*.
pub(super) const NO_SPOTS: &[&str] = &[
    "radio",
    "omroep",
    "rtv",
    "feyenoord",
    "ajax",
    "team",
    "club",
    "supporters",
    "fans",
    "nieuwsblad",
    "courant",
    "universiteit",
    "trein",
    "sprinter",
    "intercity",
    "bus",
    "lijn",
    "vlucht",
    "wedstrijd",
    "krant",
    "vakantie",
    "reis",
    "weg",
    "auto",
    "pec",
    "fc",
    "sc",
    "vv",
    "psv",
    "bed",
    "met",
    "dan",
    "niet",
    "geen",
];

/// Where people stay: *wij zaten in Spanje*.
pub(super) const STAYS: &[&str] = &[
    "zit",
    "zitten",
    "zat",
    "zaten",
    "woon",
    "woont",
    "wonen",
    "woonde",
    "woonden",
    "werk",
    "werkt",
    "werken",
    "werkte",
    "werkten",
    "logeer",
    "logeert",
    "logeren",
    "logeerde",
    "logeerden",
    "verblijf",
    "verblijft",
    "verblijven",
    "verbleef",
    "verbleven",
    "overwinter",
    "overwinteren",
    "vakantie",
    "weekend",
    "weekendje",
    "citytrip",
    "vakantiehuis",
    "studeer",
    "studeert",
    "geboren",
    "getogen",
    "opgegroeid",
    "trainingskamp",
];

/// Where people are, when one of [`PEOPLE`] is.
pub(super) const IS: &[&str] = &["ben", "bent", "is", "zijn", "was", "waren", "geweest"];

/// What a new clause begins with: *ik was in Spanje en …*, against *ik ben in Spanje beroofd*.
pub(super) const NEW_CLAUSE: &[&str] = &[
    "en", "maar", "dus", "toen", "terwijl", "of", "want", "is", "zijn", "werd", "werden", "heeft",
    "hebben",
];

/// Who writes, and who is close to them. Not *hij* or *vrouw*, of whom news tells.
pub(super) const PEOPLE: &[&str] = &[
    "ik",
    "we",
    "wij",
    "je",
    "jij",
    "jullie",
    "buren",
    "buurman",
    "buurvrouw",
    "overburen",
    "ouders",
    "schoonouders",
    "familie",
    "gezin",
    "vader",
    "moeder",
    "opa",
    "oma",
    "zoon",
    "dochter",
    "broer",
    "zus",
    "vrienden",
    "vriendin",
    "vriend",
    "iedereen",
];

/// What a comparison is made with.
pub(super) const LIKE: &[&str] = &[
    "als", "zoals", "dan", "lijkt", "lijken", "leek", "leken", "alsof", "evenals", "soort",
];

/// Who tells of themselves. News does not.
pub(super) const FIRST_PERSON: &[&str] = &[
    "ik", "mij", "mijn", "m'n", "mn", "me", "we", "wij", "ons", "onze", "my", "our", "we're", "i",
];

/// What makes something one's own.
pub(super) const OWN: &[&str] = &["mijn", "m'n", "mn", "onze", "ons", "our", "my"];

/// What a town gives its name to.
pub(super) const DISHES: &[&str] = &[
    "kaas",
    "koek",
    "bol",
    "bollen",
    "mop",
    "moppen",
    "hopjes",
    "bluf",
    "ui",
    "uien",
    "wind",
    "mosterd",
    "peper",
    "worst",
    "stroopwafels",
    "hopje",
    "blauw",
    "kwartiertje",
    "les",
    "meisjes",
    "bier",
    "rib",
    "haring",
    "balletjes",
    "wafels",
    "soep",
];

/// What stands before the name of a person.
pub(super) const TITLES: &[&str] = &[
    "meneer",
    "mijnheer",
    "heer",
    "mevrouw",
    "dhr",
    "mevr",
    "mw",
    "mr",
    "familie",
    "fam",
    "dokter",
    "juf",
    "meester",
    "opa",
    "oma",
    "tante",
    "oom",
    "wethouder",
];

/// The last part of words for what likes to be called after a place far away: *grillroom Spanje*.
pub(super) const SHOPS: &[&str] = &[
    "cafe",
    "bar",
    "restaurant",
    "brasserie",
    "bistro",
    "eethuis",
    "hotel",
    "pension",
    "pizzeria",
    "grillroom",
    "grill",
    "shoarma",
    "kebab",
    "cafetaria",
    "snackbar",
    "lunchroom",
    "ijssalon",
    "salon",
    "kapper",
    "bakker",
    "bakkerij",
    "slager",
    "slagerij",
    "toko",
    "supermarkt",
    "winkel",
    "zaak",
    "coffeeshop",
    "club",
    "discotheek",
    "reisbureau",
    "flat",
];

/// What a clause begins with of which the verb comes last.
pub(super) const SUBORDINATORS: &[&str] = &[
    "terwijl",
    "toen",
    "als",
    "omdat",
    "nu",
    "wanneer",
    "nadat",
    "voordat",
    "zolang",
    "zodra",
    "sinds",
    "doordat",
    "aangezien",
    "dat",
    "die",
];
