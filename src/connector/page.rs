//! Pages in HTML, read with CSS selectors.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::connector::{
    ConnectorError, Document, MAX_ITEMS, Part, Reading, compile, dates, encoding, identity, links,
    reserved,
};
use crate::item::Item;
use crate::outcome::{Hints, Repair};
use crate::source::Select;
use crate::text::html;

/// Most characters of a page's title that an error tells.
const MAX_TITLE: usize = 80;

/// Reads a page.
///
/// # Errors
///
/// When `item` selects nothing, or `link` or `text` selects nothing in any item: then the page is
/// another than the one the selectors were written for, such as a login or a challenge. And when its
/// maker reserves it.
pub fn read(document: &Document<'_>, select: &Select) -> Result<Reading, ConnectorError> {
    let decoded = encoding::decode_cut(document.bytes, document.content_type, document.cut);
    let page = html::parse(&decoded.text).ok_or_else(|| ConnectorError::Broken {
        reason: "nested too deeply or too large to be read".to_owned(),
    })?;
    if let Some(said) = reserved::reserved(&page) {
        return Err(ConnectorError::Reserved { said });
    }
    let base = base_of(&page, document.url);
    let reader = ItemReader::new(select, &base)?;

    let item = compile(&select.item)?;
    let mut elements: Vec<ElementRef<'_>> = page.select(&item).collect();
    let over = elements.len().saturating_sub(MAX_ITEMS);
    // New replies stand at the end of a page.
    elements.drain(..over);
    let nothing = |part: Part, selector: &str| ConnectorError::NothingSelected {
        part,
        selector: selector.to_owned(),
        title: title_of(&page),
    };
    if elements.is_empty() {
        return Err(nothing(Part::Item, &select.item));
    }
    let any = |selector: &Selector, test: fn(&ElementRef<'_>) -> bool| {
        elements
            .iter()
            .any(|element| select_in(*element, selector).iter().any(test))
    };
    if !any(&reader.text, |_| true) {
        return Err(nothing(Part::Text, &select.text));
    }
    if let (Some(link), Some(written)) = (&reader.link, &select.link)
        && !any(link, |link| link.attr("href").is_some())
    {
        return Err(nothing(Part::Link, written));
    }
    if document.cut {
        // It may have lost its end.
        elements.pop();
    }
    let items = elements.into_iter().map(|element| reader.item(element));
    let items = items.filter(|item| !item.title.is_empty() || !item.text.is_empty());
    let identified = identity::identify(items.collect(), document.url);
    Ok(Reading {
        title: None,
        format: None,
        items: identified.items,
        next: next_of(&page, select, &base, document.url)?,
        hints: Hints::default(),
        repaired: decoded
            .repaired
            .then_some(Repair::Encoding)
            .into_iter()
            .collect(),
        doubled: identified.doubled,
        lost: 0,
        over,
        cut: document.cut || over > 0,
    })
}

/// Makes items of the elements of one page.
struct ItemReader<'a> {
    link: Option<Selector>,
    title: Option<Selector>,
    text: Selector,
    date: Option<Selector>,
    drop: Vec<Selector>,
    base: &'a Url,
}

impl<'a> ItemReader<'a> {
    fn new(select: &Select, base: &'a Url) -> Result<Self, ConnectorError> {
        let optional = |selector: &Option<String>| selector.as_deref().map(compile).transpose();
        Ok(ItemReader {
            link: optional(&select.link)?,
            title: optional(&select.title)?,
            text: compile(&select.text)?,
            date: optional(&select.date)?,
            drop: select
                .drop
                .iter()
                .map(|drop| compile(drop))
                .collect::<Result<_, _>>()?,
            base,
        })
    }

    fn item(&self, element: ElementRef<'_>) -> Item {
        let title = self.find(element, &self.title);
        let title = title.map(|title| html::element_to_text(title, &self.drop));
        Item {
            id: String::new(),
            link: self
                .find(element, &self.link)
                .and_then(|link| link.attr("href"))
                .and_then(|href| links::clean(href, self.base)),
            title: html::text_to_line(&title.unwrap_or_default()),
            text: self.text(element),
            published: self.find(element, &self.date).and_then(date_of),
            updated: None,
        }
    }

    /// The first that a selector selects in an item and that is not left out.
    fn find<'p>(
        &self,
        item: ElementRef<'p>,
        selector: &Option<Selector>,
    ) -> Option<ElementRef<'p>> {
        let found = select_in(item, selector.as_ref()?);
        found
            .into_iter()
            .find(|found| !self.is_dropped(item, *found))
    }

    /// All that `text` selects, each piece once.
    fn text(&self, element: ElementRef<'_>) -> String {
        let mut pieces: Vec<ElementRef<'_>> = Vec::new();
        for piece in select_in(element, &self.text) {
            // The document's order puts an element before what it holds.
            let is_inside = pieces
                .last()
                .is_some_and(|last| piece.ancestors().any(|ancestor| ancestor.id() == last.id()));
            if !is_inside && !self.is_dropped(element, piece) {
                pieces.push(piece);
            }
        }
        let texts = pieces
            .into_iter()
            .map(|piece| html::element_to_text(piece, &self.drop));
        html::tidy(&texts.collect::<Vec<_>>().join("\n"))
    }

    /// Whether an element of an item lies in something that is left out.
    fn is_dropped(&self, item: ElementRef<'_>, element: ElementRef<'_>) -> bool {
        std::iter::once(element)
            .chain(element.ancestors().filter_map(ElementRef::wrap))
            .take_while(|around| around.id() != item.id())
            .any(|around| self.drop.iter().any(|drop| drop.matches(&around)))
    }
}

/// What a selector selects in an item; when that is nothing, the item itself if it is selected.
fn select_in<'p>(item: ElementRef<'p>, selector: &Selector) -> Vec<ElementRef<'p>> {
    let mut found: Vec<ElementRef<'p>> = item.select(selector).collect();
    if found.is_empty() && selector.matches(&item) {
        found.push(item);
    }
    found
}

/// The attribute `datetime`, of the element or of a `time` in it, else the text.
fn date_of(element: ElementRef<'_>) -> Option<jiff::Timestamp> {
    let attribute = element
        .descendent_elements()
        .find_map(|inner| inner.attr("datetime"));
    attribute
        .and_then(dates::parse)
        .or_else(|| dates::parse(&html::text_to_line(&html::element_to_text(element, &[]))))
}

/// The address that links are relative to.
pub(crate) fn base_of(page: &Html, url: &Url) -> Url {
    let selector = Selector::parse("base[href]").expect("a selector of our own");
    let base = page
        .select(&selector)
        .next()
        .and_then(|base| base.attr("href"));
    base.and_then(|href| url.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}

/// The next page, when it is another one on the same host.
fn next_of(
    page: &Html,
    select: &Select,
    base: &Url,
    url: &Url,
) -> Result<Option<Url>, ConnectorError> {
    let Some(selector) = &select.next else {
        return Ok(None);
    };
    let selector = compile(selector)?;
    let href = page.select(&selector).find_map(|link| link.attr("href"));
    let next = href
        .and_then(|href| links::clean(href, base))
        .and_then(|href| Url::parse(&href).ok())
        .map(|mut next| {
            next.set_fragment(None);
            next
        });
    Ok(next.filter(|next| links::same_host(next, url) && next != url))
}

/// The title of a page, cut to [`MAX_TITLE`].
pub(crate) fn title_of(page: &Html) -> Option<String> {
    let selector = Selector::parse("title").expect("a selector of our own");
    let title: String = page.select(&selector).next()?.text().collect();
    let title: String = html::text_to_line(&title).chars().take(MAX_TITLE).collect();
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: &str = include_str!("../../tests/fixtures/pages/thread.html");
    const LOGIN: &str = include_str!("../../tests/fixtures/pages/login.html");

    fn selectors() -> Select {
        Select {
            item: "div.post".to_owned(),
            link: Some("h3 a".to_owned()),
            title: Some("h3".to_owned()),
            text: ".content".to_owned(),
            date: Some("p.author time".to_owned()),
            next: Some("a[rel=next]".to_owned()),
            drop: vec!["blockquote".to_owned()],
        }
    }

    fn read_with(html: &str, select: &Select) -> Result<Reading, ConnectorError> {
        let url = Url::parse("https://forum.example/wonen/viewtopic.php?t=12").unwrap();
        read(
            &Document {
                bytes: html.as_bytes(),
                content_type: None,
                url: &url,
                cut: false,
            },
            select,
        )
    }

    #[test]
    fn a_thread_is_read() {
        let reading = read_with(THREAD, &selectors()).unwrap();
        let [first, second, third] = &reading.items[..] else {
            panic!("three posts")
        };
        let link = "https://forum.example/wonen/viewtopic.php?p=4711#p4711";
        assert_eq!(
            first,
            &Item {
                id: link.to_owned(),
                link: Some(link.to_owned()),
                title: "Overlast bij de brug".to_owned(),
                text: "Elke avond herrie & vuurwerk.\nWie weet meer?".to_owned(),
                published: Some("2026-11-22T19:05:00Z".parse().unwrap()),
                updated: None,
            }
        );
        assert_eq!(
            second.text, "Hier ook, boos al weken.",
            "the quoted post is left out"
        );
        assert_eq!(
            second.published,
            Some("2026-11-23T07:15:00Z".parse().unwrap())
        );
        assert_eq!(
            third.published, None,
            "there is no clock here to read \"gisteren\" by"
        );
        let next = "https://forum.example/wonen/viewtopic.php?t=12&start=20";
        assert_eq!(reading.next.map(String::from).as_deref(), Some(next));
    }

    #[test]
    fn the_next_page_is_another_one_on_the_same_host() {
        let check = |href: &str, expected: Option<&str>| {
            let page = THREAD.replace("viewtopic.php?t=12&amp;start=20&amp;sid=0f0f", href);
            let next = read_with(&page, &selectors()).unwrap().next;
            assert_eq!(next.map(String::from).as_deref(), expected, "{href}");
        };
        check("https://elders.example/2", None);
        check("http://forum.example/2", None);
        check("https://forum.example:8443/2", None);
        check("viewtopic.php?t=12#einde", None);
        check("javascript:volgende()", None);
        check("//forum.example/2", Some("https://forum.example/2"));
    }

    #[test]
    fn a_selector_that_finds_nothing_is_named() {
        let check =
            |html: &str, select: Select, part: Part, title: &str| match read_with(html, &select) {
                Err(ConnectorError::NothingSelected {
                    part: found,
                    title: page,
                    ..
                }) => {
                    assert_eq!((found, page.as_deref()), (part, Some(title)));
                }
                other => panic!("{other:?}"),
            };
        let thread = "Overlast bij de brug - Lindemeer Forum";
        check(LOGIN, selectors(), Part::Item, "Inloggen - Lindemeer Forum");
        check(
            THREAD,
            Select {
                item: "article".to_owned(),
                ..selectors()
            },
            Part::Item,
            thread,
        );
        check(
            THREAD,
            Select {
                text: ".bericht".to_owned(),
                ..selectors()
            },
            Part::Text,
            thread,
        );
        check(
            THREAD,
            Select {
                link: Some("a.permalink".to_owned()),
                ..selectors()
            },
            Part::Link,
            thread,
        );
        check(
            THREAD,
            Select {
                link: Some("h3".to_owned()),
                ..selectors()
            },
            Part::Link,
            thread,
        );
        let error = read_with(LOGIN, &selectors()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing found by select.item = `div.post`",
            "the title is for a person who looks, not for a log"
        );
    }

    #[test]
    fn posts_without_a_link_of_their_own_stay_apart() {
        let select = Select {
            link: None,
            title: None,
            date: None,
            next: None,
            ..selectors()
        };
        assert_eq!(read_with(THREAD, &select).unwrap().items.len(), 3);
        let one_link = THREAD
            .replace("p=4711", "t=12")
            .replace("#p4711", "")
            .replace("p=4712", "t=12")
            .replace("#p4712", "");
        assert_eq!(read_with(&one_link, &selectors()).unwrap().items.len(), 3);
    }

    #[test]
    fn text_in_several_pieces_is_read_once_each() {
        let html = "<div class=post><p>een<p>twee<div><p>drie</div></div>";
        let select = Select {
            text: "p, div".to_owned(),
            link: None,
            next: None,
            ..selectors()
        };
        assert_eq!(
            read_with(html, &select).unwrap().items[0].text,
            "een\ntwee\ndrie"
        );
        let itself = Select {
            text: "div.post".to_owned(),
            ..select
        };
        assert_eq!(
            read_with(html, &itself).unwrap().items[0].text,
            "een\ntwee\ndrie"
        );
    }

    #[test]
    fn a_nesting_bomb_is_refused_and_empty_bytes_select_nothing() {
        let bomb = "<div class=post>".repeat(5 * 1024 * 1024 / 16);
        assert!(matches!(
            read_with(&bomb, &selectors()),
            Err(ConnectorError::Broken { .. })
        ));
        assert!(matches!(
            read_with("", &selectors()),
            Err(ConnectorError::NothingSelected { .. })
        ));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]

        #[test]
        fn damaged_pages_do_no_harm(
            cut in 0_usize..2500,
            damage in proptest::collection::vec((0_usize..2500, " |<|>|\"|</div>|<div>|&|é"), 0..12),
        ) {
            let mut page = THREAD.to_owned();
            for (at, piece) in damage {
                let at = page.floor_char_boundary(at);
                page.insert_str(at, &piece);
            }
            page.truncate(page.floor_char_boundary(cut));
            let _ = read_with(&page, &selectors());
        }
    }
}
