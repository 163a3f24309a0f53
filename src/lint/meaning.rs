//! What a line finds, laid out so that two lines can be compared.

use std::collections::HashSet;
use std::sync::Arc;

use crate::keyword::{Expression, Order, Term};
use crate::matching::forms::{Form, forms_of, labelled};

/// What a line finds: any of these.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// Single words, folded.
    pub(super) words: HashSet<String>,
    /// Word parts, sequences and all other forms of terms.
    pub(super) forms: Vec<Form>,
    /// Word lists, by name: what they hold is looked at where they are written.
    lists: Vec<Arc<str>>,
    /// What is no term.
    wholes: Vec<Whole>,
}

/// A line of one bare word or word part, by what was written and what that inflects to.
#[derive(Clone, Debug)]
pub(super) struct Inflection {
    written: Vec<Form>,
    inflected: Vec<Form>,
}

impl Inflection {
    /// Of a line of one word; `None` of any other.
    pub(super) fn of(expression: &Expression) -> Option<Inflection> {
        let Expression::Term(term @ (Term::Word(_) | Term::Part(_))) = expression else {
            return None;
        };
        let forms = labelled(term).into_iter();
        let (written, inflected): (Vec<_>, Vec<_>) =
            forms.partition(|(label, _)| label.as_str() == "written");
        let forms = |labelled: Vec<(_, Form)>| labelled.into_iter().map(|(_, form)| form).collect();
        Some(Inflection {
            written: forms(written),
            inflected: forms(inflected),
        })
    }

    /// What the line finds.
    pub(super) fn meaning(&self) -> Meaning {
        let mut meaning = Meaning::default();
        meaning.add_forms(self.written.iter().chain(&self.inflected).cloned());
        meaning
    }

    /// Whether what `other` has written is a mere inflection of this: what that is inflected to
    /// in turn (*inbrakens*) is no word that anybody misses.
    pub(super) fn leads_to(&self, other: &Inflection) -> bool {
        let inflected = |form: &Form| self.inflected.iter().any(|own| covers(own, form));
        !other.written.is_empty() && other.written.iter().all(inflected)
    }
}

/// What holds of more than one term.
#[derive(Clone, Debug)]
enum Whole {
    Near {
        left: Meaning,
        right: Meaning,
        within: u32,
        order: Order,
    },
    All {
        all: Vec<Meaning>,
        none: Vec<Meaning>,
    },
}

impl Meaning {
    pub(super) fn of(expression: &Expression) -> Meaning {
        let mut meaning = Meaning::default();
        meaning.add(expression);
        meaning
    }

    fn add_forms(&mut self, forms: impl IntoIterator<Item = Form>) {
        for form in forms {
            match form {
                Form::Word(word) => {
                    self.words.insert(word);
                }
                Form::Spelt(spellings) => self.words.extend(spellings),
                other => self.forms.push(other),
            }
        }
    }

    fn add(&mut self, expression: &Expression) {
        let several = |list: &[Expression]| list.iter().map(Meaning::of).collect();
        match expression {
            Expression::Term(term) => {
                self.add_forms(forms_of(term));
            }
            Expression::Or(any) => any.iter().for_each(|one| self.add(one)),
            Expression::Named(list) => self.lists.push(Arc::clone(&list.name)),
            Expression::Near {
                left,
                right,
                within,
                order,
            } => self.wholes.push(Whole::Near {
                left: Meaning::of(left),
                right: Meaning::of(right),
                within: *within,
                order: *order,
            }),
            Expression::And { all, none } => self.wholes.push(Whole::All {
                all: several(all),
                none: several(none),
            }),
        }
    }

    /// Whether single words and forms of terms are all there is: then each of them is a reason by itself.
    pub(super) fn is_simple(&self) -> bool {
        self.wholes.is_empty() && self.lists.is_empty()
    }

    /// Whether every form of `other` is a form of this.
    pub(super) fn covers(&self, other: &Meaning) -> bool {
        let nothing = other.words.is_empty() && other.forms.is_empty() && other.is_simple();
        !nothing
            && other.words.iter().all(|word| {
                self.words.contains(word) || self.forms.iter().any(|form| finds(form, word))
            })
            && other
                .forms
                .iter()
                .all(|form| self.forms.iter().any(|wider| covers(wider, form)))
            && other.lists.iter().all(|list| self.lists.contains(list))
            && other
                .wholes
                .iter()
                .all(|whole| self.wholes.iter().any(|wider| wider.covers(whole)))
    }

    /// Whether it can never be true: what must be there holds what must not be there.
    pub(super) fn contradicts_itself(&self) -> bool {
        let impossible = |whole: &Whole| match whole {
            Whole::Near { .. } => false,
            Whole::All { all, none } => none
                .iter()
                .any(|not| all.iter().any(|must| not.covers(must))),
        };
        self.words.is_empty()
            && self.forms.is_empty()
            && self.lists.is_empty()
            && !self.wholes.is_empty()
            && self.wholes.iter().all(impossible)
    }
}

impl Whole {
    fn covers(&self, other: &Whole) -> bool {
        match (self, other) {
            (
                Whole::Near {
                    left,
                    right,
                    within,
                    order,
                },
                Whole::Near {
                    left: other_left,
                    right: other_right,
                    within: other_within,
                    order: other_order,
                },
            ) => {
                let straight = left.covers(other_left) && right.covers(other_right);
                let crossed = left.covers(other_right) && right.covers(other_left);
                within >= other_within
                    && match order {
                        Order::Any => straight || crossed,
                        Order::Given => *other_order == Order::Given && straight,
                    }
            }
            (
                Whole::All { all, none },
                Whole::All {
                    all: other_all,
                    none: other_none,
                },
            ) => {
                let asked = |must: &Meaning| other_all.iter().any(|other| must.covers(other));
                // What the wider line leaves out, the narrower one leaves out too.
                let left_out = |not: &Meaning| other_none.iter().any(|other| other.covers(not));
                all.iter().all(asked) && none.iter().all(left_out)
            }
            _ => false,
        }
    }
}

/// Whether a form finds a single word.
fn finds(form: &Form, word: &str) -> bool {
    /// As in [`crate::matching`]: what is free beside the letters is nothing or this long.
    const FEWEST: usize = 3;
    let Form::Open {
        letters,
        left,
        right,
    } = form
    else {
        return false;
    };
    let fits = |free: &str, open: bool| free.is_empty() || (open && free.len() >= FEWEST);
    word.match_indices(letters.as_str())
        .any(|(at, part)| fits(&word[..at], *left) && fits(&word[at + part.len()..], *right))
}

/// Whether everything that `narrow` finds is found by `wide`.
fn covers(wide: &Form, narrow: &Form) -> bool {
    match (wide, narrow) {
        (Form::Open { .. }, Form::Word(word)) => finds(wide, word),
        (
            Form::Open {
                letters,
                left,
                right,
            },
            Form::Open {
                letters: other,
                left: other_left,
                right: other_right,
            },
        ) => {
            letters == other && (*left || !other_left) && (*right || !other_right)
                // `*brand` finds all that `*bosbrand` finds, when nothing is open on the other side.
                || *left && !right && !other_right && finds(wide, other)
                || *right && !left && !other_left && finds(wide, other)
        }
        (Form::Sequence(wide), Form::Sequence(narrow) | Form::Closing(narrow))
        | (Form::Closing(wide), Form::Closing(narrow)) => {
            wide.len() == narrow.len()
                && wide
                    .iter()
                    .zip(narrow)
                    .all(|(wide, narrow)| covers(wide, narrow))
        }
        (wide, narrow) => wide == narrow,
    }
}

/// Texts in which a form stands with nothing around it: what holds of each of them holds of the form.
/// None for what cannot be written out.
pub(super) fn samples(form: &Form) -> Vec<String> {
    match form {
        Form::Word(word) => vec![word.clone()],
        Form::Open {
            letters,
            left,
            right,
        } => {
            // A free part that no list looks for.
            let free = |open: bool| if open { "qxqxq" } else { "" };
            vec![
                letters.clone(),
                format!("{}{letters}{}", free(*left), free(*right)),
            ]
        }
        // The full spelling stands last.
        Form::Spelt(spellings) => spellings.last().cloned().into_iter().collect(),
        Form::Sequence(forms) | Form::Closing(forms) => {
            let parts: Vec<Vec<String>> = forms.iter().map(samples).collect();
            let nth = |n: usize| -> Option<String> {
                let words: Option<Vec<&str>> = parts
                    .iter()
                    .map(|of_part| of_part.get(n).or(of_part.first()).map(String::as_str))
                    .collect();
                Some(words?.join(" "))
            };
            nth(0).into_iter().chain(nth(1)).collect()
        }
        Form::Split { .. } | Form::Place | Form::Regex(_) => Vec::new(),
    }
}
