//! Where a message says that something happened, when that is not here.
//!
//! A name alone says little: *een man uit Zutphen*, *de trein naar Zutphen* and *Zutphense koek* say
//! nothing about where something happened. These ways of naming a place do:
//!
//! 1. **A word of place directly before the name**: *in Zutphen*, *te Zutphen*, *bij Zutphen*, *op
//!    Texel*; with one plain word between them: *in centrum Zutphen*, *op cafetaria Zutphen*, *in heel
//!    Zutphen*; or *in het Gelderse Zutphen*.
//! 2. **A sort of place or a service directly before it**: *gemeente Zutphen*, *politie Zutphen*, *de
//!    binnenstad van Zutphen*, unless one goes there or comes from there (*naar station Zutphen*).
//! 3. **A dateline or a label**: *ZUTPHEN - …*, *Zutphen: …*, *[Zutphen] …* at the beginning of a
//!    sentence, *Inbraakgolf Zutphen: …* in its first four words; and *…, Zutphen* as its end.
//! 4. **The town's adjective before a sort of place or a service**: *Zutphense wijk*. Of countries only
//!    before what cannot be among us: *Spaanse stad*, and not *Spaanse winkel*.
//! 5. **A headline**: a message that begins with the name and a small word (*Zutphen wil camera's*),
//!    with the adjective and a noun (*Zutphense studente beroofd*) or with the name after a plain word
//!    (*Grote brand Zutphen onder controle*), written by nobody who says *I* or *we*.
//!
//! A name that needs a cue counts with a capital in ways 1 and 3 only. What takes a mention away again:
//!
//! - where somebody stays or lives while it happens (*wij zaten in Spanje*, *op vakantie in Spanje*,
//!   *terwijl de buren in Spanje waren*);
//! - a comparison (*zoals in Spanje*, *het lijkt wel Spanje*);
//! - an institution that serves a region (*het ziekenhuis in Zutphen*, *de rechtbank in Zutphen*).
//!
//! And a message that says *here* in so many words (*hier*, *bij ons*, *onze straat*, *thuis*) is about
//! here, unless the name follows directly: *hier in Zutphen*.

use crate::locate::Distant;
use crate::locate::vocabulary::{
    ARTICLES, AT, DISHES, FAR_SORTS_OF_PLACE, FIRST_PERSON, HERE, INSTITUTIONS, IS, LIKE, MOVES,
    NEAR, NEW_CLAUSE, NO_SPOTS, NOT_THERE, OWN, PEOPLE, READ_ON, SORTS_OF_PLACE, STAYS,
    TO_AND_FROM,
};
use crate::span::Span;
use crate::text::fold::Folded;
use crate::text::words::Words;

/// How many words a label may have before the name: *Reeks plofkraken in Zutphen:* is no label.
const LABEL: u32 = 4;

/// A text in which places lie elsewhere.
pub(crate) struct Telling<'a> {
    pub(crate) original: &'a str,
    pub(crate) folded: &'a Folded,
    pub(crate) words: &'a Words,
    /// In the order of the text.
    pub(crate) distant: &'a [Distant],
}

impl Telling<'_> {
    /// The first place elsewhere where the message says that something happened; none when it says
    /// that it is about here.
    pub(crate) fn happened(&self) -> Option<Distant> {
        let said = |mention: &&Distant| self.says_where(mention);
        let found = self.distant.iter().find(said).copied();
        found.filter(|_| !self.says_here())
    }

    fn says_where(&self, mention: &Distant) -> bool {
        if mention.adjective {
            return self.adjective(mention);
        }
        let capitals = self.has_capital(mention.first) && self.has_capital(mention.last);
        if mention.needs_cue && !capitals {
            return false;
        }
        let cued = self.at(mention) || self.label(mention);
        cued || !mention.needs_cue && (self.after_sort(mention) || self.headline(mention))
    }

    /// Way 1.
    fn at(&self, mention: &Distant) -> bool {
        let before = |steps| self.before(mention.first, steps);
        let one = before(1);
        // "De aanval op Spanje."
        let steps = if AT.contains(&one) {
            if one == "op" && !mention.island {
                return false;
            }
            1
        } else if AT.contains(&before(2))
            && self.is_spot(one)
            && !self.has_capital(mention.first - 1)
        {
            2
        } else if AT.contains(&before(3)) && before(2) == "het" && one.ends_with("se") {
            3
        } else {
            return false;
        };
        let of = before(steps + 1);
        !self.stays(mention, steps) && !ends_with(of, INSTITUTIONS) && !NOT_THERE.contains(&of)
    }

    fn is_spot(&self, word: &str) -> bool {
        let is_word = word.len() > 2 && !word.bytes().any(|byte| byte.is_ascii_digit());
        let listed = [
            AT,
            TO_AND_FROM,
            ARTICLES,
            NO_SPOTS,
            OWN,
            LIKE,
            PEOPLE,
            STAYS,
        ];
        is_word && !listed.iter().any(|list| list.contains(&word)) && !ends_with(word, INSTITUTIONS)
    }

    /// Whether somebody is there while it happens, or it is only like there.
    fn stays(&self, mention: &Distant, steps: u32) -> bool {
        let before = |more: u32| self.before(mention.first, steps + more);
        let near = |list: &[&str], reach| (1..=reach).any(|more| list.contains(&before(more)));
        let is_person = |more| PEOPLE.contains(&before(more));
        let after = self.after(mention.last, 1);
        let closed = after.is_empty()
            || NEW_CLAUSE.contains(&after)
            || self.signs_after(mention.last).contains(',');
        let someone_is = closed
            && (1..=4).any(|more| {
                IS.contains(&before(more)) && (is_person(more + 1) || is_person(more - 1))
            });
        let someone_stayed = (STAYS.contains(&after) || IS.contains(&after)) && near(PEOPLE, 5);
        near(STAYS, 3) || someone_is || someone_stayed || near(LIKE, 3)
    }

    /// Way 2.
    fn after_sort(&self, mention: &Distant) -> bool {
        let before = |steps| self.before(mention.first, steps);
        let steps = match before(1) {
            "van" => 2,
            _ => 1,
        };
        let further = match ARTICLES.contains(&before(steps + 1)) {
            true => before(steps + 2),
            false => before(steps + 1),
        };
        ends_with(before(steps), SORTS_OF_PLACE)
            && !MOVES.contains(&further)
            && !self.stays(mention, steps)
    }

    /// Way 3.
    fn label(&self, mention: &Distant) -> bool {
        let after = self.signs_after(mention.last).trim_start();
        let spaced = self.signs_after(mention.last).starts_with(' ');
        let colon = after.starts_with(':') || after.starts_with('|');
        let before = self.signs_before(mention.first).trim_end();
        if self.before(mention.first, 1).is_empty() {
            let dash = spaced && after.starts_with('-');
            let bracketed = before.ends_with(['[', '(']) && after.starts_with([']', ')']);
            return colon || dash || bracketed;
        }
        let one = self.before(mention.first, 1);
        if mention.needs_cue || TO_AND_FROM.contains(&one) || self.is_initials(mention.first - 1) {
            return false;
        }
        let first_words = (1..LABEL).any(|steps| self.before(mention.first, steps).is_empty());
        let ends = self.after(mention.last, 1).is_empty();
        let alone = self.distant.iter().all(|other| {
            other.first == mention.first || !self.same_sentence(other.first, mention.first)
        });
        colon && first_words && !AT.contains(&one) || ends && before.ends_with(',') && alone
    }

    /// Way 4, and way 5 with the adjective.
    fn adjective(&self, mention: &Distant) -> bool {
        let noun = self.after(mention.last, 1);
        let close = self.signs_after(mention.last) == " ";
        if noun.is_empty() || !close || self.has_capital(mention.last + 1) {
            return false;
        }
        let before = match ARTICLES.contains(&self.before(mention.first, 1)) {
            true => self.before(mention.first, 2),
            false => self.before(mention.first, 1),
        };
        let sorts = match mention.abroad {
            true => FAR_SORTS_OF_PLACE,
            false => SORTS_OF_PLACE,
        };
        let direction = MOVES.contains(&before);
        if ends_with(noun, sorts) && !direction {
            return true;
        }
        let plain = !DISHES.contains(&noun) && !ends_with(noun, INSTITUTIONS);
        mention.first == 0 && !mention.abroad && plain && self.is_news()
    }

    /// Way 5, with the name.
    fn headline(&self, mention: &Distant) -> bool {
        let next = self.after(mention.last, 1);
        let one = self.before(mention.first, 1);
        let begins = match mention.first {
            0 => true,
            1..LABEL => {
                let plain = mention.first == 1 || !self.has_capital(mention.first - 1);
                let close = self.signs_before(mention.first) == " "
                    && !(1..=mention.first)
                        .any(|steps| MOVES.contains(&self.before(mention.first, steps)));
                let town = !mention.abroad && self.has_capital(mention.first);
                close && town && plain && self.is_spot(one) && !self.is_initials(mention.first - 1)
            }
            _ => false,
        };
        begins
            && self.signs_after(mention.last) == " "
            && !next.is_empty()
            && !TO_AND_FROM.contains(&next)
            && !DISHES.contains(&next)
            && !self.has_capital(mention.last + 1)
            && self.is_news()
    }

    fn is_news(&self) -> bool {
        let count = u32::try_from(self.words.units().len()).unwrap_or(u32::MAX);
        !(0..count).any(|unit| FIRST_PERSON.contains(&self.word(unit)))
    }

    /// Whether the message says in so many words that it is about here.
    fn says_here(&self) -> bool {
        let count = u32::try_from(self.words.units().len()).unwrap_or(u32::MAX);
        (0..count).any(|unit| {
            let word = self.word(unit);
            let next = self.after(unit, 1);
            let last = if HERE.contains(&word) {
                let read_on = (1..=2).any(|steps| READ_ON.contains(&self.before(unit, steps)));
                if read_on || READ_ON.contains(&next) {
                    return false;
                }
                unit
            } else if word == "bij" && ["ons", "mij", "me"].contains(&next)
                || OWN.contains(&word) && NEAR.contains(&next)
                || word == "om" && next == "de" && self.after(unit, 2) == "hoek"
            {
                unit + 1
            } else {
                return false;
            };
            // "Hier in Zutphen".
            let names_it = AT.contains(&self.after(last, 1))
                && self.distant.iter().any(|mention| mention.first == last + 2);
            !names_it
        })
    }

    fn word(&self, unit: u32) -> &str {
        let letters =
            |reading| std::str::from_utf8(self.words.letters(reading)).unwrap_or_default();
        self.words.unit_reading(unit).map_or("", letters)
    }

    /// The word some steps before a unit, in its sentence; empty when there is none.
    fn before(&self, unit: u32, steps: u32) -> &str {
        match unit.checked_sub(steps) {
            Some(earlier) if self.same_sentence(earlier, unit) => self.word(earlier),
            _ => "",
        }
    }

    fn after(&self, unit: u32, steps: u32) -> &str {
        match unit.checked_add(steps) {
            Some(later) if self.same_sentence(unit, later) => self.word(later),
            _ => "",
        }
    }

    fn same_sentence(&self, one: u32, other: u32) -> bool {
        let sentence = |unit: u32| {
            self.words
                .units()
                .get(unit as usize)
                .map(|unit| unit.sentence)
        };
        sentence(one).is_some() && sentence(one) == sentence(other)
    }

    /// What stands between a unit and the next word.
    fn signs_after(&self, unit: u32) -> &str {
        let units = self.words.units();
        let text = self.folded.text();
        let end = units
            .get(unit as usize)
            .map_or(text.len(), |unit| unit.end as usize);
        let next = units.get(unit as usize + 1);
        &text[end..next.map_or(text.len(), |next| next.start as usize)]
    }

    fn signs_before(&self, unit: u32) -> &str {
        match unit.checked_sub(1) {
            Some(before) => self.signs_after(before),
            None => {
                let first = self.words.units().first();
                &self.folded.text()[..first.map_or(0, |first| first.start as usize)]
            }
        }
    }

    fn written(&self, unit: u32) -> &str {
        let Some(unit) = self.words.units().get(unit as usize) else {
            return "";
        };
        let span = self.folded.original(Span {
            start: unit.start as usize,
            end: unit.end as usize,
        });
        &self.original[span.start..span.end]
    }

    fn has_capital(&self, unit: u32) -> bool {
        self.written(unit).starts_with(char::is_uppercase)
    }

    /// *PEC* and *FC*, before the town of a club.
    fn is_initials(&self, unit: u32) -> bool {
        let written = self.written(unit);
        (2..=4).contains(&written.chars().count()) && written.chars().all(char::is_uppercase)
    }
}

fn ends_with(word: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use crate::locate::{Locator, Places};
    use crate::place::{Gazetteer, Place, PlaceKind};
    use crate::text::fold::Folded;
    use crate::text::words::Words;

    /// Each line is a sentence, after `|` the place where it happened when that is elsewhere.
    fn check(table: &str) {
        let place = |name: &str, needs_cue| Place {
            kind: PlaceKind::Town,
            name: name.to_owned(),
            aliases: Vec::new(),
            parent: None,
            needs_cue,
            line: 0,
        };
        let locator = Locator::compile(&Gazetteer {
            places: vec![place("Lindemeer", false), place("Brink", true)],
        });
        let mut wrong = Vec::new();
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (text, expected) = match line.rsplit_once('|') {
                Some((text, place)) => (text.trim(), Some(place.trim())),
                None => (line, None),
            };
            let folded = Folded::new(text);
            let words = Words::new(text, &folded);
            let mut places = Places::default();
            locator.locate(&words, &mut places);
            let found = locator.happened_elsewhere(text, &folded, &words, &places);
            let name = found.as_ref().map(|found| found.name);
            if name != expected {
                wrong.push(format!("{text}: {name:?} and not {expected:?}"));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }

    #[test]
    fn a_word_of_place_before_the_name_says_where() {
        check(
            "Inbraak in Zutphen, twee mannen gezien | Zutphen
            Overval in een winkel te Apeldoorn | Apeldoorn
            Steekpartij bij Hengelo | Hengelo
            Brand op Texel legt schuur in as | Texel
            ruiten ingegooid in utrecht vannacht | Utrecht
            In Den Haag is weer een explosie geweest | Den Haag
            Explosie in 's-Hertogenbosch | 's-Hertogenbosch
            Plofkraak in Alphen aan den Rijn | Alphen aan den Rijn
            Fiets gestolen in het centrum van Nijmegen | Nijmegen
            Auto in brand in centrum Almelo | Almelo
            Grote brand in loods Hoogezand, brandstichting niet uitgesloten | Hoogezand
            Gewapende overval op cafetaria Enschede | Enschede
            Vechtpartij bij station Zwolle | Zwolle
            Aanslag in Parijs, tientallen gewonden | Parijs
            Rellen in New York na uitspraak | New York
            Explosie in een flat in Antwerpen | Antwerpen
            In het Gelderse Zutphen is een man mishandeld | Zutphen
            Schietpartij in Rotterdam-Zuid | Rotterdam
            Vernielingen in en rond Arnhem | Arnhem
            Jongeren vernielen bushokjes in heel Leeuwarden | Leeuwarden
            Drugslab ontdekt nabij Venlo | Venlo
            Politie rolt drugsbende op in Maastricht en Heerlen | Maastricht
            Straatroof in #Amsterdam | Amsterdam
            De aanval op Amsterdam mislukte
            Brand in een woning op Urk | Urk
            Zakkenrollers actief op de kerstmarkt in Keulen | Keulen
            Ik ben in Zutphen van mijn fiets beroofd | Zutphen
            Mijn fiets is gestolen in Utrecht, iemand tips? | Utrecht
            Vrouw is in Deventer beroofd van haar tas | Deventer
            Twee inbraken in Raalte, politie zoekt getuigen | Raalte
            Man neergestoken in trein in Breda | Breda",
        );
    }

    #[test]
    fn a_service_or_a_sort_of_place_with_its_name_says_where() {
        check(
            "Gemeente Utrecht treedt op tegen woonoverlast | Utrecht
            De politie Eindhoven zoekt getuigen van een straatroof | Eindhoven
            Brandweer Tilburg blust autobrand | Tilburg
            De binnenstad van Groningen kampt met zakkenrollers | Groningen
            Vernieling op bedrijventerrein Gorinchem | Gorinchem
            De burgemeester van Roosendaal sluit drugspand | Roosendaal
            Zwerfafval langs de snelweg bij Amersfoort | Amersfoort
            Bewoners van de wijk in Delft zijn de overlast zat | Delft
            We rijden naar station Utrecht en klagen over rommel
            Trein uit station Zwolle rijdt niet na vernieling",
        );
    }

    #[test]
    fn a_dateline_or_a_label_says_where() {
        check(
            "Utrecht: twee aanhoudingen na reeks plofkraken | Utrecht
            ZUTPHEN - Bij een steekpartij is een man gewond geraakt | Zutphen
            Apeldoorn – Vannacht is ingebroken bij een juwelier | Apeldoorn
            [Almelo] Straatrace eindigt tegen boom | Almelo
            (Hengelo) fietsendief betrapt | Hengelo
            Inbraakgolf Zutphen: vier woningen in een weekend | Zutphen
            112 Enschede: brand in flat | Enschede
            Kettingzaag uit schuur gestolen, Ommen | Ommen
            LEIDEN - Twee scooters in brand | Leiden
            Goes: inbraak bij sportkantine | Goes
            Overval gisteren. Arnhem - De politie zoekt getuigen. | Arnhem
            PEC Zwolle: supporters gooien vuurwerk
            FC Utrecht: stadionverbod na vuurwerk
            Groeten uit Zutphen: wij zijn bestolen",
        );
    }

    #[test]
    fn the_adjective_of_a_town_before_a_sort_of_place_says_where() {
        check(
            "Zutphense wijk in actie tegen scheurende motoren over de dijk | Zutphen
            Onrust in Amsterdamse woonwijk na explosie | Amsterdam
            De Haagse politie hield vier relschoppers aan | Den Haag
            Bossche binnenstad vol zakkenrollers | Den Bosch
            In een Rotterdamse flat is brand gesticht | Rotterdam
            Spaanse stad kampt met drugsoverlast | Spanje
            Franse badplaats opgeschrikt door schietpartij | Frankrijk
            Aanslag op Londense brug
            Overlast in Zwolse uitgaansstraat | Zwolle
            Bedreigingen aan adres van Utrechtse burgemeester | Utrecht
            Onderweg naar de Utrechtse binnenstad beroofd
            Groningse school ontruimd na bedreiging | Groningen
            Jeugdoverlast in Leidse buurt | Leiden
            Poolse winkel in de straat overvallen
            Turkse supermarkt beroofd
            Italiaanse auto gestolen
            Duitse herder bijt postbode
            Chinese markt leeggeroofd door dieven",
        );
    }

    #[test]
    fn a_headline_that_begins_with_a_town_is_about_it() {
        check(
            "Nijmeegse studente slachtoffer van straatroof | Nijmegen
            Zutphen wil cameratoezicht bij skatebaan na overlast | Zutphen
            Apeldoorn zet extra politie in na oproep om te rellen | Apeldoorn
            Amsterdamse juwelier overvallen | Amsterdam
            Rotterdam schrikt van reeks explosies | Rotterdam
            Utrechtse man bedreigd met mes | Utrecht
            Haarlem kampt met woninginbraken | Haarlem
            Grote politieactie Almere na melding vuurwapen | Almere
            Inbraakgolf Hilversum houdt aan | Hilversum
            Verdachte van steekpartij Heerlen meldt zich | Heerlen
            Radio Rotterdam meldt een inbraak
            Fiets Utrecht gekocht en nu is mijn fiets gejat
            Zaterdag Parijs en zondag ingebroken
            Goudse kaas gestolen uit kraam
            Haagse bluf en een gestolen toetje
            Deventer koek gestolen uit de keuken
            Deventer mosterd op, wie heeft hem gestolen
            Amsterdam gezien en toen is mijn fiets gestolen
            Best veel fietsen gestolen deze week
            Made in China en toch gestolen
            Bergen afval gedumpt langs de dijk
            Buren klagen over geluidsoverlast
            Houten hek vernield
            Huizen beklad met verf
            Echt schandalig, weer een ruit ingegooid
            Duiven overlast op het dak
            Geel hesje gestolen
            Helden zijn het, die brandweer
            Putten opengebroken door koperdieven
            Sluis vernield door vandalen
            Hoorn van de fiets gestolen
            Kampen met overlast van jongeren
            Dieren mishandeld in de wei
            Rijen lang wachten na de brand
            Grave fouten bij de politie
            Weert de gemeente overlast wel genoeg?",
        );
    }

    #[test]
    fn where_people_and_things_come_from_or_go_says_nothing() {
        check(
            "Een man uit Zutphen is aangehouden voor inbraak
            Verdachten uit Amsterdam en Utrecht opgepakt
            De trein naar Amsterdam is vernield
            De A1 richting Hengelo ligt vol glas na straatrace
            Inbrekers vluchtten richting Apeldoorn
            Wij komen van Zwolle en ons slot is opengebroken
            Bende uit Roemenië steelt koper
            Ze rijden via Raalte weg met gestolen auto's
            Op de A1 tussen Apeldoorn en Hengelo ligt afval gedumpt
            De bus van Zwolle is bekogeld
            Gestolen auto vanuit Duitsland gevonden
            Met de auto naar Spanje en toen was de ruit ingeslagen
            Een vriendin uit Londen is beroofd
            De dader vertrok naar België
            Onderweg naar Utrecht is de auto bekogeld
            De wedstrijd tegen Utrecht liep uit op rellen
            Vuurwerk uit Polen ontploft op het schoolplein
            Het pakket vanuit China is gestolen
            De weg tot Zutphen ligt vol glas
            Bekenden van de politie van buiten Lindemeer, uit Almelo",
        );
    }

    #[test]
    fn who_is_away_is_robbed_here() {
        check(
            "Mijn schoonouders komen net terug uit Spanje en alles is doorzocht
            Wij zaten in Spanje en de inbrekers hadden alle tijd
            Terwijl de buren in Frankrijk waren is er ingebroken
            Op vakantie in Italië en ondertussen is de schuur leeggehaald
            Ik was in Amsterdam en toen is de voordeur geforceerd
            Was gisteren in Amsterdam, kom ik thuis: ingebroken
            Onze zoon woont in Utrecht en zijn oude kamer is leeggehaald
            Mijn man werkt in Zwolle, de auto is hier opengebroken
            De verdachte woont in Almelo
            Weekendje in Parijs en dan zo'n inbraak
            De buren zitten in Turkije en nu staat het alarm te loeien
            Mijn ouders zijn in Portugal, en de deur staat open
            We waren in Duitsland, ruit ingegooid
            Ik logeer in Haarlem en de camera laat een inbreker zien
            De man is geboren in Almelo en werd aangehouden voor inbraak
            Toen wij in Oostenrijk waren, is onze fiets gestolen",
        );
    }

    #[test]
    fn who_says_here_speaks_of_here() {
        check(
            "Het is hier net Amsterdam, weer een scooter in brand in Zutphen of zo
            Ingebroken bij ons in de straat, net als in Zutphen
            Onze straat is de nieuwe dealplek, eerder was dat in Apeldoorn
            In Utrecht gebeurt het en nu ook hier
            Mijn buurman zegt dat ze ook in Almelo hebben ingebroken
            Net thuis uit Enschede, deur geforceerd, zelfde als in Hengelo
            Inbraak om de hoek, dezelfde bende als in Zwolle
            Onze buurt wordt geteisterd door inbrekers die ook in Arnhem bezig zijn
            Bij mij in de flat is brand gesticht, in Breda ook al
            Hier in Zutphen is vannacht ingebroken | Zutphen
            Bij ons in Apeldoorn is het niet anders, drie inbraken | Apeldoorn
            Inbraak in Almelo. Lees hier meer over de zaak | Almelo
            Klik hier voor de beelden van de overval in Zwolle | Zwolle",
        );
    }

    #[test]
    fn a_place_of_ours_beside_it_keeps_a_message() {
        check(
            "Inbraken in Lindemeer en Zutphen
            Zutphen: bende steelt fietsen in Lindemeer
            Verdachte in Apeldoorn aangehouden voor overval in Lindemeer
            Amsterdamse inbrekers actief op de Brink
            Lindemeerse winkelier overvallen, dader gepakt in Almelo
            Gestolen auto uit Lindemeer gevonden in Duitsland
            #Lindemeer inbraak, zelfde bende in Utrecht",
        );
    }

    #[test]
    fn likeness_institutions_and_names_of_other_things_say_nothing() {
        check(
            "Het lijkt wel oorlog in Syrië, zo veel vuurwerk
            Het is erger dan in Amsterdam met dat straatvuil
            Net zo veel fietsen weg als in Groningen
            Slachtoffer naar het ziekenhuis in Zwolle gebracht na mishandeling
            De rechtbank in Almelo legt inbreker een jaar cel op
            Dader zit in de gevangenis in Zutphen
            Zutphense rechtbank veroordeelt inbreker
            Spaanse peper gestolen uit de moestuin
            Haagse bluf op het menu, recept gestolen van oma
            Een stuk Goudse kaas uit de winkel gejat
            Piet van Amersfoort is zijn fiets kwijt
            Mevrouw Van Zutphen is bestolen
            PEC Zwolle wint, vuurwerk op het plein
            Go Ahead tegen FC Utrecht, vechtpartij na afloop
            Radio 538 draait nieuws over inbraak
            Utrechts Nieuwsblad schrijft over fietsendieven
            Arnhemse meisjes van de bakker gestolen
            Bossche bollen gejat uit de koelkast
            Amsterdamse Poort, Hollandse Nieuwe, gestolen fiets
            Brusselse wafels, wie heeft de doos gestolen
            Engelse les op school verstoord door rotjes
            Franse vrouw beroofd van haar tas
            Zin in Spanje, maar eerst die inbraak oplossen
            De Berlijnse muur beklad, nou ja onze schutting
            best wel vaak ingebroken
            het huis staat in dorst naar aandacht
            in echt alle gevallen gestolen
            in hoeven en stallen is ingebroken
            bij leer en tassen is gejat
            in boom en struik hangt afval
            Man overleden na val van dak, familie Van Dalen in rouw
            In Best is ingebroken | Best
            Brand in Huizen | Huizen
            Inbraak in Houten gisteravond | Houten
            ",
        );
    }
}
