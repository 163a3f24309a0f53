//! Where a message says that something happened, when that is not here.
//!
//! A name alone says little: *een man uit Kransdijk*, *de trein naar Kransdijk* and *Kransdijkse koek*
//! say nothing about where something happened. These ways of naming a place do:
//!
//! 1. **A word of place directly before the name**: *in Kransdijk*, *te Kransdijk*, *bij Kransdijk*,
//!    *op Zandoog*; with one plain word between them: *in centrum Kransdijk*, *op cafetaria Kransdijk*,
//!    *in heel Kransdijk*; or *in het Veenlandse Kransdijk*.
//! 2. **A sort of place or a service directly before it**: *gemeente Kransdijk*, *politie Kransdijk*,
//!    *de binnenstad van Kransdijk*, unless one goes there or comes from there (*naar station
//!    Kransdijk*).
//! 3. **A dateline or a label**: *KRANSDIJK - …*, *Kransdijk: …*, *[Kransdijk] …* at the beginning of a
//!    sentence, *Inbraakgolf Kransdijk: …* in its first four words; and *…, Kransdijk* as its end.
//! 4. **The town's adjective before a sort of place or a service**: *Kransdijkse wijk*. Of countries
//!    only before what cannot be among us: *Spaanse stad*, and not *Spaanse winkel*.
//! 5. **A headline**: a message that begins with the name and a small word (*Kransdijk wil camera's*),
//!    with the adjective and a noun (*Kransdijkse studente beroofd*) or with the name after a plain
//!    word (*Grote brand Kransdijk onder controle*), written by nobody who says *I* or *we*.
//! 6. **A hashtag** of a Dutch or Flemish town: *#Kransdijk*.
//!
//! A name that needs a cue counts with a capital in ways 1 and 3 only; where all is capitals, none of
//! them tells a name. What takes a mention away again:
//!
//! - where somebody stays or lives while it happens (*wij zaten in Spanje*, *op vakantie in Spanje*,
//!   *terwijl de buren in Spanje waren*);
//! - a comparison (*zoals in Spanje*, *het lijkt wel Spanje*);
//! - an institution that serves a region (*het ziekenhuis in Kransdijk*, *de rechtbank in Kransdijk*).
//!
//! And a message that says *here* in so many words (*hier*, *bij ons*, *onze straat*, *thuis*) is about
//! here, unless the name follows directly: *hier in Kransdijk*.

use crate::locate::vocabulary::{
    ARTICLES, AT, DISHES, FAR_SORTS_OF_PLACE, FIRST_PERSON, INSTITUTIONS, IS, LIKE, MOVES,
    NEW_CLAUSE, NO_SPOTS, NOT_THERE, OWN, PEOPLE, SHOPS, SORTS_OF_PLACE, STAYS, SUBORDINATORS,
    TO_AND_FROM,
};
use crate::locate::written::Written;
use crate::locate::{Distant, Located};

/// How many words a label may have before the name: *Reeks plofkraken in Kransdijk:* is no label.
const LABEL: u32 = 4;

/// A text in which places lie elsewhere.
pub(crate) struct Telling<'a> {
    pub(super) text: Written<'a>,
    /// In the order of the text.
    pub(super) distant: &'a [Distant],
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
        let cued = self.is_name(mention) && (self.at(mention) || self.label(mention));
        let plain = || self.after_sort(mention) || self.headline(mention) || self.hashtag(mention);
        cued || !mention.needs_cue && plain()
    }

    /// Whether it is a name and not the ordinary word.
    fn is_name(&self, mention: &Distant) -> bool {
        !mention.needs_cue || self.text.stand_out(mention.first, mention.last)
    }

    /// Takes ordinary words away that could be places of ours, in the order of the text, and lie
    /// elsewhere: *de haven van Kransdijk*, *centrum Kransdijk*, *in Kransdijk … in het centrum*.
    /// Every town is looked at once, for a message may be very long.
    pub(super) fn leave_out_what_lies_elsewhere(&self, located: &mut Vec<Located>) {
        let says_here = self.says_here();
        let mut towns = self.distant.iter().filter(|town| !town.adjective);
        let mut next = towns.next();
        let mut said: Option<&Distant> = None;
        located.retain(|&Located { first, last, .. }| {
            while let Some(town) = next.filter(|town| town.first < first) {
                if self.says_where(town) {
                    said = Some(town);
                }
                next = towns.next();
            }
            let is_before = said.is_some_and(|town| self.text.same_sentence(town.first, first))
                && !self.text.has_capital(first)
                && !says_here;
            !is_before && !self.is_beside(last)
        });
    }

    /// Whether the town that a word lies in follows it.
    fn is_beside(&self, last: u32) -> bool {
        let next = match self.text.after(last, 1) {
            "van" => last + 2,
            word if AT.contains(&word) => last + 2,
            _ => last + 1,
        };
        let town = self
            .distant
            .binary_search_by_key(&next, |town| town.first)
            .map(|at| &self.distant[at]);
        self.text.signs_after(last) == " "
            && town.is_ok_and(|town| {
                !town.adjective && self.text.same_sentence(last, next) && self.is_name(town)
            })
    }

    /// Way 1.
    fn at(&self, mention: &Distant) -> bool {
        let before = |steps| self.text.before(mention.first, steps);
        let one = before(1);
        // "De aanval op Spanje."
        let steps = if AT.contains(&one) {
            if one == "op" && !mention.island {
                return false;
            }
            1
        } else if AT.contains(&before(2))
            && self.is_spot(one)
            && !(mention.abroad && ends_with(one, SHOPS))
            && !self.text.stands_out(mention.first - 1)
            || mention.abroad && one == "de" && AT.contains(&before(2))
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
        let before = |more: u32| self.text.before(mention.first, steps + more);
        let near = |list: &[&str], reach| (1..=reach).any(|more| list.contains(&before(more)));
        let is_person = |more| PEOPLE.contains(&before(more));
        let after = self.text.after(mention.last, 1);
        let closed = after.is_empty()
            || NEW_CLAUSE.contains(&after)
            || self.text.signs_after(mention.last).contains(',');
        let someone_is = closed
            && (1..=4).any(|more| {
                IS.contains(&before(more)) && (is_person(more + 1) || is_person(more - 1))
            });
        // "Terwijl mijn zus in Spanje was", and not "Mijn zus in Kransdijk is haar fiets kwijt".
        let stayed = STAYS.contains(&after) || IS.contains(&after) && near(SUBORDINATORS, 7);
        let someone_stayed = stayed && near(PEOPLE, 5);
        near(STAYS, 3) || someone_is || someone_stayed || near(LIKE, 3)
    }

    /// Way 2.
    fn after_sort(&self, mention: &Distant) -> bool {
        let before = |steps| self.text.before(mention.first, steps);
        let steps = match before(1) {
            "van" if self.text.is_surname(mention.first - 1, "") => return false,
            "van" => 2,
            _ if mention.abroad && ends_with(before(1), SHOPS) => return false,
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
        let after = self.text.signs_after(mention.last).trim_start();
        let spaced = self.text.signs_after(mention.last).starts_with(' ');
        let colon = after.starts_with(':') || after.starts_with('|');
        let before = self.text.signs_before(mention.first).trim_end();
        if self.text.before(mention.first, 1).is_empty() {
            let dash = spaced && after.starts_with('-');
            let bracketed = before.ends_with(['[', '(']) && after.starts_with([']', ')']);
            return colon || dash || bracketed;
        }
        let one = self.text.before(mention.first, 1);
        if mention.needs_cue
            || TO_AND_FROM.contains(&one)
            || self.text.is_initials(mention.first - 1)
        {
            return false;
        }
        let first_words = (1..LABEL).any(|steps| self.text.before(mention.first, steps).is_empty());
        let ends = self.text.after(mention.last, 1).is_empty();
        let alone = self.distant.iter().all(|other| {
            other.first == mention.first || !self.text.same_sentence(other.first, mention.first)
        });
        colon && first_words && !AT.contains(&one) || ends && before.ends_with(',') && alone
    }

    /// Way 4, and way 5 with the adjective.
    fn adjective(&self, mention: &Distant) -> bool {
        let noun = self.text.after(mention.last, 1);
        let close = self.text.signs_after(mention.last) == " ";
        if noun.is_empty() || !close || self.text.stands_out(mention.last + 1) {
            return false;
        }
        let before = match ARTICLES.contains(&self.text.before(mention.first, 1)) {
            true => self.text.before(mention.first, 2),
            false => self.text.before(mention.first, 1),
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
        let next = self.text.after(mention.last, 1);
        let one = self.text.before(mention.first, 1);
        let begins = match mention.first {
            0 => true,
            1..LABEL => {
                let plain = mention.first == 1 || !self.text.stands_out(mention.first - 1);
                let signs = self.text.signs_before(mention.first);
                let close = signs.trim_end_matches('\'') == " "
                    && !(1..=mention.first)
                        .any(|steps| MOVES.contains(&self.text.before(mention.first, steps)));
                let town = !mention.abroad && self.text.has_capital(mention.last);
                close
                    && town
                    && plain
                    && self.is_spot(one)
                    && !self.text.is_initials(mention.first - 1)
            }
            _ => false,
        };
        begins
            && (self.text.signs_after(mention.last) == " "
                || mention.first > 0 && self.is_last(mention))
            && !TO_AND_FROM.contains(&next)
            && !DISHES.contains(&next)
            && !self.text.stands_out(mention.last + 1)
            && self.is_news()
    }

    /// Way 6.
    fn hashtag(&self, mention: &Distant) -> bool {
        let whole = self.text.words.are_whole(mention.first, mention.last);
        let before = self.text.before(mention.first, 1);
        whole
            && !mention.abroad
            && self.text.words.is_hashtag(mention.first)
            && !TO_AND_FROM.contains(&before)
            && !self.stays(mention, 0)
    }

    /// Whether the message ends with it.
    fn is_last(&self, mention: &Distant) -> bool {
        mention.last as usize + 1 == self.text.words.units().len()
    }

    fn is_news(&self) -> bool {
        let count = u32::try_from(self.text.words.units().len()).unwrap_or(u32::MAX);
        !(0..count).any(|unit| FIRST_PERSON.contains(&self.text.word(unit)))
    }
}

fn ends_with(word: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use crate::locate::written::Written;
    use crate::locate::{Locator, Places, fictional};
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
        let gazetteer = Gazetteer {
            places: vec![
                place("Lindemeer", false),
                place("Brink", true),
                place("Haven", true),
                place("Centrum", true),
            ],
        };
        let locator = Locator::with_table(&gazetteer, &fictional::table());
        let mut wrong = Vec::new();
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (text, expected) = match line.rsplit_once('|') {
                Some((text, place)) => (text.trim(), Some(place.trim())),
                None => (line, None),
            };
            let folded = Folded::new(text);
            let words = Words::new(text, &folded);
            let written = Written {
                original: text,
                folded: &folded,
                words: &words,
            };
            let mut places = Places::default();
            locator.locate(&written, &mut places);
            let found = locator.happened_elsewhere(&written, &places);
            let name = found.as_ref().map(|found| &*found.name);
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
            "Inbraak in Noordermade, twee mannen gezien | Noordermade
            Overval in een winkel te Kransdijk | Kransdijk
            Steekpartij bij Twickerlo | Twickerlo
            Brand op Zandoog legt schuur in as | Zandoog
            ruiten ingegooid in oostmeren vannacht | Oostmeren
            In Den Wielt is weer een explosie geweest | Den Wielt
            Explosie in 's-Keizerswerve | 's-Keizerswerve
            Plofkraak in Galmen aan den Vliet | Galmen aan den Vliet
            Fiets gestolen in het centrum van Meerwegen | Meerwegen
            Auto in brand in centrum Dunnelo | Dunnelo
            Grote brand in loods Laagezand, brandstichting niet uitgesloten | Laagezand
            Gewapende overval op cafetaria Holterschede | Holterschede
            Vechtpartij bij station Vechtwolde | Vechtwolde
            Aanslag in Parijs, tientallen gewonden | Parijs
            Rellen in New York na uitspraak | New York
            Explosie in een flat in Scheldehove | Scheldehove
            In het Veenlandse Noordermade is een man mishandeld | Noordermade
            Schietpartij in Veerdam-Zuid | Veerdam
            Vernielingen in en rond Rodenhem | Rodenhem
            Jongeren vernielen bushokjes in heel Terpwarden | Terpwarden
            Drugslab ontdekt nabij Maaslo | Maaslo
            Politie rolt drugsbende op in Maasterp en Heuvelrade | Maasterp
            Straatroof in #Sluiswerve | Sluiswerve
            De aanval op Sluiswerve mislukte
            Brand in een woning op Hoogwad | Hoogwad
            Schietpartij in de Verre Staten | Verre Staten
            Inbraak in de Kransdijk
            Zakkenrollers actief op de kerstmarkt in Keulen | Keulen
            Ik ben in Noordermade van mijn fiets beroofd | Noordermade
            Mijn fiets is gestolen in Oostmeren, iemand tips? | Oostmeren
            Vrouw is in Hanzerbrink beroofd van haar tas | Hanzerbrink
            Twee inbraken in Saldert, politie zoekt getuigen | Saldert
            Man neergestoken in trein in Markelwoude | Markelwoude",
        );
    }

    #[test]
    fn a_service_or_a_sort_of_place_with_its_name_says_where() {
        check(
            "Gemeente Oostmeren treedt op tegen woonoverlast | Oostmeren
            De politie Lichthoven zoekt getuigen van een straatroof | Lichthoven
            Brandweer Wolburg blust autobrand | Wolburg
            De binnenstad van Ommelingen kampt met zakkenrollers | Ommelingen
            Vernieling op bedrijventerrein Merwichem | Merwichem
            De burgemeester van Rozendonk sluit drugspand | Rozendonk
            Zwerfafval langs de snelweg bij Keisvoort | Keisvoort
            Bewoners van de wijk in Delfwoude zijn de overlast zat | Delfwoude
            We rijden naar station Oostmeren en klagen over rommel
            Trein uit station Vechtwolde rijdt niet na vernieling",
        );
    }

    #[test]
    fn a_dateline_or_a_label_says_where() {
        check(
            "Oostmeren: twee aanhoudingen na reeks plofkraken | Oostmeren
            NOORDERMADE - Bij een steekpartij is een man gewond geraakt | Noordermade
            Kransdijk – Vannacht is ingebroken bij een juwelier | Kransdijk
            [Dunnelo] Straatrace eindigt tegen boom | Dunnelo
            (Twickerlo) fietsendief betrapt | Twickerlo
            Inbraakgolf Noordermade: vier woningen in een weekend | Noordermade
            112 Holterschede: brand in flat | Holterschede
            Kettingzaag uit schuur gestolen, Bessemen | Bessemen
            STENEN - Twee scooters in brand | Stenen
            Knap: inbraak bij sportkantine | Knap
            Overval gisteren. Rodenhem - De politie zoekt getuigen. | Rodenhem
            PEC Vechtwolde: supporters gooien vuurwerk
            FC Oostmeren: stadionverbod na vuurwerk
            Groeten uit Noordermade: wij zijn bestolen",
        );
    }

    #[test]
    fn the_adjective_of_a_town_before_a_sort_of_place_says_where() {
        check(
            "Noordermadese wijk in actie tegen scheurende motoren over de dijk | Noordermade
            Onrust in Sluiswerfse woonwijk na explosie | Sluiswerve
            De Wieltse politie hield vier relschoppers aan | Den Wielt
            Wervese binnenstad vol zakkenrollers | Den Werve
            In een Veerdamse flat is brand gesticht | Veerdam
            Spaanse stad kampt met drugsoverlast | Spanje
            Franse badplaats opgeschrikt door schietpartij | Frankrijk
            Aanslag op Londense brug
            Overlast in Vechtwoldse uitgaansstraat | Vechtwolde
            Bedreigingen aan adres van Oostmerense burgemeester | Oostmeren
            Onderweg naar de Oostmerense binnenstad beroofd
            Ommelingse school ontruimd na bedreiging | Ommelingen
            Jeugdoverlast in Woudse buurt | Wouda
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
            "Meerweegse studente slachtoffer van straatroof | Meerwegen
            Noordermade wil cameratoezicht bij skatebaan na overlast | Noordermade
            Kransdijk zet extra politie in na oproep om te rellen | Kransdijk
            Sluiswerfse juwelier overvallen | Sluiswerve
            Veerdam schrikt van reeks explosies | Veerdam
            Oostmerense man bedreigd met mes | Oostmeren
            Spaarnhem kampt met woninginbraken | Spaarnhem
            Grote politieactie Poldermeer na melding vuurwapen | Poldermeer
            Inbraakgolf Gooiersum houdt aan | Gooiersum
            Verdachte van steekpartij Heuvelrade meldt zich | Heuvelrade
            Radio Veerdam meldt een inbraak
            Fiets Oostmeren gekocht en nu is mijn fiets gejat
            Zaterdag Parijs en zondag ingebroken
            Woudse kaas gestolen uit kraam
            Wieltse bluf en een gestolen toetje
            Hanzerbrink koek gestolen uit de keuken
            Hanzerbrink mosterd op, wie heeft hem gestolen
            Sluiswerve gezien en toen is mijn fiets gestolen
            Knap veel fietsen gestolen deze week
            Made in China en toch gestolen
            Stapels afval gedumpt langs de dijk
            Ouders klagen over geluidsoverlast
            Stenen hek vernield
            Schuren beklad met verf
            Werkelijk schandalig, weer een ruit ingegooid
            Meeuwen overlast op het dak
            Rood hesje gestolen
            Kanjers zijn het, die brandweer
            Deksels opengebroken door koperdieven
            Steiger vernield door vandalen
            Claxon van de fiets gestolen
            Worstelen met overlast van jongeren
            Paarden mishandeld in de wei
            Uren lang wachten na de brand
            Zware fouten bij de politie
            Keert de gemeente overlast wel genoeg?",
        );
    }

    #[test]
    fn where_people_and_things_come_from_or_go_says_nothing() {
        check(
            "Een man uit Noordermade is aangehouden voor inbraak
            Verdachten uit Sluiswerve en Oostmeren opgepakt
            De trein naar Sluiswerve is vernield
            De A1 richting Twickerlo ligt vol glas na straatrace
            Inbrekers vluchtten richting Kransdijk
            Wij komen van Vechtwolde en ons slot is opengebroken
            Bende uit Roemenië steelt koper
            Ze rijden via Saldert weg met gestolen auto's
            Op de A1 tussen Kransdijk en Twickerlo ligt afval gedumpt
            De bus van Vechtwolde is bekogeld
            Gestolen auto vanuit Duitsland gevonden
            Met de auto naar Spanje en toen was de ruit ingeslagen
            Een vriendin uit Londen is beroofd
            De dader vertrok naar België
            Onderweg naar Oostmeren is de auto bekogeld
            De wedstrijd tegen Oostmeren liep uit op rellen
            Vuurwerk uit Polen ontploft op het schoolplein
            Het pakket vanuit China is gestolen
            De weg tot Noordermade ligt vol glas
            Bekenden van de politie van buiten Lindemeer, uit Dunnelo",
        );
    }

    #[test]
    fn who_is_away_is_robbed_here() {
        check(
            "Mijn schoonouders komen net terug uit Spanje en alles is doorzocht
            Wij zaten in Spanje en de inbrekers hadden alle tijd
            Terwijl de buren in Frankrijk waren is er ingebroken
            Op vakantie in Italië en ondertussen is de schuur leeggehaald
            Ik was in Sluiswerve en toen is de voordeur geforceerd
            Was gisteren in Sluiswerve, kom ik thuis: ingebroken
            Onze zoon woont in Oostmeren en zijn oude kamer is leeggehaald
            Mijn man werkt in Vechtwolde, de auto is hier opengebroken
            De verdachte woont in Dunnelo
            Weekendje in Parijs en dan zo'n inbraak
            De buren zitten in Turkije en nu staat het alarm te loeien
            Mijn ouders zijn in Portugal, en de deur staat open
            We waren in Duitsland, ruit ingegooid
            Ik logeer in Spaarnhem en de camera laat een inbreker zien
            De man is geboren in Dunnelo en werd aangehouden voor inbraak
            Toen wij in Oostenrijk waren, is onze fiets gestolen",
        );
    }

    #[test]
    fn who_says_here_speaks_of_here() {
        check(
            "Het is hier net Sluiswerve, weer een scooter in brand in Noordermade of zo
            Ingebroken bij ons in de straat, net als in Noordermade
            Onze straat is de nieuwe dealplek, eerder was dat in Kransdijk
            In Oostmeren gebeurt het en nu ook hier
            Mijn buurman zegt dat ze ook in Dunnelo hebben ingebroken
            Net thuis uit Holterschede, deur geforceerd, zelfde als in Twickerlo
            Inbraak om de hoek, dezelfde bende als in Vechtwolde
            Onze buurt wordt geteisterd door inbrekers die ook in Rodenhem bezig zijn
            Bij mij in de flat is brand gesticht, in Markelwoude ook al
            Hier in Noordermade is vannacht ingebroken | Noordermade
            Bij ons in Kransdijk is het niet anders, drie inbraken | Kransdijk
            Inbraak in Dunnelo. Lees hier meer over de zaak | Dunnelo
            Klik hier voor de beelden van de overval in Vechtwolde | Vechtwolde",
        );
    }

    #[test]
    fn a_place_of_ours_beside_it_keeps_a_message() {
        check(
            "Inbraken in Lindemeer en Noordermade
            Noordermade: bende steelt fietsen in Lindemeer
            Verdachte in Kransdijk aangehouden voor overval in Lindemeer
            Sluiswerfse inbrekers actief op de Brink
            Lindemeerse winkelier overvallen, dader gepakt in Dunnelo
            Gestolen auto uit Lindemeer gevonden in Duitsland
            #Lindemeer inbraak, zelfde bende in Oostmeren",
        );
    }

    #[test]
    fn likeness_institutions_and_names_of_other_things_say_nothing() {
        check(
            "Het lijkt wel oorlog in Syrië, zo veel vuurwerk
            Het is erger dan in Sluiswerve met dat straatvuil
            Net zo veel fietsen weg als in Ommelingen
            Slachtoffer naar het ziekenhuis in Vechtwolde gebracht na mishandeling
            De rechtbank in Dunnelo legt inbreker een jaar cel op
            Dader zit in de gevangenis in Noordermade
            Noordermadese rechtbank veroordeelt inbreker
            Spaanse peper gestolen uit de moestuin
            Wieltse bluf op het menu, recept gestolen van oma
            Een stuk Woudse kaas uit de winkel gejat
            Piet van Keisvoort is zijn fiets kwijt
            Mevrouw Van Noordermade is bestolen
            PEC Vechtwolde wint, vuurwerk op het plein
            Go Ahead tegen FC Oostmeren, vechtpartij na afloop
            Radio 538 draait nieuws over inbraak
            Oostmerens Nieuwsblad schrijft over fietsendieven
            Rodenhemse meisjes van de bakker gestolen
            Wervese bollen gejat uit de koelkast
            Sluiswerfse Poort, Hollandse Nieuwe, gestolen fiets
            Brabergse wafels, wie heeft de doos gestolen
            Engelse les op school verstoord door rotjes
            Franse vrouw beroofd van haar tas
            Zin in Spanje, maar eerst die inbraak oplossen
            De Berlijnse muur beklad, nou ja onze schutting
            knap vaak ingebroken
            het huis staat in honger naar aandacht
            in werkelijk alle gevallen gestolen
            in schuren en stallen is ingebroken
            bij zeil en tassen is gejat
            in struik en boom hangt afval
            Man overleden na val van dak, familie Van Kuilen in rouw
            In Knap is ingebroken | Knap
            Brand in Schuren | Schuren
            Inbraak in Stenen gisteravond | Stenen
            ",
        );
    }

    #[test]
    fn an_ordinary_word_beside_a_town_elsewhere_is_no_place_of_ours() {
        check(
            "Drugs onderschept in de haven van Veerdam | Veerdam
            Steekpartij in het centrum van 's-Keizerswerve | 's-Keizerswerve
            Brand in haven Veerdam | Veerdam
            In Lichthoven worden fietsen gestolen in het centrum | Lichthoven
            Vechtpartij op de brink in Hanzerbrink | Hanzerbrink
            Overval op de Brink te Hanzerbrink | Hanzerbrink
            Inbraak op de Brink, eerder al in Kransdijk
            In Kransdijk was het vorige week raak, nu is op de Brink ingebroken
            Verdachte uit Oostmeren steelt in het centrum
            Zwerfafval op de Brink. In Oostmeren ruimen ze het op",
        );
    }

    #[test]
    fn capitals_tell_nothing_where_all_are_capitals() {
        check(
            "BRAND IN SCHUREN EN STALLEN, WAT EEN ROOK
            WEER INGEBROKEN IN SCHUREN!
            Inbraak in SCHUREN gisteravond | Schuren
            SCHUREN - Bij een inbraak is geld buitgemaakt | Schuren
            INBRAAK IN OOSTMEREN! | Oostmeren
            AUTO IN BRAND IN CENTRUM DUNNELO | Dunnelo
            OOSTMERENSE WIJK IN ACTIE TEGEN MOTOREN | Oostmeren
            GROTE BRAND OOSTMEREN ONDER CONTROLE | Oostmeren
            NOORDERMADE WIL CAMERA'S BIJ SKATEBAAN | Noordermade",
        );
    }

    #[test]
    fn a_surname_or_the_name_of_a_shop_is_no_town() {
        check(
            "Burgemeester Van Kransdijk sluit drugspand
            Buurtbewoners Van Oostmeren en De Wit zijn bestolen
            De burgemeester van Kransdijk sluit drugspand | Kransdijk
            BURGEMEESTER VAN KRANSDIJK SLUIT DRUGSPAND | Kransdijk
            Van Kransdijk wil camera's bij de skatebaan
            Inbraak bij grillroom Keulen
            Ruit ingegooid bij pizzeria Italië
            Overval op café Londen vannacht
            Vechtpartij in snackbar Parijs
            Inbraak in grillroom in Keulen | Keulen
            Overval op cafetaria Holterschede | Holterschede",
        );
    }

    #[test]
    fn a_name_may_begin_with_an_apostrophe_or_end_in_one() {
        check(
            "'s-Keizerswerve: inbraak bij juwelier | 's-Keizerswerve
            ’s-Keizerswerve wil camera's bij skatebaan | 's-Keizerswerve
            'S-KEIZERSWERVE - Bij een inbraak is geld buitgemaakt | 's-Keizerswerve
            Grote brand 's-Keizerswerve onder controle | 's-Keizerswerve
            inbraak in s-keizerswerve | 's-Keizerswerve
            inbraak in 's keizerswerve | 's-Keizerswerve
            Inbraak in Kransdijk's binnenstad | Kransdijk
            Brand in Parijs' oudste kerk | Parijs",
        );
    }

    #[test]
    fn a_hashtag_with_the_name_of_a_town_says_where() {
        check(
            "Straatroof met mes #Oostmeren | Oostmeren
            #Oostmeren Twee inbraken in een nacht | Oostmeren
            inbraak gehad, alles weg #oostmeren #inbraak | Oostmeren
            Brand in flat #DenWielt #p2000 | Den Wielt
            Brand in flat #GrootOostmeren
            Inbraak tijdens onze vakantie #Spanje
            Fietsen gestolen uit de #schuren
            Inbrekers gevlucht richting #Oostmeren
            Bij ons is ingebroken #Oostmeren
            Inbraak #Lindemeer #Oostmeren",
        );
    }

    #[test]
    fn who_lives_elsewhere_is_robbed_there_and_what_is_not_here_is_not_here() {
        check(
            "Mijn zus in Kransdijk is haar fiets kwijt, zo van de oprit gestolen | Kransdijk
            Terwijl mijn zus in Kransdijk is staat haar fiets te roesten
            Als mijn zus in Kransdijk is, is er ingebroken
            Nepagenten actief in Lichthoven. Hier gelukkig nog niks van gehoord | Lichthoven
            Rellen in Veerdam, dat gebeurt hier nooit | Veerdam
            Rellen in Veerdam en hier niet minder
            Rellen in Veerdam, hier nog geen politie gezien",
        );
    }

    #[test]
    fn a_message_of_a_few_words_may_end_with_the_town() {
        check(
            "Inbraak Oostmeren | Oostmeren
            Explosies teisteren Veerdam | Veerdam
            Steekpartij Oostmeren. | Oostmeren
            Inbraak oostmeren
            Mijn fiets, Oostmeren uitgevoerd
            Gestolen via Oostmeren
            Vakantie Zandoog
            Verdachte uit Oostmeren",
        );
    }
}
