//! What the keyword lines are worth: what the store counted of them, by theme.

use crate::store::{KeywordCount, Reader, StoreError, WHOLE_THEME};
use crate::theme::Theme;
use crate::worth::{LineWorth, ThemeWorth, suggested_vetoes};

/// Of these themes, in their order.
pub async fn of_themes(
    reader: &Reader,
    themes: impl Iterator<Item = &Theme>,
) -> Result<Vec<ThemeWorth>, StoreError> {
    let counts = reader.keyword_counts().await?;
    let mut vetoes = suggested_vetoes(&reader.answered_hits().await?);
    let worth = |count: &KeywordCount| {
        LineWorth::new(count.keyword.clone(), count.hits, count.right, count.wrong)
    };
    let of = |theme: &Theme| {
        let of_theme = counts.iter().filter(|count| count.theme == theme.id);
        let (whole, lines): (Vec<_>, Vec<_>) = of_theme
            .map(worth)
            .partition(|line| line.keyword == WHOLE_THEME);
        let whole = whole.into_iter().next();
        let whole = whole.unwrap_or_else(|| LineWorth::new(WHOLE_THEME.to_owned(), 0, 0, 0));
        let vetoes = vetoes.remove(theme.id.as_str()).unwrap_or_default();
        ThemeWorth::new(theme, &whole, lines, vetoes)
    };
    Ok(themes.map(of).collect())
}
