//! The files people write: the set of the manual loads; whatever is wrong is told, all at once.

use std::fs;
use std::path::Path;

use luisterpost::mail::Via;
use luisterpost::mistake::{Fault, Location, Mistake, Note};
use luisterpost::render::Texts;
use luisterpost::settings::{Paths, Settings, load, tell};
use luisterpost::source::{Every, SourceKind};
use tempfile::TempDir;

const MAIN: &str = r#"[organisation]
municipality = "Lindemeer"
contact      = "luisterpost@lindemeer.example"              # in the user agent of every request
explanation  = "https://www.lindemeer.example/luisterpost"  # the public page that explains the listening
operator     = "beheer@lindemeer.example"                   # hears when something is broken

[storage]
database = "luisterpost.db"            # in the state directory

[fetch]
min_gap       = "2s"                   # between two requests to one host
timeout       = "30s"
max_body      = "5 MiB"                # after decompression
parallel      = 32
allow_private = []
# proxy       = "http://proxy.lindemeer.example:3128"

[mail]
via       = "directory"                # directory | smtp
directory = "outbox"                   # .eml files, in the state directory
from      = "Luisterpost <luisterpost@lindemeer.example>"
allowed_domains = ["lindemeer.example"]   # recipients outside are refused

[digest]
at       = "07:30"
days     = "ma-vr"
timezone = "Europe/Amsterdam"

[privacy]
dpia    = "Z-2026-0417"
advice  = 2026-10-14
officer = "fg@lindemeer.example"
"#;

const SOURCES: &str = r#"[[source]]
id       = "wijkkrant-oost"
name     = "Wijkkrant Oost"
kind     = "feed"                    # see connectors.md for the kinds
url      = "https://wijkkrant.example/feed"
voice    = "residents"               # residents | press | authority
scope    = "local"                   # local | wide
every    = "auto"                    # or "15m", "1h"
excerpt  = "fragment"                # fragment | title | none
reviewed = 2026-11-01
themes   = ["*"]                       # optional

[[source]]
id     = "forum-lindemeer"
name   = "Lindemeer Forum, Wonen"
kind   = "page"
url    = "https://forum.example/wonen"
voice  = "residents"
scope  = "local"
select = { item = "article.post", link = "a.permalink", title = "h3", text = ".body", date = "time" }
"#;

const RECIPIENTS: &str = r#"[[recipient]]
name    = "Team Veiligheid"
address = "veiligheid@lindemeer.example"
themes  = ["*"]                        # or theme ids
digest  = "daily"                      # daily | weekly | none
alerts  = true
empty   = true                         # also when nothing was found
"#;

const PLACES: &str = "\
kind,name,aliases,parent,needs_cue
neighbourhood,Molenbuurt,De Molenbuurt|Molenwijk,Lindemeer,nee
street,Brinkstraat,,Molenbuurt,nee
spot,Brink,De Brink,Molenbuurt,ja
";

const THEME: &str = r#"title          = "Woninginbraak"
purpose        = "Zien waar en wanneer inwoners (pogingen tot) woninginbraak melden of vrezen."
legal_task     = "Gemeentewet art. 172"
controller     = "burgemeester"
retention_days = 28
review_by      = 2027-06-01
enabled        = true
police_codes   = ["1.1.1"]

# One expression per line. Any of these is enough.
strong = '''
inbraak                                   # also: inbraken
*inbraak
"net uitgeruimd"
'''

cues = '''
raam NEAR/8 (geforceerd OR ingeslagen OR ingetikt)
"kasten leeg"
'''

vetoes = '''
"mag ik even inbreken"
'''

examples = [
  { text = "Vannacht is er bij de buren een inbraak geweest", hit = true },
  { text = "Sorry dat ik inbreek in jullie gesprek", hit = false },
]
"#;

const COMMON: &str = "incident_cues = '''\npolitie\n'''\nwords.huis = 'huis'\n";

/// The files of the manual, any of which a test may write anew.
struct Files {
    directory: TempDir,
}

impl Files {
    fn new() -> Files {
        let files = Files {
            directory: TempDir::new().unwrap(),
        };
        files.write("config/luisterpost.toml", MAIN);
        files.write("config/sources.toml", SOURCES);
        files.write("config/recipients.toml", RECIPIENTS);
        files.write("config/places.csv", PLACES);
        files.write("keywords/woninginbraak.toml", THEME);
        files.write("keywords/common.toml", COMMON);
        files
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.directory.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn paths(&self) -> Paths {
        Paths::find(Some(self.directory.path().join("config")), None)
    }

    fn load(&self, environment: &[(&str, &str)]) -> Result<Settings, Vec<Mistake>> {
        let variables = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let now = "2026-11-24T08:00:00Z".parse().unwrap();
        load(&self.paths(), variables, now, |selector| {
            match selector.contains("[[") {
                true => Err("unexpected token".to_owned()),
                false => Ok(()),
            }
        })
    }

    /// Mistakes as `sources.toml:12:8 source[2].kind unknown_word`.
    fn mistakes(&self, environment: &[(&str, &str)]) -> Vec<String> {
        let mistakes = self.load(environment).err().unwrap_or_default();
        let short = |mistake: &Mistake| {
            let at = place(&mistake.at, self.directory.path());
            format!("{at} {} {}", mistake.key, mistake.fault.code())
        };
        mistakes.iter().map(short).collect()
    }

    fn notes(&self) -> Vec<String> {
        let settings = self.load(&[]).unwrap();
        let short = |note: &Note| {
            let at = place(&note.at, self.directory.path());
            format!("{at} {} {}", note.key, note.remark.code())
        };
        settings.notes.iter().map(short).collect()
    }
}

fn place(at: &Location, directory: &Path) -> String {
    match at {
        Location::File { file, line, column } => {
            let path = Path::new(&**file).strip_prefix(directory).unwrap();
            let name = path.file_name().unwrap().to_string_lossy();
            format!("{name}:{line}:{column}")
        }
        Location::Environment { variable } => variable.clone(),
    }
}

#[test]
fn the_files_of_the_manual_load() {
    let settings = Files::new().load(&[]).unwrap();
    assert_eq!(settings.municipality, "Lindemeer");
    assert_eq!(
        settings.fetch.user_agent,
        format!(
            "luisterpost/{} (gemeente Lindemeer; +https://www.lindemeer.example/luisterpost; \
             luisterpost@lindemeer.example)",
            env!("CARGO_PKG_VERSION")
        )
    );
    assert_eq!(settings.fetch.max_body, 5 * 1024 * 1024);
    assert_eq!(settings.first_visit_days, 7);
    assert_eq!(
        settings.digest.days,
        [true, true, true, true, true, false, false]
    );
    assert!(matches!(&settings.mail.via, Via::Directory(path) if path.as_os_str() == "outbox"));
    assert_eq!(settings.allowed_domains, ["lindemeer.example"]);

    let [krant, forum] = settings.sources.as_slice() else {
        panic!("two sources");
    };
    assert_eq!((krant.line, forum.line), (1, 13));
    assert_eq!(krant.every, Every::Auto);
    let SourceKind::Page(select) = &forum.kind else {
        panic!("a page");
    };
    assert_eq!(select.drop, ["blockquote"]);
    assert_eq!(settings.recipients[0].line, 1);
    assert_eq!(settings.gazetteer.places.len(), 3);
    assert_eq!(
        settings.gazetteer.places[0].aliases,
        ["De Molenbuurt", "Molenwijk"]
    );
    assert_eq!(settings.gazetteer.places[2].line, 4);

    let theme = &settings.themes[0];
    assert_eq!(
        (theme.id.as_str(), theme.version.len()),
        ("woninginbraak", 16)
    );
    let lines = |list: &[luisterpost::keyword::Keyword]| {
        list.iter()
            .map(|keyword| keyword.line.line)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&theme.strong), [12, 13, 14]);
    assert_eq!(lines(&theme.cues), [18, 19]);
    assert_eq!(theme.examples[1].line, 28);
    assert_eq!(lines(&settings.common.incident_cues), [2]);
}

#[test]
fn every_source_of_the_manual_for_keepers_is_accepted() {
    let manual = include_str!("../../docs/bronnen.md");
    let blocks = manual.split("```toml\n").skip(1);
    let blocks: Vec<&str> = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    let files = Files::new();
    files.write("config/sources.toml", blocks.concat());
    assert_eq!(files.mistakes(&[]), [""; 0]);
    let kinds = files.load(&[]).unwrap().sources;
    let kinds: Vec<&str> = kinds.iter().map(|source| source.kind.as_str()).collect();
    for kind in SourceKind::WORDS.iter().filter(|kind| **kind != "page") {
        assert!(
            kinds.contains(kind),
            "docs/bronnen.md shows no source of kind {kind}"
        );
    }
}

#[test]
fn every_key_but_those_of_the_organisation_and_its_decisions_has_a_default() {
    let files = Files::new();
    let full = files.load(&[]).unwrap();
    let organisation = &MAIN[..MAIN.find("[storage]").unwrap()];
    let privacy = &MAIN[MAIN.find("[privacy]").unwrap()..];
    files.write("config/luisterpost.toml", [organisation, privacy].concat());
    let short = Settings {
        files: full.files.clone(),
        ..files.load(&[]).unwrap()
    };
    assert_eq!(format!("{full:?}"), format!("{short:?}"));
}

#[test]
fn byte_order_mark_windows_line_ends_links_and_copies_of_editors_are_fine() {
    let files = Files::new();
    let plain = format!("{:?}", files.load(&[]).unwrap().sources);
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    files.write("config/luisterpost.toml", windows(MAIN));
    files.write("config/sources.toml", windows(SOURCES));
    files.write("config/recipients.toml", windows(RECIPIENTS));
    files.write("config/places.csv", windows(&PLACES.replace(',', ";")));
    files.write("keywords/woninginbraak.toml", windows(THEME));
    files.write("keywords/woninginbraak.toml~", "niet waar");
    files.write("keywords/.#woninginbraak.toml", "niet waar");
    files.write("keywords/#woninginbraak.toml#", "niet waar");
    files.write("elsewhere.toml", COMMON);
    fs::remove_file(files.directory.path().join("keywords/common.toml")).unwrap();
    std::os::unix::fs::symlink(
        files.directory.path().join("elsewhere.toml"),
        files.directory.path().join("keywords/common.toml"),
    )
    .unwrap();
    let settings = files.load(&[]).unwrap();
    assert_eq!(format!("{:?}", settings.sources), plain);
    assert_eq!(settings.gazetteer.places.len(), 3);
    let lines: Vec<u32> = settings.themes[0]
        .strong
        .iter()
        .map(|k| k.line.line)
        .collect();
    assert_eq!(lines, [12, 13, 14]);
}

/// A file of the set, a text in it, what it is replaced by, and the mistakes expected.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

#[rustfmt::skip]
const WRONG: &[Case] = &[
    // Settings: keys.
    ("luisterpost.toml", "municipality = \"Lindemeer\"", "gemeente = \"Lindemeer\"", &["luisterpost.toml:1:1 organisation.municipality missing_key", "luisterpost.toml:2:1 organisation.gemeente unknown_key"]),
    ("luisterpost.toml", "contact ", "contcat ", &["luisterpost.toml:1:1 organisation.contact missing_key", "luisterpost.toml:3:1 organisation.contcat unknown_key"]),
    ("luisterpost.toml", "[fetch]", "[fetsch]", &["luisterpost.toml:10:2 fetsch unknown_key"]),
    ("luisterpost.toml", "min_gap ", "mingap ", &["luisterpost.toml:11:1 fetch.mingap unknown_key"]),
    ("luisterpost.toml", "[storage]", "[\"a[999999999]\"]", &["luisterpost.toml:7:2 a[999999999] unknown_key"]),
    // Settings: types.
    ("luisterpost.toml", "\"Lindemeer\"", "5", &["luisterpost.toml:2:16 organisation.municipality wrong_type"]),
    ("luisterpost.toml", "= 32", "= \"32\"", &["luisterpost.toml:14:17 fetch.parallel wrong_type"]),
    ("luisterpost.toml", "= 32", "= 32.5", &["luisterpost.toml:14:17 fetch.parallel wrong_type"]),
    ("luisterpost.toml", "= 32", "= 0", &["luisterpost.toml:14:17 fetch.parallel out_of_range"]),
    ("luisterpost.toml", "= 32", "= 99999999999999999999", &["luisterpost.toml:14:17 fetch.parallel out_of_range"]),
    ("luisterpost.toml", "allow_private = []", "allow_private = \"127.0.0.0/8\"", &["luisterpost.toml:15:17 fetch.allow_private wrong_type"]),
    ("luisterpost.toml", "allow_private = []", "allow_private = [\"127.0.0.0/8\", \"thuis\"]", &["luisterpost.toml:15:33 fetch.allow_private[2] invalid_value"]),
    ("luisterpost.toml", "[storage]\ndatabase =", "storage =", &["luisterpost.toml:7:1 organisation.storage unknown_key"]),
    ("luisterpost.toml", "[mail]", "[[mail]]", &["luisterpost.toml:18:1 mail wrong_type"]),
    ("luisterpost.toml", "[digest]", "[mail.smtp]\nhost = \"relay lindemeer\"\n[digest]", &["luisterpost.toml:25:8 mail.smtp.host invalid_value"]),
    // Settings: values.
    ("luisterpost.toml", "\"Lindemeer\"", "\"\"", &["luisterpost.toml:2:16 organisation.municipality invalid_value"]),
    ("luisterpost.toml", "\"Lindemeer\"", "\"Линдемер\"", &["luisterpost.toml:2:16 organisation.municipality invalid_value", "places.csv:2:0 parent unknown_parent"]),
    ("luisterpost.toml", "\"Lindemeer\"", "\"Linde\\nmeer\"", &["luisterpost.toml:2:16 organisation.municipality invalid_value"]),
    ("luisterpost.toml", "\"luisterpost@lindemeer.example\"", "\"luisterpost\"", &["luisterpost.toml:3:16 organisation.contact invalid_value"]),
    ("luisterpost.toml", "\"https://www.lindemeer.example/luisterpost\"", "\"www.lindemeer.example\"", &["luisterpost.toml:4:16 organisation.explanation invalid_value"]),
    ("luisterpost.toml", "\"luisterpost.db\"", "\"/var/db/luisterpost.db\"", &["luisterpost.toml:8:12 storage.database invalid_value"]),
    ("luisterpost.toml", "\"luisterpost.db\"", "\"..\"", &["luisterpost.toml:8:12 storage.database invalid_value"]),
    ("luisterpost.toml", "\"2s\"", "\"2 seconden\"", &["luisterpost.toml:11:17 fetch.min_gap invalid_value"]),
    ("luisterpost.toml", "\"30s\"", "\"1d\"", &["luisterpost.toml:12:17 fetch.timeout out_of_range"]),
    ("luisterpost.toml", "\"5 MiB\"", "\"5 MB\"", &["luisterpost.toml:13:17 fetch.max_body invalid_value"]),
    ("luisterpost.toml", "\"5 MiB\"", "\"5 GiB\"", &["luisterpost.toml:13:17 fetch.max_body out_of_range"]),
    ("luisterpost.toml", "= 32", "= 32\nfirst_visit_days = 365", &["luisterpost.toml:15:20 fetch.first_visit_days out_of_range"]),
    ("luisterpost.toml", "# proxy       = \"http://", "proxy = \"http://jan:geheim@", &["luisterpost.toml:16:9 fetch.proxy userinfo_in_url"]),
    ("luisterpost.toml", "\"directory\" ", "\"smpt\" ", &["luisterpost.toml:19:13 mail.via unknown_word"]),
    ("luisterpost.toml", "\"directory\" ", "\"smtp\" ", &["luisterpost.toml:18:1 mail.smtp missing_because"]),
    ("luisterpost.toml", "\"Luisterpost <luisterpost@lindemeer.example>\"", "\"Luisterpost\"", &["luisterpost.toml:21:13 mail.from invalid_value"]),
    ("luisterpost.toml", "\"lindemeer.example\"]", "\"lindemeer\"]", &["luisterpost.toml:22:20 mail.allowed_domains[1] invalid_value"]),
    ("luisterpost.toml", "[digest]", "[mail.smtp]\nhost = \"relay.lindemeer.example\"\ntls = \"none\"\n[digest]", &["luisterpost.toml:26:7 mail.smtp.tls unprotected_relay"]),
    ("luisterpost.toml", "[digest]", "[mail.smtp]\ntls = \"ssl\"\n[digest]", &["luisterpost.toml:24:1 mail.smtp.host missing_key", "luisterpost.toml:25:7 mail.smtp.tls unknown_word"]),
    ("luisterpost.toml", "[digest]", "[mail.smtp]\nhost = \"localhost\"\nport = 0\n[digest]", &["luisterpost.toml:26:8 mail.smtp.port out_of_range"]),
    ("luisterpost.toml", "[digest]", "[mail.smtp]\nhost = \"localhost\"\nusername = \"l\"\n[digest]", &["luisterpost.toml:24:1 mail.smtp.password_file missing_because"]),
    ("luisterpost.toml", "[digest]", "[mail.smtp]\nhost = \"localhost\"\npassword = \"geheim\"\n[digest]", &["luisterpost.toml:26:1 mail.smtp.password unknown_key"]),
    ("luisterpost.toml", "\"07:30\"", "\"7.30 uur\"", &["luisterpost.toml:25:12 digest.at invalid_value"]),
    ("luisterpost.toml", "\"07:30\"", "\"24:00\"", &["luisterpost.toml:25:12 digest.at invalid_value"]),
    ("luisterpost.toml", "\"ma-vr\"", "\"mon-fri\"", &["luisterpost.toml:26:12 digest.days invalid_value"]),
    ("luisterpost.toml", "\"Europe/Amsterdam\"", "\"Europe/Amsterdam\"\n[alerts]\nquiet = \"22 uur\"\nstories = 1", &["luisterpost.toml:29:9 alerts.quiet invalid_value", "luisterpost.toml:30:11 alerts.stories out_of_range"]),
    ("luisterpost.toml", "\"Europe/Amsterdam\"", "\"Europe/Amsterdm\"", &["luisterpost.toml:27:12 digest.timezone unknown_word"]),
    // Syntax.
    ("luisterpost.toml", "\"Lindemeer\"", "Lindemeer", &["luisterpost.toml:2:16  not_toml"]),
    ("luisterpost.toml", "\"2s\"", "", &["luisterpost.toml:11:36  not_toml"]),
    ("luisterpost.toml", "timeout ", "min_gap ", &["luisterpost.toml:12:1  not_toml"]),
    // Sources.
    ("sources.toml", "\"feed\"", "\"fed\"", &["sources.toml:4:12 source[1].kind unknown_word"]),
    ("sources.toml", "id       = \"wijkkrant-oost\"\n", "", &["sources.toml:1:1 source[1].id missing_key"]),
    ("sources.toml", "\"wijkkrant-oost\"", "\"Wijkkrant Oost\"", &["sources.toml:2:12 source[1].id invalid_value"]),
    ("sources.toml", "\"forum-lindemeer\"", "\"wijkkrant-oost\"", &["sources.toml:14:10 source[2].id doubled"]),
    ("sources.toml", "https://wijkkrant", "ftp://wijkkrant", &["sources.toml:5:12 source[1].url not_http"]),
    ("sources.toml", "https://wijkkrant", "https://jan:geheim@wijkkrant", &["sources.toml:5:12 source[1].url userinfo_in_url"]),
    ("sources.toml", "https://wijkkrant.example", "http://192.168.1.4:8080", &["sources.toml:5:12 source[1].url private_address"]),
    ("sources.toml", "https://wijkkrant.example", "http://[::ffff:127.0.0.1]", &["sources.toml:5:12 source[1].url private_address"]),
    ("sources.toml", "https://wijkkrant.example", "http://localhost", &["sources.toml:5:12 source[1].url private_address"]),
    ("sources.toml", "https://wijkkrant.example", "http://0x7f.1", &["sources.toml:5:12 source[1].url private_address"]),
    ("sources.toml", "https://wijkkrant.example/feed", "https://www.facebook.com/groups/lindemeer", &["sources.toml:5:12 source[1].url refused_source"]),
    ("sources.toml", "https://wijkkrant.example/feed", "https://mastodon.example/@inwoner.rss", &["sources.toml:5:12 source[1].url refused_source"]),
    ("sources.toml", "\"feed\"                    #", "\"mastodon-tag\" #", &["sources.toml:5:12 source[1].url invalid_value"]),
    ("sources.toml", "\"feed\"                    # see connectors.md for the kinds\nurl      = \"https://wijkkrant.example/feed\"", "\"mastodon-account\"\nurl = \"https://mastodon.example/wijkraad\"\ntoken_file = \"sleutel\"", &["sources.toml:1:1 source[1].organisation missing_because", "sources.toml:5:7 source[1].url invalid_value", "sources.toml:6:14 source[1].token_file invalid_value"]),
    ("sources.toml", "\"feed\"                    #", "\"feed\"\norganisation = \"Wijkraad\" #", &["sources.toml:5:1 source[1].organisation unknown_key"]),
    ("sources.toml", "\"feed\"                    #", "\"lemmy\" #", &["sources.toml:5:12 source[1].url invalid_value"]),
    ("sources.toml", "\"feed\"                    #", "\"bluesky-account\"\norganisation = \"Wijkraad\" #", &["sources.toml:6:12 source[1].url invalid_value"]),
    ("sources.toml", "\"feed\"                    # see connectors.md for the kinds\nurl      = \"https://wijkkrant.example/feed\"", "\"discourse\"\nurl = \"https://forum.example/posts.json\"\ntoken_file = \"/etc/sleutel\"", &["sources.toml:5:7 source[1].url invalid_value", "sources.toml:6:14 source[1].token_file not_with"]),
    ("sources.toml", "\"feed\"                    # see connectors.md for the kinds\nurl      = \"https://wijkkrant.example/feed\"", "\"drop\"\nfolder = \"drop\"\ncolumns = { tekst = \"melding\" }", &["sources.toml:5:10 source[1].folder invalid_value", "sources.toml:6:13 source[1].columns.tekst unknown_key"]),
    ("sources.toml", "\"feed\"                    #", "\"feed\"\nfolder = \"/drop\" #", &["sources.toml:5:10 source[1].folder not_with", "sources.toml:6:1 source[1].url unknown_key"]),
    ("sources.toml", "\"feed\"                    # see connectors.md for the kinds\nurl      = \"https://wijkkrant.example/feed\"", "\"mastodon-tag\"\nurl = \"http://mastodon.example/tags/lindemeer\"\ntoken_file = \"/etc/sleutel\"", &["sources.toml:6:14 source[1].token_file not_with"]),
    ("sources.toml", "\"feed\"", "\"whatsapp\"", &["sources.toml:4:12 source[1].kind refused_source"]),
    ("sources.toml", "https://wijkkrant.example/feed", "wijkkrant.example", &["sources.toml:5:12 source[1].url invalid_value"]),
    ("sources.toml", "\"residents\"               #", "\"burgers\" #", &["sources.toml:6:12 source[1].voice unknown_word"]),
    ("sources.toml", "\"auto\"", "\"1m\"", &["sources.toml:8:12 source[1].every out_of_range"]),
    ("sources.toml", "\"auto\"", "\"vaak\"", &["sources.toml:8:12 source[1].every invalid_value"]),
    ("sources.toml", "\"auto\"", "15", &["sources.toml:8:12 source[1].every wrong_type"]),
    ("sources.toml", "\"fragment\"", "\"fragmnt\"", &["sources.toml:9:12 source[1].excerpt unknown_word"]),
    ("sources.toml", "2026-11-01", "2027-11-01", &["sources.toml:10:12 source[1].reviewed future_date"]),
    ("sources.toml", "2026-11-01", "\"2026-11-01\"", &["sources.toml:10:12 source[1].reviewed wrong_type"]),
    ("sources.toml", "2026-11-01", "2026-11-01T10:00:00Z", &["sources.toml:10:12 source[1].reviewed invalid_value"]),
    ("sources.toml", "[\"*\"]", "[\"woninginbrak\"]", &["sources.toml:11:13 source[1].themes[1] unknown_theme"]),
    ("sources.toml", "[\"*\"]", "[]", &["sources.toml:11:12 source[1].themes invalid_value"]),
    ("sources.toml", "[\"*\"]", "\"*\"", &["sources.toml:11:12 source[1].themes wrong_type"]),
    ("sources.toml", "item = \"article.post\", ", "", &["sources.toml:20:10 source[2].select.item missing_key"]),
    ("sources.toml", "\"a.permalink\"", "\"a[[\"", &["sources.toml:20:42 source[2].select.link bad_selector"]),
    ("sources.toml", "title = \"h3\"", "titel = \"h3\"", &["sources.toml:20:57 source[2].select.titel unknown_key"]),
    ("sources.toml", "select =", "selct =", &["sources.toml:13:1 source[2].select missing_because", "sources.toml:20:1 source[2].selct unknown_key"]),
    ("sources.toml", "\"page\"", "\"feed\"", &["sources.toml:20:19 source[2].select.item not_with", "sources.toml:20:42 source[2].select.link not_with", "sources.toml:20:65 source[2].select.title not_with", "sources.toml:20:78 source[2].select.text not_with", "sources.toml:20:94 source[2].select.date not_with"]),
    ("sources.toml", "[[source]]\nid       =", "[source]\nid       =", &["sources.toml:13:3  not_toml"]),
    ("sources.toml", SOURCES, "source = 5", &["sources.toml:1:10 source wrong_type"]),
    ("sources.toml", SOURCES, "source = [5]", &["sources.toml:1:11 source[1] wrong_type"]),
    ("sources.toml", "[[source]]\nid       =", "[[bron]]\nid       =", &["sources.toml:1:3 bron unknown_key"]),
    ("sources.toml", "voice  = \"residents\"\n", "voice  = \"residents\"\ncookie = \"sessie\"\n", &["sources.toml:19:1 source[2].cookie unknown_key"]),
    ("sources.toml", SOURCES, "source = [{ id = \"a\", name = \"A\", kind = \"feed\", url = \"https://a.example/\", voice = \"press\", scope = \"local\" }, { id = \"a\", name = \"B\", kind = \"feed\", url = \"https://b.example/\", voice = \"press\", scope = \"local\" }]", &["sources.toml:1:121 source[2].id doubled"]),
    // Recipients.
    ("recipients.toml", "\"veiligheid@lindemeer.example\"", "\"veiligheid\"", &["recipients.toml:3:11 recipient[1].address invalid_value"]),
    ("recipients.toml", "\"veiligheid@lindemeer.example\"", "\"veiligheid@elders.example\"", &["recipients.toml:3:11 recipient[1].address foreign_domain"]),
    ("recipients.toml", "\"daily\"", "\"dagelijks\"", &["recipients.toml:5:11 recipient[1].digest unknown_word"]),
    ("recipients.toml", "\"daily\"                      # daily | weekly | none\nalerts  = true", "\"none\"", &["recipients.toml:5:11 recipient[1].digest receives_nothing"]),
    ("recipients.toml", "= true\nempty", "= \"ja\"\nempty", &["recipients.toml:6:11 recipient[1].alerts wrong_type"]),
    ("recipients.toml", "empty   = true", "empty   = true\n[[recipient]]\nname = \"team veiligheid\"\naddress = \"Veiligheid@Lindemeer.example\"", &["recipients.toml:9:8 recipient[2].name doubled", "recipients.toml:10:11 recipient[2].address doubled"]),
    ("recipients.toml", "[\"*\"]", "[\"*\", \"woninginbraak\"]", &["recipients.toml:4:12 recipient[1].themes[1] invalid_value"]),
    ("recipients.toml", "themes  = [\"*\"]", "places  = []", &["recipients.toml:4:11 recipient[1].places invalid_value"]),
    ("recipients.toml", "themes  = [\"*\"]", "places  = [\"Molenwik\"]", &["recipients.toml:4:12 recipient[1].places[1] unknown_word"]),
    ("recipients.toml", "themes  = [\"*\"]", "at      = \"25:00\"\ndays    = \"feestdag\"", &["recipients.toml:4:11 recipient[1].at invalid_value", "recipients.toml:5:11 recipient[1].days invalid_value"]),
    ("recipients.toml", "themes  = [\"*\"]", "roles   = []", &["recipients.toml:4:11 recipient[1].roles invalid_value"]),
    ("recipients.toml", "themes  = [\"*\"]", "roles   = [\"college\"]\nthemes  = [\"woninginbraak\"]", &["recipients.toml:1:0 themes invalid_value"]),
    // Places.
    ("places.csv", "kind,name", "soort,naam", &["places.csv:1:0  invalid_value"]),
    ("places.csv", "street,Brink", "straat,Brink", &["places.csv:3:0 kind unknown_word"]),
    ("places.csv", "Molenbuurt,ja", "Molenbuurt,yes", &["places.csv:4:0 needs_cue unknown_word"]),
    ("places.csv", "Molenbuurt,ja", "Molenbuurt,", &["places.csv:4:0 needs_cue empty_cell"]),
    ("places.csv", "street,Brinkstraat,,Molenbuurt", "street,Brinkstraat,,Molenburt", &["places.csv:3:0 parent unknown_parent"]),
    ("places.csv", "Brinkstraat,,Molenbuurt,nee", "Brinkstraat,Molenbuurt,nee", &["places.csv:3:0  row_length"]),
    ("places.csv", "Molenwijk,Lindemeer", "Molenwijk,Brink", &["places.csv:2:0 parent parent_cycle"]),
    ("places.csv", "spot,Brink,De Brink,Molenbuurt,ja", "spot,\"Brink,De Brink,Molenbuurt,ja", &["places.csv:4:0  row_length"]),
    ("places.csv", "spot,Brink,", "spot,\"Brink\nplein\",", &["places.csv:4:0 name invalid_value"]),
    ("places.csv", "spot,Brink,", "spot,,", &["places.csv:4:0 name empty_cell"]),
    ("places.csv", "nee\nstreet,Brinkstraat", "nee\n\n\nstreet,\"Brink", &["places.csv:5:0  row_length"]),
    // Themes.
    ("woninginbraak.toml", "purpose ", "doel ", &["woninginbraak.toml:0:0 purpose missing_key", "woninginbraak.toml:2:1 doel unknown_key"]),
    ("woninginbraak.toml", "retention_days = 28\n", "", &["woninginbraak.toml:0:0 retention_days missing_key"]),
    ("woninginbraak.toml", "= 28", "= 0", &["woninginbraak.toml:5:18 retention_days out_of_range"]),
    ("woninginbraak.toml", "= 28", "= 91", &["woninginbraak.toml:5:18 retention_days out_of_range"]),
    ("woninginbraak.toml", "= 28", "= -1", &["woninginbraak.toml:5:18 retention_days out_of_range"]),
    ("woninginbraak.toml", "\"burgemeester\"", "\"burgermeester\"", &["woninginbraak.toml:4:18 controller unknown_word"]),
    ("woninginbraak.toml", "2027-06-01", "2027-02-30", &["woninginbraak.toml:6:18  not_toml"]),
    ("woninginbraak.toml", "enabled        = true", "enabled = \"aan\"", &["woninginbraak.toml:7:11 enabled wrong_type"]),
    ("woninginbraak.toml", "strong = '''", "strong = [\n'''", &["woninginbraak.toml:18:1  not_toml", "woninginbraak.toml:23:1  not_toml", "woninginbraak.toml:27:1  not_toml", "woninginbraak.toml:30:2  not_toml"]),
    ("woninginbraak.toml", "hit = false", "hit = \"nee\"", &["woninginbraak.toml:28:60 examples[2].hit wrong_type"]),
    ("woninginbraak.toml", "\"Gemeentewet art. 172\"", "1", &["woninginbraak.toml:3:18 legal_task wrong_type"]),
    ("woninginbraak.toml", "Zien waar en wanneer inwoners (pogingen tot) woninginbraak melden of vrezen.", " ", &["woninginbraak.toml:2:18 purpose invalid_value"]),
    ("woninginbraak.toml", "examples", "routes = [{ when = \"box\", to = \"woninginbraak\" }]\nexamples", &["woninginbraak.toml:26:32 routes[1].to route_to_itself"]),
    ("woninginbraak.toml", "examples", "routes = [{ when = \"box\", to = \"woninginbraak\", if_off = \"keep\" }]\nexamples", &["woninginbraak.toml:26:32 routes[1].to route_to_itself", "woninginbraak.toml:26:58 routes[1].if_off unknown_word"]),
    ("woninginbraak.toml", "examples", "routes = [{ when = \"\", to = \"diefstal\" }]\nexamples", &["woninginbraak.toml:26:20 routes[1].when invalid_value", "woninginbraak.toml:26:29 routes[1].to unknown_theme"]),
    ("woninginbraak.toml", "title ", "from = 2026-11-01\ntitle ", &["woninginbraak.toml:1:1 from unknown_key"]),
    ("common.toml", "words.huis", "words.Huis", &["common.toml:4:14 words.Huis invalid_value"]),
    ("woninginbraak.toml", "# One expression per line. Any of these is enough.", "words.huis = 'flat'", &["woninginbraak.toml:10:14 words.huis invalid_value"]),
    ("common.toml", "incident_cues", "incident_cue", &["common.toml:1:1 incident_cue unknown_key"]),
    ("common.toml", "'''\npolitie\n'''", "[\"politie\"]", &["common.toml:1:17 incident_cues wrong_type"]),
];

/// The `expected` of a mistake, when it has one that is a text key.
fn expectation(mistake: &Mistake) -> Option<String> {
    match &mistake.fault {
        Fault::InvalidValue { expected, .. } => Some(format!("expected.{expected}")),
        Fault::WrongType { expected, .. } => Some(format!("type.{expected}")),
        _ => None,
    }
}

#[test]
fn the_table_above_and_the_environment_meet_every_expectation_that_has_a_text() {
    let texts = include_str!("../../src/render/texts/mistakes.nl.toml");
    let texts: toml::Table = texts.parse().unwrap();
    let mut met = std::collections::BTreeSet::new();
    for (file, from, to, _) in WRONG {
        let files = Files::new();
        let (path, text) = text_of(file);
        files.write(path, text.replacen(from, to, 1));
        files.write("keywords/Inbraak Woning.toml", THEME);
        let variables = [
            ("LUISTERPOST__FETCH__FIRST_VISIT_DAYS", "veel"),
            ("LUISTERPOST__FETCH__MIN_GAP", "lang"),
        ];
        met.extend(
            files
                .load(&variables)
                .unwrap_err()
                .iter()
                .filter_map(expectation),
        );
    }
    // Only environment variables become true or false from text, and no setting is one (yet);
    // `fraction` is only ever found.
    met.extend(["expected.boolean", "type.fraction"].map(str::to_owned));
    let sections = ["expected", "type"].into_iter().flat_map(|section| {
        let keys = texts[section].as_table().unwrap().keys();
        keys.map(move |key| format!("{section}.{key}"))
    });
    assert_eq!(met.into_iter().collect::<Vec<_>>(), {
        let mut all: Vec<String> = sections.collect();
        all.sort();
        all
    });
}

fn text_of(file: &str) -> (&'static str, &'static str) {
    match file {
        "luisterpost.toml" => ("config/luisterpost.toml", MAIN),
        "sources.toml" => ("config/sources.toml", SOURCES),
        "recipients.toml" => ("config/recipients.toml", RECIPIENTS),
        "places.csv" => ("config/places.csv", PLACES),
        "woninginbraak.toml" => ("keywords/woninginbraak.toml", THEME),
        "common.toml" => ("keywords/common.toml", COMMON),
        other => panic!("no such file: {other}"),
    }
}

#[test]
fn each_mistake_is_told_with_its_place_and_kind() {
    let texts = Texts::new();
    let mut wrong = Vec::new();
    for (file, from, to, expected) in WRONG {
        let files = Files::new();
        let (path, text) = text_of(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        files.write(path, text.replacen(from, to, 1));
        let found = files.mistakes(&[]);
        if found != *expected {
            wrong.push(format!(
                "{file}: {to:?}\n  expected {expected:?}\n  found    {found:?}"
            ));
        }
        let mistakes = files.load(&[]).unwrap_err();
        println!("{}", tell::report(&texts, &mistakes));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_mistakes_of_all_files_come_at_once() {
    let files = Files::new();
    let mut expected = Vec::new();
    for file in [
        "places.csv",
        "recipients.toml",
        "sources.toml",
        "luisterpost.toml",
    ] {
        let (_, from, to, mistakes) = WRONG.iter().find(|case| case.0 == file).unwrap();
        let (path, text) = text_of(file);
        files.write(path, text.replacen(from, to, 1));
        expected.extend(mistakes.iter().map(|mistake| (*mistake).to_owned()));
    }
    files.write("keywords/woninginbraak.toml", b"title = \"\xff\"\n");
    expected.push("woninginbraak.toml:1:10  not_utf8".to_owned());
    let mut found = files.mistakes(&[]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn the_environment_lies_over_the_file() {
    let files = Files::new();
    let settings = files
        .load(&[
            ("LUISTERPOST__FETCH__PARALLEL", "8"),
            ("LUISTERPOST__FETCH__ALLOW_PRIVATE", "127.0.0.0/8, ::1"),
            ("LUISTERPOST__DIGEST__AT", "06:15"),
            ("LUISTERPOST__MAIL__VIA", "smtp"),
            ("LUISTERPOST__MAIL__SMTP__HOST", "relay.lindemeer.example"),
            ("LUISTERPOST__MAIL__SMTP__PORT", "2525"),
            ("LUISTERPOST_CONFIG", "is not a setting"),
            ("PATH", "/bin"),
        ])
        .unwrap();
    assert_eq!(settings.fetch.parallel, 8);
    assert_eq!(settings.fetch.allow_private.len(), 2);
    assert_eq!(settings.digest.at, jiff::civil::time(6, 15, 0, 0));
    let Via::Smtp(smtp) = settings.mail.via else {
        panic!("smtp");
    };
    assert_eq!(
        (smtp.host.as_str(), smtp.port),
        ("relay.lindemeer.example", 2525)
    );
}

#[test]
fn a_setting_of_the_environment_is_blamed_by_its_name() {
    let texts = Texts::new();
    let check = |name: &str, value: &str, expected: &str| {
        let files = Files::new();
        assert_eq!(files.mistakes(&[(name, value)]), [expected]);
        let mistakes = files.load(&[(name, value)]).unwrap_err();
        println!("{}", tell::report(&texts, &mistakes));
    };
    let parallel = "LUISTERPOST__FETCH__PARALLEL";
    check(
        parallel,
        "veel",
        "LUISTERPOST__FETCH__PARALLEL fetch.parallel invalid_value",
    );
    check(
        parallel,
        "0",
        "LUISTERPOST__FETCH__PARALLEL fetch.parallel out_of_range",
    );
    check(
        parallel,
        "",
        "LUISTERPOST__FETCH__PARALLEL fetch.parallel invalid_value",
    );
    let check_key = |name: &str, key: &str, code: &str| {
        check(name, "x", &format!("{name} {key} {code}"));
    };
    check_key(
        "LUISTERPOST__FETCH__PARALEL",
        "fetch.paralel",
        "unknown_key",
    );
    check_key("LUISTERPOST__FETSCH__PARALLEL", "fetsch", "unknown_key");
    check_key("LUISTERPOST__FETCH", "fetch", "wrong_type");
    check_key("LUISTERPOST__", "", "unknown_key");
    check_key("LUISTERPOST__A[4000000000]", "a[4000000000]", "unknown_key");
    check_key("LUISTERPOST__FETCH__", "fetch.", "unknown_key");
    check_key(
        "LUISTERPOST__fetch__parallel",
        "fetch.parallel",
        "unknown_key",
    );
    let below = "LUISTERPOST__MAIL__SMTP__PORT__X";
    assert_eq!(
        Files::new().mistakes(&[(below, "1")]),
        [
            format!("{below} mail.smtp.host missing_key"),
            format!("{below} mail.smtp.port wrong_type"),
        ]
    );
}

#[test]
fn what_is_missing_is_told_with_the_way_out() {
    let check = |path: &str, expected: &[&str]| {
        let files = Files::new();
        let path = files.directory.path().join(path);
        match path.is_dir() {
            true => fs::remove_dir_all(&path).unwrap(),
            false => fs::remove_file(&path).unwrap(),
        }
        assert_eq!(files.mistakes(&[]), expected);
        let mistakes = files.load(&[]).unwrap_err();
        assert!(tell::report(&Texts::new(), &mistakes).contains("luisterpost init"));
    };
    check("config", &["config:0:0  missing_directory"]);
    check("keywords", &["keywords:0:0  missing_directory"]);
    check(
        "config/luisterpost.toml",
        &["luisterpost.toml:0:0  missing_file"],
    );
    check("config/sources.toml", &["sources.toml:0:0  missing_file"]);
    check("config/places.csv", &["places.csv:0:0  missing_file"]);
    check("keywords/common.toml", &["common.toml:0:0  missing_file"]);
}

#[test]
fn a_directory_a_giant_and_another_encoding_are_refused() {
    let files = Files::new();
    fs::remove_file(files.directory.path().join("config/sources.toml")).unwrap();
    fs::create_dir(files.directory.path().join("config/sources.toml")).unwrap();
    files.write("config/places.csv", vec![b'x'; (16 << 20) + 1]);
    files.write("config/recipients.toml", b"\xef\xbb\xbf# caf\xe9");
    files.write("keywords/Inbraak Woning.toml", THEME);
    assert_eq!(
        files.mistakes(&[]),
        [
            "places.csv:0:0  too_large",
            "recipients.toml:1:6  not_utf8",
            "sources.toml:0:0  not_a_file",
            "Inbraak Woning.toml:0:0  invalid_value",
        ]
    );
}

#[test]
fn empty_files_are_told_what_they_miss() {
    let files = Files::new();
    files.write("config/luisterpost.toml", "");
    files.write("config/sources.toml", "");
    files.write("config/recipients.toml", "");
    files.write("config/places.csv", "");
    files.write("keywords/woninginbraak.toml", "");
    let mistakes = files.mistakes(&[]).join("\n");
    for key in ["municipality", "contact", "explanation", "operator"] {
        assert!(mistakes.contains(&format!(
            "luisterpost.toml:0:0 organisation.{key} missing_key"
        )));
    }
    for key in [
        "title",
        "purpose",
        "legal_task",
        "controller",
        "retention_days",
        "review_by",
    ] {
        assert!(mistakes.contains(&format!("woninginbraak.toml:0:0 {key} missing_key")));
    }
    assert!(mistakes.contains("woninginbraak.toml:0:0  no_keywords"));
    assert_eq!(mistakes.lines().count(), 12, "{mistakes}");
}

#[test]
fn a_theme_that_can_find_nothing_is_refused() {
    let check = |lists: &str, expected: &[&str]| {
        let files = Files::new();
        let head = &THEME[..THEME.find("# One expression").unwrap()];
        files.write("keywords/woninginbraak.toml", format!("{head}{lists}"));
        assert_eq!(files.mistakes(&[]), expected, "{lists}");
    };
    check("", &["woninginbraak.toml:0:0  no_keywords"]);
    check(
        "strong = '''\n# niets\n\n'''",
        &["woninginbraak.toml:0:0  no_keywords"],
    );
    check("cues = 'raam'", &["woninginbraak.toml:0:0  one_cue_only"]);
    check("urgent = 'overval'", &[]);
    check("strong = 'inbraak'", &[]);
}

#[test]
fn word_lists_stand_in_common_or_in_the_theme_and_each_name_once() {
    let head = &THEME[..THEME.find("# One expression").unwrap()];
    let check = |common: &str, theme: &str, expected: &[&str]| {
        let files = Files::new();
        files.write("keywords/common.toml", common);
        files.write("keywords/woninginbraak.toml", format!("{head}{theme}"));
        assert_eq!(files.mistakes(&[]), expected, "{common}{theme}");
    };
    let common = "words.weg = \"\"\"\nverb:stelen\npleite\n\"\"\"\n";
    check(common, "strong = 'fiets NEAR/5 $weg'", &[]);
    check(
        common,
        "words.rad = 'fiets'\nstrong = '$rad NEAR/5 $weg'",
        &[],
    );
    check("words.b = 'x'\nwords.a = '$b'\n", "strong = '$a'", &[]);
    let later = "words.a = '$b'\nwords.b = 'x'\n";
    check(
        later,
        "strong = '$b'",
        &["common.toml:1:1 words.a unknown_word"],
    );
    for (theme, expected) in [
        ("strong = '$weg'", "strong unknown_word"),
        ("words.Weg = 'x'\nstrong = 'y'", "words.Weg invalid_value"),
        ("words.weg = ''\nstrong = 'y'", "words.weg empty_expression"),
        (
            "words.weg = 'raam open'\nstrong = 'y'",
            "words.weg missing_operator",
        ),
    ] {
        let files = Files::new();
        files.write("keywords/woninginbraak.toml", format!("{head}{theme}"));
        let [mistake] = &files.mistakes(&[])[..] else {
            panic!("{theme}: {:?}", files.mistakes(&[]));
        };
        assert!(mistake.starts_with("woninginbraak.toml:10:"), "{mistake}");
        assert!(mistake.ends_with(expected), "{mistake}");
    }
    // Lists that name each other: too deep, and twice as much with each.
    let chain = |times: usize, lists: usize| {
        let list = |n: usize| {
            format!(
                "words.l{n} = '{}'\n",
                vec![format!("$l{}", n - 1); times].join(", ")
            )
        };
        format!(
            "words.l0 = 'x'\n{}",
            (1..lists).map(list).collect::<String>()
        )
    };
    let told = |common: String| {
        let files = Files::new();
        files.write("keywords/common.toml", common);
        files.mistakes(&[])[0].clone()
    };
    assert!(told(chain(1, 5_000)).contains("nested_too_deep"));
    assert!(told(chain(9, 20)).contains("too_many_forms"));
    let taken = "woninginbraak.toml:10:13 words.weg invalid_value";
    check(common, "words.weg = 'x'\nstrong = 'y'", &[taken]);
    check(
        "words = 'x'\n",
        "strong = 'y'",
        &["common.toml:1:9 words wrong_type"],
    );
}

#[test]
fn a_theme_for_a_time_needs_a_decision_of_at_most_four_weeks() {
    let check = |keys: &str, expected: &[&str]| {
        let files = Files::new();
        files.write("keywords/ordeverstoring.toml", format!("{keys}\n{THEME}"));
        assert_eq!(files.mistakes(&[]), expected, "{keys}");
        files.load(&[]).ok()
    };
    let decided = "occasion = 'Demonstratie'\ndecided_by = 'burgemeester'\n";
    let period = |until: &str| format!("{decided}from = 2026-11-20\nuntil = {until}");
    check(
        "",
        &[
            "ordeverstoring.toml:0:0 decided_by missing_because",
            "ordeverstoring.toml:0:0 from missing_because",
            "ordeverstoring.toml:0:0 occasion missing_because",
            "ordeverstoring.toml:0:0 until missing_because",
        ],
    );
    check(
        &period("2026-12-18"),
        &["ordeverstoring.toml:4:9 until period_too_long"],
    );
    check(
        &period("2027-12-18"),
        &["ordeverstoring.toml:4:9 until period_too_long"],
    );
    check(
        &period("2026-11-19"),
        &["ordeverstoring.toml:4:9 until period_reversed"],
    );
    let settings = check(&period("2026-12-17"), &[]).unwrap();
    let theme = &settings.themes[0];
    let listens = |day: &str| theme.listens_on(day.parse().unwrap());
    assert!(!listens("2026-11-19"));
    assert!(listens("2026-11-20") && listens("2026-12-17"));
    assert!(!listens("2026-12-18"));
    assert!(settings.themes[1].listens_on("2027-06-01".parse().unwrap()));
    assert!(!settings.themes[1].listens_on("2027-06-02".parse().unwrap()));
}

#[test]
fn a_wide_source_without_places_is_refused() {
    let files = Files::new();
    files.write(
        "config/sources.toml",
        SOURCES.replacen("\"local\"", "\"wide\"", 1),
    );
    assert_eq!(files.mistakes(&[]), [""; 0]);
    files.write("config/places.csv", "kind,name,aliases,parent,needs_cue\n");
    assert_eq!(
        files.mistakes(&[]),
        ["sources.toml:7:12 source[1].scope wide_without_places"]
    );
}

#[test]
fn a_private_source_is_fine_when_the_settings_allow_it() {
    let files = Files::new();
    let source = SOURCES.replace("https://wijkkrant.example", "http://127.0.0.1:8080");
    files.write("config/sources.toml", source);
    let allowed = [("LUISTERPOST__FETCH__ALLOW_PRIVATE", "127.0.0.0/8")];
    assert_eq!(files.mistakes(&allowed), [""; 0]);
    assert_eq!(
        files.mistakes(&[]),
        ["sources.toml:5:12 source[1].url private_address"]
    );
}

#[test]
fn what_is_remarkable_and_right_is_a_note() {
    let files = Files::new();
    assert_eq!(files.notes(), ["sources.toml:13:1 source[2] not_reviewed",]);
    files.write("config/places.csv", format!("{PLACES}spot,Brink,,,nee\n"));
    files.write(
        "keywords/inbraak-box.toml",
        THEME.replace("= true\npolice", "= false\npolice"),
    );
    files.write(
        "config/sources.toml",
        SOURCES
            .replace(
                "https://forum.example/wonen",
                "https://wijkkrant.example/feed",
            )
            .replace("[\"*\"]", "[\"inbraak-box\"]"),
    );
    files.write(
        "config/recipients.toml",
        RECIPIENTS.replace("[\"*\"]", "[\"inbraak-box\"]"),
    );
    assert_eq!(
        files.notes(),
        [
            "places.csv:5:0 name doubled_place",
            "recipients.toml:1:0 recipient[1].themes receives_no_theme",
            "sources.toml:1:0 source[1].themes listens_for_nothing",
            "sources.toml:13:1 source[2] not_reviewed",
            "sources.toml:17:10 source[2].url doubled_url",
            "woninginbraak.toml:0:0  theme_without_recipient",
        ]
    );
    files.write("config/sources.toml", "");
    files.write("config/recipients.toml", "");
    files.write(
        "keywords/woninginbraak.toml",
        THEME.replace("= true\npolice", "= false\npolice"),
    );
    assert_eq!(
        files.notes(),
        [
            "places.csv:5:0 name doubled_place",
            "recipients.toml:0:0  no_recipients",
            "sources.toml:0:0  no_sources",
            "keywords:0:0  no_themes",
        ]
    );
}

#[test]
fn a_report_points_at_the_place_and_a_log_line_holds_no_address() {
    let files = Files::new();
    files.write(
        "config/recipients.toml",
        RECIPIENTS.replace("lindemeer.example", "elders"),
    );
    files.write(
        "config/sources.toml",
        SOURCES.replace("\"feed\"", "\"fed\""),
    );
    let mistakes = files.load(&[]).unwrap_err();
    let texts = Texts::new();
    let report = tell::report(&texts, &mistakes);
    let expected = "\
source[1].kind: onbekend woord \"fed\"; bedoelde u \"feed\"? Mogelijk zijn: feed, page, mastodon-tag, mastodon-account, bluesky-account, lemmy, discourse, wordpress, drop.
     4 | kind     = \"fed\"                    # see connectors.md for the kinds
       |            ^
";
    assert!(report.contains(expected), "{report}");
    assert!(report.contains("sources.toml:4:12: source"));
    for mistake in &mistakes {
        assert!(!tell::mistake(&texts, mistake).contains("veiligheid@"));
    }
}

#[test]
fn fifty_thousand_lines_in_one_file_are_bounded_in_time_and_in_what_is_told() {
    let files = Files::new();
    let rows: String = (0..50_000)
        .map(|number| format!("street,Straat {number},,Straat {},nee\n", number + 1))
        .collect();
    let header = "kind,name,aliases,parent,needs_cue\n";
    files.write(
        "config/places.csv",
        format!("{header}{rows}street,Straat 50000,,,nee\n"),
    );
    // As many as one list may have.
    let lines = "inbraak\n".repeat(20_000);
    files.write(
        "keywords/common.toml",
        format!("incident_cues = '''\n{lines}'''\n"),
    );
    let settings = files.load(&[]).unwrap();
    assert_eq!(settings.gazetteer.places.len(), 50_001);
    let last = settings.common.incident_cues.last().unwrap();
    assert_eq!(last.line.line, 20_001);

    // A gazetteer of this size is a city's; a keyword list of this size is a mistake.
    let lines = "inbraak\n".repeat(50_000);
    files.write(
        "keywords/common.toml",
        format!("incident_cues = '''\n{lines}'''\n"),
    );
    let mistakes = files.load(&[]).unwrap_err();
    let [mistake] = &mistakes[..] else {
        panic!("one mistake tells it: {}", mistakes.len())
    };
    let limit = luisterpost::keyword::MAX_LINES;
    assert_eq!(mistake.fault, Fault::TooManyLines { limit });
    let told = tell::mistake(&Texts::new(), mistake);
    let line = limit + 2;
    assert!(told.contains(&format!("common.toml:{line}")), "{told}");
    assert!(told.contains("regels"), "{told}");

    files.write(
        "config/places.csv",
        format!("{header}{}", rows.replace(",,Straat", ",,Weg")),
    );
    let keys: String = (0..50_000)
        .map(|number| format!("sleutel{number} = 1\n"))
        .collect();
    files.write("keywords/common.toml", keys);
    let mistakes = files.load(&[]).unwrap_err();
    let codes: Vec<String> = mistakes
        .iter()
        .map(|mistake| mistake.fault.code())
        .collect();
    // Both files have more than is told, and neither hides the other.
    assert_eq!(codes.len(), 2 * (luisterpost::mistake::MAX_MISTAKES + 1));
    assert!(codes.contains(&"too_many".to_owned()));
}

mod any_text {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of the files of the manual, cut anywhere and put together in any order.
    fn toml_ish() -> impl Strategy<Value = String> {
        let whole = [MAIN, SOURCES, RECIPIENTS, PLACES, THEME, COMMON].concat();
        let words: Vec<String> = whole
            .split_inclusive([' ', '\n', '=', '"', '.'])
            .map(str::to_owned)
            .collect();
        let piece = prop_oneof![
            8 => proptest::sample::select(words),
            1 => "\\PC{0,8}",
            1 => proptest::sample::select(vec!["[", "]", "[[", "]]\n", "{", "}", "'''", "\"\"\"", "\r", "\u{feff}", "é", "\0", "99999999999999999999", "-0", "1979-05-27T07:32:00Z"]).prop_map(str::to_owned),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    /// A file of the manual with a piece cut out and another put in.
    fn mangled(text: &'static str) -> impl Strategy<Value = String> {
        let cut = (0..text.len(), 0..40_usize, toml_ish());
        cut.prop_map(move |(at, length, inserted)| {
            let floor = text.floor_char_boundary(at);
            let end = text.floor_char_boundary((at + length).min(text.len()));
            let inserted: String = inserted.chars().take(30).collect();
            format!("{}{inserted}{}", &text[..floor], &text[end..])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn never_panics_and_is_told_without_panic(
            main in prop_oneof![toml_ish(), mangled(MAIN)],
            sources in prop_oneof![toml_ish(), mangled(SOURCES)],
            recipients in prop_oneof![toml_ish(), mangled(RECIPIENTS)],
            places in prop_oneof![toml_ish(), mangled(PLACES)],
            theme in prop_oneof![toml_ish(), mangled(THEME)],
            variable in "LUISTERPOST__[A-Z_.\\[\\]0-9]{0,20}",
            value in "\\PC{0,10}",
        ) {
            let files = Files::new();
            files.write("config/luisterpost.toml", main);
            files.write("config/sources.toml", sources);
            files.write("config/recipients.toml", recipients);
            files.write("config/places.csv", places);
            files.write("keywords/ordeverstoring.toml", theme);
            let texts = Texts::new();
            match files.load(&[(variable.as_str(), value.as_str())]) {
                Ok(settings) => for note in &settings.notes {
                    tell::note(&texts, note);
                },
                Err(mistakes) => {
                    prop_assert!(!mistakes.is_empty());
                    tell::report(&texts, &mistakes);
                }
            }
        }
    }
}

#[test]
fn anything_in_bulk_is_refused_and_told_briefly() {
    let check = |what: &str, text: String| {
        let files = Files::new();
        for file in [
            "config/luisterpost.toml",
            "config/sources.toml",
            "config/recipients.toml",
            "config/places.csv",
            "keywords/woninginbraak.toml",
            "keywords/common.toml",
        ] {
            files.write(file, &text);
        }
        let mistakes = files.load(&[]).unwrap_err();
        assert!(mistakes.len() <= 6 * (luisterpost::mistake::MAX_MISTAKES + 1));
        let report = tell::report(&Texts::new(), &mistakes);
        assert!(report.len() < 2 << 20, "{what}: {}", report.len());
    };
    let size = 32 << 10;
    let repeat = |piece: &str| piece.repeat(size / piece.len());
    check("brackets", repeat("["));
    check("braces", format!("a = {}", repeat("{a=")));
    check("dots", format!("a{} = 1", repeat(".a")));
    check("header", format!("[a{}]", repeat(".a")));
    check("lines of brackets", repeat("[\n"));
    check("quotes", repeat("\""));
    check("one line", format!("source = [{}]", repeat("{a=1},")));
    check("list", format!("source = [{}]", repeat("1,")));
    check("keys", (0..15_000).map(|n| format!("k{n}=1\n")).collect());
    check("tables", repeat("[[source]]\nid='a'\n"));
    check(
        "rows",
        format!(
            "kind,name,aliases,parent,needs_cue\n{}",
            repeat("spot,a,,b,ja\n")
        ),
    );
    check(
        "one quote",
        format!(
            "kind,name,aliases,parent,needs_cue\nspot,\"{}",
            repeat("a\n")
        ),
    );
    check("zeroes", repeat("\0"));
}
