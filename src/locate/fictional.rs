//! Towns that are nowhere, for the tests: the names of real ones stand in the shipped table only.

use crate::locate::elsewhere::Table;

/// Written as the shipped table is. The countries and the great cities far away are what they are.
pub(crate) const TABLE: &str = "\
name,adjectives,where,needs_cue
Bessemen,,nl,nee
Claxon,,nl,ja
De Weide,,nl,ja
Deksels,,nl,ja
Delfwoude,Delfwoudse,nl,nee
Den Werve,Wervese,nl,nee
Den Wielt,Wieltse|Wielts,nl,nee
Dunnelo,Dunnelose,nl,nee
Galmen,,nl,ja
Galmen aan den Vliet,,nl,nee
Gooiersum,,nl,nee
Hanzerbrink,,nl,nee
Heuvelrade,,nl,nee
Holterschede,,nl,nee
Honger,,nl,ja
Kanjers,,nl,ja
Keert,Keerter,nl,ja
Keisvoort,Keisvoortse,nl,nee
Knap,,nl,ja
Kransdijk,Kransdijkse,nl,nee
Kuilen,,nl,ja
Laagezand,,nl,nee
Lichthoven,,nl,nee
Maaslo,,nl,nee
Maasterp,,nl,nee
Markelwoude,,nl,nee
Meerwegen,Meerweegse,nl,nee
Meeuwen,,nl,ja
Merwichem,,nl,nee
Noordermade,Noordermadese,nl,nee
Ommelingen,Ommelingse,nl,nee
Oostmeren,Oostmerense,nl,nee
Ouders,,nl,ja
Paarden,Paardense,nl,ja
Poldermeer,Poldermeerse,nl,nee
Rodenhem,Rodenhemse,nl,nee
Rozendonk,,nl,nee
's-Keizerswerve,Wervese,nl,nee
Saldert,,nl,nee
Schuren,,nl,ja
Sluiswerve,Sluiswerfse,nl,nee
Spaarnhem,,nl,nee
Stapels,,nl,ja
Steiger,,nl,ja
Stenen,Stenense,nl,ja
Terpwarden,,nl,nee
Twickerlo,,nl,nee
Uren,,nl,ja
Vechtwolde,Vechtwoldse,nl,nee
Veerdam,Veerdamse,nl,nee
Werkelijk,,nl,ja
Wolburg,,nl,nee
Worstelen,,nl,ja
Wouda,Woudse,nl,ja
Zware,,nl,ja
Brabergen,Brabergse,be,nee
Rood,,be,ja
Scheldehove,,be,nee
Struik,,be,ja
Hoogwad,Hoogwadder,island,nee
Zandoog,Zandoogse,island,nee
Berlijn,Berlijnse,abroad,nee
België,Belgische|Belgisch,abroad,nee
China,Chinese,abroad,nee
Duitsland,Duitse|Duits,abroad,nee
Engeland,Engelse|Engels,abroad,nee
Frankrijk,Franse|Frans,abroad,nee
Italië,Italiaanse|Italiaans,abroad,nee
Keulen,Keulse,abroad,nee
Londen,Londense,abroad,nee
New York,,abroad,nee
Oostenrijk,Oostenrijkse|Oostenrijks,abroad,nee
Parijs,Parijse,abroad,nee
Polen,Poolse|Pools,abroad,nee
Portugal,Portugese|Portugees,abroad,nee
Roemenië,Roemeense,abroad,nee
Spanje,Spaanse|Spaans,abroad,nee
Syrië,Syrische,abroad,nee
Turkije,Turkse|Turks,abroad,nee
Verre Staten,,abroad,nee
Zeil,,abroad,ja
";

/// The table of these towns.
pub(crate) fn table() -> Table {
    Table::of(TABLE)
}
